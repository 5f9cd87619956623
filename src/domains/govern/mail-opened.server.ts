import { sql } from 'kysely';
import { govern_mail_opened_subject, govern_mail_opened_text } from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';

/** Tells whoever stood behind a pseudonym that two trustees opened it, who they are, and where the reason stands. */
export async function mailOpened({ ids }: { ids: { act: string } }): Promise<void> {
  const row = await as({ kind: 'clerk' }, async (tx) => {
    const { rows } = await sql<{ name: string; email: string; locale: string; pseudonym: string; proposer: string; second: string }>`
      select w.name, w.email, w.locale, a.shown ->> 'name' as pseudonym, p.name as proposer, e.name as second from app.two_person_acts a, app.opened_person(a.id) w, app.members p, app.members e
       where a.id = ${ids.act} and p.id = a.proposed_by and e.id = a.ended_by`.execute(tx);
    return rows[0];
  });
  if (!row) return;
  const locale = isLocale(row.locale) ? row.locale : 'en';
  const words = { ...row, link: `${config().url}/acts/${ids.act}` };
  await sendMail({ to: row.email, subject: govern_mail_opened_subject(words, { locale }), text: govern_mail_opened_text(words, { locale }) });
}
