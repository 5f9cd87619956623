import { sql } from 'kysely';
import { messages_reply_files, messages_reply_refused, messages_reply_refused_subject } from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { errorText } from '#ui/error-text.server.ts';
import { withLocale } from '#ui/locale.server.ts';
import { hashOf } from './address.server.ts';
import type { Opened } from './take-reply.server.ts';

/** Tells the member whose address it was why their answer was not posted, or not all of it, once in ten minutes: never whoever the mail says it is from. The words come back only to a proven sender. */
export async function mailNotTaken(to: Opened, secret: string, code: string, words: string): Promise<void> {
  const told = (yes: boolean) =>
    as({ kind: 'clerk' }, async (tx) => (await sql<{ may: boolean }>`select app.tell_refused(${hashOf(secret)}, ${yes}) as may`.execute(tx)).rows[0]?.may);
  if (!(await told(true))) return;
  const locale = (isLocale(to.locale) ? to.locale : 'en') as 'en';
  const link = `${config().url}/threads/${to.thread_id}`;
  try {
    const text = code === 'conversations.reply.files' ? messages_reply_files({ name: to.name, link }, { locale }) : refusal(to, code, words, link, locale);
    await sendMail({ to: to.email, subject: messages_reply_refused_subject({}, { locale }), text });
  } catch (error) {
    // The relay brings it again, and then it is told.
    await told(false);
    throw error;
  }
}

function refusal({ name }: Opened, code: string, words: string, link: string, locale: 'en'): string {
  const why = withLocale(locale, () => errorText(code));
  const text = messages_reply_refused({ name, why, link }, { locale });
  return words && code !== 'conversations.reply.unproven' ? `${text}\n${words.replace(/^/gm, '> ')}\n` : text;
}
