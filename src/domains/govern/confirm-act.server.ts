import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { ConfirmationInput } from './model.ts';

/**
 * Confirms what another proposed, and so does it: exactly what was read, or nothing.
 * Refuses with govern.act.not_found, .ended, .lapsed, .not_second, .proposer_gone, .changed, people.step_up.needed, and what the kind refuses.
 */
export async function confirmAct(tx: Tx, input: unknown): Promise<void> {
  const { id, hash } = parse(ConfirmationInput, input);
  await sql`select app.confirm_act(${id}, decode(${hash}, 'hex'))`.execute(tx);
  tx.notes.wake = true;
  // The act may have been a setting: every process reads them anew.
  tx.notes.hint = { about: 'settings' };
}
