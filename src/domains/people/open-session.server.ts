import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, newSecret, SESSION_DAYS, storedHash } from './secrets.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** Signs a member in whose credential this process has checked, and returns the secret for the cookie. Refuses with people.sign_in.refused. */
export async function openSession(tx: Tx, input: { memberId: string; device: string }): Promise<string> {
  const secret = newSecret();
  const hash = storedHash(keyOf(secret));
  const id = newId();
  const mac = macOf(`open-session:${id}:${hash.toString('hex')}:${input.memberId}`);
  await sql`select app.open_session(${id}, ${hash}, ${input.memberId}, ${input.device.slice(0, 80)}, ${SESSION_DAYS}, ${mac})`.execute(tx);
  return secret;
}
