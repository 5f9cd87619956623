import { Fragment, type Node } from 'prosemirror-model';
import { type EditorState, TextSelection, type Transaction } from 'prosemirror-state';
import { sameWords, tidy } from '#domains/library/visual/tidy.ts';
import { alignEqual } from '#lib/text/align.ts';
import { editsBetween, placeAfter } from '#lib/text/edits.ts';
import { letterAt, placeOf, silent } from './places.ts';

/** What is put in from outside: nothing that undo takes back, nothing that is written out again. */
export const TAKEN = 'taken';
/**
 * Makes the editor show `next` where it showed `was` (what its text so far is read as). Only what differs is touched: the cursor, what was not written out yet
 * (an empty paragraph, a blank behind the last word) and what undo knows stay.
 */
export function takeBody(state: EditorState, was: Node, next: Node, body: { was: string; next: string }): Transaction {
  const tr = state.tr.setMeta('addToHistory', false).setMeta(TAKEN, true);
  const index = letterAt(state.doc, was, state.selection.head);
  let moved = false;
  try {
    moved = topLevel(tr, state, was, next);
  } catch {
    return whole(state, next);
  }
  if (moved && index !== undefined && state.selection.empty) {
    const place = placeOf(tr.doc, next, placeAfter(index, editsBetween(body.was, body.next)));
    if (place !== undefined) tr.setSelection(TextSelection.near(tr.doc.resolve(place)));
  }
  return tr;
}

/** Puts all of it in anew. */
export function whole(state: EditorState, next: Node): Transaction {
  return state.tr.setMeta('addToHistory', false).setMeta(TAKEN, true).replaceWith(0, state.doc.content.size, next.content);
}

/** Says whether blocks came or went around the cursor. */
function topLevel(tr: Transaction, state: EditorState, was: Node, next: Node): boolean {
  const shown = state.doc.content.content;
  const starts = placesOf(shown, 0);
  const spoken = shown.flatMap((node, k) => (silent(node) && shown.length > 1 ? [] : [k]));
  const old = was.content.content;
  const aligned = spoken.length === old.length && spoken.every((k, i) => sameWords(tidy(shown[k] as Node), tidy(old[i] as Node)));
  // Where the two cannot be told to be the same blocks, what is shown is all there is to compare.
  const at = aligned ? spoken : shown.map((_, k) => k);
  const base = aligned ? old : shown;
  const fresh = next.content.content;
  let moved = false;
  for (const [i0, i1, j0, j1] of hunks(base.map(keyOf), fresh.map(keyOf))
    .flatMap((hunk) => likely(base, fresh, hunk))
    .reverse()) {
    const from = i0 < i1 ? (starts[at[i0] as number] as number) : undefined;
    const to = i0 < i1 ? (starts[at[i1 - 1] as number] as number) + (shown[at[i1 - 1] as number] as Node).nodeSize : undefined;
    if (i1 - i0 === j1 - j0) {
      for (let k = i1 - i0 - 1; k >= 0; k--) {
        const m = at[i0 + k] as number;
        merge(tr, starts[m] as number, shown[m] as Node, base[i0 + k] as Node, fresh[j0 + k] as Node);
      }
      continue;
    }
    const head = state.selection.head;
    const put = Fragment.fromArray(fresh.slice(j0, j1));
    if (from === undefined || to === undefined) {
      const before = i0 > 0 ? (at[i0 - 1] as number) : -1;
      tr.insert(before < 0 ? 0 : (starts[before] as number) + (shown[before] as Node).nodeSize, put);
    } else {
      if (head >= from && head <= to) moved = true;
      if (put.childCount) tr.replaceWith(from, to, put);
      else tr.delete(from, to);
    }
  }
  return moved;
}

const keyOf = (node: Node): string => `${node.type.name} ${node.attrs['src'] ?? ''} ${node.attrs['src'] ? '' : JSON.stringify(node)}`;

/** A run of elements that differ: from, to in one; from, to in the other. */
type Hunk = [number, number, number, number];
function hunks(a: string[], b: string[]): Hunk[] {
  const out: Hunk[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...alignEqual(a, b), [a.length, b.length] as const]) {
    if (x > i || y > j) out.push([i, x, j, y]);
    i = x + 1;
    j = y + 1;
  }
  return out;
}

/** A run in which blocks came or went, in parts: those that are likely the same, changed, by themselves. */
function likely(a: readonly Node[], b: readonly Node[], [i0, i1, j0, j1]: Hunk): Hunk[] {
  const [n, m] = [i1 - i0, j1 - j0];
  if (n === m || !n || !m || n * m > 400) return [[i0, i1, j0, j1]];
  const best = Array.from({ length: n + 1 }, () => new Float64Array(m + 1));
  const score = (i: number, j: number) => alike(a[i0 + i] as Node, b[j0 + j] as Node);
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      (best[i] as Float64Array)[j] = Math.max(best[i + 1]?.[j] ?? 0, best[i]?.[j + 1] ?? 0, score(i, j) + (best[i + 1]?.[j + 1] ?? 0));
  const out: Hunk[] = [];
  let [i, j, x, y] = [0, 0, 0, 0];
  const gap = () => (i > x || j > y) && out.push([i0 + x, i0 + i, j0 + y, j0 + j]);
  while (i < n && j < m) {
    const same = score(i, j);
    if (same && best[i]?.[j] === same + (best[i + 1]?.[j + 1] ?? 0)) {
      gap();
      out.push([i0 + i, i0 + i + 1, j0 + j, j0 + j + 1]);
      [x, y] = [++i, ++j];
    } else if (best[i]?.[j] === best[i + 1]?.[j]) i++;
    else j++;
  }
  [i, j] = [n, m];
  gap();
  return out;
}

/** How much of two blocks of one kind is the same, from both ends: 0 where less than a third is. */
function alike(a: Node, b: Node): number {
  if (a.type !== b.type) return 0;
  const [one, other] = [a.textContent, b.textContent];
  let head = 0;
  while (head < one.length && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < Math.min(one.length, other.length) - head && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
  const share = (head + tail) / Math.max(1, one.length, other.length);
  return share > 0.33 ? share : 0;
}

function placesOf(nodes: readonly Node[], from: number): number[] {
  let at = from;
  return nodes.map((node) => {
    at += node.nodeSize;
    return at - node.nodeSize;
  });
}

/** One node as another of its kind: its attributes, and what differs within. `was` is what the node shown was written as. */
function merge(tr: Transaction, at: number, shown: Node, was: Node, next: Node): void {
  if (shown.eq(next)) return;
  if (shown.type !== next.type) {
    tr.replaceWith(at, at + shown.nodeSize, next);
    return;
  }
  if (shown.isTextblock) text(tr, at + 1, shown, was, next);
  else if (!shown.isLeaf) {
    const [a, b] = [shown.content.content, next.content.content];
    const starts = placesOf(a, at + 1);
    const name = (node: Node) => JSON.stringify(node);
    for (const [i0, i1, j0, j1] of hunks(a.map(name), b.map(name)).reverse()) {
      if (i1 - i0 === j1 - j0)
        for (let k = i1 - i0 - 1; k >= 0; k--) merge(tr, starts[i0 + k] as number, a[i0 + k] as Node, a[i0 + k] as Node, b[j0 + k] as Node);
      else {
        const from = i0 < a.length ? (starts[i0] as number) : at + shown.nodeSize - 1;
        const to = i1 > i0 ? (starts[i1 - 1] as number) + (a[i1 - 1] as Node).nodeSize : from;
        tr.replaceWith(from, to, b.slice(j0, j1));
      }
    }
  }
  for (const [key, value] of Object.entries(next.attrs)) if (shown.attrs[key] !== value) tr.setNodeAttribute(at, key, value);
}

function text(tr: Transaction, at: number, shown: Node, was: Node, next: Node): void {
  // What was typed and is not written yet (a blank at the end) stands behind what changed: then it stays.
  const own = was.type === shown.type && !was.content.eq(shown.content) ? was.content.findDiffStart(shown.content) : null;
  const before = own === null ? undefined : between(was, next);
  const { start, end, put } = before && own !== null && before.end <= own ? before : between(shown, next);
  if (start === end && !put.size) return;
  tr.replaceWith(at + start, at + end, put);
}

function between(a: Node, b: Node): { start: number; end: number; put: Fragment } {
  const start = a.content.findDiffStart(b.content);
  const ends = a.content.findDiffEnd(b.content);
  if (start === null || !ends) return { start: 0, end: 0, put: Fragment.empty };
  const over = Math.max(0, start - Math.min(ends.a, ends.b));
  return { start, end: ends.a + over, put: b.content.cut(start, ends.b + over) };
}
