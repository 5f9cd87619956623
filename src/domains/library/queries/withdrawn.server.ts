import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** A page that is withdrawn: when, why, by which request, and what stands in its place. */
export type WithdrawnPage = {
  id: string;
  path: string;
  title: string;
  at: Date;
  because: string;
  request: number | null;
  successor: { path: string; title: string } | null;
};

/** The withdrawn page at this address, or at one it had before; nothing when there is none, or it is not theirs. */
export async function findWithdrawnPage(tx: Tx, spaceId: string, path: string): Promise<WithdrawnPage | undefined> {
  const { rows } = await sql<WithdrawnPage>`
    select p.id, p.path, p.title, p.retired_at as at, coalesce(p.retired_because, c.reason, '') as because, c.number as request,
      (select jsonb_build_object('path', s.path, 'title', s.title) from app.pages s where s.id = p.successor_id) as successor
    from app.pages p left join lateral (select c.number, c.reason from app.change_request_pages cp join app.change_requests c on c.id = cp.change_request_id
      where cp.page_id = p.id and cp.action = 'retire' and c.status = 'merged' order by c.decided_at desc limit 1) c on true
    where p.space_id = ${spaceId} and p.retired_at is not null
      and (p.path = ${path} or p.id = (select r.page_id from app.page_redirects r where r.space_id = ${spaceId} and r.path = ${path}))
    order by p.path <> ${path} limit 1`.execute(tx);
  return rows[0];
}
