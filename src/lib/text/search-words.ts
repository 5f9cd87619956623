// Words for searching, cut in TypeScript so that index and question agree in every language and on every PostgreSQL.

export type SearchToken = { lexeme: string; position: number; start: number; end: number; tail?: boolean };

const CHUNK = /[\p{L}\p{M}\p{N}\u00ad\u200c\u200d]+/gu;
// Scripts written without blanks between words are cut into pairs of letters.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]/u;
const RUNS =
  /(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]\p{M}*)+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々])[\s\S])+/gu;
// Most words of most texts: nothing to fold but case and plural, and the rest of the way costs ten times as much.
const PLAIN = /^[a-z0-9]+$/i;
const LONGEST = 64;

/** One word as it is indexed: compatibility forms, case, accents of Latin letters, Arabic spelling variants and plain plurals folded. */
export function foldWord(word: string): string {
  if (PLAIN.test(word)) return foldPlural(word.toLowerCase());
  let s = word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u00ad\u200b-\u200f]/g, '');
  if (/\p{Script=Arabic}/u.test(s)) return foldArabic(s);
  if (/[\u00df-\u024f\u1e00-\u1eff]/.test(s)) {
    s = s
      .normalize('NFD')
      .replace(/\p{M}+/gu, '')
      .replace(/ß/g, 'ss')
      .replace(/œ/g, 'oe')
      .replace(/æ/g, 'ae')
      .replace(/ø/g, 'o')
      .replace(/ł/g, 'l')
      .replace(/đ/g, 'd')
      .replace(/ı/g, 'i');
  } else s = s.replace(/ё/g, 'е');
  s = s.replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  return foldPlural(s);
}

/** Harman's plural rules, the gentlest there are; they suit French and Spanish plurals in s too. */
function foldPlural(s: string): string {
  if (!s.endsWith('s') || !/^[a-z]{4,}$/.test(s)) return s;
  if (s.endsWith('ies')) return /[ae]ies$/.test(s) ? s : `${s.slice(0, -3)}y`;
  if (s.endsWith('es')) return /[aeo]es$/.test(s) ? s : s.slice(0, -1);
  return /[us]s$/.test(s) ? s : s.slice(0, -1);
}

function foldArabic(word: string): string {
  let s = word
    .replace(/[\u0640\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]/g, '')
    .replace(/[آأإٱ]/g, 'ا')
    .replace(/[ىیئ]/g, 'ي')
    .replace(/ؤ/g, 'و')
    .replace(/ة/g, 'ه')
    .replace(/ک/g, 'ك')
    .replace(/[\u0660-\u0669]/g, (d) => String(d.charCodeAt(0) - 0x660))
    .replace(/[\u06f0-\u06f9]/g, (d) => String(d.charCodeAt(0) - 0x6f0))
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  const article = /^[وفبك]?ال(?=.{3})|^و?لل(?=.{3})/.exec(s);
  if (article) s = s.slice(article[0].length);
  return s;
}

/** The tokens of a plain text with their places: words, and for Chinese, Japanese, Thai… overlapping pairs of letters. */
export function searchTokens(text: string): SearchToken[] {
  const out: SearchToken[] = [];
  let position = 0;
  for (const chunk of text.matchAll(CHUNK)) {
    if (PLAIN.test(chunk[0])) {
      out.push({ lexeme: foldWord(chunk[0]).slice(0, LONGEST), position: ++position, start: chunk.index, end: chunk.index + chunk[0].length });
      continue;
    }
    for (const run of chunk[0].matchAll(RUNS)) {
      const start = chunk.index + run.index;
      if (!UNSPACED.test(run[0])) {
        const lexeme = [...foldWord(run[0])].slice(0, LONGEST).join('');
        if (lexeme !== '') out.push({ lexeme, position: ++position, start, end: start + run[0].length });
        continue;
      }
      const letters = Array.from(run[0].matchAll(/[\s\S]\p{M}*/gu), (hit) => ({
        text: hit[0].normalize('NFKC'),
        start: start + hit.index,
        end: start + hit.index + hit[0].length,
      }));
      letters.forEach((letter, k) => {
        const next = letters[k + 1];
        // The last letter stands alone, so that a question of one letter finds it as a prefix too.
        if (next) out.push({ lexeme: letter.text + next.text, position: ++position, start: letter.start, end: next.end });
        else out.push({ lexeme: letter.text, position: ++position, start: letter.start, end: letter.end, tail: letters.length > 1 });
      });
    }
  }
  return out;
}

/** A text in the form in which words are compared: its lexemes with blanks between them. */
export function indexText(text: string): string {
  return searchTokens(text)
    .map((token) => token.lexeme)
    .join(' ');
}

/** The distinct lexemes of a text, in order. The locale changes nothing: index and question must be cut alike. */
export function searchTerms(text: string, _locale?: string): string[] {
  return [
    ...new Set(
      searchTokens(text)
        .filter((token) => !token.tail)
        .map((token) => token.lexeme),
    ),
  ];
}

const MOST_LEXEMES = 20_000;

/** A `tsvector` literal with positions: write it as `$1::tsvector` (never through to_tsvector, which would cut the pairs again). */
export function toSearchVectorInput(text: string): string {
  const places = new Map<string, number[]>();
  for (const { lexeme, position } of searchTokens(text)) {
    const list = places.get(lexeme);
    if (list === undefined) {
      if (places.size < MOST_LEXEMES) places.set(lexeme, [Math.min(position, 16_383)]);
    } else if (list.length < 255 && position < 16_383) list.push(position);
  }
  return Array.from(places, ([lexeme, list]) => `${quoteLexeme(lexeme)}:${list.join(',')}`).join(' ');
}

/** A lexeme as `tsvector` and `tsquery` texts hold it. */
export function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replace(/['\\]/g, '$&$&')}'`;
}

export type QueryOptions = { prefix?: boolean };
const MOST_TERMS = 16;

/**
 * A `tsquery` text for `$1::tsquery`: all words wanted, words joined by a hyphen or dot and Chinese runs as phrases, "…" as a phrase,
 * with `prefix` the last word as a beginning. Empty when the question holds no word: then nothing is found.
 */
export function toSearchQuery(text: string, options: QueryOptions = {}): string {
  const groups = queryGroups(text);
  return groups.map((tokens, g) => phrase(tokens, (options.prefix ?? false) && g === groups.length - 1)).join(' & ');
}

function queryGroups(text: string): SearchToken[][] {
  const parts = text.slice(0, 1000).match(/"[^"]*"|[^\s"]+/gu) ?? [];
  return parts
    .map((part) => searchTokens(part).slice(0, MOST_TERMS))
    .filter((tokens) => tokens.length > 0)
    .slice(0, MOST_TERMS);
}

function phrase(all: SearchToken[], prefix: boolean): string {
  const tokens = all.filter((token) => !token.tail);
  let out = '';
  tokens.forEach((token, k) => {
    const before = tokens[k - 1];
    const single = [...token.lexeme].length === 1 && UNSPACED.test(token.lexeme);
    const gap = before ? token.position - before.position : 0;
    if (before) out += gap === 1 ? ' <-> ' : ` <${gap}> `;
    out += quoteLexeme(token.lexeme) + (single || (prefix && k === tokens.length - 1) ? ':*' : '');
  });
  return tokens.length > 1 ? `(${out})` : out;
}

/** A plain text cut into hit and not hit for a question; the pieces joined give the text. */
export function highlight(plain: string, query: string, options: QueryOptions = { prefix: true }): Array<{ text: string; hit: boolean }> {
  const groups = queryGroups(query);
  const words = new Set(
    groups
      .flat()
      .filter((token) => !token.tail)
      .map((token) => token.lexeme),
  );
  const last = groups
    .at(-1)
    ?.filter((token) => !token.tail)
    .at(-1)?.lexeme;
  const beginnings = [...words].filter((w) => ([...w].length === 1 && UNSPACED.test(w)) || (options.prefix && w === last));
  const out: Array<{ text: string; hit: boolean }> = [];
  let at = 0;
  for (const { lexeme, start, end, tail } of searchTokens(plain)) {
    const whole = words.has(lexeme);
    const begins = whole ? undefined : beginnings.find((w) => lexeme.startsWith(w));
    if (!whole && begins === undefined) continue;
    if (tail && !whole) continue;
    // A one-letter question marks one letter of the pair it was found by.
    const stop = begins !== undefined && UNSPACED.test(begins) ? Math.min(end, start + begins.length) : end;
    if (stop <= at) continue;
    const from = Math.max(start, at);
    if (from > at) out.push({ text: plain.slice(at, from), hit: false });
    const previous = out.at(-1);
    if (previous?.hit) previous.text += plain.slice(from, stop);
    else out.push({ text: plain.slice(from, stop), hit: true });
    at = stop;
  }
  if (at < plain.length) out.push({ text: plain.slice(at), hit: false });
  return out;
}

/** The part of a plain text around its first hit, cut at word boundaries, highlighted; `…` shows where it was cut. */
export function snippet(plain: string, query: string, length = 200): Array<{ text: string; hit: boolean }> {
  const all = highlight(plain, query);
  const first = all.findIndex((part) => part.hit);
  const hitAt = first < 0 ? 0 : all.slice(0, first).reduce((n, part) => n + part.text.length, 0);
  let from = Math.max(0, hitAt - Math.floor(length / 3));
  let to = Math.min(plain.length, from + length);
  if (from > 0) from += Math.max(0, plain.slice(from, hitAt).search(/\s\S/) + 1);
  if (to < plain.length) to = Math.max(from + 1, from + (/^[\s\S]*(?=\s)/.exec(plain.slice(from, to))?.[0].length || to - from));
  const out: Array<{ text: string; hit: boolean }> = from > 0 ? [{ text: '…', hit: false }] : [];
  let at = 0;
  for (const part of all) {
    const text = part.text.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (text) out.push({ ...part, text });
    at += part.text.length;
  }
  if (to < plain.length) out.push({ text: '…', hit: false });
  return out;
}
