import { type Block, splitBlocks } from './blocks.ts';
import { frontText, frontValue, sameFront } from './front-values.ts';
import { type FrontMatter, type FrontValue, joinPage, splitPage } from './page.ts';
import { type Pairing, pairBlocks } from './pair-blocks.ts';

/** Two edits of the same place; `key` names a front matter entry, else it is a block ('' = not there). */
export type Conflict = { index: number; baseText: string; oursText: string; theirsText: string; key?: string };
type Field = { key: string; value?: FrontValue; like?: FrontValue; conflict?: number };
type Piece = { text: string; joined: boolean; conflict?: number };
/** `text` is the merged page with ours in place of every conflict, so it is whole but not yet decided while `conflicts` is not empty. */
export type Merge = { text: string; conflicts: Conflict[]; head?: string; fields: Field[]; pieces: Piece[] };
export type Choice = 'ours' | 'theirs' | { text: string };

/** Three-way merge of page texts by block and by front matter key; edits of one place that differ become conflicts with all three texts. */
export function mergeBlocks(base: string, ours: string, theirs: string): Merge {
  if (ours === theirs || theirs === base) return settled(ours);
  if (ours === base) return settled(theirs);
  const [b, o, t] = [splitPage(base), splitPage(ours), splitPage(theirs)];
  const conflicts: Conflict[] = [];
  const conflict = (baseText: string, oursText: string, theirsText: string, key?: string) =>
    conflicts.push({ index: conflicts.length, baseText, oursText, theirsText, ...(key !== undefined && { key }) }) - 1;
  const fields = mergeFront(b.front, o.front, t.front, conflict);
  const pieces = mergeBodies(b.body, o.body, t.body, conflict);
  const merge: Merge = { text: '', conflicts, fields, pieces };
  // Where one side's front matter stands as it is, so do its bytes.
  if (fields.every((field) => field.conflict === undefined)) {
    const front = Object.fromEntries(fields.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]])));
    if (sameFront(front, o.front)) merge.head = ours.slice(0, ours.length - o.body.length);
    else if (sameFront(front, t.front)) merge.head = theirs.slice(0, theirs.length - t.body.length);
  }
  merge.text = resolveConflicts(
    merge,
    conflicts.map(() => 'ours'),
  );
  return merge;
}

/** The page's text once every conflict has a choice (a missing one counts as ours). */
export function resolveConflicts(merge: Merge, choices: readonly Choice[]): string {
  if (merge.conflicts.length === 0 && merge.text !== '') return merge.text;
  const chosen = (n: number) => {
    const { oursText, theirsText } = merge.conflicts[n] as Conflict;
    const choice = choices[n] ?? 'ours';
    return typeof choice === 'object' ? choice.text : choice === 'ours' ? oursText : theirsText;
  };
  const front: FrontMatter = {};
  for (const field of merge.fields) front[field.key] = field.conflict === undefined ? field.value : frontValue(chosen(field.conflict), field.like);
  let body = '';
  for (const piece of merge.pieces) {
    const text = piece.conflict === undefined ? piece.text : chosen(piece.conflict);
    if (text.trim() === '') continue;
    body = piece.joined && piece.conflict === undefined ? body + text : apart(body) + text;
  }
  body = body.trimEnd();
  if (body !== '') body += '\n';
  return merge.head === undefined ? joinPage(front, body) : merge.head + body;
}

function settled(text: string): Merge {
  return { text, conflicts: [], fields: [], pieces: [] };
}

/** Blocks that were not neighbours before need an empty line between them, or two paragraphs would become one. */
function apart(body: string): string {
  if (body === '' || /(?:\n|\r)[ \t]*(?:\r\n|\n|\r)$/.test(body)) return body;
  return /[\r\n]$/.test(body) ? `${body}\n` : `${body}\n\n`;
}

type Clash = (base: string, ours: string, theirs: string, key?: string) => number;

function mergeFront(base: FrontMatter, ours: FrontMatter, theirs: FrontMatter, clash: Clash): Field[] {
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return keys.map((key) => {
    const [b, o, t] = [base[key], ours[key], theirs[key]];
    const same = (x: FrontValue | undefined, y: FrontValue | undefined) => sameFront({ v: x }, { v: y });
    if (same(o, t) || same(t, b)) return { key, value: o };
    if (same(o, b)) return { key, value: t };
    return { key, like: o ?? t ?? b, conflict: clash(frontText(b), frontText(o), frontText(t), key) };
  });
}

type Side = { blocks: Block[]; pairs: Pairing; from: Map<number, number>; inserted: number[][] };

function mergeBodies(base: string, ours: string, theirs: string, clash: Clash): Piece[] {
  const blocks = splitBlocks(base);
  const [o, t] = [side(blocks, ours), side(blocks, theirs)];
  const pieces: Piece[] = [];
  let last: { side: Side; at: number } | null = null;
  const emit = (from: Side, at: number) => {
    pieces.push({ text: (from.blocks[at] as Block).text, joined: last?.side === from && last.at === at - 1 });
    last = { side: from, at };
  };
  const decide = (baseText: string, mine: string, others: string) => {
    if (mine === '' && others === '') return;
    pieces.push({ text: '', joined: false, conflict: clash(baseText, mine, others) });
    last = null;
  };
  const settle = (i: number, oj: number | undefined, tj: number | undefined) => {
    const [b, x, y] = [textAt(blocks, i), textAt(o.blocks, oj), textAt(t.blocks, tj)];
    if (x === y || y === b) return oj === undefined ? undefined : emit(o, oj);
    if (x === b) return tj === undefined ? undefined : emit(t, tj);
    return decide(b, x, y);
  };
  const gap = (at: number) => {
    const [mine, others] = [o.inserted[at] ?? [], t.inserted[at] ?? []];
    const texts = (from: Side, list: number[]) => list.map((j) => textAt(from.blocks, j)).join('\n\n');
    const fresh = (from: Side, list: number[]) => list.filter((j) => !from.from.has(j));
    const [newMine, newOthers] = [fresh(o, mine), fresh(t, others)];
    if (newMine.length && newOthers.length && texts(o, newMine) !== texts(t, newOthers)) {
      arrivals(
        mine.filter((j) => o.from.has(j)),
        o,
        t,
        settle,
      );
      arrivals(
        others.filter((j) => t.from.has(j)),
        t,
        o,
        settle,
      );
      return decide('', texts(o, newMine), texts(t, newOthers));
    }
    const same = newMine.length > 0 && newOthers.length > 0;
    for (const j of mine)
      if (o.from.has(j)) arrivals([j], o, t, settle);
      else emit(o, j);
    for (const j of others)
      if (t.from.has(j)) arrivals([j], t, o, settle);
      else if (!same) emit(t, j);
  };
  for (let i = 0; i <= blocks.length; i++) {
    gap(i);
    if (i === blocks.length) break;
    // What one side moved is settled where it arrives.
    if (o.pairs.moved.has(i) || t.pairs.moved.has(i)) continue;
    settle(i, o.pairs.inPlace.get(i), t.pairs.inPlace.get(i));
  }
  return pieces;

  /** Blocks moved here: with the other side's edit of them applied; moved by both sides, ours says where. */
  function arrivals(list: number[], from: Side, other: Side, put: typeof settle) {
    for (const j of list) {
      const i = from.from.get(j) as number;
      const elsewhere = other.pairs.moved.get(i);
      if (elsewhere !== undefined && from === t) continue;
      const there = elsewhere ?? other.pairs.inPlace.get(i);
      if (from === o) put(i, j, there);
      else put(i, there, j);
    }
  }
}

function side(base: Block[], body: string): Side {
  const blocks = splitBlocks(body);
  const pairs = pairBlocks(base, blocks);
  return { blocks, pairs, from: new Map([...pairs.moved].map(([i, j]) => [j, i])), inserted: insertions(base.length, blocks, pairs) };
}

function textAt(blocks: readonly Block[], at: number | undefined): string {
  return at === undefined ? '' : (blocks[at]?.text ?? '').replace(/^(?:[ \t]*(?:\r\n|\n|\r))+/, '').trimEnd();
}

/** The side's blocks that are no base block in its old place, by the base block they stand before. */
function insertions(length: number, blocks: readonly Block[], pairs: Pairing): number[][] {
  const stays = new Map([...pairs.inPlace].map(([i, j]) => [j, i]));
  const out: number[][] = Array.from({ length: length + 1 }, () => []);
  let next = 0;
  blocks.forEach((_, j) => {
    const i = stays.get(j);
    if (i !== undefined) next = i + 1;
    else out[next]?.push(j);
  });
  return out;
}
