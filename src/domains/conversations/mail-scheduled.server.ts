import { sql } from 'kysely';
import { talk_mail_not_sent_subject, talk_mail_not_sent_text } from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';

/** Tells whoever scheduled a message that it was not sent; neither its words nor its place stand in the mail. */
export async function mailNotSent(memberId: string): Promise<void> {
  const rows = await as(
    { kind: 'clerk' },
    async (tx) =>
      (
        await sql<{
          email: string;
          name: string;
          locale: string;
        }>`select a.email, m.name, m.locale from app.members m join app.accounts a on a.member_id = m.id where m.id = ${memberId} and m.status = 'active'`.execute(
          tx,
        )
      ).rows,
  );
  const one = rows[0];
  if (!one?.email) return;
  const locale = isLocale(one.locale) ? one.locale : 'en';
  const words = { name: one.name, link: `${config().url}/scheduled` };
  await sendMail({ to: one.email, subject: talk_mail_not_sent_subject({}, { locale }), text: talk_mail_not_sent_text(words, { locale }) });
}
