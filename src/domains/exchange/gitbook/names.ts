/** Lower-case kebab of a title or file name, cut at a word; empty when it holds no Latin letter or digit. */
export function slugOf(words: string, longest = 64): string {
  const kebab = words
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (kebab.length <= longest) return kebab;
  const cut = kebab.slice(0, longest + 1);
  return cut.slice(0, Math.max(cut.lastIndexOf('-'), 1)).replace(/-+$/, '');
}

/** A title without emoji at its ends and without the one full stop that closes it; three dots and a title of nothing else stay. */
export function tidyTitle(title: string): string {
  const emoji = String.raw`(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|[\u{1f1e6}-\u{1f1ff}\u200d\ufe0f\u20e3])+`;
  const bare = title.replace(new RegExp(String.raw`^\s*${emoji}\s+|\s+${emoji}\s*$`, 'gu'), '').trim();
  const closed = /[^.\s]\.$/u.test(bare) && !/\.\S*\.$/u.test(bare) ? bare.slice(0, -1) : bare;
  return closed || title;
}

/** Hands out names that differ also where letter case does not count; a second asker gets `-2`, a third `-3`. */
export class Names {
  #taken = new Set<string>();
  take(wanted: string, fallback: string): string {
    const base = wanted || fallback;
    for (let n = 1; ; n++) {
      const name = n === 1 ? base : `${base}-${n}`;
      if (this.#taken.has(name.toLowerCase())) continue;
      this.#taken.add(name.toLowerCase());
      return name;
    }
  }
  /** The same for file names: the number goes before the extension. */
  takeFile(base: string, extension: string): string {
    for (let n = 1; ; n++) {
      const name = `${n === 1 ? base : `${base}-${n}`}.${extension}`;
      if (this.#taken.has(name.toLowerCase())) continue;
      this.#taken.add(name.toLowerCase());
      return name;
    }
  }
}

const WEAK = new Set([
  'a',
  'an',
  'and',
  'or',
  'of',
  'the',
  'to',
  'in',
  'on',
  'by',
  'for',
  'with',
  'at',
  'from',
  'as',
  'that',
  'which',
  'is',
  'are',
  'be',
  'been',
  'when',
  'where',
  'if',
  'like',
  'such',
  'using',
  'into',
  'but',
  'should',
  'must',
  'can',
  'will',
  'not',
  'their',
  'its',
  'this',
  'these',
  'any',
  'due',
  'e.g',
  'i.e',
]);

const OPENS = /^(?:if|where|when|before|to|for example|in order|regardless|wherever|whenever)\b/i;
const SUBJECT = /^(?:the )?(?:[\p{L}\p{N}/'’-]+ ){1,6}?(?:should|must|shall) (?:(?:also|thus|consistently) )?(?:be able to )?(?!be\b|not\b|have\b|been\b)/iu;

/** A title of at most twelve words for a text: its bold lead if it has one, else its first clause, said as a thing to do. */
export function shortTitle(text: string, most = 12): string {
  const lead = /^\*\*(.+?)\*\*/.exec(text.trim());
  const full = plain(lead ? lead[1]! : text).replace(/\s*\((?:[^()]|\([^()]*\))*\)/g, '');
  let words = full.split(/(?<!\b(?:e\.g|i\.e|etc|v\d))[.;:!?](?=\s|$)|\s+[-–—](?=\s|$)|:\s*-|\n/)[0]!.trim();
  if (!lead) {
    // "Before …, when possible, validate …": what is to be done comes after the circumstances.
    for (let i = 0; i < 2 && OPENS.test(words); i++) {
      const rest = words.replace(/^[^,]*,\s*/, '');
      if (rest === words || rest.split(/\s+/).length < 3) break;
      words = rest;
    }
    const rest = words.replace(SUBJECT, '');
    if (rest.split(/\s+/).length >= 3) words = rest;
  }
  let parts = words.split(/\s+/);
  if (parts.length > most) {
    const comma = parts.findIndex((word, at) => at >= 5 && at < most && word.endsWith(','));
    parts = parts.slice(0, comma > 0 ? comma + 1 : most);
    while (
      parts.length > 3 &&
      WEAK.has(
        parts
          .at(-1)!
          .toLowerCase()
          .replace(/[,.]+$/, ''),
      )
    )
      parts = parts.slice(0, -1);
  }
  const title = parts
    .join(' ')
    .replace(/[\s,.;:–—-]+$/, '')
    .replace(/[[\]{}]/g, '');
  return title && title[0]!.toUpperCase() + title.slice(1);
}

/** Markdown reduced to its words, for titles, attributes and comparison. */
export function plain(markdown: string): string {
  return markdown
    .replace(/!?\[((?:\\.|[^\]\\])*)\]\((?:\\.|[^()\\]|\([^()]*\))*\)/g, '$1')
    .replace(/\\\n/g, ' ')
    .replace(/(^|[^\\])(\*\*|__|~~|`+)/g, '$1')
    .replace(/(^|[\s(“"'])[*_](?=\S)/g, '$1')
    .replace(/(\S)(?<!\\)[*_](?=[\s).,;:!?”"']|$)/g, '$1')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}
