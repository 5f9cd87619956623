import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { AnswerAdmission } from './model.ts';

/**
 * Answers who asked into a circle I run, or an invitation to me; yes brings in at once.
 * Refuses with people.admission.not_found (also where it is not mine to answer), people.circle.no_guests, .words_long.
 */
export async function answerAdmission(tx: Tx, input: unknown): Promise<void> {
  const { id, yes, words } = parse(AnswerAdmission, input);
  await sql`select app.answer_admission(${id}, ${yes}, ${words})`.execute(tx);
  tx.notes.wake = true;
}

/** Takes back what I asked, or an invitation to a circle I run. Refuses with people.admission.not_found. */
export async function withdrawAdmission(tx: Tx, input: { id: string }): Promise<void> {
  const { id } = parse(AnswerAdmission, input);
  await sql`select app.withdraw_admission(${id})`.execute(tx);
  tx.notes.wake = true;
}
