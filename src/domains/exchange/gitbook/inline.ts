import { decodeEntities, piecesOf, withoutActive } from './html.ts';

export type LinkAnswer = { href: string; label?: string } | { plain: true };
export type InlineContext = {
  link(href: string, label: string): LinkAnswer;
  image(src: string, alt: string, caption: string): void;
  changed(reason: 'html_dropped' | 'emphasis' | 'note_mark', what: string): void;
  removed(what: string): void;
};

const KNOWN = new Set([
  'a',
  'abbr',
  'address',
  'article',
  'aside',
  'b',
  'bdi',
  'big',
  'blockquote',
  'br',
  'center',
  'cite',
  'code',
  'col',
  'colgroup',
  'dd',
  'del',
  'details',
  'dfn',
  'div',
  'dl',
  'dt',
  'em',
  'figcaption',
  'figure',
  'font',
  'footer',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'header',
  'hr',
  'i',
  'img',
  'ins',
  'kbd',
  'li',
  'main',
  'mark',
  'nav',
  'ol',
  'p',
  'picture',
  'pre',
  'q',
  's',
  'samp',
  'section',
  'small',
  'source',
  'span',
  'strike',
  'strong',
  'sub',
  'summary',
  'sup',
  'table',
  'tbody',
  'td',
  'tfoot',
  'th',
  'thead',
  'tr',
  'tt',
  'u',
  'ul',
  'var',
  'wbr',
]);
const MARK: Record<string, string> = { strong: '**', b: '**', em: '*', i: '*', del: '~~', s: '~~', strike: '~~', code: '`', tt: '`', kbd: '`', samp: '`' };

/** One run of inline Markdown with GitBook's HTML, references and emphasis slips, as the library writes it. */
export function cleanInline(raw: string, context: InlineContext): string {
  const kept: string[] = [];
  const keep = (code: string): string => `\uE010${kept.push(code) - 1}\uE011`;
  let text = holdCode(raw, keep);
  const { html, removed } = withoutActive(text);
  for (const name of removed) context.removed(`<${name}>`);
  text = tagsToMarkdown(html, context);
  text = decodeEntities(text)
    .replace(/&amp;(?![#\w]{1,32};)/g, '&')
    .replace(/[\u200B\u2060\uFEFF\u00AD]/g, '')
    .replace(/[\u00A0\t]/g, ' ')
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '');
  text = text
    .replace(/ {2,}(\n?)/g, (_, end: string) => (end ? '\\\n' : ' '))
    .replace(/ +\n/g, '\n')
    .replace(/\n +/g, '\n');
  text = mapLinks(text, context);
  text = mendEmphasis(text, context);
  text = text
    .replace(/^(?:\s|\\\n)+|(?:\s|\\\n)+$/g, '')
    .replace(/(?<!\\)\\$/, '')
    .trim();
  return text.replace(/\uE010(\d+)\uE011/g, (_, n: string) => kept[Number(n)] ?? '');
}

function holdCode(raw: string, keep: (code: string) => string): string {
  let out = '';
  for (let i = 0; i < raw.length; ) {
    if (raw[i] === '\\' && i + 1 < raw.length) {
      out += raw.slice(i, i + 2);
      i += 2;
      continue;
    }
    if (raw[i] !== '`') {
      const next = raw.slice(i).search(/[\\`]/);
      out += next < 0 ? raw.slice(i) : raw.slice(i, i + Math.max(next, 1));
      if (next < 0) break;
      i += Math.max(next, 1);
      continue;
    }
    const run = /^`+/.exec(raw.slice(i, i + 64))![0];
    let close = raw.indexOf(run, i + run.length);
    while (close >= 0 && (raw[close + run.length] === '`' || raw[close - 1] === '`')) close = raw.indexOf(run, close + run.length + 1);
    if (close < 0) {
      out += run;
      i += run.length;
      continue;
    }
    out += keep(raw.slice(i, close + run.length));
    i = close + run.length;
  }
  return out;
}

function tagsToMarkdown(html: string, context: InlineContext): string {
  if (!html.includes('<')) return html;
  let out = '';
  const links: { at: number; href: string | null }[] = [];
  let caption: number | null = null;
  let image: { src: string; alt: string } | null = null;
  const emit = (): void => {
    if (image) context.image(image.src, image.alt, '');
    image = null;
  };
  for (const piece of piecesOf(html)) {
    if ('text' in piece) {
      out += piece.text;
      continue;
    }
    if ('comment' in piece) continue;
    const { name, close, attributes, raw } = piece.tag;
    if (!KNOWN.has(name)) out += `\\${raw}`;
    else if (name === 'br') out += '\\\n';
    else if (name === 'img') {
      emit();
      image = { src: attributes.src ?? '', alt: attributes.alt ?? '' };
    } else if (name === 'figcaption') {
      if (!close) caption = out.length;
      else if (caption !== null && image) {
        context.image(image.src, image.alt, out.slice(caption).replace(/\s+/g, ' ').trim());
        out = out.slice(0, caption);
        image = null;
        caption = null;
      }
    } else if (name === 'a') {
      if (!close) links.push({ at: out.length, href: attributes.href ?? null });
      else {
        const open = links.pop();
        const label = open ? out.slice(open.at).trim() : '';
        // GitBook writes an empty anchor into headings to keep an old id; it says nothing to a reader.
        if (open) out = out.slice(0, open.at) + (label && open.href ? `[${label}](<${open.href.replace(/[<>\n]/g, '')}>)` : label);
      }
    } else if (MARK[name]) out = close ? out.replace(/(\s*)$/, (space) => MARK[name] + space) : out + MARK[name];
    else if (['p', 'div', 'li', 'td', 'th', 'tr'].includes(name)) out += ' ';
    else if (name !== 'figure' && name !== 'source' && name !== 'picture' && !close) context.changed('html_dropped', `<${name}>`);
  }
  emit();
  return out;
}

const LINK = /(!?)\[((?:\\.|[^[\]\\]|\[(?:\\.|[^[\]\\])*\])*)\]\(\s*(?:<([^<>\n]*)>|((?:\\.|[^\s()\\]|\([^\s()]*\))*))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g;

function mapLinks(text: string, context: InlineContext): string {
  if (!text.includes('](')) return text;
  return text.replace(LINK, (whole, bang: string, label: string, angled: string | undefined, bare: string | undefined, at: number) => {
    if (at > 0 && text[at - 1] === '\\' && !bang) return whole;
    const href = decodeEntities((angled ?? bare ?? '').replace(/\\([!-/:-@[-`{-~])/g, '$1'), true).trim();
    if (bang) {
      context.image(href, label.replace(/\\(.)/g, '$1'), '');
      return '';
    }
    const answer = context.link(href, label);
    if ('plain' in answer) return label;
    return `[${answer.label?.replace(/[\\[\]]/g, '\\$&') ?? (label.trim() || answer.href)}](${/[\s()<>]/.test(answer.href) ? `<${answer.href.replace(/[<>]/g, encodeURIComponent)}>` : answer.href})`;
  });
}

function mendEmphasis(text: string, context: InlineContext): string {
  const before = text;
  // `\*\*Words:\*\*More`: the editor escaped what was meant as bold.
  text = text.replace(
    /\\\*\\\*([^*\n]{1,200}?)\\\*\\\*(?=(\S)?)/g,
    (_, words: string, next?: string) => `**${words.trim()}**${next && /[\p{L}\p{N}]/u.test(next) ? ' ' : ''}`,
  );
  // Bold that holds nothing but stops or spaces, and bold runs that were cut in two.
  text = text.replace(/(?<![*\\])\*\*([\s.,;:!?)(“”"'–-]*)\*\*(?!\*)/g, '$1').replace(/(?<=[\p{L}\p{N}.,;:)])\*\* \*\*(?=[\p{L}\p{N}(])/gu, ' ');
  if (text !== before) context.changed('emphasis', before.slice(0, 60));
  return text;
}

/** Guards the first characters of a line of prose against being read as a list, heading, rule, fence or directive. */
export function guardLines(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
        .replace(/^([-+*])(?=\s|$)/, '\\$1')
        .replace(/^(#{1,6})(?=\s|$)/, '\\$1')
        .replace(/^(>|:::|~~~|```|\||=+\s*$|-{2,}\s*$)/, '\\$1'),
    )
    .join('\n');
}
