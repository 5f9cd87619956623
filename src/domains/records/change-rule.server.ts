import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { RuleInput } from './model.ts';

/**
 * Says how long something is kept, with the reason; for a week the longer of old and new still counts.
 * Refuses with records.rule.not_found (also for whoever is no steward), .days.not_a_number, .reason.missing, .reason.long, people.step_up.needed.
 */
export async function changeRule(tx: Tx, input: unknown): Promise<void> {
  const { kind, label, days, reason } = parse(RuleInput, input);
  const { numAffectedRows } =
    await sql`update app.retention_rules set keep_days = ${days}, reason = ${reason} where kind = ${kind} and label is not distinct from ${label}`.execute(tx);
  if (!numAffectedRows) throw notFound('records.rule.not_found');
}
