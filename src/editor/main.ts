// The visual editor: loaded when somebody chooses it, never before. The text field of the form stays what is sent; here it is only filled in another way.
import { dropCursor } from 'prosemirror-dropcursor';
import { gapCursor } from 'prosemirror-gapcursor';
import { history } from 'prosemirror-history';
import { EditorState, Plugin } from 'prosemirror-state';
import { tableEditing } from 'prosemirror-tables';
import { EditorView } from 'prosemirror-view';
import { type Opened, readBody } from '#domains/library/visual/read.ts';
import { writeBody } from '#domains/library/visual/write.ts';
import { carets, caretsKey, type Placed } from './carets.ts';
import { element } from './element.ts';
import { keys, rules } from './keys.ts';
import { nodeViews, openChosen } from './nodes.ts';
import { pasting } from './paste.ts';
import { pictures, putPicture } from './picture.ts';
import { letterAt, placeOf } from './places.ts';
import { slash } from './slash.ts';
import { TAKEN, takeBody, whole as anew } from './take.ts';
import { toolbar } from './toolbar.ts';
import { whole } from './whole.ts';
import type { Desk, Editor } from './words.ts';

function edit(desk: Desk): Editor {
  const { field, words } = desk;
  let opened = readBody(field.value);
  /** What the text in the field is read as: of a text that several write, where is what. */
  let present: Opened = opened;
  const { dom: tools, plugin: toolbarPlugin } = toolbar(desk);
  const text = element('div', { class: 'visual-text' });
  const root = element('div', { class: 'visual', id: 'visual' }, tools, text);
  field.after(root);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (view: EditorView): void => {
    clearTimeout(timer);
    timer = undefined;
    const made = writeBody(view.state.doc, opened);
    if (made === field.value) return;
    field.value = made;
    field.dispatchEvent(new CustomEvent('visual-input', { bubbles: true }));
  };
  const view: EditorView = new EditorView(text, {
    state: EditorState.create({
      doc: opened.doc,
      plugins: [
        slash(desk),
        new Plugin({ props: { handleKeyDown: (now, event) => event.key === 'Enter' && openChosen(now) } }),
        ...keys(desk, tools),
        rules(),
        history(),
        tableEditing(),
        gapCursor(),
        dropCursor(),
        whole(),
        carets(),
        pictures(desk),
        pasting(),
        toolbarPlugin,
      ],
    }),
    nodeViews: nodeViews(desk),
    attributes: {
      id: 'visual-text',
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': words.editor,
      'aria-description': words.help,
      spellcheck: 'true',
      class: 'text rec',
    },
    dispatchTransaction(tr) {
      view.updateState(view.state.apply(tr));
      if (!tr.docChanged || tr.getMeta(TAKEN)) return;
      clearTimeout(timer);
      timer = setTimeout(() => write(view), 200);
    },
  });
  // Whatever sends or leaves the form finds the last letter in it.
  const now = () => timer && write(view);
  field.form?.addEventListener('submit', now, true);
  addEventListener('pagehide', now);
  addEventListener('beforeunload', now, true);
  const read = (): Opened => (present.body === field.value ? present : (present = readBody(field.value)));
  field.hidden = true;
  return {
    focus: () => view.focus(),
    picture: (file) => void putPicture(view, desk, file),
    flush: () => now(),
    take(text) {
      const was = readBody(writeBody(view.state.doc, opened));
      if (was.body === text) return;
      const next = readBody(text);
      view.dispatch(takeBody(view.state, was.doc, next.doc, { was: was.body, next: text }));
      // Whatever was made of it has to be written as it came: else each would write it anew for all others.
      if (writeBody(view.state.doc, next) !== text) view.dispatch(anew(view.state, next.doc));
      opened = next;
      present = next;
    },
    where() {
      if (!view.hasFocus()) return undefined;
      now();
      return letterAt(view.state.doc, read().doc, view.state.selection.head);
    },
    carets(all) {
      const placed: Placed[] = all.flatMap(({ at, ...who }) => {
        const place = placeOf(view.state.doc, read().doc, at);
        return place === undefined ? [] : [{ ...who, place }];
      });
      view.dispatch(view.state.tr.setMeta(caretsKey, placed).setMeta('addToHistory', false));
    },
    close() {
      now();
      field.form?.removeEventListener('submit', now, true);
      removeEventListener('pagehide', now);
      removeEventListener('beforeunload', now, true);
      view.destroy();
      root.remove();
      field.hidden = false;
    },
  };
}

(globalThis as { indabaVisual?: typeof edit }).indabaVisual = edit;
