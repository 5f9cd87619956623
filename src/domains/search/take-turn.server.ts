import { sql } from 'kysely';
import { taking } from '#domains/people/sign-in-key.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { PER_MINUTE } from './model.ts';

/** Counts one question of this member, or of this network for who is not signed in; false when there were too many. A value, not an exception: the count has to be committed. */
export async function takeTurn(tx: Tx, kind: keyof typeof PER_MINUTE, network: string): Promise<boolean> {
  const {
    rows: [me],
  } = await sql<{ id: string | null }>`select app.me() as id`.execute(tx);
  const {
    rows: [turn],
  } = await sql<{ taken: boolean }>`select ${taking([kind, me?.id ?? network], PER_MINUTE[kind], 60)} as taken`.execute(tx);
  return turn?.taken ?? false;
}
