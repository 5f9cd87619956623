import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type EventInput = {
  kind: string;
  audienceId: number;
  bylineId?: string | null;
  subjectKind: string;
  subjectId: string;
  /** Ids and numbers only: whoever may read the subject looks up the words with their own eyes. */
  data?: Record<string, string | number | boolean | null>;
};

/** Writes down what happened, in the transaction that does it; the live stream wakes after commit. */
export async function record(tx: Tx, event: EventInput): Promise<void> {
  await sql`insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
		values (${event.kind}, ${event.audienceId}, ${event.bylineId ?? null}, ${event.subjectKind}, ${event.subjectId}, ${JSON.stringify(event.data ?? {})})`.execute(
    tx,
  );
  tx.notes.wake = true;
}
