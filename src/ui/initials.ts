/** Two letters for a seat: of the first two words, or of the only one. */
export function initials(name: string): string {
  const words = name.split(/[\s\u2068\u2069]+/u).filter(Boolean);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0] ?? '') : [...(words[0] ?? '')].slice(0, 2);
  return letters.join('').toLocaleUpperCase();
}
