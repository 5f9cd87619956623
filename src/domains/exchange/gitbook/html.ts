export type Tag = { name: string; close: boolean; attributes: Record<string, string>; raw: string };
export type Piece = { text: string } | { tag: Tag } | { comment: string };

/** Longest tag that counts as one; a `<` without its end must not make the reader walk the whole page again. */
const LONGEST_TAG = 1500;

/** Cuts text into tags, comments and what stands between them. Never throws, whatever it is given. */
export function* piecesOf(html: string): Generator<Piece> {
  let from = 0;
  let at = html.indexOf('<');
  while (at >= 0) {
    let end = -1;
    if (html.startsWith('<!--', at)) {
      const close = html.indexOf('-->', at + 4);
      end = close < 0 ? html.length : close + 3;
      if (at > from) yield { text: html.slice(from, at) };
      yield { comment: html.slice(at, end) };
      from = end;
    } else if (/^<\/?[a-zA-Z][a-zA-Z0-9-]*(?=[\s/>])/.test(html.slice(at, at + 40))) {
      end = tagEnd(html, at);
      if (end > 0) {
        if (at > from) yield { text: html.slice(from, at) };
        yield { tag: readTag(html.slice(at, end)) };
        from = end;
      }
    }
    at = html.indexOf('<', Math.max(end, at + 1));
  }
  if (from < html.length) yield { text: html.slice(from) };
}

function tagEnd(html: string, at: number): number {
  let quote = '';
  const most = Math.min(html.length, at + LONGEST_TAG);
  for (let i = at + 1; i < most; i++) {
    const c = html[i]!;
    if (quote) {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '>') return i + 1;
    else if (c === '<') return -1;
  }
  return -1;
}

function readTag(raw: string): Tag {
  const [, slash, name] = /^<(\/?)([a-zA-Z][a-zA-Z0-9-]*)/.exec(raw)!;
  const attributes: Record<string, string> = Object.create(null);
  for (const [, key, a, b, c] of raw.slice(1 + slash!.length + name!.length).matchAll(/([a-zA-Z_:][-\w:.]*)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g))
    attributes[key!.toLowerCase()] = decodeEntities(a ?? b ?? c ?? '', true);
  return { name: name!.toLowerCase(), close: slash === '/', attributes, raw };
}

const NAMED: Record<string, string> = {
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  shy: '',
  zwnj: '\u200c',
  zwj: '\u200d',
  lrm: '\u200e',
  rlm: '\u200f',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  middot: '·',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  pound: '£',
  deg: '°',
  times: '×',
  laquo: '«',
  raquo: '»',
  sect: '§',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  szlig: 'ß',
  ntilde: 'ñ',
  oacute: 'ó',
  aacute: 'á',
  iacute: 'í',
  uacute: 'ú',
  rarr: '→',
  larr: '←',
};

/** Turns character references into characters; the ones that guard Markdown (`<`, `>`, `&`) stay unless `all`. */
export function decodeEntities(text: string, all = false): string {
  return text.replace(/&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-zA-Z]{2,8});/g, (whole, name: string) => {
    if (name[0] === '#') {
      const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
      if (!(code >= 0x20 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff) || (code >= 0xe000 && code <= 0xe0ff))
        return code === 9 || code === 10 ? ' ' : '';
      const char = String.fromCodePoint(code);
      return all ? char : char.replace(/[<>&]/, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[c]!).replace(/[\\`*_[\]{}()#]/, '\\$&');
    }
    if (name === 'quot') return '"';
    if (name === 'apos') return "'";
    if (name === 'lt' || name === 'gt' || name === 'amp') return all ? { lt: '<', gt: '>', amp: '&' }[name] : whole;
    return NAMED[name] ?? whole;
  });
}

/** Elements that could act or load something: they leave with everything inside them. */
export const ACTIVE = new Set([
  'script',
  'style',
  'iframe',
  'object',
  'embed',
  'applet',
  'form',
  'svg',
  'math',
  'template',
  'noscript',
  'audio',
  'video',
  'select',
  'textarea',
  'button',
  'link',
  'meta',
  'base',
  'input',
  'frame',
  'frameset',
  'canvas',
]);
const VOID = new Set(['br', 'img', 'hr', 'input', 'link', 'meta', 'base', 'embed', 'col', 'wbr', 'source', 'track', 'frame']);

/** Takes active elements with their content out of a text; says which there were. */
export function withoutActive(html: string): { html: string; removed: string[] } {
  if (!html.includes('<')) return { html, removed: [] };
  const removed: string[] = [];
  let out = '';
  let inside: string | null = null;
  let depth = 0;
  for (const piece of piecesOf(html)) {
    if ('comment' in piece) continue;
    if (inside) {
      if ('tag' in piece && piece.tag.name === inside) depth += piece.tag.close ? -1 : 1;
      if (depth === 0) inside = null;
    } else if ('tag' in piece && ACTIVE.has(piece.tag.name)) {
      if (piece.tag.close) continue;
      removed.push(piece.tag.name);
      if (!VOID.has(piece.tag.name) && !piece.tag.raw.endsWith('/>')) {
        inside = piece.tag.name;
        depth = 1;
      }
    } else out += 'tag' in piece ? piece.tag.raw : piece.text;
  }
  return { html: out, removed };
}
