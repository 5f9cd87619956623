import type { WordDiff } from '#lib/text/diff-words.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { twoTexts } from './history.server.ts';
import { blockRenderer } from './page-view.server.ts';
import type { Space } from './queries.server.ts';
import { type DiffBlock, diffPages } from './text/diff-pages.ts';
import type { ControlFacts } from './text/render-page.ts';
import { renderedDiff } from './text/rendered-diff.ts';

/** One entry of a comparison as readers see the text: what changed is marked within it, what stayed is folded. */
export type ShownChange =
  | { kind: 'same'; count: number; html: string }
  | { kind: 'field'; key: string; words: WordDiff[] }
  | { kind: 'changed' | 'moved' | 'added' | 'removed'; html: string };

export type Compared = { from: number; to: number; words: DiffBlock[]; shown: ShownChange[] };

/** Two revisions of a page against each other, in words and as readers see them; nothing when one of them is not there. `from` 0 is the empty page. */
export async function compareRevisions(
  tx: Tx,
  space: Pick<Space, 'id' | 'slug'>,
  page: { id: string; path: string },
  { from, to }: { from: number; to: number },
  facts: ReadonlyMap<string, ControlFacts>,
): Promise<Compared | undefined> {
  const texts = await twoTexts(tx, page.id, from, to);
  if (!texts) return undefined;
  const words = diffPages(texts.a, texts.b);
  const html = await blockRenderer(tx, { space, path: page.path }, [texts.a, texts.b], facts);
  return { from, to, words, shown: words.map((entry) => shownChange(entry, html)) };
}

/** One entry of a comparison, drawn. */
export function shownChange(entry: DiffBlock, html: (block: string) => string): ShownChange {
  if (entry.kind === 'field') return { kind: 'field', key: entry.key, words: entry.words };
  if (entry.kind === 'same') return { kind: 'same', count: entry.count, html: html(entry.text) };
  const before = 'before' in entry ? html(entry.before) : '';
  const after = 'after' in entry ? html(entry.after) : '';
  // A whole block that came or went needs no mark at each word.
  return { kind: entry.kind, html: entry.kind === 'added' ? after : entry.kind === 'removed' ? before : renderedDiff(before, after) };
}
