import { sql } from 'kysely';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import {
  messages_mail_from_subject,
  messages_mail_from_text,
  messages_mail_red_subject,
  messages_mail_red_text,
  messages_mail_waits_subject,
  messages_mail_waits_text,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';

const clerk = { kind: 'clerk' } as const;
type Row = {
  member_id: string;
  email: string;
  name: string;
  locale: string;
  number: number;
  direct: string;
  people: string[] | null;
  red: boolean;
};
type Noted = Row & { notice: string; token: string };

/**
 * Tells whoever has not read it that somebody wrote to them: from whom only where every label lets it, the words never. It is noted before it is sent,
 * so that no second mail goes out for the conversation until it was read; a mail that the server does not take is forgotten and tried again.
 */
export async function mailDirect({ ids }: { ids: { thread: string } }): Promise<void> {
  const noted = await as(clerk, async (tx) => {
    const { rows } = await sql<Row>`select * from app.direct_to_mail(${ids.thread})`.execute(tx);
    const all: Noted[] = rows.map((row) => ({ ...row, notice: newId(), token: newSecret() }));
    for (const { notice, token, member_id, number } of all)
      await sql`insert into app.mail_notices (id, member_id, thread_id, number, stop_hash) values (${notice}, ${member_id}, ${ids.thread}, ${number}, ${storedHash(keyOf(token))})`.execute(
        tx,
      );
    return all;
  });
  const failed: unknown[] = [];
  for (const one of noted)
    await send(one).catch(async (error) => {
      failed.push(error);
      await as(clerk, (tx) => sql`delete from app.mail_notices where id = ${one.notice}`.execute(tx));
    });
  if (failed.length) throw failed[0];
}

async function send({ email, name, locale: wanted, direct, people, red, token }: Noted): Promise<void> {
  const locale = isLocale(wanted) ? wanted : 'en';
  const { url } = config();
  const stop = `${url}/mail/stop/${token}`;
  const words = {
    name,
    people: people ? new Intl.ListFormat(locale).format(people) : '',
    hub: await hubNameNow(),
    link: people ? `${url}/messages/${direct}` : `${url}/messages`,
    stop,
  };
  const [subject, text] = people
    ? [messages_mail_from_subject, messages_mail_from_text]
    : red
      ? [messages_mail_red_subject, messages_mail_red_text]
      : [messages_mail_waits_subject, messages_mail_waits_text];
  await sendMail({ to: email, subject: subject(words, { locale }), text: text(words, { locale }), stop });
}
