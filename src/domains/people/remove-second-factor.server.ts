import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** Takes my second factor and its recovery codes away. Refuses with people.step_up.needed. */
export async function removeSecondFactor(tx: Tx): Promise<void> {
  await sql`select app.remove_second_factor()`.execute(tx);
}
