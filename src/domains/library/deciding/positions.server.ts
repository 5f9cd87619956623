import { sql } from 'kysely';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { Position, type Stance, Words } from './model.ts';

export type PositionNow = {
  jurisdiction_id: string;
  jurisdiction: string;
  /** The authority that led then; none where two stewards lifted a discuss. */
  organization: string | null;
  by: string;
  stands_for: string | null;
  stance: Stance | 'lifted';
  words: string;
  /** Said of other words than those that stand now. */
  reworded: boolean;
  /** A discuss that nobody can clear, because no authority leads the jurisdiction; and may I propose that two stewards lift it? */
  stuck: boolean;
  may_lift: boolean;
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

/** Proposes to a second steward that a discuss be lifted which nobody can clear, because no authority leads its jurisdiction. Refuses as proposing an act does, and with library.position.led. */
export async function proposeLifting(
  tx: Tx,
  { id, jurisdiction_id, reason }: { id: string; jurisdiction_id: string; reason: string },
): Promise<{ id: string }> {
  return proposeAct(tx, { kind: 'lift_discuss', subject: id, content: { jurisdiction: jurisdiction_id }, reason });
}
