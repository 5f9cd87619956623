import { alignEqual } from './align.ts';

export type WordDiff = { kind: 'same' | 'ins' | 'del'; text: string };

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
const CELLS = 4_000_000;

/** A text cut at its word boundaries (Chinese by dictionary, Arabic words whole); the pieces joined give it back. */
export function wordPieces(text: string): string[] {
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/**
 * What changed from `a` to `b`, word by word: `same` and `del` joined give `a`, `same` and `ins` joined give `b`. Texts too long or too
 * different to be read word by word come out as one deletion and one insertion.
 */
export function diffWords(a: string, b: string, cells = CELLS): WordDiff[] {
  if (a === b) return a === '' ? [] : [{ kind: 'same', text: a }];
  const left = wordPieces(a);
  const right = wordPieces(b);
  const pairs = alignEqual(left, right, cells);
  const out: WordDiff[] = [];
  let i = 0;
  let j = 0;
  const push = (kind: WordDiff['kind'], text: string) => {
    if (text === '') return;
    const last = out[out.length - 1];
    if (last?.kind === kind) last.text += text;
    else out.push({ kind, text });
  };
  for (const [x, y] of [...pairs, [left.length, right.length] as const]) {
    push('del', left.slice(i, x).join(''));
    push('ins', right.slice(j, y).join(''));
    if (x < left.length) push('same', left[x] as string);
    i = x + 1;
    j = y + 1;
  }
  return tooScattered(out, a, b) ? whole(a, b) : calm(out);
}

function whole(a: string, b: string): WordDiff[] {
  const all: WordDiff[] = [
    { kind: 'del', text: a },
    { kind: 'ins', text: b },
  ];
  return all.filter((part) => part.text !== '');
}

const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '').length;

function tooScattered(parts: readonly WordDiff[], a: string, b: string): boolean {
  const kept = parts.reduce((n, part) => n + (part.kind === 'same' ? letters(part.text) : 0), 0);
  const most = Math.max(letters(a), letters(b));
  return most > 40 && kept / most < 0.2;
}

/** Joins changes parted by a blank, a comma or one tiny word: "the old rule" is easier to read struck out whole. */
function calm(parts: readonly WordDiff[]): WordDiff[] {
  const out: WordDiff[] = [];
  let del = '';
  let ins = '';
  const flush = () => {
    out.push(...whole(del, ins));
    del = '';
    ins = '';
  };
  parts.forEach((part, k) => {
    if (part.kind === 'del') del += part.text;
    else if (part.kind === 'ins') ins += part.text;
    else {
      const between = k > 0 && k < parts.length - 1 && del !== '' && ins !== '' && changesBothWays(parts, k + 1);
      if (between && letters(part.text) <= 2 && part.text.length <= 4 && !part.text.includes('\n')) {
        del += part.text;
        ins += part.text;
      } else {
        flush();
        out.push({ ...part });
      }
    }
  });
  flush();
  return out;
}

function changesBothWays(parts: readonly WordDiff[], from: number): boolean {
  const next = [parts[from]?.kind, parts[from + 1]?.kind];
  return next.includes('del') && next.includes('ins');
}
