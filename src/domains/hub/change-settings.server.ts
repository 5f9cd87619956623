import { sql } from 'kysely';
import { passkeysOffered } from '#domains/people/passkey.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { initial, type Settings } from '#platform/settings/table.ts';
import { SettingsInput } from './model.ts';
import { findSettings } from './queries.server.ts';

/**
 * Sets what differs from now, and tells every process. Refuses with the setting's own code (hub.setting.*, people.time_zone.unknown), hub.setting.no_such_language,
 * hub.setting.no_passkeys, people.step_up.needed, and as not found for whoever is no steward.
 */
export async function changeSettings(tx: Tx, input: unknown, offered: readonly string[]): Promise<string[]> {
  const wanted = parse(SettingsInput, input);
  const now = await findSettings(tx);
  if (!now) throw notFound();
  const languages = wanted.languages ?? now.languages;
  const spoken = languages.length ? languages : offered;
  if (wanted.languages?.some((one) => !offered.includes(one)) || !spoken.includes(wanted.language ?? now.language))
    throw new Refusal('hub.setting.no_such_language');
  if ((wanted.sign_in_minimum === 'passkeys_only' || wanted.stewards_passkeys_only) && !passkeysOffered()) throw new Refusal('hub.setting.no_passkeys');
  return keep(tx, now, wanted);
}

/** Writes down those that are others than now. */
export async function keep(tx: Tx, now: Settings, wanted: Partial<Settings>): Promise<string[]> {
  const names = (Object.keys(wanted) as (keyof Settings)[]).filter((name) => name in initial && JSON.stringify(now[name]) !== JSON.stringify(wanted[name]));
  for (const name of names) await sql`insert into app.settings (name, value) values (${name}, ${JSON.stringify(wanted[name])}::jsonb)`.execute(tx);
  if (names.length) tx.notes.hint = { about: 'settings' };
  return names;
}
