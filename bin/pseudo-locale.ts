/**
 * Writes messages/ar-XB from messages/en: accented letters, right to left.
 * WHY: words that bypass the message files, clipped layouts and forgotten mirroring show at once, without a translator.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const plain = 'AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz';
const accented = 'ÀàßƀÇçĐđÉéƑƒĜĝĤĥÎîĴĵĶķĻļḾḿÑñÖöÞþǪǫŔŕŠšŢţÛûṼṽŴŵẊẋÝýŽž';
const swap = new Map([...plain].map((letter, at) => [letter, [...accented][at] ?? letter]));
// Never translated, so never accented: the handling labels and the name of the product.
const kept = /\{[^}]*\}|\\[{}]|TLP:[A-Z]+(?:\+STRICT)?|Indaba|Markdown|https?:\/\/\S+/g;

/** Accents a message and wraps it in brackets, leaving its placeholders and fixed names alone. */
export function accent(text: string): string {
  let out = '';
  let from = 0;
  const turn = (part: string) => [...part].map((letter) => swap.get(letter) ?? letter).join('');
  for (const hit of text.matchAll(kept)) {
    out += turn(text.slice(from, hit.index)) + hit[0];
    from = hit.index + hit[0].length;
  }
  out += turn(text.slice(from));
  // The brackets show where a message begins and ends: what is glued together or cut off is seen.
  return text === '' ? '' : `[${out}]`;
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return accent(value);
  if (Array.isArray(value)) return value.map(variant);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === '$schema' ? inner : walk(inner)]));
  }
  return value;
}

// A message with plural forms keeps its declarations and selectors; only the texts of `match` are words.
// The region XB counts as Arabic does, in six forms, so each `other` is said for the four that English lacks.
function variant(value: unknown): unknown {
  if (!value || typeof value !== 'object') return value;
  const { match, ...rest } = value as { match?: Record<string, string> };
  if (!match) return value;
  const all: Record<string, string> = {};
  for (const [when, text] of Object.entries(match)) {
    for (const form of when.includes('=other') ? ['zero', 'two', 'few', 'many', 'other'] : ['']) {
      const key = form ? when.replace('=other', `=${form}`) : when;
      if (!(key in match) || key === when) all[key] = accent(text);
    }
  }
  return { ...rest, match: all };
}

/** Generates the pseudo-locale below `root`; files whose text is unchanged are not touched, so that watchers stay quiet. */
export function writePseudoLocale(root: string): void {
  const from = join(root, 'messages/en');
  const to = join(root, 'messages/ar-XB');
  mkdirSync(to, { recursive: true });
  const names = readdirSync(from).filter((name) => name.endsWith('.json'));
  for (const name of names) {
    let words: unknown;
    try {
      words = JSON.parse(readFileSync(join(from, name), 'utf8'));
    } catch (cause) {
      throw new Error(`messages/en/${name} is not valid JSON: ${(cause as Error).message}`);
    }
    const text = `${JSON.stringify(walk(words), null, 2)}\n`;
    const target = join(to, name);
    if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
  }
  for (const name of readdirSync(to)) if (!names.includes(name)) rmSync(join(to, name));
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  writePseudoLocale(resolve(import.meta.dirname, '..'));
}
