import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';

/** Ends one of my sessions or API tokens, this browser's too. Refuses with people.session.not_found. */
export async function revokeSession(tx: Tx, input: { id: string }): Promise<void> {
  const { numAffectedRows } =
    await sql`update app.sessions set revoked_at = now() where id = ${input.id} and member_id = app.me() and revoked_at is null`.execute(tx);
  if (!numAffectedRows) throw notFound('people.session.not_found');
}
