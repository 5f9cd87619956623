import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** Keeps a new password (its keyed hash) for whoever asks from a browser. Refuses with people.password.refused. */
export async function setPassword(tx: Tx, input: { hash: string }): Promise<void> {
  await sql`select app.set_my_password(${input.hash})`.execute(tx);
}
