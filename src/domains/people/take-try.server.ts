import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { networkOf } from './network.ts';
import { taking } from './sign-in-key.server.ts';

const MOST = { passkey: 60, join: 60, recover: 10, apply: 10, sso: 240 } as const;

/** Counts a try of a visitor's network, so many in ten minutes: fewest where each makes mail, most where a whole institution comes in the morning; false (a value, so that the count stays) when there were more. */
export async function takeTry(tx: Tx, input: { what: keyof typeof MOST; network: string }): Promise<boolean> {
  const { rows } = await sql<{
    ok: boolean;
  }>`select ${taking([input.what, networkOf(input.network)], MOST[input.what], 600)} as ok`.execute(tx);
  return rows[0]?.ok ?? false;
}
