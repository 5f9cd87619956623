import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { LiftOne } from './model.ts';

/**
 * Lifts a hold that another steward placed; what is due goes with the next run.
 * Refuses with records.hold.not_found, .second_person (one's own), .lifted_already, records.reason.missing, .reason.long, people.step_up.needed.
 */
export async function liftHold(tx: Tx, input: unknown): Promise<void> {
  const { id, reason } = parse(LiftOne, input);
  const { numAffectedRows } = await sql`update app.legal_holds set lifted_reason = ${reason} where id = ${id}`.execute(tx);
  if (!numAffectedRows) throw notFound('records.hold.not_found');
}
