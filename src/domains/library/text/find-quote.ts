/** Where the words a comment is about stand now. An id of a block comes first; words are looked for as they were read, whatever the space between them. */
export type Anchor = { block: string | null; quote: string; before: string; after: string };
export type PlainBlock = { id: string; words: string };
/**
 * there: in the block the comment was made on, or the whole. moved: these words stand in another block now. words_gone: the block is there, these words are not. place_gone: neither is.
 * `at` is where the words begin in the block's words.
 */
export type FoundQuote = { state: 'there' | 'moved' | 'words_gone' | 'place_gone'; block: string | null; at: number };

// Shorter ones are found by chance in a text that never held them.
const TELLING = 20;

/** The same words however they were broken, spaced or composed. */
export const evenSpaces = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** Losing the place is preferred to giving it to other words: another block is named only where the words are telling, or stand between the same words as before. */
export function findQuote(blocks: readonly PlainBlock[], anchor: Anchor): FoundQuote {
  const quote = evenSpaces(anchor.quote);
  const own = anchor.block ? blocks.find(({ id }) => id === anchor.block) : undefined;
  if (!quote) return anchor.block && !own ? { state: 'place_gone', block: null, at: -1 } : { state: 'there', block: anchor.block, at: 0 };
  if (own) {
    const at = bestOf(own.words, quote, anchor)?.at;
    if (at !== undefined) return { state: 'there', block: own.id, at };
  }
  const elsewhere = blocks.flatMap((block) => {
    const found = block === own ? undefined : bestOf(block.words, quote, anchor);
    return found ? [{ ...found, block: block.id }] : [];
  });
  const [first, second] = elsewhere.toSorted((a, b) => b.score - a.score);
  const alone = first && (!second || first.score > second.score);
  // On a whole page every block is its own.
  if (first && !anchor.block) return { state: 'there', block: first.block, at: first.at };
  if (first && alone && (first.score > 1 || (quote.length >= TELLING && !second))) return { state: 'moved', block: first.block, at: first.at };
  return own ? { state: 'words_gone', block: own.id, at: -1 } : { state: anchor.block ? 'place_gone' : 'words_gone', block: null, at: -1 };
}

/** The place of these words that stands most as it did: 1 for the words alone, 1 more for each side that is the same. */
function bestOf(words: string, quote: string, { before, after }: Anchor): { at: number; score: number } | undefined {
  const text = evenSpaces(words);
  const [left, right] = [evenSpaces(before), evenSpaces(after)];
  let best: { at: number; score: number } | undefined;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const [upTo, from] = [text.slice(0, at).trimEnd(), text.slice(at + quote.length).trimStart()];
    const score = 1 + (left && upTo.endsWith(left) ? 1 : 0) + (right && from.startsWith(right) ? 1 : 0);
    if (!best || score > best.score) best = { at, score };
  }
  return best;
}
