import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';

type Row = { disposition: string | null; closed: boolean; may_close: boolean };

/** Whoever commented says that it is answered, or that it is not. Refuses: common.not_found, library.comment.not_yours. */
export async function closeComment(tx: Tx, { id, closed }: { id: string; closed: boolean }): Promise<void> {
  const comment = await own(tx, id);
  if (comment.closed !== closed) await sql`update app.comments set closed_at = ${closed ? sql`now()` : null} where thread_id = ${id}`.execute(tx);
  tx.notes.wake = true;
}

/**
 * Whoever commented takes the comment back as a point to be decided, or brings it back; its words stay. What was decided already stays decided.
 * Refuses: common.not_found, library.comment.not_yours, library.comment.disposed_meanwhile (409).
 */
export async function withdrawComment(tx: Tx, { id, withdrawn }: { id: string; withdrawn: boolean }): Promise<void> {
  const comment = await own(tx, id);
  if ((comment.disposition === 'withdrawn') === withdrawn) return;
  const from = withdrawn ? sql`disposition is null` : sql`disposition = 'withdrawn'`;
  const done = await sql`update app.comments set disposition = ${withdrawn ? 'withdrawn' : null}, answer_id = null where thread_id = ${id} and ${from}`.execute(
    tx,
  );
  if (!Number(done.numAffectedRows)) throw new Refusal('library.comment.disposed_meanwhile', { status: 409 });
  tx.notes.wake = true;
}

async function own(tx: Tx, id: string): Promise<Row> {
  const { rows } =
    await sql<Row>`select disposition, closed_at is not null as closed, app.may_close_comment(thread_id) as may_close from app.comments where thread_id = ${id}`.execute(
      tx,
    );
  if (!rows[0]) throw notFound();
  if (!rows[0].may_close) throw new Refusal('library.comment.not_yours', { status: 403 });
  return rows[0];
}
