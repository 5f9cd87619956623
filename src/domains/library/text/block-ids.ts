import { alignEqual } from '#lib/text/align.ts';
import { textHash } from '#lib/text/hash.ts';
import { type Shingles, dice, sharedShingles, shinglesOf } from '#lib/text/similarity.ts';
import { type Block, splitBlocks } from './blocks.ts';

/** One line of the sidecar: which id the block with this hash carries in this revision. */
export type BlockId = { id: string; hash: string; slug?: string };

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ALIKE = 0.5;
const NEARNESS = 0.1;

/** A fresh block id: eight characters without i, l, o, u. */
export function newBlockId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => ALPHABET[byte & 31]).join('');
}

/**
 * Gives every block of the next body its id. In turn: the same text in the same order, the same text elsewhere, the same control slug,
 * the most alike text near by (Dice of word shingles from 0.5), else a new id. Entries of older revisions may follow the current ones
 * in `previous`; a text put back then gets its old id back. No id is given twice, and a control's id only ever to its own slug.
 */
export function assignBlockIds(previous: readonly BlockId[], previousBody: string | null, nextBody: string, newId: () => string): BlockId[] {
  const next = splitBlocks(nextBody).map((block) => ({ block, hash: textHash(block.text), slug: block.kind === 'control' ? block.slug : undefined }));
  const given: Array<BlockId | undefined> = new Array(next.length);
  const used = new Set<number>();
  const give = (from: number, to: number) => {
    given[to] = previous[from];
    used.add(from);
  };

  const slugsMatch = (i: number, j: number) => previous[i]?.slug === next[j]?.slug;
  for (const [i, j] of alignEqual(
    previous.map((p) => p.hash),
    next.map((n) => n.hash),
  ))
    if (slugsMatch(i, j)) give(i, j);

  const byKey = (key: (entry: { hash: string; slug?: string }) => string | undefined) => {
    const waiting = new Map<string, number[]>();
    previous.forEach((entry, i) => {
      const k = key(entry);
      if (k === undefined || used.has(i)) return;
      const list = waiting.get(k);
      if (list) list.push(i);
      else waiting.set(k, [i]);
    });
    for (const list of waiting.values()) list.reverse();
    next.forEach((entry, j) => {
      const k = key(entry);
      const i = given[j] || k === undefined ? undefined : waiting.get(k)?.pop();
      if (i !== undefined) give(i, j);
    });
  };
  byKey((entry) => (entry.slug === undefined ? entry.hash : undefined));
  byKey((entry) => entry.slug);

  if (previousBody !== null) {
    const before = textsOf(previous, previousBody);
    const free = previous.flatMap((entry, i) => (used.has(i) || entry.slug !== undefined || !before[i] ? [] : [i]));
    const wanting = next.flatMap((entry, j) => (given[j] || entry.slug !== undefined ? [] : [j]));
    for (const [i, j] of mostAlike(free, wanting, before, next, given, previous)) give(i, j);
  }

  const taken = new Set(previous.map((entry) => entry.id));
  return next.map(({ hash, slug }, j) => {
    let id = given[j]?.id;
    if (id === undefined) {
      do id = newId();
      while (taken.has(id));
      taken.add(id);
    }
    return slug === undefined ? { id, hash } : { id, hash, slug };
  });
}

/** The old text behind each sidecar line, found by hash in order (the sidecar may hold more than the body). */
function textsOf(previous: readonly BlockId[], body: string): Array<Block | undefined> {
  const blocks = splitBlocks(body);
  const found: Array<Block | undefined> = new Array(previous.length);
  const pairs = alignEqual(
    previous.map((p) => p.hash),
    blocks.map((b) => textHash(b.text)),
  );
  for (const [i, j] of pairs) found[i] = blocks[j];
  return found;
}

type Next = { block: Block };

function mostAlike(
  free: number[],
  wanting: number[],
  before: Array<Block | undefined>,
  next: Next[],
  given: Array<BlockId | undefined>,
  previous: readonly BlockId[],
): Array<[number, number]> {
  const expected = expectedPlaces(given, previous);
  const oldShingles = new Map(free.map((i) => [i, shinglesOf((before[i] as Block).text)]));
  const newShingles = new Map(wanting.map((j) => [j, shinglesOf((next[j] as Next).block.text)]));
  // On a large rewrite only neighbours are compared, so that the work stays in proportion to the page.
  const reach = free.length * wanting.length > 60_000 ? 60 : Number.POSITIVE_INFINITY;
  const scored: Array<{ i: number; j: number; score: number }> = [];
  for (const i of free) {
    for (const j of wanting) {
      const distance = Math.abs((expected[i] as number) - j);
      if (distance > reach || !sameClass((before[i] as Block).kind, (next[j] as Next).block.kind)) continue;
      const alike = likeness(oldShingles.get(i) as Shingles, newShingles.get(j) as Shingles);
      if (alike >= ALIKE) scored.push({ i, j, score: alike + NEARNESS / (1 + distance) });
    }
  }
  scored.sort((x, y) => y.score - x.score || x.i - y.i || x.j - y.j);
  const pairs: Array<[number, number]> = [];
  const doneOld = new Set<number>();
  const doneNew = new Set<number>();
  for (const { i, j } of scored) {
    if (doneOld.has(i) || doneNew.has(j)) continue;
    doneOld.add(i);
    doneNew.add(j);
    pairs.push([i, j]);
  }
  return pairs;
}

/** Where an old block would stand if it had moved along with the nearest block before it that is already placed. */
function expectedPlaces(given: Array<BlockId | undefined>, previous: readonly BlockId[]): number[] {
  const placeOf = new Map<string, number>();
  given.forEach((entry, j) => {
    if (entry) placeOf.set(entry.id, j);
  });
  let shift = 0;
  return previous.map((entry, i) => {
    const j = placeOf.get(entry.id);
    if (j !== undefined) shift = j - i;
    return i + shift;
  });
}

/** Dice, or one half when one text lies whole within the other: the largest piece of a block cut in many keeps its id. */
function likeness(a: Shingles, b: Shingles): number {
  const score = dice(a, b);
  if (score >= ALIKE) return score;
  const small = Math.min(a.size, b.size);
  const large = Math.max(a.size, b.size);
  return small >= 15 && small / large >= 0.15 && sharedShingles(a, b) / small >= 0.9 ? ALIKE + 0.1 * (small / large) : score;
}

function sameClass(a: Block['kind'], b: Block['kind']): boolean {
  return a === b || (PROSE.has(a) && PROSE.has(b));
}

const PROSE = new Set<Block['kind']>(['paragraph', 'list', 'quote', 'hint', 'html', 'table']);

/**
 * Ids of the parts of a text that is no revision yet: what the text it goes out from knows keeps its id, what is new gets one made of its words, the same whoever asks. For pointing at a proposal; a merge gives its own.
 */
export function partIds(previous: readonly BlockId[], previousBody: string | null, body: string): string[] {
  const marks = new Set<string>();
  const ids = assignBlockIds(previous, previousBody, body, () => {
    const mark = `new ${marks.size}`;
    marks.add(mark);
    return mark;
  });
  const taken = new Set(ids.map(({ id }) => id));
  return ids.map(({ id, hash }) => {
    if (!marks.has(id)) return id;
    let [made, k] = [shortOf(hash), 1];
    while (taken.has(made)) made = shortOf(textHash(`${hash} ${k++}`));
    taken.add(made);
    return made;
  });
}

const shortOf = (hash: string): string => Array.from({ length: 8 }, (_, k) => ALPHABET[Number.parseInt(hash.slice(2 * k, 2 * k + 2), 16) & 31]).join('');
