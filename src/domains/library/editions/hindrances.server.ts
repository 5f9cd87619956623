import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { type BrokenLink, findBrokenLinks } from '../broken-links.server.ts';

/** A page or a request (which has a number) of the space on which comments wait for a disposition. */
export type OpenComments = { number: number | null; path: string | null; title: string; count: number };
export type Hindrances = { links: BrokenLink[]; comments: OpenComments[] };
/** A page as an edition holds it, or would. */
export type HeldPage = { page_id: string; revision_id: string; path: string; title: string; text: string };

/** What keeps this text from being published as an edition: links that lead nowhere, and comments that nobody has answered. */
export async function findHindrances(tx: Tx, space: { id: string; slug: string }, held: readonly HeldPage[]): Promise<Hindrances> {
  const pages = held.map(({ page_id, path, title, text }) => ({ page_id, path_now: path, path, title, before: null, after: text }));
  return { links: await findBrokenLinks(tx, space, pages), comments: await listOpenComments(tx, space.id) };
}

/** Comments on the text of a space without a disposition, by page and request, of those I may read; what was declined or withdrawn holds nothing up. */
async function listOpenComments(tx: Tx, spaceId: string): Promise<OpenComments[]> {
  const { rows } = await sql<OpenComments>`
    select r.number, case when r.id is null then p.path end as path, coalesce(r.title, p.title, '') as title, count(*)::int as count
    from app.comments c join app.conversations k on k.id = c.conversation_id and k.audience_id = c.audience_id join app.messages m on m.id = c.message_id and m.audience_id = c.audience_id
      left join app.change_requests r on k.subject_kind = 'change_request' and r.id = k.subject_id left join app.pages p on p.id = c.page_id
    where c.space_id = ${spaceId} and k.within_id is null and c.disposition is null and m.deleted_at is null and (r.id is null or r.status in ('open', 'merged'))
    group by r.number, r.title, 2, p.title order by r.number nulls first, 2`.execute(tx);
  return rows;
}
