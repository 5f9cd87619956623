import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { checkNewPasskey } from './passkey.server.ts';

/** Adds a passkey to whoever asks; false when the browser's answer did not hold (a value, so that the challenge stays used). Refuses with common.conflict. */
export async function addPasskey(tx: Tx, input: { ceremony: string; response: RegistrationResponseJSON; name: string }): Promise<boolean> {
  const made = await checkNewPasskey(tx, input);
  if (!made) return false;
  await sql`insert into app.passkeys (id, member_id, credential_id, public_key, counter, transports, name)
    values (${newId()}, ${made.memberId}, ${made.credentialId}, ${Buffer.from(made.publicKey)}, ${made.counter}, ${made.transports}, ${made.name})`.execute(tx);
  return true;
}
