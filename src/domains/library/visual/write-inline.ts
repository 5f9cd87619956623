import type { Mark, Node } from 'prosemirror-model';
import { schema } from './schema.ts';

/** 0: only what would be read as a mark is escaped. 1: every mark. 2: also letters beside bold and italic edges that Markdown would not take for edges. */
export type Care = 0 | 1 | 2;
type Place = { care: Care; cell: boolean; link: boolean };

const SIGNS: Record<string, string> = { strong: '**', em: '*', strike: '~~' };
// Beside stars only an underscore keeps its edges.
const delimiter = (mark: Mark, care: Care) => (care === 2 && mark.type === m.em ? '_' : (SIGNS[mark.type.name] as string));
const m = schema.marks;
const n = schema.nodes;

/** Inline content as Markdown of one or more lines, safe at the beginning of each. */
export function writeInline(block: Node, care: Care): string {
  const cell = block.type === n.table_cell || block.type === n.table_header;
  const out = writeRun(block.content.content, { care, cell, link: false });
  // What a word means stands behind a mark of its own: nothing else begins there.
  if (cell || block.type === n.meaning) return out;
  if (block.type === n.heading) return out.replace(/(\s)(#+)$/, '$1\\$2').replace(/^#+$/, '\\$&');
  return out
    .split('\n')
    .map((line, k) => guardLine(block.type === n.term ? line.replace(/^:(?=\s)/, '\\:') : line, k))
    .join('\n');
}

/** A line of a paragraph never begins anything else. */
function guardLine(line: string, k: number): string {
  if (/^(?:#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|:::|~~~|```|={1,}\s*$|-+\s*$|([-*_])[ \t]*(?:\1[ \t]*){2,}$)/.test(line)) return `\\${line}`;
  const number = /^(\d{1,9})([.)])(?=\s|$)/.exec(line);
  if (number) return `${number[1]}\\${line.slice(number[1]?.length)}`;
  // A reference before a colon would begin a note.
  if (/^\[\^(?:[^\\[\]]|\\.)+\]:/.test(line)) return line.replace(/\]:(?!param\[)/, ']\\:');
  if (/^\[(?:[^\\[\]]|\\.)+\]:/.test(line)) return `\\${line}`;
  if (k > 0 && /^:\s/.test(line)) return `\\${line}`;
  // The second line of a paragraph could make a table of the first.
  if (k > 0 && /^[|:\s-]*-[|:\s-]*$/.test(line)) return `\\${line}`;
  return line;
}

function writeRun(nodes: readonly Node[], place: Place): string {
  let out = '';
  let open: Mark[] = [];
  const close = (to: number) => {
    while (open.length > to) {
      const mark = open.pop() as Mark;
      out += mark.type === m.link ? linkEnd(mark, place) : delimiter(mark, place.care);
    }
  };
  for (let k = 0; k < nodes.length; k++) {
    const node = nodes[k] as Node;
    const wanted = node.marks.filter(({ type }) => type !== m.code);
    const keep = open.findIndex((mark) => !mark.isInSet(wanted));
    close(keep < 0 ? open.length : keep);
    const fresh = wanted.filter((mark) => !mark.isInSet(open)).sort((one, other) => lasts(nodes, k, other) - lasts(nodes, k, one));
    const auto = fresh.length === 1 && fresh[0]?.type === m.link ? autolink(nodes, k, fresh[0]) : '';
    if (auto) {
      out += auto;
      continue;
    }
    for (const mark of fresh) {
      // Words before an edge that begins with a sign: written as a number, they count as a sign too.
      if (place.care === 2 && mark.type !== m.link) out = out.replace(/[^\s!-/:-@[-`{-~]$/u, encode);
      if (mark.type === m.link) out = `${out.replace(/(^|[^\\])((?:\\\\)*)!$/, '$1$2\\!')}[`;
      else out += delimiter(mark, place.care);
      open = [...open, mark];
    }
    const link = open.some(({ type }) => type === m.link);
    let text = writeNode(node, { ...place, link }, out, nodes[k + 1]);
    if (place.care === 2 && node.isText && k > 0 && (nodes[k - 1] as Node).marks.some((mark) => mark.type !== m.link && !mark.isInSet(node.marks)))
      text = text.replace(/^[^\s!-/:-@[-`{-~]/u, encode);
    out += text;
  }
  close(0);
  return out;
}

const encode = (letter: string) => `&#${letter.codePointAt(0)};`;

/** How many nodes from here carry the mark: the longest is opened first. */
function lasts(nodes: readonly Node[], from: number, mark: Mark): number {
  let k = from;
  while (k < nodes.length && mark.isInSet((nodes[k] as Node).marks)) k++;
  return k - from;
}

function autolink(nodes: readonly Node[], k: number, mark: Mark): string {
  const node = nodes[k] as Node;
  const href = String(mark.attrs['href']);
  if (!node.isText || mark.attrs['title'] || lasts(nodes, k, mark) !== 1 || node.marks.length !== 1) return '';
  if (node.text === href && /^[a-z][a-z0-9+.-]{1,31}:[^\s<>\u0000-\u0020]*$/i.test(href)) return `<${href}>`;
  return `mailto:${node.text}` === href && /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(node.text ?? '') ? `<${node.text}>` : '';
}

function writeNode(node: Node, place: Place, before: string, next: Node | undefined): string {
  const { attrs } = node;
  switch (node.type) {
    case n.soft_break:
      return '\n';
    case n.hard_break:
      return '\\\n';
    case n.image:
      return `![${escaped(String(attrs['alt']), { ...place, link: true }, '', '')}](${destination(String(attrs['file']))}${titleOf(String(attrs['title']), place)})`;
    case n.footnote_ref:
      return `[^${attrs['label']}]`;
    case n.param: {
      const value = String(attrs['value']).replace(/[\\[\]]/g, '\\$&');
      return `:param[${place.cell ? value.replace(/\|/g, '\\|') : value}]${attrs['slug'] ? `{#${attrs['slug']}}` : ''}`;
    }
    default: {
      const text = node.text ?? '';
      if (node.marks.some(({ type }) => type === m.code)) return codeSpan(text, place);
      return escaped(text, place, before.at(-1) ?? '', next?.isText ? (next.text?.[0] ?? '') : '');
    }
  }
}

function codeSpan(text: string, { cell }: Place): string {
  const runs = new Set([...text.matchAll(/`+/g)].map(([run]) => run.length));
  let length = 1;
  while (runs.has(length)) length++;
  const pad = /^`|`$|^ .*[^ ].* $|^ .*[^ ] $/.test(text) ? ' ' : '';
  const fence = '`'.repeat(length);
  return `${fence}${pad}${cell ? text.replace(/\|/g, '\\|') : text}${pad}${fence}`;
}

const linkEnd = (mark: Mark, place: Place) => `](${destination(String(mark.attrs['href']))}${titleOf(String(mark.attrs['title']), place)})`;

function destination(href: string): string {
  const entity = (text: string) => text.replace(/&(?=#?\w+;)/g, '\\&');
  if (href === '' || /[\s<>()\u0000-\u0020]/.test(href) || href.startsWith('<'))
    return /[\r\n]/.test(href) ? `<${href.replace(/\s+/g, '%20')}>` : `<${entity(href.replace(/[\\<>]/g, '\\$&'))}>`;
  return entity(href.replace(/\\(?=[!-/:-@[-`{-~])/g, '\\\\').replace(/\|/g, '%7C'));
}

function titleOf(title: string, { cell }: Place): string {
  if (!title) return '';
  const text = title
    .replace(/\\(?=[!-/:-@[-`{-~])/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/\s*\n\s*/g, ' ');
  return ` "${cell ? text.replace(/\|/g, '\\|') : text}"`;
}

const PUNCTUATION = /[!-/:-@[-`{-~]/;

function escaped(text: string, { care, cell, link }: Place, before: string, after: string): string {
  let out = '';
  for (let k = 0; k < text.length; k++) {
    const c = text[k] as string;
    const prev = k ? (text[k - 1] as string) : before;
    const next = text[k + 1] ?? after;
    out += needs(c, prev, next, text.slice(k), { care, cell, link }) ? `\\${c}` : c;
  }
  return out;
}

function needs(c: string, prev: string, next: string, rest: string, { care, cell, link }: Place): boolean {
  if (care > 0) return /[\\`*_[\]<&~|!:]/.test(c) && (c !== ':' || rest.startsWith(':param[') || rest.startsWith(':::')) && (c !== '!' || next === '[');
  const blank = (x: string) => x === '' || /\s/.test(x);
  switch (c) {
    case '\\':
      return next === '' || PUNCTUATION.test(next);
    case '`':
      return true;
    case '*':
      return !(blank(prev) && blank(next) && prev !== '' && next !== '');
    case '_':
      return !(/[\p{L}\p{N}_]/u.test(prev) && /[\p{L}\p{N}_]/u.test(next)) && !(blank(prev) && blank(next) && prev !== '');
    case '[':
      return link || next === '^' || /^\[[^\]]*\]\s*[([:]/.test(rest) || rest.indexOf(']') < 0;
    case ']':
      return link || next === '(' || next === '[' || next === '';
    case '<':
      return /[a-z/!?]/i.test(next);
    case '&':
      return /^&(?:#x?[0-9a-f]{1,7}|[a-z][a-z0-9]{1,31});/i.test(rest);
    case '~':
      return next === '~' || prev === '~';
    case '|':
      return cell;
    case ':':
      return rest.startsWith(':param[');
    default:
      return false;
  }
}
