import { sql } from 'kysely';
import {
  people_mail_device_subject,
  people_mail_device_text,
  people_mail_device_unknown,
  people_mail_recovery_asked_subject,
  people_mail_recovery_asked_text,
  people_mail_recovery_confirm_subject,
  people_mail_recovery_confirm_text,
  people_mail_recovery_confirmed_text,
  people_mail_recovery_focal_confirmed_text,
  people_mail_recovery_link_subject,
  people_mail_recovery_link_text,
  people_mail_way_in_codes_off,
  people_mail_way_in_codes_on,
  people_mail_way_in_passkey_added,
  people_mail_way_in_passkey_revoked,
  people_mail_way_in_password,
  people_mail_way_in_subject,
  people_mail_way_in_text,
  people_mail_way_in_token,
  sso_mail_way_in,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';
import { keyOf, newSecret, storedHash } from './secrets.server.ts';
import { formatMoment } from '#ui/time.ts';

type Locale = Parameters<typeof isLocale>[0] & 'en';
type Whom = { id: string; name: string; email: string; locale: string; time_zone: string };
const spoken = ({ locale }: Whom) => (isLocale(locale) ? (locale as Locale) : 'en');
// A moment in the reader's own zone, the zone named.
const moment = (at: Date, to: Whom) => formatMoment(at, to.time_zone, spoken(to));
const clerk = { kind: 'clerk' } as const;

/** Tells somebody that their account was opened in a browser it did not know: which, when, what to do. Nothing about where: that would be a guess. */
export async function mailNewDevice({ ids }: { ids: { session: string } }): Promise<void> {
  const row = await as(clerk, async (tx) => {
    const { rows } = await sql<Whom & { device: string; at: Date }>`
      select m.id, m.name, m.locale, m.time_zone, a.email, s.name as device, s.created_at as at from app.sessions s join app.members m on m.id = s.member_id
        join app.accounts a on a.member_id = m.id where s.id = ${ids.session} and m.status = 'active'`.execute(tx);
    return rows[0];
  });
  if (!row) return;
  const locale = spoken(row);
  const words = { name: row.name, device: row.device || people_mail_device_unknown({}, { locale }), at: moment(row.at, row), link: `${config().url}/account` };
  await sendMail({
    to: row.email,
    subject: people_mail_device_subject({ hub: await hubNameNow() }, { locale }),
    text: people_mail_device_text(words, { locale }),
  });
}

const changed: Record<string, typeof people_mail_way_in_token> = {
  password: people_mail_way_in_password,
  passkey_added: people_mail_way_in_passkey_added,
  passkey_revoked: people_mail_way_in_passkey_revoked,
  codes_on: people_mail_way_in_codes_on,
  codes_off: people_mail_way_in_codes_off,
  token: people_mail_way_in_token,
  sso: sso_mail_way_in,
};

/** Tells somebody that a way into their account was added, changed or taken away. */
export async function mailWayIn({ ids }: { ids: { member: string; what: string } }): Promise<void> {
  const now = new Date();
  const row = await as(clerk, async (tx) => {
    const { rows } = await sql<Whom>`select m.id, m.name, m.locale, m.time_zone, a.email from app.members m join app.accounts a on a.member_id = m.id
      where m.id = ${ids.member} and m.status = 'active'`.execute(tx);
    return rows[0];
  });
  const what = changed[ids.what];
  if (!row || !what) return;
  const locale = spoken(row);
  const words = { name: row.name, what: what({}, { locale }), at: moment(now, row), link: `${config().url}/account` };
  await sendMail({
    to: row.email,
    subject: people_mail_way_in_subject({ hub: await hubNameNow() }, { locale }),
    text: people_mail_way_in_text(words, { locale }),
  });
}

type Case = { whom: Whom; focal: Whom[]; by: string | null; ripe_at: Date | null };

async function caseOf(tx: Tx, recovery: string): Promise<Case | undefined> {
  const { rows } = await sql<Whom & { by: string | null; ripe_at: Date | null }>`
    select m.id, m.name, m.locale, m.time_zone, a.email, b.name as by, r.ripe_at from app.recoveries r join app.members m on m.id = r.member_id
      join app.accounts a on a.member_id = m.id left join app.bylines b on b.id = r.confirmed_by where r.id = ${recovery} and r.ended_at is null and m.status = 'active'`.execute(
    tx,
  );
  if (!rows[0]) return undefined;
  const { by, ripe_at, ...whom } = rows[0];
  const focal = await sql<Whom>`select m.id, m.name, m.locale, m.time_zone, a.email from app.members m join app.accounts a on a.member_id = m.id
    where m.status = 'active' and app.may_confirm_for(m.id, ${whom.id})`.execute(tx);
  return { whom, focal: focal.rows, by, ripe_at };
}

// Run again after a failure it makes a new link to stop by; only the newest works, and its mail is the last to go.
async function withStopLink(recovery: string): Promise<(Case & { stop: string }) | undefined> {
  const token = newSecret();
  return as(clerk, async (tx) => {
    const found = await caseOf(tx, recovery);
    if (found) await sql`update app.recoveries set stop_hash = ${storedHash(keyOf(token))} where id = ${recovery}`.execute(tx);
    return found && { ...found, stop: `${config().url}/recover/stop/${token}` };
  });
}

async function toFocalPoints({ focal, whom }: Case, text: (to: Whom) => string): Promise<void> {
  for (const to of focal)
    await sendMail({
      to: to.email,
      subject: people_mail_recovery_confirm_subject({ name: whom.name, hub: await hubNameNow() }, { locale: spoken(to) }),
      text: text(to),
    });
}

/** Somebody asked: the person learns it and can stop it, the focal points are asked whether it is really them. */
export async function mailRecoveryAsked({ ids }: { ids: { recovery: string } }): Promise<void> {
  const found = await withStopLink(ids.recovery);
  if (!found) return;
  const link = `${config().url}/recoveries`;
  const hub = await hubNameNow();
  await toFocalPoints(found, (to) => people_mail_recovery_confirm_text({ to: to.name, name: found.whom.name, link, hub }, { locale: spoken(to) }));
  const locale = spoken(found.whom);
  const text = people_mail_recovery_asked_text({ name: found.whom.name, stop: found.stop, hub: await hubNameNow() }, { locale });
  await sendMail({ to: found.whom.email, subject: people_mail_recovery_asked_subject({ hub: await hubNameNow() }, { locale }), text });
}

/** A focal point confirmed: the person and all focal points learn by whom, and until when it can be stopped. */
export async function mailRecoveryConfirmed({ ids }: { ids: { recovery: string } }): Promise<void> {
  const found = await withStopLink(ids.recovery);
  if (!found?.ripe_at) return;
  const { whom, by, ripe_at, stop } = found;
  const hub = await hubNameNow();
  const words = (to: Whom) => ({ to: to.name, name: whom.name, by: by ?? '', at: moment(ripe_at, to), hub });
  await toFocalPoints(found, (to) => people_mail_recovery_focal_confirmed_text({ ...words(to), link: `${config().url}/recoveries` }, { locale: spoken(to) }));
  const locale = spoken(whom);
  const text = people_mail_recovery_confirmed_text({ ...words(whom), stop }, { locale });
  await sendMail({ to: whom.email, subject: people_mail_recovery_asked_subject({ hub: await hubNameNow() }, { locale }), text });
}

/** The wait is over: the link that works once. Made here; only its hash is kept. */
export async function mailRecoveryLink({ ids }: { ids: { recovery: string } }): Promise<void> {
  const token = newSecret();
  const whom = await as(clerk, async (tx) => {
    const found = await caseOf(tx, ids.recovery);
    if (!found?.ripe_at || found.ripe_at > new Date()) return undefined;
    await sql`update app.recoveries set token_hash = ${storedHash(keyOf(token))} where id = ${ids.recovery}`.execute(tx);
    return found.whom;
  });
  if (!whom) return;
  const locale = spoken(whom);
  const text = people_mail_recovery_link_text({ name: whom.name, link: `${config().url}/recover/${token}` }, { locale });
  await sendMail({ to: whom.email, subject: people_mail_recovery_link_subject({ hub: await hubNameNow() }, { locale }), text });
}
