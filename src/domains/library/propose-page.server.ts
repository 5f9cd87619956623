import { slugOf } from '#domains/exchange/gitbook/names.ts';
import { changes_asked_page_goes, changes_asked_page_new } from '#paraglide/messages.js';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import type { Draft } from './draft.server.ts';
import { OpenChangeRequest, type Withdrawal } from './model.ts';
import { type Opened, openChangeRequest } from './open-change-request.server.ts';
import type { PageToChange } from './queries/change-form.server.ts';
import { findSpace, pageTree, type Space } from './queries.server.ts';
import { slugsOf } from './start-draft.server.ts';

/** Where a new page stands: after a page (or first of all, without one), or under it. */
export type Place = { beside: string; how: 'after' | 'under' };
export type PlaceOption = { id: string; path: string; title: string; depth: number };
type Asked = Pick<Draft, 'title' | 'reason' | 'retry_key' | 'editorial'>;

/** A space I may propose pages in, with the pages a new one can stand beside. Refuses: common.not_found, library.change_request.may_not_propose. */
export async function findSpaceToExtend(tx: Tx, slug: string): Promise<{ space: Space; places: PlaceOption[] }> {
  const space = await findSpace(tx, slug);
  if (!space) throw notFound();
  if (!space.mayPropose) throw new Refusal('library.change_request.may_not_propose', { status: 403 });
  return { space, places: await listPlaces(tx, space.id) };
}

/** The living pages of a space in reading order, each with how deep it stands. */
export async function listPlaces(tx: Tx, spaceId: string): Promise<PlaceOption[]> {
  const depths = new Map<string, number>();
  return (await pageTree(tx, spaceId)).map(({ id, parentId, path, title }) => {
    const depth = parentId ? depths.get(parentId)! + 1 : 0;
    depths.set(id, depth);
    return { id, path, title, depth };
  });
}

/** Asks for a new page. Refuses: library.change_request.signed_out, library.page.title_missing, and what openChangeRequest refuses. */
export async function proposeNewPage(tx: Tx, space: Space, draft: Draft, text: string, place: Place, byline: string | undefined): Promise<Opened> {
  const page = draft.front?.title.trim() ?? '';
  if (!page) throw new Refusal('library.page.title_missing', { details: { errors: [{ path: 'page_title', code: 'library.page.title_missing' }] } });
  const change = { action: 'create', page_id: newId(), path: await freePath(tx, space.id, page), text, ...(await spotOf(tx, space.id, place)) };
  return ask(tx, space.id, { ...draft, title: draft.title || changes_asked_page_new({ page }).slice(0, 200) }, change, byline);
}

/** Asks for a page to go, and with it what stands on it. Refuses: library.change_request.signed_out, and what openChangeRequest refuses. */
export async function proposeRetirement(
  tx: Tx,
  { space, page, revision }: PageToChange,
  asked: Asked & { withdrawal: Withdrawal },
  byline: string | undefined,
): Promise<Opened> {
  if (!space.may_propose) throw new Refusal('library.change_request.may_not_propose', { status: 403 });
  const change = {
    action: 'retire',
    page_id: page.id,
    base_revision_id: revision.id,
    path: page.path,
    text: '',
    retires: slugsOf(revision.text),
    withdrawals: [asked.withdrawal],
  };
  return ask(tx, space.id, { ...asked, title: asked.title || changes_asked_page_goes({ page: page.title }).slice(0, 200) }, change, byline);
}

async function ask(tx: Tx, space_id: string, { title, reason, retry_key, editorial }: Asked, change: object, byline_id: string | undefined): Promise<Opened> {
  if (!byline_id) throw new Refusal('library.change_request.signed_out', { status: 403 });
  return openChangeRequest(
    tx,
    parse(OpenChangeRequest, { title, reason, retry_key, nature: editorial ? 'editorial' : 'substantive', space_id, byline_id, pages: [change] }),
  );
}

/** Pages at one position stand in the order they were made, so nobody else's page has to move for a new one. */
async function spotOf(tx: Tx, spaceId: string, { beside, how }: Place): Promise<{ parent_path: string | null; position: number }> {
  const pages = await tx
    .selectFrom('app.pages as p')
    .leftJoin('app.pages as above', (on) => on.onRef('above.id', '=', 'p.parent_id').on('above.retired_at', 'is', null))
    .select(['p.path', 'p.position', 'above.path as parent'])
    .where('p.space_id', '=', spaceId)
    .where('p.retired_at', 'is', null)
    .execute();
  const among = (parent: string | null) => pages.filter((page) => page.parent === parent).map((page) => page.position);
  const found = pages.find((page) => page.path === beside);
  if (!found) return { parent_path: null, position: Math.min(1, ...among(null)) - 1 };
  if (how === 'after') return { parent_path: found.parent, position: found.position };
  return { parent_path: found.path, position: Math.max(-1, ...among(found.path)) + 1 };
}

/** An address nobody has, had, or asked for. */
async function freePath(tx: Tx, spaceId: string, title: string): Promise<string> {
  const rows = await tx
    .selectFrom('app.pages')
    .select('path')
    .where('space_id', '=', spaceId)
    .union(tx.selectFrom('app.page_redirects').select('path').where('space_id', '=', spaceId))
    .union(
      tx
        .selectFrom('app.change_request_pages as p')
        .innerJoin('app.change_requests as c', 'c.id', 'p.change_request_id')
        .select('p.path')
        .where('c.space_id', '=', spaceId)
        .where('c.status', '=', 'open'),
    )
    .execute();
  const taken = new Set(rows.map((row) => row.path.toLowerCase()));
  const wanted = slugOf(title) || 'page';
  for (let n = 1; ; n++) {
    const path = n === 1 ? wanted : `${wanted}-${n}`;
    // Words that are a step of another address.
    if (!taken.has(path) && !['change', 'comments', 'editions', 'history', 'talk', 'upkeep'].includes(path)) return path;
  }
}
