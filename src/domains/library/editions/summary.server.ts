import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { compareNumbers } from './model.ts';
import type { Edition } from './queries.server.ts';
import { type ControlState, type PageState, type SpaceState, type Summary, summarise } from './summarise.ts';

/** Why a control or a page is there no more: the request that took it away, and what stands in its place. */
export type Gone = { number: number; title: string; reason: string; successor: { address: string; title: string } | null };
export type EditionSummary = Summary & { since: string; gone: Record<string, Gone> };

/** The edition that was published before this one; undefined for the first. */
export const editionBefore = (editions: readonly Edition[], number?: string): Edition | undefined =>
  editions
    .filter((each) => each.status !== 'draft' && (number === undefined || compareNumbers(each.number, number) < 0))
    .toSorted((a, b) => compareNumbers(b.number, a.number))[0];

/** What changed from one edition to another, or to the text as it stands; of pages I may not read it says nothing. */
export async function summariseEditions(tx: Tx, spaceId: string, before: Pick<Edition, 'id' | 'number'>, after?: Pick<Edition, 'id'>): Promise<EditionSummary> {
  const [then, now] = [await editionState(tx, before.id), after ? await editionState(tx, after.id) : await currentState(tx, spaceId)];
  const same = new Set(then.pages.map(({ revisionId }) => revisionId));
  const kept = new Set(now.pages.map(({ revisionId }) => revisionId).filter((id) => same.has(id)));
  const moved = new Set(titleless(then, now));
  const wanted = [...then.pages, ...now.pages].filter(({ id, revisionId }) => !kept.has(revisionId) || moved.has(id)).map(({ revisionId }) => revisionId);
  const texts = wanted.length ? await tx.selectFrom('app.revisions').select(['id', 'text']).where('id', 'in', wanted).execute() : [];
  const known = new Map(texts.map(({ id, text }) => [id, text]));
  const summary = summarise(then, now, (id) => known.get(id) ?? '');
  return { ...summary, since: before.number, gone: await whyGone(tx, summary) };
}

/** Pages whose text is asked for although it is the same: a control on them has another number or another place, and is called by its title. */
function titleless(then: SpaceState, now: SpaceState): string[] {
  const before = new Map(then.controls.map((control, i) => [control.id, { ...control, i }]));
  return now.controls.flatMap((control) => (before.get(control.id)?.number === control.number ? [] : [control.pageId]));
}

async function editionState(tx: Tx, editionId: string): Promise<SpaceState> {
  const pages = await sql<PageState>`
    select e.page_id as id, e.revision_id as "revisionId", r.number as revision, e.path, e.parent_id as "parentId", e.title
    from app.edition_pages e join app.revisions r on r.id = e.revision_id where e.edition_id = ${editionId} order by e.position, e.page_id`.execute(tx);
  const controls = await sql<ControlState>`
    select e.control_id as id, c.code, c.slug, e.page_id as "pageId", coalesce(e.number, '') as number
    from app.edition_controls e join app.controls c on c.id = e.control_id where e.edition_id = ${editionId} order by e.page_id, e.position`.execute(tx);
  return { pages: pages.rows, controls: controls.rows };
}

async function currentState(tx: Tx, spaceId: string): Promise<SpaceState> {
  const pages = await sql<PageState>`
    select p.id, p.revision_id as "revisionId", r.number as revision, p.path, (select u.id from app.pages u where u.id = p.parent_id and u.retired_at is null) as "parentId", p.title
    from app.pages p join app.revisions r on r.id = p.revision_id where p.space_id = ${spaceId} and p.retired_at is null order by p.position, p.id`.execute(tx);
  const controls = await sql<ControlState>`
    select c.id, c.code, c.slug, c.page_id as "pageId", coalesce(c.number, '') as number
    from app.controls c join app.pages p on p.id = c.page_id and p.retired_at is null where c.space_id = ${spaceId} and c.retired_at is null order by c.page_id, c.position`.execute(
    tx,
  );
  return { pages: pages.rows, controls: controls.rows };
}

/** The last merged request that retired each of these, by the id of the control or page. */
async function whyGone(tx: Tx, { controls, pages }: Summary): Promise<Record<string, Gone>> {
  const ids = [...controls.withdrawn, ...pages.withdrawn].map(({ id }) => id);
  if (!ids.length) return {};
  const { rows } = await sql<Gone & { id: string }>`
    select distinct on (x.id) x.id, r.number, r.title, coalesce(c.retired_because, g.retired_because, r.reason) as reason, coalesce(
        (select jsonb_build_object('address', '/c/' || n.code, 'title', concat_ws(' ', n.number, n.title)) from app.controls n where n.id = c.successor_id),
        (select jsonb_build_object('address', concat('/library/', s.slug, '/', n.path), 'title', n.title) from app.pages n join app.spaces s on s.id = n.space_id where n.id = g.successor_id)) as successor
      from unnest(${ids}::uuid[]) x (id)
      left join app.controls c on c.id = x.id left join app.pages g on g.id = x.id
      join app.change_request_pages p on p.page_id = coalesce(c.page_id, x.id) and (c.id is null and p.action = 'retire' or c.slug = any(p.retires))
      join app.change_requests r on r.id = p.change_request_id and r.status = 'merged'
    order by x.id, r.decided_at desc`.execute(tx);
  return Object.fromEntries(rows.map(({ id, ...why }) => [id, why]));
}
