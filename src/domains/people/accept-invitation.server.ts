import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { slugOf } from './model.ts';
import { openSession } from './open-session.server.ts';
import type { NewPasskey } from './passkey.server.ts';
import { keyOf, storedHash } from './secrets.server.ts';
import { macOf } from './sign-in-key.server.ts';

type Input = { token: string; name: string; passwordHash: string | null; passkey?: NewPasskey & { memberId: string }; device: string };

/**
 * Makes the member out of an invitation and signs them in; returns the secret for the cookie. Where they belong and as what stands in the invitation alone.
 * Refuses with people.invitation.not_found (used, revoked, expired, unknown alike), people.invitation.already_member.
 */
export async function acceptInvitation(tx: Tx, input: Input): Promise<string> {
  const member = input.passkey?.memberId ?? newId();
  await sql`select app.accept_invitation(${storedHash(keyOf(input.token))}, ${member}, ${newId()}, ${slugOf(input.name)}, ${input.name}, ${input.passwordHash})`.execute(
    tx,
  );
  if (input.passkey) {
    const id = newId();
    const { credentialId, publicKey, counter, transports, name } = input.passkey;
    const mac = macOf(`first-passkey:${id}:${member}:${credentialId}`);
    await sql`select app.keep_first_passkey(${id}, ${member}, ${credentialId}, ${Buffer.from(publicKey)}, ${counter}, ${transports}, ${name}, ${mac})`.execute(
      tx,
    );
  }
  return openSession(tx, { memberId: member, device: input.device });
}
