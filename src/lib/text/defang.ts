import type { MarkdownIt, StateCore, Token } from 'markdown-it';

/**
 * Indicators in talk: what is typed bare (outside links and code) is shown so that nothing makes a link of it and nobody opens it by accident.
 *   evil.example.com   evil[.]example[.]com     a domain: labels of letters, digits and hyphens, ending in one that is used as a top level
 *   203.0.113.7        203[.]0[.]113[.]7        an IPv4 address
 *   2001:db8::1        2001[:]db8[:][:]1        an IPv6 address
 *   +254712345678      [+]254712345678          a telephone number with its country (E.164)
 *   d41d8cd9…          the same, set apart      a hash of 32, 40, 64, 96 or 128 hexadecimal digits
 * What is defanged already stays as it is. Names of files that look like domains are defanged with them: better once too often. E-mail addresses stay.
 */
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?';
const TOP =
  '[a-z]{2}|com|net|org|info|biz|name|pro|edu|gov|mil|int|arpa|mobi|asia|coop|aero|museum|travel|post|example|test|invalid|onion|local|internal|app|dev|page|web|cloud|online|site|website|space|store|shop|tech|digital|link|click|live|life|world|today|news|media|blog|wiki|email|support|help|services?|solutions|agency|group|team|company|ltd|inc|bank|money|cash|finance|financial|fund|credit|loan|pay|insurance|legal|xyz|top|club|vip|win|bid|men|icu|fun|buzz|rest|monster|quest|cyou|cfd|sbs|lol|gdn|work|stream|download|review|racing|party|trade|date|faith|zip|mov|africa|xn--[a-z0-9-]{2,59}|рф|中国|中國|香港|台灣|公司|网络|مصر|السعودية|امارات|भारत';
const INDICATOR = new RegExp(
  [
    '(?<hash>(?<![0-9a-z])(?:[0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9a-z]))',
    '(?<v4>(?<![\\d.])(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![\\d]|\\.\\d))',
    '(?<v6>(?<![0-9a-z:])(?:[0-9a-f]{1,4}:){2,7}(?:(?::[0-9a-f]{1,4}){1,6}|[0-9a-f]{1,4}|:)(?![0-9a-z:]))',
    '(?<phone>(?<![\\d+\\p{L}])\\+[1-9](?:[ ().-]?\\d){6,14}(?!\\d))',
    `(?<domain>(?<![\\p{L}\\p{N}@._%+-])(?:${LABEL}\\.){1,10}(?:${TOP})(?![\\p{L}\\p{N}_@-]|\\.[\\p{L}\\p{N}]))`,
  ].join('|'),
  'giu',
);

/** One piece of a text: an indicator as it is to be shown, or the words between. */
export type Piece = { indicator: boolean; text: string };

/** Cuts a text into words and indicators, these defanged. */
export function defang(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(INDICATOR)) {
    const is = found.groups ?? {};
    // IPv6 needs a double colon or all eight parts: else a time of day would be one.
    if (is['v6'] && !is['v6'].includes('::') && is['v6'].split(':').length !== 8) continue;
    if (found.index > from) pieces.push({ indicator: false, text: text.slice(from, found.index) });
    pieces.push({ indicator: true, text: shown(found[0], is) });
    from = found.index + found[0].length;
  }
  if (from < text.length) pieces.push({ indicator: false, text: text.slice(from) });
  return pieces;
}

function shown(text: string, is: Record<string, string | undefined>): string {
  if (is['phone']) return `[+]${text.slice(1)}`;
  if (is['v6']) return text.replaceAll(':', '[:]');
  return is['hash'] ? text : text.replaceAll('.', '[.]');
}

// An address of digits in place of a name is typed by nobody who wants it opened.
const DIGITS = /^https?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?::\d+)?(?:[/?#]|$)/i;

/** A text as mail, push and excerpts show it: indicators defanged; addresses of pages as they were written, but for those of digits alone. */
export function defangAll(text: string): string {
  const say = (words: string) => defang(words).reduce((said, piece) => said + piece.text, '');
  return text
    .split(/(https?:\/\/[^\s<>"]+)/i)
    .map((part, i) => (i % 2 && !DIGITS.test(part) ? part : say(part)))
    .join('');
}

/** Teaches a renderer to show bare indicators defanged. Links that were written as links stay links, and addresses of pages, but for those of digits alone. */
export function addDefang(md: MarkdownIt): void {
  md.core.ruler.push('defang', (state: StateCore) => {
    for (const block of state.tokens) {
      if (!block.children) continue;
      let links = 0;
      let digits = false;
      const out: Token[] = [];
      for (const token of block.children) {
        if (token.type === 'link_open' && token.markup === 'linkify' && DIGITS.test(String(token.attrGet('href') ?? ''))) {
          digits = true;
          continue;
        }
        if (token.type === 'link_close' && digits) {
          digits = false;
          continue;
        }
        if (token.type === 'link_open') links++;
        else if (token.type === 'link_close') links--;
        if (token.type !== 'text' || links > 0 || !/[.:+]|[0-9a-f]{32}/i.test(token.content)) {
          out.push(token);
          continue;
        }
        for (const { indicator, text } of defang(token.content)) {
          const piece = new state.Token(indicator ? 'indicator' : 'text', indicator ? 'span' : '', 0);
          piece.content = text;
          piece.level = token.level;
          out.push(piece);
        }
      }
      block.children = out;
    }
  });
  md.renderer.rules['indicator'] = (tokens, i) => `<span class="ioc" dir="ltr" translate="no">${md.utils.escapeHtml(tokens[i]!.content)}</span>`;
}
