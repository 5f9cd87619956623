import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { cutControl } from './excerpt.ts';
import { PageChange, type Withdrawal } from './model.ts';
import { putTogether, takeApart } from './page-parts.ts';
import { findAsItStands, findTree } from './queries/my-request.server.ts';
import { treeAfter } from './request-tree.ts';
import { type PageState, upToDate } from './review-page.ts';
import { type Place, spotFor } from './spot.ts';
import { slugsOf } from './start-draft.server.ts';

/** What a request does, and where: enough to change parts of it. */
export type Parts = { request: { space_id: string }; pages: PageState[] };

const STEPS = ['change', 'comments', 'editions', 'history', 'talk'];

/** A page as the request has it, or as it stands where the request leaves it alone. Refuses: common.not_found. */
export async function partOf(tx: Tx, mine: Parts, pageId: string): Promise<PageState> {
  const asked = mine.pages.find(({ page_id }) => page_id === pageId);
  const page = asked && asked.action !== 'retire' ? asked : await findAsItStands(tx, mine.request.space_id, pageId);
  if (!page) throw notFound();
  return page;
}

/** The part brought up to the text as it stands. Refuses: library.change_request.conflict, where words were changed twice: that is decided where both are seen. */
export function current(page: PageState): PageChange {
  const { text, base_revision_id, conflicts } = upToDate(page);
  if (conflicts.length) throw new Refusal('library.change_request.conflict', { status: 409 });
  const { action, page_id, path, parent_path, position, retires, withdrawals } = page;
  return { action, page_id, path, parent_path, position, retires, withdrawals, text, base_revision_id };
}

export type Placing = { title: string; path: string; place: Place | null };

/**
 * Another title, address or place for a page (null: where it stands), and for those that have to make room beside it.
 * Refuses: library.page.title_missing, library.page.path, library.page.path_taken, library.page.circle, library.change_request.conflict, common.not_found.
 */
export async function placePart(tx: Tx, mine: Parts, pageId: string, asked: Placing): Promise<PageChange[]> {
  const state = await partOf(tx, mine, pageId);
  const part = current(state);
  const refuse = (field: string, code: string) => {
    throw new Refusal(code, { details: { errors: [{ path: field, code }], pages: path, path } });
  };
  const path = asked.path.trim().replace(/^\/+|\/+$/g, '');
  if (!asked.title.trim()) refuse('called', 'library.page.title_missing');
  const words = path.split('/');
  if (!v.is(PageChange.entries.path, path) || STEPS.includes(words.at(-1) ?? '') || STEPS.includes(words[0] ?? '')) refuse('path', 'library.page.path');
  const { rows, formers } = await findTree(tx, mine.request.space_id);
  const tree = treeAfter(rows, mine.pages, formers);
  const holder = tree.find((row) => row.path === path)?.id ?? formers.get(path);
  if (holder && holder !== pageId) refuse('path', 'library.page.path_taken');
  const front = takeApart(part.text);
  const text = front && asked.title.trim() !== front.front.title ? putTogether(part.text, { ...front.front, title: asked.title }, front.body) : part.text;
  const moved = { ...part, text, path };
  if (!asked.place) return [moved];
  const parents = new Map(tree.map(({ id, parentId }) => [id, parentId]));
  const at = tree.find((row) => row.path === asked.place?.beside);
  for (let up = asked.place.how === 'under' ? at?.id : parents.get(at?.id ?? ''); up; up = parents.get(up) ?? undefined)
    if (up === pageId) refuse('beside', 'library.page.circle');
  const { parent_path, position, shifts } = spotFor(tree, pageId, asked.place);
  const others = await Promise.all(shifts.map(async ({ id, ...spot }) => ({ ...current(await partOf(tx, mine, id)), ...spot })));
  return [{ ...moved, parent_path, position }, ...others];
}

/** The page goes; what this request would have made is left out again (null). Refuses: common.not_found. */
export async function retirePart(tx: Tx, mine: Parts, pageId: string, said: Withdrawal): Promise<PageChange | null> {
  if (mine.pages.some(({ page_id, action }) => page_id === pageId && action === 'create')) return null;
  const page = await findAsItStands(tx, mine.request.space_id, pageId);
  if (!page) throw notFound();
  const now = page.now_text ?? '';
  return {
    action: 'retire',
    page_id: pageId,
    base_revision_id: page.now_revision_id,
    path: page.path,
    parent_path: null,
    position: null,
    text: '',
    retires: slugsOf(now),
    withdrawals: [{ ...said, control: null }],
  };
}

/** The part a control stands on, without it; and the control's own text. Refuses: common.not_found, library.change_request.conflict. */
async function withoutControl(tx: Tx, mine: Parts, slug: string): Promise<{ part: PageChange; control: string }> {
  const inRequest = mine.pages.find((page) => page.action !== 'retire' && cutControl(page.text, slug));
  const stands =
    inRequest?.page_id ??
    (
      await tx
        .selectFrom('app.controls')
        .select('page_id')
        .where('space_id', '=', mine.request.space_id)
        .where('slug', '=', slug)
        .where('retired_at', 'is', null)
        .executeTakeFirst()
    )?.page_id;
  const state = stands ? await partOf(tx, mine, stands) : undefined;
  const part = state && current(state);
  const cut = part && cutControl(part.text, slug);
  if (!part || !cut) throw notFound();
  const rest = cut.after.replace(/^\s*\n/, '');
  return { part: { ...part, text: rest ? cut.before + rest : `${cut.before.trimEnd()}\n` }, control: cut.text };
}

/** A control goes to the end of another page, with its address and its talk. Refuses: common.not_found, library.change_request.conflict. */
export async function moveControl(tx: Tx, mine: Parts, slug: string, toPage: string): Promise<PageChange[]> {
  const { part, control } = await withoutControl(tx, mine, slug);
  if (part.page_id === toPage) throw new Refusal('library.change_request.nothing_changed');
  const into = current(await partOf(tx, mine, toPage));
  const left = mine.pages.some(({ page_id, action }) => page_id === part.page_id && action === 'retire') ? [] : [part];
  return [...left, { ...into, text: `${into.text.trimEnd()}\n\n${control.trim()}\n` }];
}

/** A control goes for good, with a reason and what follows it. Refuses: common.not_found, library.change_request.conflict. */
export async function retireControl(tx: Tx, mine: Parts, slug: string, said: Withdrawal): Promise<PageChange> {
  const { part } = await withoutControl(tx, mine, slug);
  return {
    ...part,
    retires: [...new Set([...part.retires, slug])],
    withdrawals: [...(part.withdrawals ?? []).filter(({ control }) => control !== slug), { ...said, control: slug }],
  };
}
