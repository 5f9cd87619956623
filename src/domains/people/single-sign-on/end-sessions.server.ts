import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** Ends every session and token of everybody who works for an organization, except the session that asks; says how many. Refuses with people.organization.not_found, people.step_up.needed. */
export async function endSessionsOf(tx: Tx, input: { organizationId: string }): Promise<number> {
  const { rows } = await sql<{ n: number }>`select app.end_sessions_of(${input.organizationId}) as n`.execute(tx);
  tx.notes.wake = true;
  return rows[0]?.n ?? 0;
}
