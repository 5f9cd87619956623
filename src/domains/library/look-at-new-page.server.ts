import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { type Draft, renderDraft, wholeText } from './draft.server.ts';
import { findSpaceToExtend, type PlaceOption } from './propose-page.server.ts';
import { findMine, findTree, type Mine } from './queries/my-request.server.ts';
import { placesAround } from './queries/workbench.server.ts';
import { inOrder, treeAfter } from './request-tree.ts';

/** The form of a page that nobody has begun. */
export function blankPage(): Draft {
  const front = { title: '', description: '', sources: '' };
  return { title: '', reason: '', text: '', front, retires: [], retry_key: newId(), base_revision_id: '', control: '' };
}

/** The form of a page for a request of mine that is open already; undefined where none was named. Refuses as findMine does. */
export async function extended(tx: Tx, space: string, number: string | null): Promise<{ mine: Mine; places: PlaceOption[] } | undefined> {
  if (!number) return undefined;
  const mine = await findMine(tx, { space, number });
  const { rows, formers } = await findTree(tx, mine.request.space_id);
  return { mine, places: placesAround(inOrder(treeAfter(rows, mine.pages, formers)), '') };
}

/** What a page that is not there yet would be, and look like. Refuses: common.not_found, library.change_request.may_not_propose. */
export async function lookAtNewPage(tx: Tx, slug: string, values: Draft) {
  const found = await findSpaceToExtend(tx, slug);
  const place = { space: { ...found.space, may_propose: true }, page: { id: '', path: '', title: '' } };
  return { ...found, ...wholeText('', values), preview: await renderDraft(tx, place, values, new Map()) };
}
