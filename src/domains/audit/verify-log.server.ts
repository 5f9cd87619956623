import { sql } from 'kysely';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Check, type KeptRoot, type LogRow, positionsOf } from './check-log.ts';
import type { Mark, Root } from './model.ts';

const BATCH = 2_000;
const clerk = { kind: 'clerk' } as const;
const rowsOf = async <R>(tx: Tx, query: ReturnType<typeof sql<R>>) => (await query.execute(tx)).rows;

/** The rows of the log after a position, in batches of their own transactions. */
export async function* readLog(after = 0): AsyncGenerator<LogRow> {
  for (let last = String(after); ; ) {
    const rows = await as(clerk, (tx) => rowsOf(tx, sql<LogRow>`select * from app.audit_rows(${last}::bigint, ${BATCH})`));
    yield* rows;
    if (rows.length < BATCH) return;
    last = rows.at(-1)!.pos;
  }
}

export type Verdict = { fault: string } | { fault: undefined; rows: number; forgotten: number; roots: number; last: string };

/** Checks the whole log, and against what was kept elsewhere; the first fault in a sentence. */
export async function verifyLog(kept: { roots: Root[]; marks: Mark[] } = { roots: [], marks: [] }): Promise<Verdict> {
  const made = await as(clerk, (tx) =>
    rowsOf(tx, sql<KeptRoot>`select to_char(day, 'YYYY-MM-DD') as day, encode(root, 'hex') as root, last_position::int as last from app.audit_roots`),
  );
  const check = new Check(made, kept);
  for await (const row of readLog()) {
    const fault = check.take(row);
    if (fault) return { fault };
  }
  const { stray, waiting } = await as(clerk, async (tx) => ({
    stray: (await rowsOf(tx, sql<{ id: string | null }>`select app.audit_stray_event() as id`))[0]?.id,
    waiting: await rowsOf(tx, sql<{ data: unknown }>`select data from app.audit_notes where kind = 'audit.forgotten'`),
  }));
  const fault = check.end(waiting.flatMap(({ data }) => positionsOf(data)));
  if (fault) return { fault };
  if (stray) return { fault: `Event ${stray} should have been sealed and is in no row of the log: it was put there afterwards, or its row was cut off.` };
  return { fault: undefined, rows: check.rows, forgotten: check.gone, roots: made.length, last: check.last.toString('hex') };
}
