import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { stepOfCode } from './authenticator.server.ts';
import { renewRecoveryCodes } from './renew-recovery-codes.server.ts';
import { openFactor } from './second-factor.server.ts';
import { macOf } from './sign-in-key.server.ts';

/**
 * The first right code makes the second factor count; returns the recovery codes, which are never seen again, or undefined when the code was wrong
 * (a value, so that a counted try stays). Refuses with people.factor.already, people.step_up.needed.
 */
export async function confirmSecondFactor(tx: Tx, input: { memberId: string; code: string }): Promise<string[] | undefined> {
  const { memberId } = input;
  const factor = await openFactor(tx, memberId);
  const step = factor && stepOfCode(factor.secret, input.code);
  if (step === undefined) return undefined;
  // Codes first: whoever is half signed in may no more once the factor counts.
  const codes = await renewRecoveryCodes(tx, { memberId });
  await sql`select app.confirm_second_factor(${memberId}, ${step}, ${macOf(`confirm-second-factor:${memberId}:${step}`)})`.execute(tx);
  return codes;
}
