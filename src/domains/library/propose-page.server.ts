import { slugOf } from '#domains/exchange/gitbook/names.ts';
import { changes_asked_page_goes, changes_asked_page_new, changes_asked_page_place } from '#paraglide/messages.js';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import type { Draft } from './draft.server.ts';
import { OpenChangeRequest, type PageChange, RequestWords, type Withdrawal } from './model.ts';
import { type Opened, openChangeRequest } from './open-change-request.server.ts';
import type { PageToChange } from './queries/change-form.server.ts';
import { findAsItStands, findTree, type Mine } from './queries/my-request.server.ts';
import { findSpace, pageTree, type Space } from './queries.server.ts';
import { type Placing, placePart } from './request-parts.server.ts';
import { treeAfter } from './request-tree.ts';
import type { PageState } from './review-page.ts';
import { type Place, spotFor } from './spot.ts';
import { slugsOf } from './start-draft.server.ts';
import { updateChangeRequest } from './update-change-request.server.ts';

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
  const changes = await newPageParts(tx, space.id, draft, text, place);
  return ask(
    tx,
    space.id,
    { ...draft, title: draft.title || changes_asked_page_new({ page: draft.front?.title.trim() ?? '' }).slice(0, 200) },
    changes,
    byline,
  );
}

/** A new page for a request of mine that is open already. Refuses: library.page.title_missing, and what updateChangeRequest refuses. */
export async function addNewPage(tx: Tx, mine: Mine, draft: Draft, text: string, place: Place, byline: string | undefined): Promise<void> {
  if (!byline) throw new Refusal('library.change_request.signed_out', { status: 403 });
  const { id, space_id } = mine.request;
  const pages = await newPageParts(tx, space_id, draft, text, place, mine.pages);
  await updateChangeRequest(tx, { id, byline_id: byline, ...parse(RequestWords, draft), pages });
}

/** The page that the form brought, and those beside it that have to make room. */
async function newPageParts(tx: Tx, spaceId: string, draft: Draft, text: string, place: Place, pages: PageState[] = []): Promise<PageChange[]> {
  const page = draft.front?.title.trim() ?? '';
  if (!page) throw new Refusal('library.page.title_missing', { details: { errors: [{ path: 'page_title', code: 'library.page.title_missing' }] } });
  const { rows, formers } = await findTree(tx, spaceId);
  const id = newId();
  const { shifts, ...spot } = spotFor(treeAfter(rows, pages, formers), id, place);
  const fresh = {
    action: 'create' as const,
    page_id: id,
    base_revision_id: null,
    path: await freePath(tx, spaceId, page),
    text,
    retires: draft.retires,
    withdrawals: draft.withdrawals ?? [],
    ...spot,
  };
  const others = await Promise.all(
    shifts.map(async ({ id: other, ...there }) => ({
      other: pages.find(({ page_id }) => page_id === other) ?? (await findAsItStands(tx, spaceId, other)),
      there,
    })),
  );
  return [fresh, ...others.flatMap(({ other, there }) => (other ? [{ ...asked(other), ...there }] : []))];
}

const asked = ({ action, page_id, base_revision_id, path, text, retires, withdrawals }: PageState) => ({
  action,
  page_id,
  base_revision_id,
  path,
  text,
  retires,
  withdrawals,
});

/** Asks for a page to go, and with it what stands on it. Refuses: library.change_request.signed_out, and what openChangeRequest refuses. */
export async function proposeRetirement(
  tx: Tx,
  { space, page, revision }: PageToChange,
  said: Asked & { withdrawal: Withdrawal },
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
    withdrawals: [said.withdrawal],
  };
  return ask(tx, space.id, { ...said, title: said.title || changes_asked_page_goes({ page: page.title }).slice(0, 200) }, [change], byline);
}

/** Asks for another title, address or place of a page. Refuses: library.change_request.signed_out, and what placePart and openChangeRequest refuse. */
export async function proposePlace(tx: Tx, { space, page }: PageToChange, said: Asked, placing: Placing, byline: string | undefined): Promise<Opened> {
  if (!space.may_propose) throw new Refusal('library.change_request.may_not_propose', { status: 403 });
  const parts = await placePart(tx, { request: { space_id: space.id }, pages: [] }, page.id, placing);
  return ask(tx, space.id, { ...said, title: said.title || changes_asked_page_place({ page: page.title }).slice(0, 200) }, parts, byline);
}

async function ask(tx: Tx, space_id: string, { title, reason, retry_key, editorial }: Asked, pages: object[], byline_id: string | undefined): Promise<Opened> {
  if (!byline_id) throw new Refusal('library.change_request.signed_out', { status: 403 });
  return openChangeRequest(
    tx,
    parse(OpenChangeRequest, { title, reason, retry_key, nature: editorial ? 'editorial' : 'substantive', space_id, byline_id, pages }),
  );
}

/** An address nobody has, had, or asked for. */
export async function freePath(tx: Tx, spaceId: string, title: string): Promise<string> {
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
