import { sql } from 'kysely';
import { type Posted, postMessage } from '#domains/conversations/post-message.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { DisposeComment, needsReason } from './model.ts';
import { sayAnswer } from './words.ts';

type Row = { version: number; space_id: string; audience_id: number; may_dispose: boolean };

/**
 * Says what becomes of a comment, with a reason and the change request that answers it. It is said in the thread too, so that whoever commented is told as of every message they follow.
 * Refuses: common.not_found, library.comment.disposition_unknown, .reason_missing, .reason_long, .request_unknown, .may_not_dispose, .disposed_meanwhile (409), and as posting does.
 */
export async function disposeComment(tx: Tx, input: DisposeComment): Promise<Posted> {
  const wanted = parse(DisposeComment, input);
  if (needsReason(wanted.disposition) && !wanted.reason) throw new Refusal('library.comment.reason_missing');
  const { rows } =
    await sql<Row>`select version, space_id, audience_id, app.may_dispose(thread_id) as may_dispose from app.comments where thread_id = ${wanted.id}`.execute(
      tx,
    );
  const comment = rows[0];
  if (!comment) throw notFound();
  if (!comment.may_dispose) throw new Refusal('library.comment.may_not_dispose', { status: 403 });
  const request = wanted.answered_by === null ? null : await requestNumbered(tx, comment.space_id, wanted.answered_by);
  // Before the row is touched: a form sent twice is answered with what it did, also when its version is over by then.
  const posted = await postMessage(tx, {
    thread_id: wanted.id,
    body: sayAnswer(wanted.disposition, wanted.reason, request ? { id: request, number: wanted.answered_by! } : null),
    retry_key: wanted.retry_key,
  });
  if (posted.repeated) return posted;
  if (wanted.reason)
    await sql`insert into app.comment_words (message_id, thread_id, audience_id, reason) values (${posted.id}, ${wanted.id}, ${comment.audience_id}, ${wanted.reason})`.execute(
      tx,
    );
  const done =
    await sql`update app.comments set disposition = ${wanted.disposition}, answer_id = ${wanted.disposition ? posted.id : null}, answered_by = ${request}
    where thread_id = ${wanted.id} and version = ${wanted.version}`.execute(tx);
  if (!Number(done.numAffectedRows)) throw new Refusal('library.comment.disposed_meanwhile', { status: 409 });
  return posted;
}

async function requestNumbered(tx: Tx, space: string, number: number): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from app.change_requests where space_id = ${space} and number = ${number}`.execute(tx);
  if (!rows[0]) throw new Refusal('library.comment.request_unknown');
  return rows[0].id;
}
