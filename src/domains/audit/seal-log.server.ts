import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';

// A batch is one transaction of at most two seconds; on a busy machine this many take a tenth of that.
const BATCH = 500;

/** Chains what happened since the last time, batch after batch; each is a transaction of its own. Returns how many rows. */
export async function sealLog(): Promise<number> {
  for (let all = 0; ; ) {
    const { rows } = await as({ kind: 'clerk' }, (tx) => sql<{ n: number }>`select app.audit_seal(${BATCH}) as n`.execute(tx));
    all += rows[0]!.n;
    if (rows[0]!.n < BATCH) return all;
  }
}
