import { alignEqual } from './align.ts';

/** Takes `gone` letters away at `at`, and puts `put` there. */
export type Edit = { at: number; gone: number; put: string };

/**
 * What has to be done to `a` so that it becomes `b`, from the end to the beginning, so that no edit moves the place of the next. Lines, then words
 * that stayed are left alone: whoever changes the same paragraph elsewhere at the same time loses nothing.
 */
export function editsBetween(a: string, b: string): Edit[] {
  const out: Edit[] = [];
  hunks(a, b, lines, (at, gone, put) => {
    hunks(gone, put, words, (within, less, more) => {
      const head = commonHead(less, more);
      const tail = commonTail(less.slice(head), more.slice(head));
      out.push({ at: at + within + head, gone: less.length - head - tail, put: more.slice(head, more.length - tail) });
    });
  });
  return out.filter(({ gone, put }) => gone || put).reverse();
}

/** The text after these edits. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits.reduce((now, { at, gone, put }) => now.slice(0, at) + put + now.slice(at + gone), text);
}

/** Where a place in the text stands after these edits (from the end to the beginning, as `editsBetween` gives them); what is put in exactly there comes behind it. */
export function placeAfter(place: number, edits: readonly Edit[]): number {
  let now = place;
  for (const { at, gone, put } of edits) {
    if (at >= place) continue;
    now += at + gone <= place ? put.length - gone : Math.min(place - at, put.length) - (place - at);
  }
  return now;
}

const lines = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const words = (text: string) => text.match(/[\p{L}\p{N}\p{M}]+|\s+|[\s\S]/gu) ?? [];

function hunks(a: string, b: string, cut: (text: string) => string[], each: (at: number, gone: string, put: string) => void): void {
  if (a === b) return;
  if (!a || !b) {
    each(0, a, b);
    return;
  }
  const [left, right] = [cut(a), cut(b)];
  let [i, j, at] = [0, 0, 0];
  for (const [x, y] of [...alignEqual(left, right, 250_000), [left.length, right.length] as const]) {
    const gone = left.slice(i, x).join('');
    const put = right.slice(j, y).join('');
    if (gone !== put) each(at, gone, put);
    at += gone.length + (left[x]?.length ?? 0);
    i = x + 1;
    j = y + 1;
  }
}

const low = (code: number) => code >= 0xdc00 && code <= 0xdfff;
/** Never cuts a letter of two halves in two. */
function commonHead(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n > 0 && (low(a.charCodeAt(n)) || low(b.charCodeAt(n))) ? n - 1 : n;
}
function commonTail(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n++;
  return n > 0 && low(a.charCodeAt(a.length - n)) ? n - 1 : n;
}
