import { sql } from 'kysely';
import { isLocale } from '#paraglide/runtime.js';
import { hub_health_mail_bad_subject, hub_health_mail_text, hub_health_mail_well_subject } from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { settingsNow } from '#platform/settings/values.server.ts';
import { checkName, foundText, todoText } from '../ui/health-words.ts';
import { findings } from './checks.ts';
import { addressSeen, healthFigures, scannerSeen } from './look.server.ts';
import type { Finding } from './model.ts';

/** Found so often in a row before anybody is told: what comes and goes wakes nobody. */
const CERTAIN = 2;
const clerk = { kind: 'clerk' } as const;

/** Looks at everything, remembers it, and queues a mail to stewards where something has turned bad, or well again. Runs by the clock. */
export async function watchHealth(address = addressSeen(), scanner = scannerSeen()): Promise<Finding[]> {
  const [seen, asked] = await Promise.all([address, scanner]);
  return as(clerk, async (tx) => {
    await sql`select app.note_horizon()`.execute(tx);
    await sql`delete from app.nodes where seen_at < now() - interval '1 day'`.execute(tx);
    const found = findings(await healthFigures(tx), seen, asked);
    for (const finding of found) await remember(tx, finding);
    return found;
  });
}

async function remember(tx: Tx, finding: Finding): Promise<void> {
  const { rows } = await sql<{ seen: number; told_bad: boolean }>`
    insert into app.health_states as s (name, bad, finding) values (${finding.check}, ${finding.bad}, ${JSON.stringify(finding)}::jsonb)
    on conflict (name) do update set finding = excluded.finding, seen = case when s.bad = excluded.bad then least(s.seen + 1, 1000) else 1 end,
      since = case when s.bad = excluded.bad then s.since else now() end, bad = excluded.bad
    returning seen, told_bad`.execute(tx);
  const { seen, told_bad } = rows[0]!;
  if (seen < CERTAIN || told_bad === finding.bad) return;
  await sql`update app.health_states set told_bad = ${finding.bad} where name = ${finding.check}`.execute(tx);
  await sql`select app.enqueue('hub.mail-health', ${JSON.stringify({ check: finding.check })})`.execute(tx);
}

/** Tells every steward, in their language, that a check is bad or well again. */
export async function mailHealth({ ids }: { ids: { check: string } }): Promise<void> {
  const { finding, stewards } = await as(clerk, async (tx) => {
    const state = await sql<{ finding: Finding }>`select finding from app.health_states where name = ${ids.check}`.execute(tx);
    const { rows } = await sql<{ name: string; email: string; locale: string }>`
      select m.name, a.email, m.locale from app.hub_roles r join app.members m on m.id = r.member_id join app.accounts a on a.member_id = m.id
       where r.role = 'steward' and m.status = 'active' and a.email <> ''`.execute(tx);
    return { finding: state.rows[0]?.finding, stewards: rows };
  });
  if (!finding) return;
  const hub = (await settingsNow()).hub_name || 'Indaba';
  for (const steward of stewards) {
    const locale = isLocale(steward.locale) ? steward.locale : 'en';
    const what = checkName(finding.check, locale);
    const subject = finding.bad ? hub_health_mail_bad_subject({ hub, what }, { locale }) : hub_health_mail_well_subject({ hub, what }, { locale });
    const words = [foundText(finding, locale), todoText(finding, locale)].filter(Boolean).join('\n\n');
    await sendMail({ to: steward.email, subject, text: hub_health_mail_text({ name: steward.name, words, link: `${config().url}/health` }, { locale }) });
  }
}
