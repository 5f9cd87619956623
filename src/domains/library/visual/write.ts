import type { Node } from 'prosemirror-model';
import { formatDirective, parseDirective } from '#lib/text/directives.ts';
import { noteKey } from '#lib/text/notes.ts';
import { splitBlocks } from '../text/blocks.ts';
import { type Opened, readBody } from './read.ts';
import { schema } from './schema.ts';
import { sameWords, tidy } from './tidy.ts';
import { type Care, writeInline } from './write-inline.ts';
import { writeTable } from './write-table.ts';

const n = schema.nodes;
type Style = { bullet: string; nested: boolean };
const FIRST: Style = { bullet: '', nested: false };

/**
 * The body that the document says. A block that says what it said when it was opened gives its own bytes back, whatever was done around it;
 * only the others are written anew, and each of those is read again to see that it says the same.
 */
export function writeBody(doc: Node, opened: Opened): string {
  if (doc.eq(opened.doc)) return opened.body;
  const eol = /\r\n/.test(opened.body) ? '\r\n' : '\n';
  const text = joinBlocks(doc.content.content, opened, eol);
  const ended = opened.body === '' || /\n\s*$/.test(opened.body);
  const last = doc.lastChild?.attrs['src'];
  if (last && opened.body.endsWith(last)) return text;
  return text.replace(/\s+$/, '') + (ended && text.trim() ? eol : '');
}

/** Whether the block is as it was opened. */
function untouched(node: Node, { known }: Opened): boolean {
  return !!known.get(String(node.attrs['src']))?.some((was) => was.eq(node));
}

function joinBlocks(nodes: readonly Node[], opened: Opened, eol: string): string {
  let out = '';
  let previous: { text: string; node: Node; own: boolean } | undefined;
  for (const node of nodes) {
    const own = untouched(node, opened);
    let text = own ? String(node.attrs['src']) : writeTop(node, opened, eol);
    if (!text.trim()) {
      // A paragraph somebody left empty says nothing.
      if (!own) continue;
    }
    if (previous) {
      const edge = between(previous, { text, node, own }, opened.body, eol);
      out += edge.gap;
      text = edge.text;
    }
    out += text;
    previous = { text, node, own };
  }
  return out;
}

/** What has to stand between two blocks so that they stay two. */
function between(
  one: { text: string; node: Node; own: boolean },
  other: { text: string; node: Node; own: boolean },
  body: string,
  eol: string,
): { gap: string; text: string } {
  const apart = (gap: string, text: string) => {
    const whole = one.text + gap + text;
    const lead = one.text.length + gap.length;
    let at = 0;
    for (const block of splitBlocks(whole)) {
      if (at === lead || (at < lead && at > one.text.trimEnd().length && !whole.slice(at, lead).trim())) return true;
      at += block.text.length;
    }
    return false;
  };
  const blank = /(?:^|\n)[ \t]*\r?\n$/.test(one.text);
  const risky = (one.node.type.isInGroup('list') && (other.node.type.isInGroup('list') || /^\s/.test(other.text))) || /^[ \t]/.test(other.text);
  if (blank && !risky) return { gap: '', text: other.text };
  // Neighbours that were never parted by a blank line are not parted now.
  const neighbours = !!one.node.attrs['src'] && !!other.node.attrs['src'] && body.includes(`${one.node.attrs['src']}${other.node.attrs['src']}`);
  if ((blank || (neighbours && /\n$/.test(one.text))) && apart('', other.text)) return { gap: '', text: other.text };
  const gap = blank ? '' : /\n$/.test(one.text) ? eol : eol + eol;
  if (!risky || apart(gap, other.text)) return { gap, text: other.text };
  // Two lists of one kind, or code by indentation after a list, would run together: the second is written in another way.
  const mark = /^[ \t]*([-+*]|\d+[.)])/.exec(one.text)?.[1]?.at(-1) ?? '';
  const style = other.node.type === n.bullet_list ? (mark === '-' ? '*' : '-') : mark === '.' ? ')' : '.';
  const anew = writeCarefully(tidy(other.node), { bullet: style, nested: false }).replaceAll('\n', eol) + gapAfter(other.text, eol);
  return { gap, text: anew };
}

/** The blank lines after a block stay as they were; a new one gets one. */
const gapAfter = (text: string, eol: string) => /[ \t]*(?:\r?\n[ \t]*)+$/.exec(text)?.[0].replace(/^[ \t]+/, '') || eol + eol;

function writeTop(node: Node, opened: Opened, eol: string): string {
  const gap = gapAfter(String(node.attrs['src'] ?? ''), eol);
  const text = holds(node) ? writeDirective(node, opened, eol) : writeCarefully(tidy(node), FIRST).replaceAll('\n', eol);
  return text.trim() ? text + gap : '';
}

const holds = (node: Node) => node.type === n.hint || node.type === n.control || node.type === n.figure;

/** Lines around blocks: each of the blocks inside keeps its own bytes where it was not touched. */
function writeDirective(node: Node, opened: Opened, eol: string): string {
  const blocks = node.content.content.filter(({ type }) => type !== n.control_title);
  const inner = joinBlocks(blocks, opened, eol).replace(/\s+$/, '');
  const last = blocks.at(-1);
  // Blank lines before the closing line belong to the last block.
  const gap = inner && last && untouched(last, opened) ? (/\s*$/.exec(String(last.attrs['src']))?.[0] ?? '') : eol;
  return `${openingLine(node)}${eol}${inner}${inner ? gap || eol : ''}${String(node.attrs['close'])}`;
}

function openingLine(node: Node): string {
  const { open, close, style, title, file, alt, slug } = node.attrs;
  const colons = /^:{3,}/.exec(String(open || close))?.[0].length ?? 3;
  const wanted =
    node.type === n.hint
      ? { name: 'hint', title: String(title), id: '', attributes: { style: String(style) } }
      : node.type === n.figure
        ? { name: 'figure', title: '', id: '', attributes: { src: String(file), alt: String(alt) } }
        : {
            name: 'control',
            title: node.firstChild?.textContent ?? '',
            id: String(slug),
            attributes: JSON.parse(String(node.attrs['attributes'])) as Record<string, string>,
          };
  const was = open ? parseDirective(String(open)) : null;
  const words = (map: Record<string, string>) => JSON.stringify(Object.entries(map).filter(([, value]) => value.trim()));
  if (was && was.title === wanted.title && was.id === wanted.id && words(was.attributes) === words(wanted.attributes)) return String(open);
  return formatDirective(wanted.name, wanted.title, wanted.id, wanted.attributes, colons);
}

/** Markdown that is read back as the same block; more signs are escaped until it is. */
function writeCarefully(node: Node, style: Style): string {
  let text = '';
  for (const care of [0, 1, 2] as const) {
    text = writeBlock(node, care, style);
    if (saysTheSame(node, text)) return text;
  }
  return text;
}

/** Whether a Markdown text is read as exactly this block. */
export function saysTheSame(node: Node, text: string): boolean {
  const notes = new Map<string, string>();
  node.descendants(({ type, attrs }) => {
    if (type === n.footnote_ref) notes.set(noteKey(String(attrs['label'])), String(attrs['label']));
  });
  const { doc } = readBody(`${text}\n`, notes);
  return doc.childCount === 1 && sameWords(tidy(node), tidy(doc.firstChild as Node));
}

function writeBlock(node: Node, care: Care, style: Style): string {
  switch (node.type) {
    case n.heading:
      return `${'#'.repeat(Number(node.attrs['level']))} ${writeInline(node, care)}`.trimEnd();
    case n.rule:
      return style.nested ? '___' : '---';
    case n.code_block:
      return writeCode(node);
    case n.source:
      return node.textContent;
    case n.quote:
      return prefix(writeInside(node, care, false), '> ');
    case n.bullet_list:
    case n.ordered_list:
      return writeList(node, care, style);
    case n.table:
      return writeTable(node, care);
    case n.hint:
    case n.control:
    case n.figure:
      return [openingLine(node), writeInside(node, care, false), String(node.attrs['close'] || ':::')].filter(Boolean).join('\n');
    case n.footnote:
      return writeNote(node, care);
    case n.terms:
      return node.content.content.map((row) => (row.type === n.meaning ? ': ' : '') + writeInline(row, care)).join('\n');
    case n.control_title:
      return '';
    default:
      return writeInline(node, care);
  }
}

/** What follows the first line stands four blanks further in. */
function writeNote(node: Node, care: Care): string {
  const inside = writeInside(node, care, false);
  // Only words stand on the line of the label; another block begins under it.
  const words = node.firstChild?.type === n.paragraph && node.firstChild.content.size > 0;
  return `[^${node.attrs['label']}]:${words ? ' ' : '\n    '}${inside.replace(/\n(?=[^\n])/g, '\n    ')}`.trimEnd();
}

function writeCode(node: Node): string {
  const text = node.textContent;
  const longest = Math.max(2, ...[...text.matchAll(/^ {0,3}(`{3,})/gm)].map(([, run]) => run?.length ?? 0));
  const params = String(node.attrs['params']);
  const fence = (params.includes('`') ? '~' : '`').repeat(longest + 1);
  return `${fence}${params}\n${text}${text ? '\n' : ''}${fence}`;
}

const prefix = (text: string, mark: string) =>
  text
    .split('\n')
    .map((line) => (line ? mark + line : mark.trimEnd()))
    .join('\n');

/** Blocks in a quote or an item. */
function writeInside(node: Node, care: Care, tight: boolean): string {
  let out = '';
  let before: Node | undefined;
  let bullet = '';
  for (const child of node.content.content) {
    if (child.type === n.control_title) continue;
    const runs = before?.type === child.type && child.type.isInGroup('list') && before.attrs['mark'] === child.attrs['mark'];
    bullet = runs ? other(bullet || String(child.attrs['mark'])) : '';
    const text = writeBlock(child, care, { bullet, nested: true });
    if (before) out += tight && before.type === n.paragraph ? '\n' : '\n\n';
    out += text;
    before = child;
  }
  return out;
}

const other = (mark: string) => ({ '-': '*', '*': '-', '+': '-', '.': ')', ')': '.' })[mark] ?? mark;

function writeList(node: Node, care: Care, style: Style): string {
  const items = node.content.content;
  const ordered = node.type === n.ordered_list;
  const mark = style.bullet || String(node.attrs['mark']);
  const close = (item: Node) => item.content.content.every((child, k) => k === 0 || (item.child(k - 1).type === n.paragraph && interrupts(child)));
  const tight = node.attrs['tight'] === true && items.every(close);
  return items
    .map((item, k) => {
      const sign = `${ordered ? `${Number(node.attrs['start']) + k}${mark}` : mark} `;
      const box = item.attrs['done'] === null ? '' : item.attrs['done'] ? '[x] ' : '[ ] ';
      const inside = `${box}${writeInside(item, care, tight)}`.trimEnd();
      const indent = ' '.repeat(sign.length);
      return inside
        .split('\n')
        .map((line, at) => (at ? (line ? indent + line : '') : (sign + line).trimEnd()))
        .join('\n');
    })
    .join(tight ? '\n' : '\n\n');
}

/** Whether a block is seen as one on the line after a paragraph. */
function interrupts(node: Node): boolean {
  if (node.type === n.paragraph) return false;
  return !node.type.isInGroup('list') || (node.textContent.trim() !== '' && (node.type === n.bullet_list || node.attrs['start'] === 1));
}
