const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** How many words a plain text has, in any script. */
export function countWords(text: string): number {
  let n = 0;
  for (const part of segmenter.segment(text)) if (part.isWordLike) n++;
  return n;
}
