import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { type Draft, renderDraft, wholeText } from './draft.server.ts';
import { findSpaceToExtend } from './propose-page.server.ts';

/** The form of a page that nobody has begun. */
export function blankPage(): Draft {
  const front = { title: '', description: '', sources: '' };
  return { title: '', reason: '', text: '', front, retires: [], retry_key: newId(), base_revision_id: '', control: '' };
}

/** What a page that is not there yet would be, and look like. Refuses: common.not_found, library.change_request.may_not_propose. */
export async function lookAtNewPage(tx: Tx, slug: string, values: Draft) {
  const found = await findSpaceToExtend(tx, slug);
  const place = { space: { ...found.space, may_propose: true }, page: { id: '', path: '', title: '' } };
  return { ...found, ...wholeText('', values), preview: await renderDraft(tx, place, values, new Map()) };
}
