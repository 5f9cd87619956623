import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { ProposalInput } from './model.ts';

/**
 * Proposes an act that needs two; the others with the duty are told by mail.
 * Refuses with govern.act.not_found (also where one may not), .waits_already, .reason_missing, .reason_long, people.step_up.needed, and what the kind refuses.
 */
export async function proposeAct(tx: Tx, input: unknown): Promise<{ id: string }> {
  const { kind, subject, content, reason } = parse(ProposalInput, input);
  const id = newId();
  await sql`select app.propose_act(${id}, ${kind}, ${subject}, ${JSON.stringify(content)}::jsonb, ${reason})`.execute(tx);
  tx.notes.wake = true;
  return { id };
}
