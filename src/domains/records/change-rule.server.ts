import { sql } from 'kysely';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { RuleInput } from './model.ts';

/**
 * Says how long something is kept, with the reason; for a week the longer of old and new still counts. A shorter time is proposed to a second steward,
 * once the hub has had two: then `waits` names the act.
 * Refuses with records.rule.not_found (also for whoever is no steward), .days.not_a_number, .reason.missing, .reason.long, govern.act.waits_already, people.step_up.needed.
 */
export async function changeRule(tx: Tx, input: unknown): Promise<{ waits: string | null }> {
  const { kind, label, days, reason } = parse(RuleInput, input);
  const asked = await sql<{ two: boolean; subject: string }>`
    select app.may_change_retention() and app.retention_needs_two(${kind}, ${label}, ${days}) as two, app.retention_subject(${kind}, ${label}) as subject`.execute(
    tx,
  );
  const { two, subject } = asked.rows[0]!;
  if (two) {
    const content = { kind, ...(label && { label }), days: days! };
    return { waits: (await proposeAct(tx, { kind: 'shorten_retention', subject, content, reason })).id };
  }
  const { numAffectedRows } =
    await sql`update app.retention_rules set keep_days = ${days}, reason = ${reason} where kind = ${kind} and label is not distinct from ${label}`.execute(tx);
  if (!numAffectedRows) throw notFound('records.rule.not_found');
  return { waits: null };
}
