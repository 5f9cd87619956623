import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { networkOf } from './network.ts';
import { bucketOf } from './sign-in-key.server.ts';

/** Counts a try of a visitor's network, 60 in ten minutes, 10 where each makes mail; false (a value, so that the count stays) when there were more. */
export async function takeTry(tx: Tx, input: { what: 'passkey' | 'join' | 'recover' | 'sso' | 'apply'; network: string }): Promise<boolean> {
  const { rows } = await sql<{
    ok: boolean;
  }>`select app.take(${bucketOf(input.what, networkOf(input.network))}, ${input.what === 'recover' || input.what === 'apply' ? 10 : 60}, 600) as ok`.execute(
    tx,
  );
  return rows[0]?.ok ?? false;
}
