import { sql } from 'kysely';
import { dutyName } from '#domains/people/ui/kinds.ts';
import { govern_mail_delegation_subject, govern_mail_delegation_text } from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { withLocale } from '#ui/locale.server.ts';
import { formatMoment } from '#ui/time.ts';

type Row = { name: string; email: string; locale: string; time_zone: string; from: string; duty: string; starts_at: Date; ends_at: Date; reason: string };

/** Tells a colleague that they stand in for somebody, from when until when. */
export async function mailDelegation({ ids }: { ids: { delegation: string } }): Promise<void> {
  const row = await as({ kind: 'clerk' }, async (tx) => {
    const { rows } =
      await sql<Row>`select t.name, c.email, t.locale, t.time_zone, f.name as "from", d.duty, d.starts_at, d.ends_at, d.reason from app.delegations d
      join app.members f on f.id = d.from_member join app.members t on t.id = d.to_member join app.accounts c on c.member_id = t.id where d.id = ${ids.delegation} and c.email <> ''`.execute(
        tx,
      );
    return rows[0];
  });
  if (!row) return;
  const locale = isLocale(row.locale) ? row.locale : 'en';
  await withLocale(locale, async () => {
    const moment = (at: Date) => formatMoment(at, row.time_zone, locale);
    const words = {
      name: row.name,
      from: row.from,
      duty: dutyName(row.duty),
      start: moment(row.starts_at),
      end: moment(row.ends_at),
      reason: row.reason,
      link: `${config().url}/delegations`,
    };
    await sendMail({ to: row.email, subject: govern_mail_delegation_subject(words), text: govern_mail_delegation_text(words) });
  });
}
