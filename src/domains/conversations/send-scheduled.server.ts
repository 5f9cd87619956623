import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { mailNotSent } from './mail-scheduled.server.ts';
import type { Scheduled } from './schedule-message.server.ts';
import { askPoll } from './polls.server.ts';
import { postMessage } from './post-message.server.ts';
import { startThread } from './start-thread.server.ts';

const clerk = { kind: 'clerk' } as const;

/** Posts what is due, each as its writer and with the rights that they have now; what may not be said any more is kept for its writer, with the reason. */
export async function sendScheduled(): Promise<{ sent: number; refused: number }> {
  const due = await as(
    clerk,
    async (tx) =>
      (
        await sql<{
          id: string;
          member_id: string;
        }>`select id, member_id from app.scheduled_messages where state = 'waiting' and send_at <= now() order by send_at, id limit 500`.execute(tx)
      ).rows,
  );
  let sent = 0;
  for (const { id, member_id } of due) {
    try {
      if (await send(id, member_id)) sent++;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await as(clerk, (tx) => sql`select app.end_scheduled(${id}, 'refused', ${error.code}, null)`.execute(tx));
      // The list says it in any case; a mail that does not go out changes nothing there.
      await mailNotSent(member_id).catch(() => undefined);
    }
  }
  return { sent, refused: due.length - sent };
}

/** In one transaction: who writes is asked now, the message is there once, and it waits no longer. */
async function send(id: string, member: string): Promise<boolean> {
  return as({ kind: 'clerk', as: member }, async (tx) => {
    const { rows } = await sql<
      Scheduled & { retry_key: string }
    >`select * from app.scheduled_messages where id = ${id} and state = 'waiting' and send_at <= now()`.execute(tx);
    const one = rows[0];
    // Whoever is suspended does not even see their own; and one that was cancelled meanwhile is nobody's.
    if (!one) throw new Refusal('conversations.scheduled.writer_gone');
    const { anchor, body, marking, poll, retry_key } = one;
    const posted = one.thread_id
      ? await postMessage(tx, { thread_id: one.thread_id, body, marking, retry_key })
      : await startThread(tx, { conversation_id: one.conversation_id, title: one.title, anchor, body, marking, retry_key });
    if (poll && !posted.repeated) await askPoll(tx, posted.id, poll);
    await sql`select app.end_scheduled(${id}, 'sent', null, ${posted.id})`.execute(tx);
    return true;
  });
}
