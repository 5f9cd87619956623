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
  moved_meanwhile: boolean;
};

/**
 * Merges of one space follow each other: what one looks at (addresses, places in the tree, where a control stands) no other changes until it is done.
 * Answers with how the parts of the request stand to their pages; call it before `app.keep_places` forgets what the author saw.
 */
export async function lockPlaces(tx: Tx, request: { id: string; space_id: string }): Promise<Placed[]> {
  await sql`select pg_advisory_xact_lock(hashtext(${`indaba library places ${request.space_id}`}))`.execute(tx);
  const { rows } = await sql<Placed>`
    select c.page_id, c.action, c.path, p.path as path_now, c.base_revision_id, p.revision_id as now_revision_id, p.retired_at is not null as retired,
      coalesce(c.path <> c.was_path, false) as renames, coalesce(p.path not in (c.was_path, c.path), false) as renamed_meanwhile,
      c.position is not null and (c.was_position is null or (c.position, c.parent_path) is distinct from (c.was_position, c.was_parent_path)) as asks_place,
      -- A parent that got another address is still the same parent.
      c.was_position is not null and (p.position <> c.was_position or p.parent_id is distinct from coalesce(
        (select a.id from app.pages a where a.space_id = p.space_id and a.path = c.was_parent_path), (select a.page_id from app.page_redirects a where a.space_id = p.space_id and a.path = c.was_parent_path)))
        and (p.position, p.parent_id) is distinct from (c.position, (select a.id from app.pages a where a.space_id = p.space_id and a.path = c.parent_path)) as moved_meanwhile
    from app.change_request_pages c left join app.pages p on p.id = c.page_id where c.change_request_id = ${request.id}`.execute(tx);
  return rows;
}

/**
 * Refuses what would be merged silently over another's decision (all 409): library.change_request.page_retired, .page_changed (retired on the ground of an older text),
 * .place_moved (both gave the page another address or place), .control_elsewhere; library.page.path_taken.
 */
export async function needFreePlaces(tx: Tx, request: { space_id: string }, placed: readonly Placed[], texts: ReadonlyMap<string, string>): Promise<void> {
  const refuse = (code: string, rows: readonly Placed[]) => {
    if (rows.length) throw new Refusal(code, { status: 409, details: { pages: rows.map(({ path_now, path }) => path_now ?? path).join(', ') } });
  };
  refuse(
    'library.change_request.page_retired',
    placed.filter((page) => page.retired && (page.action === 'edit' || page.action === 'retire')),
  );
  refuse(
    'library.change_request.page_changed',
    placed.filter((page) => page.action === 'retire' && page.base_revision_id !== page.now_revision_id),
  );
  refuse(
    'library.change_request.place_moved',
    placed.filter((page) => page.action === 'edit' && ((page.renames && page.renamed_meanwhile) || (page.asks_place && page.moved_meanwhile))),
  );
  const wanted = placed.filter((page) => page.action === 'create' || page.renames).map(({ path }) => path);
  const taken = wanted.length
    ? await tx.selectFrom('app.pages').select(['id', 'path']).where('space_id', '=', request.space_id).where('path', 'in', wanted).execute()
    : [];
  refuse(
    'library.page.path_taken',
    placed.filter((page) => taken.some(({ id, path }) => path === page.path && id !== page.page_id) || wanted.filter((path) => path === page.path).length > 1),
  );
  await needOwnControls(tx, request, placed, texts);
}

/** A control stands in one place of its space: in one page of the request, and on no page beside it. */
async function needOwnControls(tx: Tx, request: { space_id: string }, placed: readonly Placed[], texts: ReadonlyMap<string, string>): Promise<void> {
  const standing = placed.filter(({ action }) => action !== 'retire');
  const slugs = standing.flatMap(({ page_id }) => parseControls(splitPage(texts.get(page_id) ?? '').body).controls.map(({ slug }) => slug));
  if (!slugs.length) return;
  const beside = await tx
    .selectFrom('app.controls')
    .select('slug')
    .where('space_id', '=', request.space_id)
    .where('retired_at', 'is', null)
    .where('slug', 'in', slugs)
    .where(
      'page_id',
      'not in',
      placed.map(({ page_id }) => page_id),
    )
    .execute();
  const twice = [...new Set([...slugs.filter((slug, i) => slugs.indexOf(slug) !== i), ...beside.map(({ slug }) => slug)])];
  if (twice.length) throw new Refusal('library.change_request.control_elsewhere', { status: 409, details: { slugs: twice.join(', ') } });
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
