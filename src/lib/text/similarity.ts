const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+/gu;

/** How often each shingle (a word, and two neighbouring words) stands in a text, and how many there are. */
export type Shingles = { counts: Map<string, number>; size: number };

/** The shingles of a text; a very short text is also cut into pairs of letters, so that one mended typo keeps it alike. */
export function shinglesOf(text: string): Shingles {
  const words = text.toLowerCase().match(WORD) ?? [];
  const counts = new Map<string, number>();
  let size = 0;
  const add = (s: string) => {
    counts.set(s, (counts.get(s) ?? 0) + 1);
    size++;
  };
  for (let i = 0; i < words.length; i++) {
    add(words[i] as string);
    if (i > 0) add(`${words[i - 1]} ${words[i]}`);
  }
  if (words.length < 5) {
    const letters = [...words.join(' ')];
    for (let i = 1; i < letters.length; i++) add(`\u0001${letters[i - 1]}${letters[i]}`);
  }
  return { counts, size };
}

/** How many shingles two texts share. */
export function sharedShingles(a: Shingles, b: Shingles): number {
  if (a.counts.size > b.counts.size) return sharedShingles(b, a);
  let shared = 0;
  for (const [s, n] of a.counts) {
    const m = b.counts.get(s);
    if (m !== undefined) shared += Math.min(n, m);
  }
  return shared;
}

/** Dice's coefficient of two texts, 0 to 1. */
export function dice(a: Shingles, b: Shingles): number {
  if (a.size + b.size === 0) return 0;
  return (2 * sharedShingles(a, b)) / (a.size + b.size);
}
