import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** Ends all my browser sessions but the one that asks; tokens stay, they are revoked one by one. Returns how many. */
export async function signOutElsewhere(tx: Tx): Promise<number> {
  const { numAffectedRows } = await sql`update app.sessions set revoked_at = now()
    where member_id = app.me() and kind = 'browser' and revoked_at is null and expires_at > now() and id <> app.my_session()`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
