import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { enter, type Entered } from './enter.server.ts';
import { slugOf } from './model.ts';
import { keepFirstPasskey } from './keep-first-passkey.server.ts';
import type { Device } from './open-session.server.ts';
import type { NewPasskey } from './passkey.server.ts';
import { keyOf, storedHash } from './secrets.server.ts';

type Input = { token: string; name: string; passwordHash: string | null; passkey?: NewPasskey & { memberId: string }; device: Device };

/**
 * Makes the member out of an invitation and lets them in, or to what their organization asks for first. Where they belong and as what stands in the invitation alone.
 * Refuses with people.invitation.not_found (used, revoked, expired, unknown alike), people.invitation.already_member.
 */
export async function acceptInvitation(tx: Tx, input: Input): Promise<Entered> {
  const member = input.passkey?.memberId ?? newId();
  await sql`select app.accept_invitation(${storedHash(keyOf(input.token))}, ${member}, ${newId()}, ${slugOf(input.name)}, ${input.name}, ${input.passwordHash})`.execute(
    tx,
  );
  if (input.passkey) await keepFirstPasskey(tx, input.passkey);
  return enter(tx, { memberId: member, proof: input.passkey ? 'passkey' : 'password', device: input.device });
}
