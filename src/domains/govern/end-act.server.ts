import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { EndingInput } from './model.ts';

/** Withdraws what one proposed, or declines, with a reason, what another did. Refuses with govern.act.not_found, .ended, .lapsed, .not_second, .reason_missing, .reason_long. */
export async function endAct(tx: Tx, input: unknown): Promise<void> {
  const { id, reason } = parse(EndingInput, input);
  await sql`select app.end_act(${id}, ${reason})`.execute(tx);
  tx.notes.wake = true;
}
