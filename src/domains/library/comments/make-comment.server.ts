import { sql } from 'kysely';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import type { Posted } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { MakeComment, WHOLE } from './model.ts';
import { findPlace } from './place.server.ts';
import { sayTitle } from './words.ts';

/**
 * Comments on a page, a block, a control or a change request: a thread in its conversation, with a type, the words meant and what they should say. The same retry key answers with the
 * comment it made before. Refuses: common.not_found, library.country.not_open, library.comment.kind_unknown, .block_unknown, .quote_long, .proposed_long, and as starting a thread does.
 */
export async function makeComment(tx: Tx, input: MakeComment): Promise<Posted> {
  const wanted = parse(MakeComment, input);
  const place = await findPlace(tx, wanted.subject, wanted.block);
  if (!place || (wanted.within && place.subject.kind !== 'change_request')) throw notFound();
  const { id: conversation_id } = await openConversation(tx, { subject: { ...place.subject, within: wanted.within } });
  const posted = await startThread(tx, {
    conversation_id,
    // Words of the text, never of the comment: a title stays when a comment is taken back.
    title: sayTitle(wanted.kind, place.name),
    anchor: place.subject.kind === 'control' ? null : (wanted.block ?? (place.subject.kind === 'change_request' ? WHOLE : null)),
    body: wanted.body,
    marking: wanted.marking,
    retry_key: wanted.retry_key,
  });
  if (posted.repeated) return posted;
  await sql`insert into app.comments (thread_id, conversation_id, audience_id, message_id, page_id, block, byline_id, kind)
    select t.id, t.conversation_id, t.audience_id, ${posted.id}, ${place.page_id}, ${place.block}, t.byline_id, ${wanted.kind} from app.threads t where t.id = ${posted.thread_id}`.execute(
    tx,
  );
  if (wanted.quote || wanted.proposed)
    await sql`insert into app.comment_words (message_id, thread_id, audience_id, quote, quote_before, quote_after, proposed)
      select ${posted.id}, t.id, t.audience_id, ${wanted.quote}, ${wanted.quote_before}, ${wanted.quote_after}, ${wanted.proposed} from app.threads t where t.id = ${posted.thread_id}`.execute(
      tx,
    );
  return posted;
}
