import { plainText } from '#lib/text/plain-text.ts';
import { toSearchVectorInput } from '#lib/text/search-words.ts';

/** The words a text is found by. */
export function searchLexemes(text: string): string {
  return toSearchVectorInput(plainText(text));
}
