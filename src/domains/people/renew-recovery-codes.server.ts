import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { hashOfRecoveryCode, newRecoveryCodes } from './authenticator.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** Ten new recovery codes, shown this once; the old ones are dead. Refuses with people.step_up.needed. */
export async function renewRecoveryCodes(tx: Tx, input: { memberId: string }): Promise<string[]> {
  const codes = newRecoveryCodes();
  const hashes = codes.map((code) => hashOfRecoveryCode(input.memberId, code));
  const all = createHash('sha256')
    .update(hashes.map((hash) => hash.toString('hex')).join())
    .digest('hex');
  await sql`select app.renew_recovery_codes(${input.memberId}, ${hashes}, ${macOf(`recovery-codes:${input.memberId}:${all}`)})`.execute(tx);
  return codes;
}
