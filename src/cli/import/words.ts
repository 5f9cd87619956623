import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

type Data = Record<string, string | number>;
const folder = resolve(import.meta.dirname, '../../../messages/en');
/** A sentence, or one for each form of the numbers in it, as the message format writes it. */
type Words = string | Array<{ declarations: string[]; match: Record<string, string> }>;
const read = (room: string): Record<string, Words> => JSON.parse(readFileSync(resolve(folder, `${room}.json`), 'utf8')) as Record<string, Words>;
const plural = new Intl.PluralRules('en');
let known: Record<string, Words> | undefined;

/** A sentence of the English words, filled in. The command line reads them itself: it also runs where nothing is compiled yet. */
export function say(key: string, data: Data = {}): string {
  known ??= { ...read('common'), ...read('library'), ...read('changes'), ...read('exchange') };
  return choose(known[key] ?? key, data).replace(/\{(\w+)\}/g, (whole, name: string) => String(data[name] ?? whole));
}

function choose(words: Words, data: Data): string {
  if (typeof words === 'string') return words;
  const { declarations = [], match = {} } = words[0] ?? {};
  const forms = new Set<string>();
  for (const each of declarations) {
    const [, form, name] = /^local (\w+) = (\w+): plural$/.exec(each) ?? [];
    if (form && name) forms.add(`${form}=${plural.select(Number(data[name]))}`);
  }
  return Object.entries(match).find(([when]) => when.split(',').every((part) => forms.has(part.trim())))?.[1] ?? '';
}
