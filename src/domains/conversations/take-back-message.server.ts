import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import { findMessage } from './queries.server.ts';

/**
 * Takes one's own message back: its place and number stay, its words go, from search too. Doing it twice changes nothing.
 * Refuses: conversations.message.not_found, conversations.message.not_mine.
 */
export async function takeBackMessage(tx: Tx, input: { id: string }): Promise<{ id: string; thread_id: string }> {
  const message = await findMessage(tx, input.id);
  if (!message) throw new Refusal('conversations.message.not_found', { status: 404 });
  if (!message.mine) throw new Refusal('conversations.message.not_mine', { status: 403 });
  const done = { id: input.id, thread_id: message.thread_id };
  if (message.deleted_at) return done;
  await sql`update app.messages set body = '', deleted_at = now() where id = ${input.id}`.execute(tx);
  await sql`select app.set_mentions(${input.id}, '{}')`.execute(tx);
  await sql`select search.put('message', ${input.id}, '')`.execute(tx);
  await record(tx, {
    kind: 'message.taken_back',
    audienceId: message.audience_id,
    bylineId: message.byline_id,
    subjectKind: 'message',
    subjectId: input.id,
    data: { conversation_id: message.conversation_id, thread_id: message.thread_id, number: message.number },
  });
  return done;
}
