import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type RequestRing = {
  id: string;
  change_request_id: string | null;
  page_id: string | null;
  kind: string;
  until: Date | null;
  at: Date;
  space: string;
  number: number | null;
  path: string | null;
  edition: string | null;
  title: string;
  /** Of what is watched: the reason that was given. */
  words: string | null;
};
/** Where what rings is looked at. */
export const ringAddress = ({ space, number, path, edition }: Pick<RequestRing, 'space' | 'number' | 'path' | 'edition'>): string =>
  path !== null ? `/library/${space}/${path}` : edition !== null ? `/library/${space}/editions/${edition}` : `/changes/${space}/${number}`;

/** What rings for me of requests on their way to a decision and of pages, until I have looked at them. */
export async function listRequestRings(tx: Tx): Promise<RequestRing[]> {
  return (await sql<RequestRing>`select * from app.request_bell()`.execute(tx)).rows;
}

/** How many of them. */
export async function countRequestRings(tx: Tx): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from app.request_bell()`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** I look at a request: what rang of it rings no more. */
export async function seeRequest(tx: Tx, id: string): Promise<void> {
  const { rows } = await sql<{ seen: boolean; me: string | null }>`select app.see_request(${id}) as seen, app.me() as me`.execute(tx);
  if (rows[0]?.seen && rows[0].me) tx.notes.hint = { about: 'read', member: rows[0].me };
}
