import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { Outcome, Reason } from './model.ts';

/** What rings for me of keeping order. `report` and `answer` wait for me to decide; of the others I am told until I have seen them. No words, and nobody's name. */
export type Ring = {
  kind: 'report' | 'answer' | 'outcome' | 'removed' | 'restricted' | 'settled';
  id: string;
  reason: Reason;
  outcome: Outcome | 'undone' | 'upheld' | null;
  /** The place, where I read it; never of what was handed over to me. */
  subject_id: string | null;
  marking: string | null;
  handed: boolean;
  at: Date;
};

/** What rings for me, what waits for me first; at most a hundred. */
export async function listRings(tx: Tx): Promise<Ring[]> {
  return (await sql<Ring>`select * from app.order_bell()`.execute(tx)).rows;
}

/** How much waits for me to decide, and of how much I am only told. */
export async function countRings(tx: Tx): Promise<{ waiting: number; told: number }> {
  const { rows } = await sql<{ waiting: number; told: number }>`select waiting, told from app.count_order_bell()`.execute(tx);
  return rows[0] ?? { waiting: 0, told: 0 };
}

/** I have seen what was decided about me and what I reported; gives back what of it was new to me. */
export async function seeRings(tx: Tx): Promise<Set<string>> {
  const { rows } = await sql<{ id: string; me: string }>`select id, app.me() as me from app.see_order() id`.execute(tx);
  if (rows[0]) tx.notes.hint = { about: 'read', member: rows[0].me };
  return new Set(rows.map(({ id }) => id));
}
