import { Fragment, type Mark, type Node } from 'prosemirror-model';
import { schema } from './schema.ts';

// What Markdown cannot say and no reader sees: blanks at the edges of a paragraph or of bold words, paragraphs without words, breaks in a heading.

const n = schema.nodes;
/** Attributes of writing, not of meaning: two blocks that differ in nothing else say the same. */
const STYLE: Record<string, unknown> = { src: '', open: '', close: '', mark: '', tight: true };

/** The node as its Markdown can say it. */
export function tidy(node: Node): Node {
  if (node.isTextblock) return node.type.create(node.attrs, node.type.spec.code ? node.content : Fragment.fromArray(tidyInline(node)));
  if (node.isLeaf) return node;
  let children = node.content.content.map(tidy);
  // A term that nobody wrote, or that nothing is said of, shows that something is missing.
  if (node.type === n.terms)
    return node.type.create(
      node.attrs,
      children.map((row) => (row.content.size ? row : row.type.create(null, schema.text('…')))),
    );
  if (node.type === n.item && node.attrs['done'] === null) {
    const box = /^\[([ xX])\](?:\s+|$)/.exec(children[0]?.type === n.paragraph && children[0].firstChild?.isText ? (children[0].firstChild.text ?? '') : '');
    if (box) return tidy(n.item.create({ done: box[1] !== ' ' }, [(children[0] as Node).cut(box[0].length), ...children.slice(1)]));
  }
  if (
    node.type === n.item &&
    node.attrs['done'] !== null &&
    children.find(({ type, content }) => type !== n.paragraph || content.size)?.type !== n.paragraph &&
    children.length > 1
  )
    return n.item.create(
      null,
      children.filter(({ type, content }) => type !== n.paragraph || content.size),
    );
  if (node.type === n.item && node.attrs['done'] !== null && children[0]?.type !== n.paragraph) return n.item.create(null, children);
  if (node.type !== n.table_row && node.type !== n.table) {
    const full = children.filter((child) => child.type !== n.paragraph || child.content.size > 0);
    // A control keeps its title, and what holds blocks keeps one.
    if (full.length > (node.type === n.control ? 1 : 0)) children = full;
    else children = children.slice(0, node.type === n.control ? 2 : 1);
  }
  if (node.type === n.table) children = plainRows(children);
  return node.type.create(node.attrs, children);
}

/** Rows of one width, the first of them the head, each column to one side: what spans cells elsewhere leaves empty ones here. */
function plainRows(rows: Node[]): Node[] {
  const grid: Node[][] = rows.map(() => []);
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of row.content.content) {
      while (grid[y]?.[x]) x++;
      for (let down = 0; down < Math.min(Number(cell.attrs['rowspan']) || 1, rows.length - y); down++)
        for (let along = 0; along < (Number(cell.attrs['colspan']) || 1); along++)
          (grid[y + down] as Node[])[x + along] = down || along ? n.table_cell.create() : cell;
      x++;
    }
  });
  const width = Math.max(...grid.map((row) => row.length));
  const sides = Array.from({ length: width }, (_, x) => String(grid[0]?.[x]?.attrs['align'] ?? ''));
  return grid.map((row, y) =>
    n.table_row.create(
      null,
      sides.map((align, x) => (y ? n.table_cell : n.table_header).create({ align }, row[x]?.content)),
    ),
  );
}

/** Whether two blocks say the same, however they are written. */
export function sameWords(one: Node, other: Node): boolean {
  return bare(one).eq(bare(other));
}

function bare(node: Node): Node {
  if (node.isText) return node;
  const attrs = Object.fromEntries(Object.entries(node.attrs).map(([key, value]) => [key, key in STYLE ? STYLE[key] : value]));
  return node.type.create(attrs, Fragment.fromArray(node.content.content.map(bare)), node.marks);
}

const isBreak = (node: Node | undefined) => node?.type === n.soft_break || node?.type === n.hard_break;

function tidyInline(block: Node): Node[] {
  const oneLine = block.type !== n.paragraph;
  const pieces: Array<{ text: string; marks: readonly Mark[] } | Node> = [];
  for (const child of block.content.content) {
    if (child.type === n.soft_break && !oneLine) pieces.push(child.mark([]));
    else if (isBreak(child)) pieces.push(oneLine ? { text: ' ', marks: [] } : child.mark([]));
    // A reference leads to its note, never anywhere else.
    else if (child.type === n.footnote_ref) pieces.push(child.mark(child.marks.filter(({ type }) => type !== schema.marks.link)));
    else if (!child.isText) pieces.push(child);
    else {
      const text = (child.text ?? '').replace(/[\r\n\t]+/g, ' ');
      if (child.marks.some(({ type }) => type === schema.marks.code)) pieces.push({ text, marks: child.marks });
      else
        pieces.push(
          ...text
            .split(/( +)/)
            .filter(Boolean)
            .map((part) => ({ text: part, marks: child.marks })),
        );
    }
  }
  const same = (one: readonly Mark[], other: readonly Mark[]) => one.length === other.length && one.every((mark, k) => mark.eq(other[k] as Mark));
  // A blank keeps only the marks of both its neighbours.
  pieces.forEach((piece, k) => {
    if (!('text' in piece) || !('marks' in piece) || isNode(piece) || piece.text.trim()) return;
    if (piece.marks.some(({ type }) => type === schema.marks.code)) return;
    const [before, after] = [pieces[k - 1], pieces[k + 1]];
    const around = (one: typeof before) => (one ? one.marks : []);
    piece.marks = piece.marks.filter((mark) => mark.isInSet(around(before)) && mark.isInSet(around(after)));
  });
  const blank = (piece: (typeof pieces)[number] | undefined) => !!piece && !isNode(piece) && !piece.text.trim() && !piece.marks.length;
  const edge = (piece: (typeof pieces)[number] | undefined) => !piece || (isNode(piece) && isBreak(piece));
  let kept = pieces;
  for (let again = true; again; ) {
    const next = kept.filter((piece, k) => !(blank(piece) && (edge(kept[k - 1]) || edge(kept[k + 1]))));
    const single = next.filter((piece, k) => !(isNode(piece) && piece.type === n.soft_break && (edge(next[k + 1]) || edge(next[k - 1]))));
    const trimmed = single.filter((piece, k) => !(edge(piece) && (k === 0 || k === single.length - 1)));
    again = trimmed.length !== kept.length;
    kept = trimmed;
  }
  const out: Node[] = [];
  for (const piece of kept) {
    if (isNode(piece)) {
      out.push(piece);
      continue;
    }
    const last = out.at(-1);
    if (last?.isText && same(last.marks, piece.marks)) out[out.length - 1] = schema.text(`${last.text}${piece.text}`, piece.marks);
    else out.push(schema.text(piece.text, piece.marks));
  }
  return out;
}

function isNode(piece: { text: string; marks: readonly Mark[] } | Node): piece is Node {
  return 'type' in piece;
}
