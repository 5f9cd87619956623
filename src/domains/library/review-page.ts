import { droppedControls } from './check-page-text.ts';
import type { Withdrawal } from './model.ts';
import { type BlockId, partIds } from './text/block-ids.ts';
import { type DiffBlock, diffPages } from './text/diff-pages.ts';
import { type Conflict, mergeBlocks, resolveConflicts } from './text/merge-blocks.ts';
import { splitPage } from './text/page.ts';
import { actsOf, type PartActs } from './what-it-does.ts';

/** A page of a change request with every text it has to do with, as the query reads them. */
export type PageState = {
  page_id: string;
  action: 'edit' | 'create' | 'retire' | 'restore';
  made_number: number | null;
  was_path: string | null;
  was_parent_path: string | null;
  was_position: number | null;
  position: number | null;
  parent_path: string | null;
  retired: boolean;
  path: string;
  text: string;
  retires: string[];
  withdrawals: Withdrawal[];
  title: string | null;
  path_now: string | null;
  base_revision_id: string | null;
  base_text: string | null;
  base_number: number | null;
  base_blocks?: BlockId[] | null;
  now_revision_id: string | null;
  now_text: string | null;
  now_number: number | null;
  /** The revision that merging made, and the one before it. */
  made_text: string | null;
  before_text: string | null;
  /** For a page to be made: the page it stands under, and the one before it there. */
  under: string | null;
  follows: string | null;
};
export type PageReview = {
  page_id: string;
  path: string;
  title: string;
  action: PageState['action'];
  /** still: nothing happened meanwhile; clean: the page moved and both join; conflict: both changed the same place. */
  state: 'still' | 'clean' | 'conflict';
  diff: DiffBlock[];
  /** Ids of the parts of the text it would have, by the numbers that the comparison has for them. */
  parts: string[];
  conflicts: Conflict[];
  /** Slugs of the controls whose text would change, appear, move or go. */
  touched: string[];
  /** Controls that joining would lose although nobody said so; such a request has to be brought up to date by its author. */
  lost: string[];
  /** Another title, address or place than it has. */
  placed: PartActs;
} & Pick<PageState, 'under' | 'follows'>;

/** What a reader of the request has to see of one page: for an open one, what merging now would do. */
export function reviewPage(page: PageState, open: boolean): PageReview {
  const { before, after, conflicts, state } = sides(page, open);
  const diff = diffPages(before, after);
  const touched = [...new Set(diff.flatMap((entry) => ('slug' in entry && entry.slug ? [entry.slug] : [])))];
  const lost = open && state === 'clean' ? droppedControls(before, after).filter((slug) => !page.retires.includes(slug)) : [];
  const title = page.action === 'create' ? (splitPage(page.text).front.title ?? page.path) : (page.title ?? page.path);
  return {
    page_id: page.page_id,
    path: page.path,
    title,
    action: page.action,
    state,
    diff,
    parts: partIds(page.base_blocks ?? [], page.base_text === null ? null : splitPage(page.base_text).body, splitPage(after).body),
    conflicts,
    touched,
    lost,
    under: page.under,
    follows: page.follows,
    placed: actsOf(page, open),
  };
}

/** The two texts of a page that a reader of the request compares. */
export function sides(page: PageState, open: boolean): { before: string; after: string; conflicts: Conflict[]; state: PageReview['state'] } {
  const still = { conflicts: [], state: 'still' as const };
  if (page.action === 'retire') return { before: page.now_text ?? '', after: '', ...still };
  if (page.action === 'restore') return { before: '', after: page.text, ...still };
  if (page.made_text !== null) return { before: page.before_text ?? '', after: page.made_text, ...still };
  const base = page.base_text ?? '';
  if (!open || page.action === 'create' || page.base_revision_id === page.now_revision_id) return { before: base, after: page.text, ...still };
  const now = page.now_text ?? '';
  const merged = mergeBlocks(base, now, page.text);
  // While something is undecided, the reader sees what the author changed; the conflicts stand beside it.
  if (merged.conflicts.length) return { before: base, after: page.text, conflicts: merged.conflicts, state: 'conflict' };
  return { before: now, after: merged.text, conflicts: [], state: 'clean' };
}

/** The author's text joined with the page as it stands now; where both changed the same words, the author's stand and the conflict is told. */
export function upToDate(page: PageState): { text: string; base_revision_id: string | null; moved: boolean; conflicts: Conflict[] } {
  if (page.action !== 'edit' || page.base_revision_id === page.now_revision_id)
    return { text: page.text, base_revision_id: page.base_revision_id, moved: false, conflicts: [] };
  const merged = mergeBlocks(page.base_text ?? '', page.now_text ?? '', page.text);
  const text = merged.conflicts.length
    ? resolveConflicts(
        merged,
        merged.conflicts.map(() => 'theirs' as const),
      )
    : merged.text;
  return { text, base_revision_id: page.now_revision_id, moved: true, conflicts: merged.conflicts };
}
