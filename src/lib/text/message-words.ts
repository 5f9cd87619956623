import { defang } from './defang.ts';
import { sayMentions } from './mentions.ts';
import { quoteLexeme, toSearchVectorInput } from './search-words.ts';

/** What the search keeps of a message's words: the words themselves, and whether there is a link or an indicator among them. Who wrote it, where, when and under which label the database adds. */
export function messageWords(body: string): string {
  const said = sayMentions(body);
  const holds = [/https?:\/\/\S/i.test(said) && 'link', defang(said.replace(/https?:\/\/\S+/gi, ' ')).some(({ indicator }) => indicator) && 'indicator'];
  return [toSearchVectorInput(said), ...holds.filter((thing) => thing !== false).map((thing) => quoteLexeme(`h:${thing}`))].filter(Boolean).join(' ');
}
