import { defangAll } from './defang.ts';
import { sayMentions } from './mentions.ts';
import { plainText } from './plain-text.ts';
import { dropReferences } from './references.ts';

/** A message's words where no renderer stands between them and the reader (mail, push, excerpts): names for mentions, no addresses of the house inside brackets, indicators defanged as in the talk itself. */
export function sayMessage(body: string): string {
  return defangAll(sayMentions(dropReferences(body))).trim();
}

/** The beginning of a message in one line without its marks, cut between words. */
export function briefly(body: string, most: number): string {
  const words = plainText(sayMessage(body)).replace(/\s+/g, ' ').trim();
  if (words.length <= most) return words;
  const cut = words.slice(0, most + 1);
  return `${cut.slice(0, cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : most)}…`;
}
