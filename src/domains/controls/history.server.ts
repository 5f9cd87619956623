import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type ControlRevision = {
  number: number;
  at: Date;
  by: string;
  reason: string;
  request: { number: number; title: string };
  hash: string;
  pagePath: string;
};

/**
 * The revisions in which a control's own text changed, newest first. The sidecar of block hashes tells it without reading
 * the texts; a revision that moved the control without touching a word is not listed.
 */
export async function listControlHistory(tx: Tx, control: { spaceId: string; slug: string }): Promise<ControlRevision[]> {
  const { rows } = await sql<ControlRevision>`
    with seen as (
      select r.number, r.created_at as at, r.byline_id, r.change_request_id, p.path as "pagePath", b ->> 'hash' as hash,
        lag(b ->> 'hash') over (order by r.created_at, r.number) as before
      from app.pages p join app.revisions r on r.page_id = p.id and r.audience_id = p.audience_id
        cross join jsonb_array_elements(r.blocks) b
      where p.space_id = ${control.spaceId} and b ->> 'slug' = ${control.slug})
    select s.number, s.at, coalesce(n.name, '') as by, c.reason, jsonb_build_object('number', c.number, 'title', c.title) as request, s.hash, s."pagePath"
    from seen s join app.change_requests c on c.id = s.change_request_id left join app.bylines n on n.id = s.byline_id
    where s.before is distinct from s.hash order by s.at desc, s.number desc limit 50`.execute(tx);
  return rows;
}
