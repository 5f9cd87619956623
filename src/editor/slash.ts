import { Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { element } from './element.ts';
import { INSERTIONS, type Insertion } from './insertions.ts';
import type { Desk } from './words.ts';

/** What stands between a slash at the beginning of a paragraph and the cursor. */
function question(view: EditorView): { from: number; words: string } | undefined {
  const { $from, empty } = view.state.selection;
  if (!empty || $from.parent.type.name !== 'paragraph') return undefined;
  const before = $from.parent.textBetween(0, $from.parentOffset, '\n', '\ufffc');
  const hit = /^\/([\p{L}\p{N} ]{0,20})$/u.exec(before);
  return hit ? { from: $from.start(), words: (hit[1] ?? '').toLowerCase() } : undefined;
}

/** A slash in an empty paragraph offers what can be put there; arrows choose, Enter takes, Escape leaves the slash. */
export function slash(desk: Desk): Plugin {
  const { words } = desk;
  const list = element('ul', { id: 'visual-slash', class: 'visual-slash', role: 'listbox', 'aria-label': words.insert });
  list.hidden = true;
  let found: readonly Insertion[] = [];
  let at = 0;
  let left = -1;
  const close = (view: EditorView): void => {
    list.hidden = true;
    found = [];
    view.dom.removeAttribute('aria-activedescendant');
  };
  const choose = (view: EditorView, to: number): void => {
    at = (to + found.length) % found.length;
    [...list.children].forEach((option, k) => {
      option.setAttribute('aria-selected', String(k === at));
      if (k === at) option.scrollIntoView({ block: 'nearest' });
    });
    view.dom.setAttribute('aria-activedescendant', `visual-slash-${at}`);
  };
  const take = (view: EditorView, to: number): void => {
    const asked = question(view);
    const chosen = found[to];
    close(view);
    if (!asked || !chosen) return;
    view.dispatch(view.state.tr.delete(asked.from, view.state.selection.from));
    chosen.run(view, desk);
  };
  const show = (view: EditorView): void => {
    const asked = question(view);
    if (!asked || asked.from === left || !view.hasFocus()) {
      if (!asked) left = -1;
      if (!list.hidden) close(view);
      return;
    }
    found = INSERTIONS.filter(({ word, keys }) => `${words[word]} ${keys}`.toLowerCase().includes(asked.words));
    if (!found.length) {
      close(view);
      return;
    }
    list.replaceChildren(
      ...found.map(({ word }, k) => {
        const option = element('li', { id: `visual-slash-${k}`, role: 'option' }, words[word]);
        option.addEventListener('mousedown', (event) => {
          event.preventDefault();
          take(view, k);
        });
        return option;
      }),
    );
    list.hidden = false;
    const { left: x, bottom } = view.coordsAtPos(asked.from);
    const around = (list.offsetParent ?? document.body).getBoundingClientRect();
    list.style.insetBlockStart = `${bottom - around.top + 4}px`;
    list.style.left = `${Math.max(0, Math.min(x - around.left, around.width - list.offsetWidth))}px`;
    choose(view, 0);
  };
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        if (list.hidden) return false;
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') choose(view, at + (event.key === 'ArrowDown' ? 1 : -1));
        else if (event.key === 'Enter') take(view, at);
        else if (event.key === 'Escape') {
          left = question(view)?.from ?? -1;
          close(view);
        } else return false;
        return true;
      },
      handleDOMEvents: {
        blur: (view) => {
          close(view);
          return false;
        },
      },
    },
    view(view) {
      view.dom.parentElement?.append(list);
      view.dom.setAttribute('aria-controls', 'visual-slash');
      return { update: show, destroy: () => list.remove() };
    },
  });
}
