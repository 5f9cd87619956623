import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import type { Standing } from '../request-tree.ts';
import type { PageState } from '../review-page.ts';
import type { PageToChange } from './change-form.server.ts';
import { type ChangeRequest, listRequestPages } from './change-requests.server.ts';
import { findHere } from './request-here.server.ts';

/** One's own open request with all it does. */
export type Mine = { request: ChangeRequest; pages: PageState[] };
export type MyRequest = { request: ChangeRequest; page: PageState; inIt: boolean; place: Pick<PageToChange, 'space' | 'page'> };

/** One's own open request at this address. Refuses: common.not_found, common.not_allowed, library.change_request.not_open. */
export async function findMine(tx: Tx, params: { space?: string; number?: string }): Promise<Mine> {
  const request = await findHere(tx, params);
  if (request.status !== 'open') throw new Refusal('library.change_request.not_open', { status: 409 });
  if (!request.may_withdraw) throw new Refusal('common.not_allowed', { status: 403 });
  return { request, pages: await listRequestPages(tx, request.id) };
}

/** One's own open request, and the page of it whose text is wanted: another page of the space as it stands, else the first of the request. Refuses as findMine does. */
export async function findMyRequest(tx: Tx, params: { space?: string; number?: string }, wanted: string | null): Promise<MyRequest> {
  const { request, pages } = await findMine(tx, params);
  const written = pages.filter((page) => page.action !== 'retire');
  const found = written.find((each) => each.page_id === wanted);
  const page = found ?? (wanted ? await findAsItStands(tx, request.space_id, wanted) : written[0]);
  if (!page) throw notFound();
  const space = { id: request.space_id, slug: request.space_slug, title: request.space, may_propose: true };
  const inIt = written.includes(page);
  return { request, page, inIt, place: { space, page: { id: page.page_id, path: page.path, title: page.title ?? page.path } } };
}

/** A living page of the space as a request would hold it that asks nothing of it yet. */
export async function findAsItStands(tx: Tx, spaceId: string, pageId: string): Promise<PageState | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(pageId)) return undefined;
  const { rows } = await sql<PageState>`
    select p.id as page_id, 'edit' as action, p.path, p.path as path_now, p.path as was_path, a.path as was_parent_path, p.position as was_position, null::float8 as position, null::text as parent_path, false as retired,
      r.text, '{}'::text[] as retires, '[]'::jsonb as withdrawals, p.title, r.id as base_revision_id, r.text as base_text, r.number as base_number, r.id as now_revision_id, r.text as now_text, r.number as now_number,
      null::int as made_number, null::text as made_text, null::text as before_text, null::text as under, null::text as follows
    from app.pages p join app.revisions r on r.id = p.revision_id left join app.pages a on a.id = p.parent_id
    where p.id = ${pageId} and p.space_id = ${spaceId} and p.retired_at is null`.execute(tx);
  return rows[0];
}

/** Where the living pages of a space stand, and which former addresses lead to which. */
export async function findTree(tx: Tx, spaceId: string): Promise<{ rows: Standing[]; formers: Map<string, string> }> {
  const rows = await tx
    .selectFrom('app.pages')
    .select(['id', 'parent_id as parentId', 'path', 'title', 'position'])
    .where('space_id', '=', spaceId)
    .where('retired_at', 'is', null)
    .execute();
  const formers = await tx.selectFrom('app.page_redirects').select(['path', 'page_id']).where('space_id', '=', spaceId).execute();
  return { rows, formers: new Map(formers.map(({ path, page_id }) => [path, page_id])) };
}

/** My open requests in a space, the latest first: a page may join one of them. */
export async function listMyOpen(tx: Tx, spaceId: string): Promise<Array<{ number: number; title: string }>> {
  const { rows } = await sql<{ number: number; title: string }>`
    select c.number, c.title from app.change_requests c where c.space_id = ${spaceId} and c.status = 'open' and c.byline_id in (select app.my_bylines()) order by c.opened_at desc limit 10`.execute(
    tx,
  );
  return rows;
}
