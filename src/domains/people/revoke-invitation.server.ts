import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';

/** Takes an open invitation back: its link is dead at once. Refuses with people.invitation.not_found. */
export async function revokeInvitation(tx: Tx, input: { id: string }): Promise<void> {
  const { numAffectedRows } =
    await sql`update app.invitations set revoked_at = now() where id = ${input.id} and used_at is null and revoked_at is null`.execute(tx);
  if (!numAffectedRows) throw notFound('people.invitation.not_found');
}
