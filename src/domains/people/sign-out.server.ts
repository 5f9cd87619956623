import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** Ends the session that asks. */
export async function signOut(tx: Tx): Promise<void> {
  await sql`update app.sessions set revoked_at = now() where id = app.my_session() and revoked_at is null`.execute(tx);
}
