import { type ChangeRequest, listHappenings, listLivingPaths, listRequestPages } from './change-requests.server.ts';
import { listControlNames } from './change-form.server.ts';
import { seeRequest } from '../deciding/bell.server.ts';
import { findDeciding } from '../deciding/queries.server.ts';
import { findBrokenLinks, type PageTexts } from '../broken-links.server.ts';
import { type ShownChange, shownChange } from '../compare-revisions.server.ts';
import { blockRenderer } from '../page-view.server.ts';
import { type PageReview, type PageState, reviewPage, sides, upToDate } from '../review-page.ts';
import { listGoings } from './goings.server.ts';
import { treesOf } from '../request-tree.ts';
import { listPlaceConflicts } from '../settle-places.server.ts';
import { whatItDoes } from '../what-it-does.ts';
import { findTree } from './my-request.server.ts';
import { findHere } from './request-here.server.ts';
import { seenMark } from '../seen.server.ts';
import type { FactsOf } from '../start-draft.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

// What one screen compares at once; the pages of a larger request (an import) are looked at one by one.
const AT_ONCE = 6;
// The links of more pages are looked through when the request is merged, not each time it is read.
const LOOKED_THROUGH = 60;

export { findHere } from './request-here.server.ts';

/** What somebody wants to decide about the request at this address. Refuses: common.not_found, library.change_request.signed_out. */
export async function decisionHere(
  tx: Tx,
  params: { space?: string; number?: string },
  byline_id: string | undefined,
  form: FormData,
): Promise<{ id: string; byline_id: string; reason: string }> {
  const { id } = await findHere(tx, params);
  if (!byline_id) throw new Refusal('library.change_request.signed_out', { status: 403 });
  return { id, byline_id, reason: String(form.get('reason') ?? '').replace(/\r\n?/g, '\n') };
}

/** Where whoever decided goes next. One page merged: its new text is what one wants to see. Several: the request names them all. */
export async function addressAfter(tx: Tx, act: string, { id, address }: { id: string; address: string }): Promise<string> {
  if (act !== 'merge') return address;
  const [, space, number] = /^\/changes\/(.+)\/(\d+)$/.exec(address) ?? [];
  const paths = await listLivingPaths(tx, id);
  return paths.length === 1 ? `/library/${space}/${paths[0]}?merged=${number}` : `${address}?merged`;
}

/** What the request changes: every page by name, the wanted or the first few of them compared, every conflict, the controls touched. */
export async function review(tx: Tx, request: ChangeRequest, wanted: string | null, factsOf?: FactsOf) {
  const all = await listRequestPages(tx, request.id);
  const open = request.status === 'open';
  await seeRequest(tx, request.id);
  const moved = all.filter((page) => open && page.action === 'edit' && page.base_revision_id !== page.now_revision_id);
  const chosen = all.find((page) => page.page_id === wanted);
  const shown = new Set(chosen ? [chosen] : all.slice(0, AT_ONCE));
  const reviews = all.filter((page) => shown.has(page) || moved.includes(page)).map((page) => reviewPage(page, open));
  const { rows, formers } = open ? await findTree(tx, request.space_id) : { rows: [], formers: undefined };
  const touched = await listControlNames(tx, request.space_id, [...new Set(reviews.flatMap((page) => page.touched))]);
  const shownPages = reviews.filter((page) => [...shown].some((each) => each.page_id === page.page_id));
  return {
    goings: all.length <= LOOKED_THROUGH ? await listGoings(tx, request.space_id, all) : [],
    drawn: factsOf ? await drawPages(tx, request, all, shownPages, factsOf) : {},
    does: whatItDoes(all, open),
    trees: open ? treesOf(rows, all, formers) : null,
    places: open && all.length <= LOOKED_THROUGH ? await listPlaceConflicts(tx, { request, pages: all }) : [],
    happenings: await listHappenings(tx, request.id),
    pages: shownPages,
    touched,
    deciding: (await findDeciding(tx, request.id))!,
    all:
      all.length > AT_ONCE ? all.map((page) => ({ page_id: page.page_id, title: page.title ?? page.path, action: page.action, current: page === chosen })) : [],
    moved: moved.length > 0,
    conflicts: reviews.flatMap((page) => page.conflicts.map((conflict) => ({ ...conflict, field: `${page.page_id}.${conflict.index}`, page: page.title }))),
    lost: await listControlNames(
      tx,
      request.space_id,
      reviews.flatMap((page) => page.lost),
    ),
    broken: open && all.length <= LOOKED_THROUGH ? await findBrokenLinks(tx, { id: request.space_id, slug: request.space_slug }, all.map(textsOf)) : [],
    seen: open ? seenMark(all) : '',
  };
}

/** The compared pages as readers see them, with what changes marked within. */
async function drawPages(
  tx: Tx,
  request: ChangeRequest,
  all: readonly PageState[],
  pages: readonly PageReview[],
  factsOf: FactsOf,
): Promise<Record<string, ShownChange[]>> {
  const drawn: Record<string, ShownChange[]> = {};
  for (const { page_id, diff } of pages) {
    const page = all.find((each) => each.page_id === page_id)!;
    const { before, after } = sides(page, request.status === 'open');
    const html = await blockRenderer(
      tx,
      { space: { id: request.space_id, slug: request.space_slug }, path: page.path },
      [before, after],
      await factsOf(tx, page_id),
    );
    drawn[page_id] = diff.map((entry) => shownChange(entry, html));
  }
  return drawn;
}

function textsOf(page: PageState): PageTexts {
  const title = page.title ?? page.path;
  return {
    page_id: page.page_id,
    path_now: page.path_now,
    path: page.path,
    title,
    before: page.now_text,
    after: page.action === 'retire' ? null : upToDate(page).text,
  };
}
