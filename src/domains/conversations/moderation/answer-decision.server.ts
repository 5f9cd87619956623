import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { Answer } from './model.ts';

/** My answer to a decision about me, once, within thirty days. Refuses: conversations.moderation.not_found, .answered, .settled, .no_answer, .too_long. */
export async function answerDecision(tx: Tx, input: unknown): Promise<void> {
  const { id, answer } = parse(Answer, input);
  await sql`select app.answer_act(${id}, ${answer})`.execute(tx);
}
