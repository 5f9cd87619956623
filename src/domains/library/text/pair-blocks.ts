import { alignEqual } from '#lib/text/align.ts';
import { textHash } from '#lib/text/hash.ts';
import { dice, type Shingles, shinglesOf } from '#lib/text/similarity.ts';
import type { Block } from './blocks.ts';

/** How the blocks of one text became those of another; indices into the two lists. */
export type Pairing = {
  /** Old block → new block, both in the same order: unchanged or changed in place. */
  inPlace: Map<number, number>;
  /** Old block → new block that stands elsewhere now. */
  moved: Map<number, number>;
};

const ALIKE = 0.4;
const WIDEST = 90_000;
const slugOf = (block: Block | undefined) => (block?.kind === 'control' ? block.slug : undefined);

/** Pairs the blocks of two texts: equal ones in order, then within each gap the most alike, then what moved. */
export function pairBlocks(a: readonly Block[], b: readonly Block[]): Pairing {
  const hashA = a.map((block) => textHash(block.text));
  const hashB = b.map((block) => textHash(block.text));
  const inPlace = new Map<number, number>();
  let i0 = 0;
  let j0 = 0;
  const equal = alignEqual(hashA, hashB);
  const moved = new Map<number, number>();
  const elsewhere = movedAhead(a, b, hashA, hashB, equal);
  for (const [i, j] of [...equal, [a.length, b.length] as const]) {
    const olds = range(i0, i).filter((k) => !elsewhere.has(k));
    const news = range(j0, j).filter((k) => !elsewhere.taken.has(k));
    for (const [x, y] of pairGap(a, b, olds, news)) inPlace.set(x, y);
    if (i < a.length) inPlace.set(i, j);
    i0 = i + 1;
    j0 = j + 1;
  }
  for (const [i, j] of elsewhere.pairs) moved.set(i, j);
  return { inPlace, moved };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
}

/** Blocks outside the common order that stand elsewhere with the same text, or as the same control. */
function movedAhead(a: readonly Block[], b: readonly Block[], hashA: string[], hashB: string[], equal: ReadonlyArray<[number, number]>) {
  const doneA = new Set(equal.map(([i]) => i));
  const doneB = new Set(equal.map(([, j]) => j));
  const gapsA = gapNumbers(a.length, doneA);
  const gapsB = gapNumbers(b.length, doneB);
  const pairs: Array<[number, number]> = [];
  const taken = new Set<number>();
  const old = new Set<number>();
  const waiting = new Map<string, number[]>();
  const next = new Map<string, number>();
  b.forEach((block, j) => {
    if (doneB.has(j)) return;
    const key = slugOf(block) !== undefined ? `#${slugOf(block)}` : (hashB[j] as string);
    const list = waiting.get(key);
    if (list) list.push(j);
    else waiting.set(key, [j]);
  });
  a.forEach((block, i) => {
    if (doneA.has(i)) return;
    const key = slugOf(block) !== undefined ? `#${slugOf(block)}` : (hashA[i] as string);
    const list = waiting.get(key);
    const k = list ? (next.get(key) ?? 0) : 0;
    const j = list?.[k];
    if (j === undefined || gapsA[i] === gapsB[j]) return;
    next.set(key, k + 1);
    pairs.push([i, j]);
    taken.add(j);
    old.add(i);
  });
  return { pairs, taken, has: (i: number) => old.has(i) };
}

/** For each place, how many blocks of the common order stand before it. */
function gapNumbers(length: number, common: ReadonlySet<number>): number[] {
  let before = 0;
  return Array.from({ length }, (_, at) => (common.has(at) ? before++ : before));
}

/** The best in-order pairing inside one gap: the same control, or text alike from 0.4; one block against one block is a rewrite. */
function pairGap(a: readonly Block[], b: readonly Block[], olds: number[], news: number[]): Array<[number, number]> {
  if (olds.length === 0 || news.length === 0) return [];
  // A gap this wide is a rewrite of the page: comparing everything with everything would cost seconds and tell nobody anything.
  if (olds.length * news.length > WIDEST) return olds.length === news.length ? olds.map((i, k) => [i, news[k] as number]) : [];
  const left = olds.map((i) => shinglesOf((a[i] as Block).text));
  const right = news.map((j) => shinglesOf((b[j] as Block).text));
  const only = olds.length === 1 && news.length === 1;
  const w = news.length + 1;
  const best = new Float64Array((olds.length + 1) * w);
  const worth = new Float64Array(olds.length * news.length);
  for (let x = olds.length - 1; x >= 0; x--) {
    for (let y = news.length - 1; y >= 0; y--) {
      const value = likeness(a[olds[x] as number] as Block, b[news[y] as number] as Block, left[x] as Shingles, right[y] as Shingles, only);
      worth[x * news.length + y] = value;
      const skip = Math.max(best[(x + 1) * w + y] as number, best[x * w + y + 1] as number);
      best[x * w + y] = value > 0 ? Math.max(skip, value + (best[(x + 1) * w + y + 1] as number)) : skip;
    }
  }
  const pairs: Array<[number, number]> = [];
  for (let x = 0, y = 0; x < olds.length && y < news.length; ) {
    const value = worth[x * news.length + y] as number;
    if (value > 0 && best[x * w + y] === value + (best[(x + 1) * w + y + 1] as number)) pairs.push([olds[x++] as number, news[y++] as number]);
    else if ((best[(x + 1) * w + y] as number) >= (best[x * w + y + 1] as number)) x++;
    else y++;
  }
  return pairs;
}

function likeness(a: Block, b: Block, left: Shingles, right: Shingles, only: boolean): number {
  const slugA = slugOf(a);
  const slugB = slugOf(b);
  if (slugA !== undefined || slugB !== undefined) return slugA === slugB ? 2 : 0;
  const alike = dice(left, right);
  if (alike >= ALIKE) return alike + (a.kind === b.kind ? 0.1 : 0);
  return only && a.kind === b.kind ? 0.1 : 0;
}
