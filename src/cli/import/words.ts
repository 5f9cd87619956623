import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

type Data = Record<string, string | number>;
const folder = resolve(import.meta.dirname, '../../../messages/en');
const read = (room: string): Record<string, string> => JSON.parse(readFileSync(resolve(folder, `${room}.json`), 'utf8')) as Record<string, string>;
let known: Record<string, string> | undefined;

/** A sentence of the English words, filled in. The command line reads them itself: it also runs where nothing is compiled yet. */
export function say(key: string, data: Data = {}): string {
  known ??= { ...read('common'), ...read('library'), ...read('changes'), ...read('exchange') };
  return (known[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(data[name] ?? whole));
}
