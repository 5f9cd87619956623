import { sql } from 'kysely';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { type Rules, SetRules } from './model.ts';
import { findRules } from './queries.server.ts';

export type RulesSet = { rules: Rules; act: string | null };

/**
 * Sets how a space decides. What asks for less than now is proposed to a second steward instead, once the hub has had two: `act` is what waits then.
 * Refuses: library.space.not_found, library.rules.days, .approvals, .approvers, .reason_missing (where something loosens), people.step_up.needed, govern.act.waits_already.
 */
export async function setRules(tx: Tx, slug: string, input: unknown): Promise<RulesSet> {
  const { rules, reason } = parse(SetRules, input);
  const space = await findRules(tx, slug);
  if (!space?.may_set) throw notFound('library.space.not_found');
  const wanted = JSON.stringify(rules);
  const { rows } = await sql<{ two: boolean }>`select app.rules_need_two(${space.id}, ${wanted}::jsonb) as two`.execute(tx);
  if (rows[0]?.two) {
    if (!reason) throw new Refusal('library.rules.reason_missing');
    return { rules: space.rules, act: (await proposeAct(tx, { kind: 'loosen_rules', subject: space.id, content: { rules: wanted }, reason })).id };
  }
  await sql`select app.set_rules(${space.id}, ${wanted}::jsonb, ${reason})`.execute(tx);
  tx.notes.wake = true;
  return { rules, act: null };
}
