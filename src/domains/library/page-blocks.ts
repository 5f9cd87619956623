import { withoutMarks } from './show-block.ts';
import { splitBlocks } from './text/blocks.ts';
import { splitPage } from './text/page.ts';

/** A part of a page one may talk about: its permanent id and the words it begins with. */
export type PageBlock = { id: string; words: string };

/** The parts of a page in order, each by its first words; parts without words, and a sidecar of another text, give none. */
export function pageBlocks(text: string, ids: ReadonlyArray<string | { id: string }>): PageBlock[] {
  const blocks = splitBlocks(splitPage(text).body);
  if (blocks.length !== ids.length) return [];
  return blocks.flatMap((block, i) => {
    const one = ids[i]!;
    const words = withoutMarks(block.text)
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/^[#>\-*+|\s]+|[*_`|]+/gm, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    return words ? [{ id: typeof one === 'string' ? one : one.id, words: words.length > 90 ? `${words.slice(0, 88).trimEnd()}…` : words }] : [];
  });
}
