import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { Position, type Stance, Words } from './model.ts';

export type PositionNow = {
  jurisdiction_id: string;
  jurisdiction: string;
  organization: string;
  by: string;
  stands_for: string | null;
  stance: Stance;
  words: string;
  /** Said of other words than those that stand now. */
  reworded: boolean;
  at: Date;
};
export type MyJurisdiction = { id: string; name: string; stance: Stance | null };

/** Speaks for a jurisdiction on a request in a consultation; until the end as often as one likes, later only to clear its own discuss. Refuses as app.give_position does. */
export async function givePosition(tx: Tx, { id, ...input }: { id: string } & Record<string, unknown>): Promise<void> {
  const { jurisdiction_id, stance, words } = parse(Position, input);
  await sql`select app.give_position(${newId()}, ${id}, ${jurisdiction_id}, ${stance}, ${words})`.execute(tx);
  tx.notes.wake = true;
}

/** Asks for positions once every comment has its answer, or again for other words. Refuses as app.open_positions does. */
export async function openPositions(tx: Tx, { id, reason }: { id: string; reason?: unknown }): Promise<void> {
  await sql`select app.open_positions(${id}, ${parse(Words, reason)})`.execute(tx);
  tx.notes.wake = true;
}

/** What each jurisdiction says now, and for which of them I speak. */
export async function listPositions(tx: Tx, id: string): Promise<{ positions: PositionNow[]; mine: MyJurisdiction[] }> {
  const { rows: positions } = await sql<PositionNow>`select * from app.positions_of(${id})`.execute(tx);
  const { rows: mine } = await sql<MyJurisdiction>`select * from app.my_jurisdictions(${id})`.execute(tx);
  return { positions, mine };
}
