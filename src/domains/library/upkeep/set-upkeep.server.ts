import { sql } from 'kysely';
import { as, type Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { SetUpkeep } from './model.ts';

/** Says who answers for a page and by when it is read again. Refuses: common.not_found, common.not_allowed, library.upkeep.owner_unknown, .day, .months. */
export async function setUpkeep(tx: Tx, pageId: string, input: unknown): Promise<void> {
  const { owner, review_on, every_months } = parse(SetUpkeep, input);
  const [kind, id] = owner.split(':');
  const person = kind === 'person' ? id : null;
  const organization = kind === 'organization' ? id : null;
  await sql`select app.set_upkeep(${pageId}, ${person}, ${organization}, ${review_on}::date, ${every_months})`.execute(tx);
  tx.notes.wake = true;
}

/** Read again today, nothing to change: gives the next day. Refuses: common.not_found, common.not_allowed. */
export async function reviewPage(tx: Tx, pageId: string): Promise<string> {
  const { rows } = await sql<{ next: string }>`select app.review_page(${pageId})::text as next`.execute(tx);
  tx.notes.wake = true;
  return rows[0]!.next;
}

/** By the clock: tells owners of pages whose day comes within a fortnight or has passed, each once; how many were told. */
export async function remindOwners(): Promise<number> {
  return as({ kind: 'clerk' }, async (tx) => (await sql<{ told: number }>`select app.remind_owners() as told`.execute(tx)).rows[0]?.told ?? 0);
}
