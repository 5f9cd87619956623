import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

/** May a channel for this audience carry these labels: the highest, and the usual one below it? Refuses: channels.ceiling.not_admitted, conversations.marking.above_ceiling. */
export async function needFittingLabels(
  tx: Tx,
  audience: number | RawBuilder<number>,
  { ceiling, marking }: { ceiling: string; marking: string | null },
): Promise<void> {
  const { rows } = await sql<{ admits: boolean; above: boolean }>`
    select app.marking_admits(${ceiling}, ${audience}) as admits, app.marking_rank(${marking}) > app.marking_rank(${ceiling}) as above`.execute(tx);
  if (!rows[0]?.admits) throw new Refusal('channels.ceiling.not_admitted', { details: { label: ceiling } });
  if (rows[0].above) throw new Refusal('conversations.marking.above_ceiling');
}
