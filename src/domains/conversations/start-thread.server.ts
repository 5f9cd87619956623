import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { contentOf } from './attach-files.server.ts';
import { StartThread, theOne } from './model.ts';
import { needStart } from './need-start.server.ts';
import { listThreads } from './queries.server.ts';
import { bodyHash, findRepeated, type Posted, storeMessage } from './post-message.server.ts';

/**
 * Starts a thread with its first message. The same retry key with the same words answers with the thread it made before. `one`: all talk there is one thread, so whoever
 * comes second, or at the same moment, speaks in the one there is.
 * Refuses: conversations.conversation.not_found, .closed, .keepers_start, conversations.thread.untitled, .title_too_long, and as posting does.
 */
export async function startThread(tx: Tx, input: unknown, { one = false } = {}): Promise<Posted> {
  const wanted = parse(StartThread, input);
  const hash = bodyHash(`${wanted.conversation_id} ${wanted.title}`, wanted, await contentOf(tx, wanted.files ?? []));
  const before = await findRepeated(tx, wanted.retry_key, hash);
  if (before) return before;
  const message = { body: wanted.body, marking: wanted.marking, retry_key: wanted.retry_key, files: wanted.files };
  const there = one ? await theOneThread(tx, wanted.conversation_id) : undefined;
  if (there) return storeMessage(tx, { ...message, thread_id: there }, hash);
  await needStart(tx, wanted.conversation_id);
  const thread_id = newId();
  const { rows } = await sql<{ audience_id: number; byline_id: string; subject_id: string }>`
		insert into app.threads as t (id, conversation_id, audience_id, title, anchor, byline_id)
		select ${thread_id}, c.id, c.audience_id, ${wanted.title}, ${wanted.anchor}, b.id from app.conversations c, app.bylines b
		where c.id = ${wanted.conversation_id} and b.member_id = (select app.me()) and b.kind = 'person'
		returning audience_id, byline_id, (select c.subject_id from app.conversations c where c.id = t.conversation_id) as subject_id`.execute(tx);
  const made = rows[0];
  if (!made) throw new Refusal('conversations.conversation.not_found', { status: 404 });
  await record(tx, {
    kind: 'thread.started',
    audienceId: made.audience_id,
    bylineId: made.byline_id,
    subjectKind: 'thread',
    subjectId: thread_id,
    // A page that shows its subject without a word yet knows no conversation to listen for.
    data: { conversation_id: wanted.conversation_id, about_id: made.subject_id },
  });
  return storeMessage(tx, { ...message, thread_id }, hash);
}

/** Two who say the first word at the same moment wait for each other here. */
async function theOneThread(tx: Tx, conversationId: string): Promise<string | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`one thread ${conversationId}`}, 0))`.execute(tx);
  return theOne(await listThreads(tx, conversationId))?.id;
}
