import { sql } from 'kysely';
import { messageWords } from '#lib/text/message-words.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import { parse } from '#platform/input.ts';
import { admitted } from './admitted.server.ts';
import { resolveReferences } from './chips.server.ts';
import { resolveMentions } from './mentions.server.ts';
import { EditMessage } from './model.ts';
import { findMessage } from './queries.server.ts';

/**
 * Changes one's own message; what it said before is kept. A label left out stays as it is.
 * Refuses: conversations.message.not_found, .not_mine, .above_ceiling, .empty, .too_long.
 */
export async function editMessage(tx: Tx, input: unknown): Promise<{ id: string; thread_id: string }> {
  const { id, body: typed, marking } = parse(EditMessage, input);
  const message = await findMessage(tx, id);
  if (!message || message.deleted_at) throw new Refusal('conversations.message.not_found', { status: 404 });
  if (!message.may_edit) throw new Refusal('conversations.message.not_mine', { status: 403 });
  const { body, named } = await resolveMentions(tx, await resolveReferences(tx, typed), message);
  const label = marking === undefined ? message.marking : marking;
  const done = { id, thread_id: message.thread_id };
  if (message.body === body && message.marking === label) return done;
  await record(tx, {
    kind: 'message.edited',
    audienceId: message.audience_id,
    bylineId: message.byline_id,
    subjectKind: 'message',
    subjectId: id,
    data: { conversation_id: message.conversation_id, thread_id: message.thread_id, number: message.number },
  });
  await admitted(tx, { thread_id: message.thread_id, marking: label }, sql`update app.messages set body = ${body}, marking = ${label} where id = ${id}`);
  if (body.includes('@[') || message.body.includes('@[')) await sql`select app.set_mentions(${id}, ${named}::text[])`.execute(tx);
  await sql`select search.put('message', ${id}, ${messageWords(body)})`.execute(tx);
  return done;
}
