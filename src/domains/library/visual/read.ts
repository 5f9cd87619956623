import type { Token } from 'markdown-it';
import { Fragment, type Mark, type Node } from 'prosemirror-model';
import { lineStarts } from '#lib/text/lines.ts';
import { createMarkdown, directiveOf, inlineText, type MarkdownEnv } from '#lib/text/markdown.ts';
import { blockSpans } from '../text/blocks.ts';
import { schema } from './schema.ts';

/** A page as it was opened: its document, and for each slice of it what it was read as. */
export type Opened = { body: string; doc: Node; known: Map<string, Node[]> };

// The library's own reader, so that a block here is a block there. What it cleans for readers stays as it was typed: the schema draws nothing that does harm.
const markdown = createMarkdown({ directives: true });
markdown.core.ruler.disable('clean');

/** Readers see the letters of HTML; an editor that wrote them anew would change what other programs make of them. */
const HTML = /^<(?:[a-z][\w-]*(?=[\s/>])|[/!?])/i;

type Context = { env: MarkdownEnv; known: Map<string, Node[]>; depth: number };
const n = schema.nodes;
const oneLine = (text: unknown) => String(text ?? '').replace(/\s*\n\s*/g, ' ');

/** Reads a body into the editor's document; whatever the schema does not know becomes a `source` block with its exact text. `notes`: labels of footnotes that stand elsewhere. */
export function readBody(body: string, notes?: ReadonlyMap<string, string>): Opened {
  const known = new Map<string, Node[]>();
  const blocks = readBlocks(body, { env: notes ? { notes: new Map(notes) } : {}, known, depth: 0 });
  return { body, doc: n.doc.create(null, blocks.length ? blocks : n.paragraph.create()), known };
}

function readBlocks(body: string, context: Context): Node[] {
  if (body === '') return [];
  const starts = lineStarts(body);
  const tokens = markdown.parse(body, context.env);
  const spans = blockSpans(tokens, body, starts);
  if (spans.length === 0) return [];
  return spans.map((span, k) => {
    const from = k === 0 ? 0 : (starts[span.start] as number);
    const next = spans[k + 1];
    const slice = body.slice(from, next ? starts[next.start] : body.length);
    const token = span.token;
    let node: Node | null = null;
    if (token?.type === 'directive_open') node = readDirective(token, tokens, span.index, body.slice(starts[span.start], starts[span.end]), context);
    else if (token && !(token.type === 'paragraph_open' && HTML.test(slice.trimStart()))) node = readOne(tokens, span.index).node;
    node ??= n.source.create(null, asText(slice.replace(/\r\n?/g, '\n').replace(/^(?:[ \t]*\n)+|\s+$/g, '')));
    const made = node.type.create({ ...node.attrs, src: slice }, node.content);
    context.known.set(slice, [...(context.known.get(slice) ?? []), made]);
    return made;
  });
}

const asText = (text: string): Node | null => (text ? schema.text(text) : null);

/** Hints, controls and figures keep their lines and read what stands between them block by block; anything else is source. */
function readDirective(open: Token, tokens: readonly Token[], index: number, slice: string, context: Context): Node | null {
  const { name, title, id, attributes, fault } = directiveOf(open);
  if (fault || context.depth > 3 || !['hint', 'control', 'figure'].includes(name)) return null;
  const lines = slice.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const [first = '', last = ''] = [lines[0], lines.at(-1)];
  if (/[{\s]\./.test(first.replace(/"[^"]*"|'[^']*'/g, '""'))) return null;
  const starts = lineStarts(slice);
  const inner = slice.slice(starts[1], starts[lines.length - 1]);
  // Read alone it has to say what it says in its place.
  const close = closeOf(tokens, index);
  const alone = markdown.parse(inner, context.env);
  const types = (list: readonly Token[]) => list.map(({ type, tag }) => `${type} ${tag}`).join('\n');
  if (types(alone) !== types(tokens.slice(index + 1, close))) return null;
  const inside = readBlocks(inner, { ...context, depth: context.depth + 1 });
  const blocks = inside.length ? inside : [n.paragraph.create()];
  const same = { open: first, close: last };
  if (name === 'hint') {
    const { style = 'info', ...others } = attributes;
    return id || Object.keys(others).length ? null : n.hint.create({ ...same, style, title }, blocks);
  }
  if (name === 'figure') {
    const { src: file = '', alt = '', ...others } = attributes;
    if (id || title || Object.keys(others).length || blocks.some(({ type }) => type !== n.paragraph)) return null;
    return n.figure.create({ ...same, file, alt }, blocks);
  }
  return n.control.create({ ...same, slug: id, attributes: JSON.stringify(attributes) }, [n.control_title.create(null, asText(title)), ...blocks]);
}

function closeOf(tokens: readonly Token[], index: number): number {
  const level = (tokens[index] as Token).level;
  let at = index + 1;
  while (at < tokens.length && !((tokens[at] as Token).level === level && (tokens[at] as Token).nesting < 0)) at++;
  return at;
}

/** The block that begins at `index`, and where the next begins; a block that holds what the schema does not know is none. */
function readOne(tokens: readonly Token[], index: number): { node: Node | null; next: number } {
  const token = tokens[index] as Token;
  const next = token.nesting > 0 ? closeOf(tokens, index) + 1 : index + 1;
  return { node: make(token, tokens, index, next), next };
}

function make(token: Token, tokens: readonly Token[], index: number, next: number): Node | null {
  const inline = () => readInline(tokens[index + 1]?.children ?? []);
  switch (token.type) {
    case 'paragraph_open':
      return n.paragraph.create(null, inline());
    case 'heading_open':
      return n.heading.create({ level: Number(token.tag.slice(1)) }, inline());
    case 'hr':
      return n.rule.create();
    case 'fence':
    case 'code_block':
      return n.code_block.create({ params: token.info.trim() }, asText(token.content.replace(/\n$/, '')));
    case 'blockquote_open': {
      const inside = readInside(tokens, index + 1, next - 1);
      return inside && n.quote.create(null, inside.length ? inside : n.paragraph.create());
    }
    case 'bullet_list_open':
    case 'ordered_list_open':
      return readList(token, tokens, index, next);
    case 'table_open':
      return readTable(tokens, index, next);
    case 'note_open': {
      const inside = readInside(tokens, index + 1, next - 1);
      return inside && n.footnote.create({ label: (token.meta as { label: string }).label }, inside.length ? inside : n.paragraph.create());
    }
    case 'terms_open':
      return n.terms.create(
        null,
        tokens.slice(index, next).flatMap((row, k) => {
          const type = { term_open: n.term, meaning_open: n.meaning }[row.type];
          return type ? [type.create(null, readInline(tokens[index + k + 1]?.children ?? []))] : [];
        }),
      );
    default:
      return null;
  }
}

function readInside(tokens: readonly Token[], from: number, to: number): Node[] | null {
  const nodes: Node[] = [];
  for (let at = from; at < to; ) {
    if (tokens[at]?.type === 'reference_definition') {
      at++;
      continue;
    }
    const { node, next } = readOne(tokens, at);
    if (!node) return null;
    nodes.push(node);
    at = next;
  }
  return nodes;
}

function readList(token: Token, tokens: readonly Token[], index: number, next: number): Node | null {
  const items: Node[] = [];
  let tight = false;
  for (let at = index + 1; at < next - 1; ) {
    const end = closeOf(tokens, at) + 1;
    const inside = readInside(tokens, at + 1, end - 1);
    if (!inside) return null;
    for (let k = at + 1; k < end; k++) if (tokens[k]?.hidden && tokens[k]?.level === token.level + 2) tight = true;
    items.push(readItem(inside));
    at = end;
  }
  if (!items.length) return null;
  const bare = items.every(({ childCount, firstChild }) => childCount === 1 && !firstChild?.content.size);
  const attrs = { tight: tight || bare, mark: token.markup };
  if (token.type === 'bullet_list_open') return n.bullet_list.create(attrs, items);
  return n.ordered_list.create({ ...attrs, start: Number(token.attrGet('start') ?? 1) }, items);
}

/** `[ ]` or `[x]` before the first words makes a task, as the reader of the library has it. */
function readItem(blocks: Node[]): Node {
  const [first, ...rest] = blocks;
  const box = first?.type === n.paragraph && first.firstChild?.isText ? /^\[([ xX])\](?:\s+|$)/.exec(first.firstChild.text ?? '') : null;
  if (!first || !box) return n.item.create(null, first ? blocks : n.paragraph.create());
  return n.item.create({ done: box[1] !== ' ' }, [first.cut(box[0].length), ...rest]);
}

function readTable(tokens: readonly Token[], index: number, next: number): Node | null {
  const rows: Node[] = [];
  let cells: Node[] = [];
  for (let at = index; at < next; at++) {
    const token = tokens[at] as Token;
    if (token.type === 'tr_open') cells = [];
    else if (token.type === 'tr_close') rows.push(n.table_row.create(null, cells));
    else if (token.type === 'th_open' || token.type === 'td_open') {
      const align = /left|right|center/.exec(String(token.attrGet('style') ?? ''))?.[0] ?? '';
      cells.push((token.type === 'th_open' ? n.table_header : n.table_cell).create({ align }, readInline(tokens[at + 1]?.children ?? [])));
    }
  }
  return n.table.create(null, rows);
}

function readInline(children: readonly Token[]): Fragment {
  const out: Node[] = [];
  let marks: readonly Mark[] = [];
  const links: Mark[] = [];
  const add = (node: Node) => out.push(node.mark(marks));
  const on = (mark: Mark) => {
    marks = mark.addToSet(marks);
  };
  const off = (name: string) => {
    marks = marks.filter(({ type }) => type.name !== name);
  };
  // Marks of one kind may stand in each other; the outer one ends last.
  const deep: Record<string, number> = { em: 0, strong: 0, s: 0 };
  const known: Record<string, string> = { em: 'em', strong: 'strong', s: 'strike' };
  for (const token of children) {
    const [, kind = '', side = ''] = /^(em|strong|s)_(open|close)$/.exec(token.type) ?? [];
    if (kind) {
      deep[kind] = (deep[kind] as number) + (side === 'open' ? 1 : -1);
      if (side === 'open') on(schema.mark(known[kind] as string));
      else if (deep[kind] === 0) off(known[kind] as string);
    } else if (token.type === 'link_open') {
      const mark = schema.mark('link', { href: String(token.attrGet('href') ?? ''), title: oneLine(token.attrGet('title')) });
      links.push(mark);
      on(mark);
    } else if (token.type === 'link_close') {
      links.pop();
      off('link');
      const outer = links.at(-1);
      if (outer) on(outer);
    } else if (token.type === 'code_inline') {
      if (token.content) out.push(schema.text(token.content, schema.mark('code').addToSet(marks)));
    } else if (token.type === 'softbreak') add(n.soft_break.create());
    else if (token.type === 'hardbreak') add(n.hard_break.create());
    else if (token.type === 'image')
      add(n.image.create({ file: String(token.attrGet('src') ?? ''), alt: inlineText(token.children), title: oneLine(token.attrGet('title')) }));
    else if (token.type === 'note_ref') add(n.footnote_ref.create({ label: (token.meta as { label: string }).label }));
    else if (token.type === 'param') add(n.param.create({ value: token.content, slug: (token.meta as { id: string }).id }));
    else if (token.content) add(schema.text(token.content));
  }
  return Fragment.fromArray(join(out));
}

function join(nodes: Node[]): Node[] {
  const out: Node[] = [];
  for (const node of nodes) {
    const last = out.at(-1);
    if (last?.isText && node.isText && last.sameMarkup(node)) out[out.length - 1] = schema.text(`${last.text}${node.text}`, node.marks);
    else out.push(node);
  }
  return out;
}
