import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { InviteInput } from './model.ts';
import { taking } from './sign-in-key.server.ts';

/**
 * Invites an address into an organization; a job mails the link. An earlier open invitation of the same address there ends, so that one link works at a time.
 * Refuses with people.invitation.slow_down, and as not found where one may not invite (or not into that role).
 */
export async function inviteColleague(tx: Tx, input: InviteInput & { organizationId: string }): Promise<{ id: string }> {
  const { rows } = await sql<{ me: string | null }>`select app.me() as me`.execute(tx);
  const taken = await sql<{ ok: boolean }>`select ${taking(['invite', rows[0]?.me ?? ''], 40, 3600)} as ok`.execute(tx);
  if (!taken.rows[0]?.ok) throw new Refusal('people.invitation.slow_down', { status: 429 });
  await sql`update app.invitations set revoked_at = now()
    where organization_id = ${input.organizationId} and lower(email) = lower(${input.email}) and used_at is null and revoked_at is null`.execute(tx);
  const id = newId();
  await sql`insert into app.invitations (id, organization_id, email, name, role, invited_by)
    values (${id}, ${input.organizationId}, ${input.email}, ${input.name}, ${input.role}, (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person'))`.execute(
    tx,
  );
  await sql`select app.enqueue('people.mail-invitation', ${JSON.stringify({ invitation: id })})`.execute(tx);
  return { id };
}
