import { sql } from 'kysely';
import { as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { Extension, Words } from './model.ts';

type About = { id: string; reason?: unknown };

/** Puts a request to everybody, as its space asks: a last call or a consultation. Refuses as app.open_procedure does. */
export async function openProcedure(tx: Tx, { id, reason }: About): Promise<void> {
  await sql`select app.open_procedure(${newId()}, ${id}, ${parse(Words, reason)})`.execute(tx);
  tx.notes.wake = true;
}

/** Gives the clock more days, with a reason. Refuses as app.extend_procedure does. */
export async function extendProcedure(tx: Tx, { id, ...input }: About & { days: unknown }): Promise<void> {
  const { days, reason } = parse(Extension, input);
  await sql`select app.extend_procedure(${id}, ${days}, ${reason})`.execute(tx);
  tx.notes.wake = true;
}

/** Ends a last call before its day, with a reason; never where a space decides formally. Refuses as app.close_early does. */
export async function closeEarly(tx: Tx, { id, reason }: About): Promise<void> {
  await sql`select app.close_early(${id}, ${parse(Words, reason)})`.execute(tx);
  tx.notes.wake = true;
}

/** By the clock, every minute: moves what ran out, once, however late; how many. `at` is now but in a test. */
export async function runProcedures(at?: Date): Promise<number> {
  return as({ kind: 'clerk' }, async (tx) => {
    const { rows } = await sql<{ moved: number }>`select app.run_procedures(coalesce(${at ?? null}::timestamptz, now())) as moved`.execute(tx);
    const moved = rows[0]?.moved ?? 0;
    if (moved) tx.notes.wake = true;
    return moved;
  });
}
