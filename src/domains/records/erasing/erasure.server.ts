import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type Erasure = {
  asked_at: Date | null;
  asked_by: string | null;
  left_at: Date | null;
  due_at: Date | null;
  erased_at: Date | null;
  may_ask: boolean;
  may_propose: boolean;
};

/** How it stands with erasing somebody's name; nothing for whoever may neither ask for it nor propose it. */
export async function findErasure(tx: Tx, memberId: string): Promise<Erasure | undefined> {
  const { rows } = await sql<Erasure>`select * from app.erasure_of(${memberId})`.execute(tx);
  return rows[0];
}

/** Asks that a name be erased thirty days after its owner left, or takes that back. Refuses with records.erasure.not_found, people.step_up.needed. */
export async function askErasure(tx: Tx, { memberId, wanted }: { memberId: string; wanted: boolean }): Promise<void> {
  await sql`select app.ask_erasure(${memberId}, ${wanted})`.execute(tx);
}
