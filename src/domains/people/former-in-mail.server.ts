import { sql } from 'kysely';
import { isLocale } from '#paraglide/runtime.js';
import { as } from '#platform/database/open.server.ts';
import type { Mail } from '#platform/mail.server.ts';
import { sayFormerMembers } from './former-member.ts';

/** A mail that names somebody who was erased says so in the language of whoever gets it, without the signs that the name carries. */
export async function sayFormerInMail(mail: Mail): Promise<Mail> {
  if (!`${mail.subject}${mail.text}`.includes('\u2068A former member')) return mail;
  const { rows } = await as({ kind: 'clerk' }, (tx) =>
    sql<{
      locale: string;
    }>`select m.locale from app.accounts a join app.members m on m.id = a.member_id where a.email_key = ${mail.to.trim().toLowerCase()}`.execute(tx),
  );
  const locale = rows[0] && isLocale(rows[0].locale) ? rows[0].locale : 'en';
  return { ...mail, subject: sayFormerMembers(mail.subject, locale), text: sayFormerMembers(mail.text, locale) };
}
