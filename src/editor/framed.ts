import type { Node } from 'prosemirror-model';
import type { EditorView, NodeView, NodeViewConstructor } from 'prosemirror-view';
import { ask, type Question } from './ask.ts';
import type { Desk } from './words.ts';

type At = () => number | undefined;
type Frame = { dom: HTMLElement; contentDOM: HTMLElement | null; show: (node: Node) => void };
export const text = (node: Node, name: string) => String(node.attrs[name] ?? '');
export const quiet = { contenteditable: 'false' };

/** A node with something around it that is no text of the page: its events are its own. */
export function view(frame: (node: Node, view: EditorView, at: At) => Frame): NodeViewConstructor {
  return (node, editor, at): NodeView => {
    const { dom, contentDOM, show } = frame(node, editor, at);
    show(node);
    return {
      dom,
      contentDOM,
      update(next) {
        if (next.type !== node.type) return false;
        node = next;
        show(next);
        return true;
      },
      stopEvent: (event) => !!(event.target as Element).closest?.('[data-own]'),
      ignoreMutation: (change) => change.type !== 'selection' && !contentDOM?.contains(change.target),
    };
  };
}

/** Asks for attributes; what came back is put on the node that stands there now. */
export async function change(
  editor: EditorView,
  at: At,
  title: string,
  desk: Desk,
  questions: (node: Node) => Question[],
  merge: (node: Node, said: Record<string, string>) => Record<string, unknown>,
): Promise<void> {
  const node = editor.state.doc.nodeAt(at() ?? -1);
  if (!node) return;
  const said = await ask(desk.words, title, questions(node), desk.words.remove);
  const place = at();
  const now = place === undefined ? null : editor.state.doc.nodeAt(place);
  if (!said || place === undefined || now?.type !== node.type) return;
  if (said === 'remove') editor.dispatch(editor.state.tr.delete(place, place + now.nodeSize));
  else editor.dispatch(editor.state.tr.setNodeMarkup(place, null, { ...now.attrs, ...merge(now, said) }));
  editor.focus();
}
