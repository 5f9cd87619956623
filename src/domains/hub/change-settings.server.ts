import { sql } from 'kysely';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { passkeysOffered } from '#domains/people/passkey.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { initial, type Settings } from '#platform/settings/table.ts';
import { type Saved, SettingsInput } from './model.ts';
import { findSettings } from './queries.server.ts';

/**
 * Sets what differs from now, and tells every process; what loosens security is proposed to a second steward instead, once the hub has had two. Refuses with
 * hub.setting.reason_missing (where something loosens), govern.act.waits_already, the setting's own code (hub.setting.*, people.time_zone.unknown), hub.setting.no_such_language,
 * hub.setting.no_passkeys, people.step_up.needed, and as not found for whoever is no steward.
 */
export async function changeSettings(tx: Tx, input: unknown, offered: readonly string[]): Promise<Saved> {
  const { reason, ...wanted } = parse(SettingsInput, input);
  const now = await findSettings(tx);
  if (!now) throw notFound();
  const languages = wanted.languages ?? now.languages;
  const spoken = languages.length ? languages : offered;
  if (wanted.languages?.some((one) => !offered.includes(one)) || !spoken.includes(wanted.language ?? now.language))
    throw new Refusal('hub.setting.no_such_language');
  if ((wanted.sign_in_minimum === 'passkeys_only' || wanted.stewards_passkeys_only) && !passkeysOffered()) throw new Refusal('hub.setting.no_passkeys');
  const two = await needTwo(tx, now, wanted);
  if (two.length && !reason) throw new Refusal('hub.setting.reason_missing', { details: { settings: two } });
  const changed = await keep(tx, now, Object.fromEntries(Object.entries(wanted).filter(([name]) => !two.includes(name))));
  const waits = [];
  for (const setting of two) {
    const { rows } = await sql<{ subject: string }>`select app.setting_subject(${setting}) as subject`.execute(tx);
    const content = { setting, value: wanted[setting as keyof typeof wanted] };
    waits.push({ setting, act: (await proposeAct(tx, { kind: 'loosen_setting', subject: rows[0]!.subject, content, reason })).id });
  }
  return { changed, waits };
}

const differ = (now: Settings, wanted: Partial<Settings>) =>
  (Object.keys(wanted) as (keyof Settings)[]).filter((name) => name in initial && JSON.stringify(now[name]) !== JSON.stringify(wanted[name]));

/** Those that loosen security where one steward alone may not: the database says which. */
async function needTwo(tx: Tx, now: Settings, wanted: Partial<Settings>): Promise<string[]> {
  const names = differ(now, wanted);
  const { rows } = await sql<{ name: string }>`select w.key as name from jsonb_each(${JSON.stringify(
    Object.fromEntries(names.map((name) => [name, wanted[name]])),
  )}::jsonb) w where app.setting_needs_two(w.key, w.value)`.execute(tx);
  return rows.map(({ name }) => name);
}

/** Writes down those that are others than now. */
export async function keep(tx: Tx, now: Settings, wanted: Partial<Settings>): Promise<string[]> {
  const names = differ(now, wanted);
  for (const name of names) await sql`insert into app.settings (name, value) values (${name}, ${JSON.stringify(wanted[name])}::jsonb)`.execute(tx);
  if (names.length) tx.notes.hint = { about: 'settings' };
  return names;
}
