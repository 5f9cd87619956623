/** Pairs of equal elements of two sequences, in order (a longest common subsequence while it is affordable). */
export function alignEqual<T>(a: readonly T[], b: readonly T[], cells = 1_000_000): Array<[number, number]> {
  const pairs: Array<[number, number]> = [];
  alignRange(a, b, 0, a.length, 0, b.length, cells, pairs);
  return pairs;
}

function alignRange<T>(a: readonly T[], b: readonly T[], a0: number, a1: number, b0: number, b1: number, cells: number, out: Array<[number, number]>) {
  while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) out.push([a0++, b0++]);
  const tail: Array<[number, number]> = [];
  while (a1 > a0 && b1 > b0 && a[a1 - 1] === b[b1 - 1]) tail.push([--a1, --b1]);
  const n = a1 - a0;
  const m = b1 - b0;
  if (n > 0 && m > 0) {
    if (n * m <= cells) exact(a, b, a0, n, b0, m, out);
    else {
      // Too large for a table: elements that occur once on both sides are safe anchors, the rest is done between them.
      let pa = a0;
      let pb = b0;
      const anchors = uniqueAnchors(a, b, a0, a1, b0, b1);
      for (const [i, j] of anchors) {
        alignRange(a, b, pa, i, pb, j, cells, out);
        out.push([i, j]);
        pa = i + 1;
        pb = j + 1;
      }
      if (anchors.length > 0) alignRange(a, b, pa, a1, pb, b1, cells, out);
    }
  }
  for (let k = tail.length - 1; k >= 0; k--) out.push(tail[k] as [number, number]);
}

function exact<T>(a: readonly T[], b: readonly T[], a0: number, n: number, b0: number, m: number, out: Array<[number, number]>) {
  const w = m + 1;
  const table = new Uint32Array((n + 1) * w);
  for (let i = n - 1; i >= 0; i--) {
    const x = a[a0 + i];
    for (let j = m - 1; j >= 0; j--) {
      const at = i * w + j;
      const down = table[at + w] as number;
      const right = table[at + 1] as number;
      table[at] = x === b[b0 + j] ? (table[at + w + 1] as number) + 1 : Math.max(down, right);
    }
  }
  for (let i = 0, j = 0; i < n && j < m; ) {
    const at = i * w + j;
    if (a[a0 + i] === b[b0 + j]) out.push([a0 + i++, b0 + j++]);
    else if ((table[at + w] as number) >= (table[at + 1] as number)) i++;
    else j++;
  }
}

function uniqueAnchors<T>(a: readonly T[], b: readonly T[], a0: number, a1: number, b0: number, b1: number): Array<[number, number]> {
  const inA = places(a, a0, a1);
  const inB = places(b, b0, b1);
  const candidates: Array<[number, number]> = [];
  for (const [value, i] of inA) {
    const j = inB.get(value);
    if (i >= 0 && j !== undefined && j >= 0) candidates.push([i, j]);
  }
  candidates.sort((x, y) => x[0] - y[0]);
  return rising(candidates);
}

function places<T>(list: readonly T[], from: number, to: number): Map<T, number> {
  const seen = new Map<T, number>();
  for (let i = from; i < to; i++) seen.set(list[i] as T, seen.has(list[i] as T) ? -1 : i);
  return seen;
}

/** The longest run of pairs that rises on both sides (pairs come sorted by their first number). */
export function rising(pairs: ReadonlyArray<[number, number]>): Array<[number, number]> {
  const tops: number[] = [];
  const before: number[] = [];
  pairs.forEach(([, j], k) => {
    let lo = 0;
    let hi = tops.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if ((pairs[tops[mid] as number] as [number, number])[1] < j) lo = mid + 1;
      else hi = mid;
    }
    before[k] = lo > 0 ? (tops[lo - 1] as number) : -1;
    tops[lo] = k;
  });
  const out: Array<[number, number]> = [];
  for (let k = tops.length ? (tops[tops.length - 1] as number) : -1; k >= 0; k = before[k] as number) out.push(pairs[k] as [number, number]);
  return out.reverse();
}
