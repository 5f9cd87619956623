import { sql } from 'kysely';
import { ChecklistInput } from '#domains/people/joining/application.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { proposeAct } from './propose-act.server.ts';

/**
 * Makes the next version of the checklist: which questions stay, in their order, and new ones after them. Where a question is taken away it is proposed
 * to a second steward, once the hub has had two: then `waits` names the act. What is being vetted keeps the version it began with.
 * Refuses with people.checklist.changed, .empty, .question, .same, .reason_missing, govern.act.waits_already, people.step_up.needed, and as not found for whoever is no steward.
 */
export async function changeChecklist(tx: Tx, input: unknown): Promise<{ waits: string | null }> {
  const { after, keep, add, reason } = parse(ChecklistInput, input);
  const points = [...keep, ...add].join('\n');
  const { rows } = await sql<{ two: boolean; subject: string }>`
    select app.may_change_checklist() and app.checklist_needs_two(${points}) as two, app.checklist_subject() as subject`.execute(tx);
  const { two, subject } = rows[0]!;
  if (two) return { waits: (await proposeAct(tx, { kind: 'shorten_checklist', subject, content: { points, after: String(after) }, reason })).id };
  await sql`select app.change_checklist(${after}, ${points}, ${reason})`.execute(tx);
  return { waits: null };
}
