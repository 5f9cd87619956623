import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { type Draft, renderDraft, wholeText } from './draft.server.ts';
import { PageChange, RequestWords } from './model.ts';
import { type ControlName, listControlNames } from './queries/change-form.server.ts';
import { findMyRequest, type MyRequest } from './queries/my-request.server.ts';
import { type PageState, upToDate } from './review-page.ts';
import { type FactsOf, inParts, slugsOf } from './start-draft.server.ts';
import type { Conflict } from './text/merge-blocks.ts';
import { updateChangeRequest } from './update-change-request.server.ts';

/** The address of a request, and which of its pages is looked at. */
export type Place = { space: string; number: string; page: string | null };
type Resumed = Pick<MyRequest, 'request'> & {
  page: MyRequest['place']['page'];
  moved: boolean;
  /** A page that is not there yet: nothing of it can be looked up. */
  isNew: boolean;
  /** Whether the request changes this page already; saving takes it in. */
  inIt: boolean;
  conflicts: Conflict[];
  values: Draft;
  controls: ControlName[];
  preview: string;
};

/** One's own open proposal, joined with the page as it stands now. Refuses as findMyRequest does. */
export async function resumeDraft(tx: Tx, where: Place, factsOf: FactsOf): Promise<Resumed> {
  const { request, page, inIt, place } = await findMyRequest(tx, where, where.page);
  const { text, base_revision_id, moved, conflicts } = upToDate(page);
  const values: Draft = {
    title: request.title,
    reason: request.reason,
    ...inParts(text),
    retires: page.retires,
    withdrawals: page.withdrawals,
    retry_key: '',
    base_revision_id: base_revision_id ?? '',
    control: '',
  };
  const controls = await listControlNames(tx, request.space_id, slugsOf(page.now_text ?? ''));
  return {
    request,
    page: place.page,
    moved,
    inIt,
    isNew: page.action === 'create',
    conflicts,
    values,
    controls,
    preview: await renderDraft(tx, place, values, await factsOf(tx, page.page_id)),
  };
}

/** What is in the form, as a whole page and as readers would see it. Refuses as findMyRequest does. */
export async function lookAtMine(
  tx: Tx,
  where: Place,
  draft: Draft,
  factsOf: FactsOf,
): Promise<{ id: string; page: PageState; inIt: boolean; text: string; line: number; preview: string }> {
  const { request, page, inIt, place } = await findMyRequest(tx, where, where.page);
  return {
    id: request.id,
    page,
    inIt,
    // What the form does not show stays as one asked for it.
    ...wholeText(upToDate(page).text, draft),
    preview: await renderDraft(tx, place, draft, await factsOf(tx, page.page_id)),
  };
}

/** Saves the draft over one's own open request. Refuses: library.change_request.signed_out, and what updateChangeRequest refuses. */
export async function saveDraft(
  tx: Tx,
  { id, page, inIt }: { id: string; page: PageState; inIt: boolean },
  draft: Draft,
  text: string,
  byline_id: string | undefined,
): Promise<void> {
  if (!byline_id) throw new Refusal('library.change_request.signed_out', { status: 403 });
  const { base_revision_id, retires, withdrawals } = draft;
  const words = parse(v.pick(PageChange, ['page_id', 'base_revision_id', 'text', 'retires', 'withdrawals']), {
    page_id: page.page_id,
    base_revision_id: base_revision_id || null,
    text,
    retires,
    withdrawals,
  });
  const { action, path, parent_path, position } = page;
  // A page that was looked at and left as it is does not join the request.
  const change = inIt ? { page: words } : text === page.text ? {} : { pages: [{ action, path, parent_path, position, ...words }] };
  await updateChangeRequest(tx, { id, byline_id, ...parse(RequestWords, draft), ...change });
}
