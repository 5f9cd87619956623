import * as v from 'valibot';
import { changes_undo_title } from '#paraglide/messages.js';
import { notFound, Refusal } from '#platform/errors.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { droppedControls } from './check-page-text.ts';
import { type PageChange, RequestWords } from './model.ts';
import { parse } from '#platform/input.ts';
import { type Opened, openChangeRequest } from './open-change-request.server.ts';
import { findChangeRequest, listRequestPages } from './queries/change-requests.server.ts';
import type { PageState } from './review-page.ts';
import { mergeBlocks } from './text/merge-blocks.ts';

export type Undo = { id: string; byline_id: string; title?: string; reason: string; retry_key: string };

/**
 * Asks for a merged request to be undone, by a request like any other. What later ones changed elsewhere stays.
 * Refuses: common.not_found, library.change_request.not_merged, library.change_request.undo_touched (409, with the pages), library.change_request.may_not_propose, and what openChangeRequest refuses.
 */
export async function undoChangeRequest(tx: Tx, input: Undo): Promise<Opened> {
  const request = await findChangeRequest(tx, { id: input.id });
  if (!request) throw notFound();
  if (request.status !== 'merged') throw new Refusal('library.change_request.not_merged', { status: 409 });
  if (!request.may_undo) throw new Refusal('library.change_request.may_not_propose', { status: 403 });
  const pages = await listRequestPages(tx, input.id);
  const back = pages.map(takeBack);
  const touched = pages.filter((_, i) => back[i] === 'touched').map((page) => page.title ?? page.path);
  if (touched.length) throw new Refusal('library.change_request.undo_touched', { status: 409, details: { pages: touched.slice(0, 10).join(', ') } });
  const said = parse(RequestWords, { title: input.title || changes_undo_title({ title: request.title }).slice(0, 200), reason: input.reason });
  const { byline_id, retry_key, id: undoes } = input;
  const undo = { ...said, byline_id, retry_key, undoes, space_id: request.space_id };
  return openChangeRequest(tx, { ...undo, pages: back.filter((page): page is PageChange => typeof page === 'object') });
}

/** The same out of a form. Refuses as undoChangeRequest does. */
export async function undoHere(tx: Tx, asked: { id: string; byline_id: string; reason: string }, form: FormData): Promise<Opened> {
  return undoChangeRequest(tx, { ...asked, retry_key: parse(v.pipe(v.string(), v.uuid()), String(form.get('retry_key') ?? '')) });
}

/** The change that takes one page back to what it was; nothing where nothing is left to take back. */
function takeBack(page: PageState): PageChange | 'touched' | undefined {
  const same = { page_id: page.page_id, base_revision_id: page.now_revision_id, path: page.path_now ?? page.path, parent_path: null, position: null };
  if (page.action === 'retire') {
    if (!page.retired) return 'touched';
    return { ...same, action: 'restore', text: page.now_text ?? '', retires: [] };
  }
  if (page.retired) return page.action === 'create' ? undefined : 'touched';
  if (page.action === 'create' || page.action === 'restore') {
    if (page.made_number !== page.now_number) return 'touched';
    return { ...same, action: 'retire', text: '', retires: droppedControls(page.now_text ?? '', '') };
  }
  const moved = page.was_path !== null && page.was_path !== page.path;
  if (moved && page.path_now !== page.path) return 'touched';
  const text = page.made_text === null ? (page.now_text ?? '') : undone(page);
  if (text === undefined) return 'touched';
  const place = moved || page.position !== null ? { path: page.was_path ?? same.path, parent_path: page.was_parent_path, position: page.was_position } : {};
  return { ...same, ...place, action: 'edit', text, retires: droppedControls(page.now_text ?? '', text) };
}

/** Today's text without what the request changed; nothing where later words stand in the same place. */
function undone(page: PageState): string | undefined {
  const merged = mergeBlocks(page.made_text ?? '', page.now_text ?? '', page.before_text ?? '');
  return merged.conflicts.length ? undefined : merged.text;
}
