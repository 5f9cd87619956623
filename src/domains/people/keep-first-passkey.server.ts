import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import type { NewPasskey } from './passkey.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** Keeps the passkey somebody joins, recovers or goes on signing in with, which this process has checked. Refuses with people.passkey.refused where there is one already. */
export async function keepFirstPasskey(tx: Tx, input: NewPasskey & { memberId: string }): Promise<void> {
  const id = newId();
  const { memberId, credentialId, publicKey, counter, transports, name } = input;
  const mac = macOf(`first-passkey:${id}:${memberId}:${credentialId}`);
  await sql`select app.keep_first_passkey(${id}, ${memberId}, ${credentialId}, ${Buffer.from(publicKey)}, ${counter}, ${transports}, ${name}, ${mac})`.execute(
    tx,
  );
}
