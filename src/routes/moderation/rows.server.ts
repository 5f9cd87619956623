import { fillChips } from '#domains/conversations/chips.server.ts';
import { reasonName } from '#domains/conversations/moderation/words.ts';
import { renderMessage } from '#lib/text/render-message.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { placesOf } from '../places.server.ts';

/** Reports or decisions with the words they are about as they are shown (references filled with the reader's own eyes), the reason in words, and the place if it is theirs to see. */
export async function shownRows<T extends { said: string | null; subject_id: string | null; reason: string }>(tx: Tx, rows: T[]) {
  const places = await placesOf(
    tx,
    rows.flatMap(({ subject_id }) => (subject_id ? [{ subjectId: subject_id }] : [])),
  );
  const html = await fillChips(
    tx,
    rows.map(({ said }) => (said ? renderMessage(said) : '')),
  );
  return rows.map((row, i) => ({ ...row, html: html[i] ?? '', because: reasonName(row.reason), place: places.get(row.subject_id ?? '')?.name ?? null }));
}
