import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { hubSettings } from '#platform/settings/values.server.ts';
import { keyOf, newSecret, storedHash } from './secrets.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** What somebody showed to come in; whether it is enough says the database. */
export type Proof = 'passkey' | 'password' | 'password+code' | 'demo' | `sso:${string}`;
/** The browser: what it calls itself, and the secret of its own cookie by which it is known again. */
export type Device = { name: string; secret?: string | undefined };

/** Signs a member in whose credential this process has checked, and returns the secret for the cookie. Refuses with people.sign_in.refused, also when more is asked of this member. */
export async function openSession(tx: Tx, input: { memberId: string; proof: Proof; device: Device }): Promise<string> {
  const { memberId, proof, device } = input;
  const secret = newSecret();
  const hash = storedHash(keyOf(secret));
  const known = device.secret ? storedHash(device.secret) : null;
  const id = newId();
  const mac = macOf(`open-session:${id}:${hash.toString('hex')}:${memberId}:${proof}`);
  await sql`select app.open_session(${id}, ${hash}, ${memberId}, ${device.name.slice(0, 80)}, ${hubSettings().session_days}, ${proof}, ${known}, ${mac})`.execute(
    tx,
  );
  return secret;
}
