import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { seal } from '#platform/seal.server.ts';
import { newAuthenticatorKey } from './authenticator.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** Makes a key for an authenticator app; it asks for nothing before `confirmSecondFactor`. Refuses with people.factor.already, people.step_up.needed. */
export async function beginSecondFactor(tx: Tx, input: { memberId: string }): Promise<void> {
  const { memberId } = input;
  const sealed = seal('authenticator', memberId, newAuthenticatorKey());
  await sql`select app.keep_second_factor(${memberId}, ${sealed}, ${macOf(`keep-second-factor:${memberId}:${sealed}`)})`.execute(tx);
}
