import { sql } from 'kysely';
import { Refusal } from '#platform/errors.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { parseControls } from './text/controls.ts';
import { splitPage } from './text/page.ts';

/** One part of a request as it is about to be merged, with where its page stands and stood when its author looked. */
export type Placed = {
  page_id: string;
  action: string;
  path: string;
  path_now: string | null;
  base_revision_id: string | null;
  now_revision_id: string | null;
  retired: boolean;
  renames: boolean;
  renamed_meanwhile: boolean;
  asks_place: boolean;
  parent_path: string | null;
  moved_meanwhile: boolean;
};

/**
 * Merges of one space follow each other: what one looks at (addresses, places in the tree, where a control stands) no other changes until it is done.
 * Answers with how the parts of the request stand to their pages; call it before `app.keep_places` forgets what the author saw.
 */
export async function lockPlaces(tx: Tx, request: { id: string; space_id: string }): Promise<Placed[]> {
  await sql`select pg_advisory_xact_lock(hashtext(${`indaba library places ${request.space_id}`}))`.execute(tx);
  return listPlaced(tx, request.id);
}

/** How the parts of a request stand to their pages just now. */
export async function listPlaced(tx: Tx, requestId: string): Promise<Placed[]> {
  const { rows } = await sql<Placed>`
    select c.page_id, c.action, c.path, p.path as path_now, c.base_revision_id, p.revision_id as now_revision_id, p.retired_at is not null as retired,
      c.parent_path, coalesce(c.path <> c.was_path, false) as renames, coalesce(p.path not in (c.was_path, c.path), false) as renamed_meanwhile,
      c.position is not null and (c.was_position is null or (c.position, c.parent_path) is distinct from (c.was_position, c.was_parent_path)) as asks_place,
      -- A parent that got another address is still the same parent.
      c.was_position is not null and (p.position <> c.was_position or p.parent_id is distinct from coalesce(
        (select a.id from app.pages a where a.space_id = p.space_id and a.path = c.was_parent_path), (select a.page_id from app.page_redirects a where a.space_id = p.space_id and a.path = c.was_parent_path)))
        and (p.position, p.parent_id) is distinct from (c.position, (select a.id from app.pages a where a.space_id = p.space_id and a.path = c.parent_path)) as moved_meanwhile
    from app.change_request_pages c left join app.pages p on p.id = c.page_id where c.change_request_id = ${requestId}`.execute(tx);
  return rows;
}

/** What a request asks of a page that somebody decided otherwise meanwhile; `slug` names a control. */
export type PlaceProblem = { code: (typeof PLACE_PROBLEMS)[number]; page_id: string; path: string; slug?: string };
/** In the order in which they are refused. */
const PLACE_PROBLEMS = [
  'library.change_request.page_retired',
  'library.change_request.page_changed',
  'library.change_request.address_moved',
  'library.change_request.place_moved',
  'library.page.path_taken',
  'library.page.parent_gone',
  'library.change_request.control_elsewhere',
] as const;

/**
 * Refuses what would be merged silently over another's decision (all 409): library.change_request.page_retired, .page_changed (retired on the ground of an older text),
 * .address_moved and .place_moved (both gave the page another address or place), .control_elsewhere; library.page.path_taken, library.page.parent_gone.
 */
export async function needFreePlaces(tx: Tx, request: { space_id: string }, placed: readonly Placed[], texts: ReadonlyMap<string, string>): Promise<void> {
  const problems = await listPlaceProblems(tx, request, placed, texts);
  const code = PLACE_PROBLEMS.find((each) => problems.some((problem) => problem.code === each));
  const such = problems.filter((problem) => problem.code === code);
  if (!code) return;
  const [pages, slugs] = [such.map(({ path }) => path).join(', '), [...new Set(such.flatMap(({ slug }) => slug ?? []))].join(', ')];
  throw new Refusal(code, { status: 409, details: { pages, slugs, path: pages } });
}

/** The same, without refusing: for whoever has to decide about it. */
export async function listPlaceProblems(
  tx: Tx,
  request: { space_id: string },
  placed: readonly Placed[],
  texts: ReadonlyMap<string, string>,
): Promise<PlaceProblem[]> {
  const wanted = placed.filter((page) => page.action === 'create' || page.renames).map(({ path }) => path);
  const taken = wanted.length
    ? await tx.selectFrom('app.pages').select(['id', 'path']).where('space_id', '=', request.space_id).where('path', 'in', wanted).execute()
    : [];
  const parents = await listParents(tx, request.space_id, placed);
  const found = placed.flatMap((page) => {
    const codes: PlaceProblem['code'][] = [];
    if (page.retired && (page.action === 'edit' || page.action === 'retire'))
      return [{ code: 'library.change_request.page_retired' as const, page_id: page.page_id, path: page.path_now ?? page.path }];
    if (page.action === 'retire' && page.base_revision_id !== page.now_revision_id) codes.push('library.change_request.page_changed');
    if (page.action === 'edit' && page.renames && page.renamed_meanwhile) codes.push('library.change_request.address_moved');
    if (page.action === 'edit' && page.asks_place && page.moved_meanwhile) codes.push('library.change_request.place_moved');
    const wants = page.action === 'create' || page.renames;
    if (wants && (taken.some(({ id, path }) => path === page.path && id !== page.page_id) || wanted.filter((path) => path === page.path).length > 1))
      codes.push('library.page.path_taken');
    if (asksParent(page) && !parents.has(page.parent_path ?? '')) codes.push('library.page.parent_gone');
    return codes.map((code) => ({
      code,
      page_id: page.page_id,
      path: code === 'library.page.parent_gone' ? (page.parent_path ?? '') : (page.path_now ?? page.path),
    }));
  });
  return [...found, ...(await strayControls(tx, request, placed, texts))];
}

const asksParent = (page: Placed) => page.parent_path !== null && (page.action === 'create' || (page.action === 'edit' && page.asks_place));

/** Addresses asked for as parents that lead to a page that stands, or is made by the same request. */
async function listParents(tx: Tx, spaceId: string, placed: readonly Placed[]): Promise<Set<string>> {
  const asked = placed.filter(asksParent).map(({ parent_path }) => parent_path ?? '');
  if (!asked.length) return new Set();
  const { rows } = await sql<{ path: string; id: string }>`
    select a.path, p.id from unnest(${asked}::text[]) a (path) join app.pages p on p.space_id = ${spaceId} and p.retired_at is null
      and (p.path = a.path or p.id = (select r.page_id from app.page_redirects r where r.space_id = ${spaceId} and r.path = a.path))`.execute(tx);
  const gone = new Set(placed.filter(({ action }) => action === 'retire').map(({ page_id }) => page_id));
  return new Set([
    ...rows.filter(({ id }) => !gone.has(id)).map(({ path }) => path),
    ...placed.filter(({ action }) => action !== 'retire').map(({ path }) => path),
  ]);
}

/** A control stands in one place of its space: in one page of the request, and on no page beside it. */
async function strayControls(tx: Tx, request: { space_id: string }, placed: readonly Placed[], texts: ReadonlyMap<string, string>): Promise<PlaceProblem[]> {
  const standing = placed.filter(({ action }) => action !== 'retire');
  const slugs = standing.flatMap(({ page_id, path }) =>
    parseControls(splitPage(texts.get(page_id) ?? '').body).controls.map(({ slug }) => ({ slug, page_id, path })),
  );
  if (!slugs.length) return [];
  const names = slugs.map(({ slug }) => slug);
  const beside = await tx
    .selectFrom('app.controls')
    .select('slug')
    .where('space_id', '=', request.space_id)
    .where('retired_at', 'is', null)
    .where('slug', 'in', names)
    .where(
      'page_id',
      'not in',
      placed.map(({ page_id }) => page_id),
    )
    .execute();
  const counts = new Map<string, number>();
  for (const slug of names) counts.set(slug, (counts.get(slug) ?? 0) + 1);
  const stray = new Set(beside.map(({ slug }) => slug));
  return slugs.filter(({ slug }) => stray.has(slug) || counts.get(slug)! > 1).map((each) => ({ code: 'library.change_request.control_elsewhere', ...each }));
}

/** The page a parent's address leads to, former ones included. Refuses: library.page.parent_gone (409). */
export async function findParent(tx: Tx, spaceId: string, path: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from app.pages where space_id = ${spaceId} and path = ${path} union all select page_id from app.page_redirects where space_id = ${spaceId} and path = ${path} limit 1`.execute(
    tx,
  );
  if (!rows[0]) throw new Refusal('library.page.parent_gone', { status: 409, details: { path } });
  return rows[0].id;
}

/** Refuses a tree in which a page stands under itself, and could be reached no more: library.page.circle (409). */
export async function needRoots(tx: Tx, spaceId: string): Promise<void> {
  const rows = await tx.selectFrom('app.pages').select(['id', 'parent_id', 'path']).where('space_id', '=', spaceId).execute();
  const parents = new Map(rows.map(({ id, parent_id }) => [id, parent_id]));
  const lost = rows.filter(({ id }) => {
    const seen = new Set<string>();
    for (let up: string | null | undefined = id; up; up = parents.get(up)) {
      if (seen.has(up)) return true;
      seen.add(up);
    }
    return false;
  });
  if (lost.length) throw new Refusal('library.page.circle', { status: 409, details: { pages: lost.map(({ path }) => path).join(', ') } });
}
