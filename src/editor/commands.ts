import { lift, setBlockType, toggleMark, wrapIn } from 'prosemirror-commands';
import type { Node, NodeType } from 'prosemirror-model';
import { liftListItem, wrapInList } from 'prosemirror-schema-list';
import { type Command, type EditorState, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { schema } from '#domains/library/visual/schema.ts';
import { noteKey } from '#lib/text/notes.ts';

const n = schema.nodes;

/** The nearest block around the selection that `is`, with the place before it. */
export function above(state: EditorState, is: (node: Node) => boolean): { node: Node; at: number } | undefined {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if (is($from.node(depth))) return { node: $from.node(depth), at: $from.before(depth) };
  return undefined;
}

export const mark = (name: string): Command => toggleMark(schema.marks[name] as NonNullable<(typeof schema.marks)[string]>);
export const block = (type: NodeType, attrs?: Record<string, unknown>): Command => setBlockType(type, attrs);

/** Makes the blocks a list of this kind; again, and they are none; of another kind, and the list changes. */
export const list =
  (type: NodeType, task = false): Command =>
  (state, dispatch, view) => {
    const found = above(state, (node) => node.type.isInGroup('list'));
    if (!found) {
      if (!dispatch) return wrapInList(type)(state);
      return wrapInList(type)(state, (tr) => {
        if (task) {
          const { $from, $to } = tr.selection;
          tr.doc.nodesBetween($from.pos, $to.pos, (node, at) => {
            if (node.type === n.item) tr.setNodeMarkup(at, null, { done: false });
          });
        }
        dispatch(tr);
      });
    }
    const isTask = found.node.firstChild?.attrs['done'] !== null;
    if (found.node.type === type && isTask === task) return liftListItem(n.item)(state, dispatch, view);
    if (dispatch) {
      const tr = state.tr.setNodeMarkup(found.at, type, {
        ...found.node.attrs,
        mark: type === n.bullet_list ? '-' : '.',
        ...(type === n.ordered_list && { start: 1 }),
      });
      found.node.forEach((item, offset) => {
        tr.setNodeMarkup(found.at + 1 + offset, null, { done: task ? (item.attrs['done'] ?? false) : null });
      });
      dispatch(tr);
    }
    return true;
  };

export const quote: Command = (state, dispatch, view) =>
  above(state, (node) => node.type === n.quote) ? lift(state, dispatch) : wrapIn(n.quote)(state, dispatch, view);

/** Puts a block where the cursor is: instead of an empty paragraph, else after the block. */
export const insert =
  (node: Node): Command =>
  (state, dispatch) => {
    const { $from } = state.selection;
    const empty = $from.parent.type === n.paragraph && !$from.parent.content.size;
    const depth = $from.depth;
    const at = empty ? $from.before(depth) : $from.after(Math.max(1, depth));
    const holder = empty ? $from.node(depth - 1) : $from.node(Math.max(0, depth - 1));
    const index = empty ? $from.index(depth - 1) : $from.indexAfter(Math.max(0, depth - 1));
    if (depth === 0 || !holder.canReplaceWith(index, empty ? index + 1 : index, node.type)) return false;
    if (dispatch) {
      const tr = empty ? state.tr.replaceWith(at, at + $from.parent.nodeSize, node) : state.tr.insert(at, node);
      // Nobody can be left behind a block that ends the page.
      if (tr.doc.lastChild === node && !node.isTextblock) tr.insert(tr.doc.content.size, n.paragraph.create());
      tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1)));
      dispatch(tr.scrollIntoView());
    }
    return true;
  };

/** A table of three columns with a head. */
export function newTable(): Node {
  const row = (type: NodeType) =>
    n.table_row.create(
      null,
      [1, 2, 3].map(() => type.create()),
    );
  return n.table.create(null, [row(n.table_header), row(n.table_cell), row(n.table_cell)]);
}

/** An id for a new control out of its title; unlike those the page has. */
export function slugFor(title: string, doc: Node): string {
  const taken = new Set<string>();
  doc.descendants((node) => {
    if (node.type === n.control) taken.add(String(node.attrs['slug']));
    return node.type !== n.control && !node.isTextblock;
  });
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)
    .replace(/-$/, '');
  const base = words || `control-${crypto.randomUUID().slice(0, 6)}`;
  let slug = base;
  for (let k = 2; taken.has(slug); k++) slug = `${base}-${k}`;
  return slug;
}

/** The cursor into the words of a footnote. */
export function goToNote(editor: EditorView, label: string): void {
  let place = -1;
  editor.state.doc.descendants((node, at) => {
    if (place < 0 && node.type === n.footnote && noteKey(String(node.attrs['label'])) === noteKey(label)) place = at;
    return place < 0;
  });
  if (place >= 0) editor.dispatch(editor.state.tr.setSelection(TextSelection.near(editor.state.doc.resolve(place + 1))).scrollIntoView());
  editor.focus();
}
