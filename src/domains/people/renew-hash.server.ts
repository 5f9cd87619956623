import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** Keeps the same password of whoever asks under a newer key; nobody is told, for nothing changed. Refuses with people.password.refused. */
export async function renewHash(tx: Tx, input: { memberId: string; hash: string }): Promise<void> {
  await sql`select app.renew_my_hash(${input.hash}, ${macOf(`renew-hash:${input.memberId}:${input.hash}`)})`.execute(tx);
}
