import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { keyOf, storedHash } from './secrets.server.ts';

/** The first steward says their own address: nobody could know it before. Has no effect on an invitation that a person made. */
export async function addressInvitation(tx: Tx, input: { token: string; email: string }): Promise<void> {
  await sql`select app.address_invitation(${storedHash(keyOf(input.token))}, ${input.email})`.execute(tx);
}
