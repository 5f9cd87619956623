import { diffWords, type WordDiff } from '#lib/text/diff-words.ts';
import { type Block, splitBlocks } from './blocks.ts';
import { frontText } from './front-values.ts';
import { splitPage } from './page.ts';
import { pairBlocks } from './pair-blocks.ts';

/** One entry of a page's diff, in the order of the new text; removed blocks stand where they were. */
export type DiffBlock =
  | { kind: 'same'; count: number; text: string }
  | { kind: 'field'; key: string; before: string; after: string; words: WordDiff[] }
  | { kind: 'changed' | 'moved'; block: Block['kind']; slug?: string; before: string; after: string; words: WordDiff[]; from: number; to: number }
  | { kind: 'added'; block: Block['kind']; slug?: string; after: string; to: number }
  | { kind: 'removed'; block: Block['kind']; slug?: string; before: string; from: number };

// Word tables of a whole page together; past this, a changed block is shown as one deletion and one insertion.
const PAGE_CELLS = 12_000_000;

/** What changed between two page texts, block by block and word by word; unchanged blocks in a row are one entry. */
export function diffPages(a: string, b: string): DiffBlock[] {
  const left = splitPage(a);
  const right = splitPage(b);
  const out: DiffBlock[] = [];
  for (const key of new Set([...Object.keys(left.front), ...Object.keys(right.front)])) {
    const before = frontText(left.front[key]);
    const after = frontText(right.front[key]);
    if (before !== after) out.push({ kind: 'field', key, before, after, words: diffWords(before, after) });
  }
  const olds = splitBlocks(left.body);
  const news = splitBlocks(right.body);
  const { inPlace, moved } = pairBlocks(olds, news);
  const comesFrom = new Map<number, number>();
  for (const [i, j] of inPlace) comesFrom.set(j, i);
  for (const [i, j] of moved) comesFrom.set(j, i);
  let budget = PAGE_CELLS;
  const words = (before: string, after: string) => {
    // Pieces number about a third of the letters.
    const cells = Math.ceil((before.length * after.length) / 9);
    budget -= cells;
    return diffWords(before, after, budget < 0 ? 0 : undefined);
  };
  let i = 0;
  const removedHere = () => {
    for (; i < olds.length && !inPlace.has(i); i++) {
      const old = olds[i] as Block;
      if (!moved.has(i)) out.push({ kind: 'removed', block: old.kind, ...slug(old), before: old.text.trim(), from: i });
    }
  };
  removedHere();
  news.forEach((block, j) => {
    const from = comesFrom.get(j);
    const after = block.text.trim();
    if (from === undefined) {
      out.push({ kind: 'added', block: block.kind, ...slug(block), after, to: j });
      return;
    }
    const before = (olds[from] as Block).text.trim();
    if (moved.get(from) === j) out.push({ kind: 'moved', block: block.kind, ...slug(block), before, after, words: words(before, after), from, to: j });
    else {
      const last = out[out.length - 1];
      if (before !== after) out.push({ kind: 'changed', block: block.kind, ...slug(block), before, after, words: words(before, after), from, to: j });
      else if (last?.kind === 'same') {
        last.count++;
        last.text += block.text;
      } else out.push({ kind: 'same', count: 1, text: block.text });
      i = from + 1;
      removedHere();
    }
  });
  return out;
}

function slug(block: Block): { slug?: string } {
  return block.kind === 'control' && block.slug ? { slug: block.slug } : {};
}
