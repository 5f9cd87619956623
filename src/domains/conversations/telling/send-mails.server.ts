import { sql } from 'kysely';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { isLocale } from '#paraglide/runtime.js';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { sendMail } from '#platform/mail.server.ts';
import { type Due, writeMail } from './write-mail.server.ts';

const clerk = { kind: 'clerk' } as const;
const AT_ONCE = 20;

/**
 * Sends what mail has to tell now, one mail for each member. It is claimed before it is sent and noted after; a mail that the server does not take is
 * tried again in five minutes, one that a dying process left is taken up after ten. How many went out; throws the first failure when all are done.
 */
export async function sendMails(): Promise<number> {
  let sent = 0;
  const failed: unknown[] = [];
  for (;;) {
    const due = await as(clerk, async (tx) => (await sql<Due>`select * from app.claim_mails(${AT_ONCE})`.execute(tx)).rows);
    for (const one of due) {
      const went = await send(one).then(
        () => true,
        (error) => {
          failed.push(error);
          return false;
        },
      );
      if (went) sent += 1;
      await as(clerk, (tx) => sql`select app.mails_sent(${one.notices}, ${went})`.execute(tx));
    }
    if (due.length < AT_ONCE) break;
  }
  if (failed.length) throw failed[0];
  return sent;
}

async function send(due: Due): Promise<void> {
  const token = newSecret();
  const mail = await writeMail(due, isLocale(due.locale) ? due.locale : 'en', token);
  await as(clerk, (tx) =>
    sql`insert into app.notice_mails (id, member_id, reasons, stop_hash) values (${newId()}, ${due.member_id}, ${due.reasons}, ${storedHash(keyOf(token))})`.execute(
      tx,
    ),
  );
  await sendMail({ to: due.email, ...mail });
}
