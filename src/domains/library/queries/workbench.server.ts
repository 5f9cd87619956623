import type { Tx } from '#platform/database/open.server.ts';
import { listPlaces, type PlaceOption } from '../propose-page.server.ts';
import { inOrder, treeAfter, treesOf } from '../request-tree.ts';
import { upToDate } from '../review-page.ts';
import { listPlaceConflicts } from '../settle-places.server.ts';
import { actsOf, whatItDoes } from '../what-it-does.ts';
import { partOf } from '../request-parts.server.ts';
import { splitPage } from '../text/page.ts';
import { listSuccessors } from './change-form.server.ts';
import { findMine, findTree, listMyOpen, type Mine } from './my-request.server.ts';

const placesOf = (tree: ReturnType<typeof inOrder>): PlaceOption[] => tree.map(({ id, path, title, depth }) => ({ id, path, title, depth }));

/** Everything one's own open request does, what else it could do, and what has to be decided first. Refuses as findMine does. */
export async function findWorkbench(tx: Tx, params: { space?: string; number?: string }) {
  const mine = await findMine(tx, params);
  const { request, pages } = mine;
  const { rows, formers } = await findTree(tx, request.space_id);
  const after = inOrder(treeAfter(rows, pages, formers));
  const controls = await listSuccessors(tx, request.space_id);
  return {
    request,
    does: whatItDoes(pages, true),
    trees: treesOf(rows, pages, formers),
    parts: pages.map((page) => ({ page_id: page.page_id, action: page.action, ...actsOf(page, true), conflicts: upToDate(page).conflicts.length })),
    conflicts: await listPlaceConflicts(tx, mine),
    places: placesOf(after),
    others: placesOf(after).filter(({ id }) => !pages.some(({ page_id }) => page_id === id)),
    controls,
  };
}

/** One page as the request would place it, and the places it could get. Refuses as findMine and partOf do. */
export async function findPartPlace(tx: Tx, params: { space?: string; number?: string; page?: string }) {
  const mine: Mine = await findMine(tx, params);
  const page = await partOf(tx, mine, params.page ?? '');
  const { rows, formers } = await findTree(tx, mine.request.space_id);
  const places = placesAround(inOrder(treeAfter(rows, mine.pages, formers)), page.page_id);
  const title = splitPage(page.text).front.title ?? page.title ?? page.path;
  return {
    mine,
    page: { id: page.page_id, title, path: page.path, action: page.action, inIt: mine.pages.some((each) => each.page_id === page.page_id) },
    places,
  };
}

/** Where a page can stand: beside or under every other, but not under itself. */
export function placesAround(tree: ReturnType<typeof inOrder>, pageId: string): PlaceOption[] {
  const own = new Set([pageId]);
  for (const row of tree) if (row.parentId && own.has(row.parentId)) own.add(row.id);
  return placesOf(tree.filter(({ id }) => !own.has(id)));
}

/** What a page of a space may be succeeded by or stand beside, and which open requests of mine it may join. */
export async function listAround(tx: Tx, spaceId: string) {
  return { successors: await listSuccessors(tx, spaceId), places: await listPlaces(tx, spaceId), open: await listMyOpen(tx, spaceId) };
}
