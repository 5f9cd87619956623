import { redo, undo } from 'prosemirror-history';
import { liftListItem, sinkListItem } from 'prosemirror-schema-list';
import { type Command, type EditorState, Plugin } from 'prosemirror-state';
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, isInTable } from 'prosemirror-tables';
import type { EditorView } from 'prosemirror-view';
import { schema } from '#domains/library/visual/schema.ts';
import { above, block, list, mark, quote } from './commands.ts';
import { element } from './element.ts';
import { INSERTIONS } from './insertions.ts';
import { askLink } from './link.ts';
import type { Desk, Word } from './words.ts';

const n = schema.nodes;
type Tool = {
  word: Word;
  /** A sign every font has; without one the word itself stands there. */
  sign?: string;
  command?: Command;
  run?: (view: EditorView, desk: Desk) => void;
  on?: (state: EditorState) => boolean;
  when?: (state: EditorState) => boolean;
  keys?: string;
};

const marked = (name: string) => (state: EditorState) => {
  const { from, to, empty, $from } = state.selection;
  const type = schema.marks[name] as NonNullable<(typeof schema.marks)[string]>;
  return empty ? !!type.isInSet(state.storedMarks ?? $from.marks()) : state.doc.rangeHasMark(from, to, type);
};
const listed = (name: string, task: boolean) => (state: EditorState) => {
  const found = above(state, (node) => node.type.isInGroup('list'));
  return found?.node.type.name === name && (found.node.firstChild?.attrs['done'] !== null) === task;
};

const TOOLS: readonly Tool[] = [
  { word: 'bold', sign: 'B', command: mark('strong'), on: marked('strong'), keys: 'Control+B' },
  { word: 'italic', sign: 'I', command: mark('em'), on: marked('em'), keys: 'Control+I' },
  { word: 'strike', sign: 'S', command: mark('strike'), on: marked('strike') },
  { word: 'code', sign: '<>', command: mark('code'), on: marked('code'), keys: 'Control+E' },
  { word: 'link', run: (view, desk) => void askLink(view, desk), on: marked('link'), keys: 'Control+K' },
  { word: 'bullets', sign: '•', command: list(n.bullet_list), on: listed('bullet_list', false) },
  { word: 'numbers', sign: '1.', command: list(n.ordered_list), on: listed('ordered_list', false) },
  { word: 'tasks', command: list(n.bullet_list, true), on: listed('bullet_list', true) },
  { word: 'indent', sign: '→', command: sinkListItem(n.item), when: (state) => !!above(state, ({ type }) => type === n.item) },
  { word: 'outdent', sign: '←', command: liftListItem(n.item), when: (state) => !!above(state, ({ type }) => type === n.item) },
  { word: 'quote', command: quote, on: (state) => !!above(state, ({ type }) => type === n.quote) },
  { word: 'row_after', command: addRowAfter, when: isInTable },
  { word: 'column_after', command: addColumnAfter, when: isInTable },
  { word: 'row_gone', command: deleteRow, when: isInTable },
  { word: 'column_gone', command: deleteColumn, when: isInTable },
  { word: 'table_gone', command: deleteTable, when: isInTable },
  { word: 'undo', command: undo, keys: 'Control+Z' },
  { word: 'redo', command: redo, keys: 'Control+Y' },
];
const KINDS: Array<{ word: Word; command: Command; is: (state: EditorState) => boolean }> = [
  { word: 'paragraph', command: block(n.paragraph), is: () => true },
  ...(
    [
      ['heading', 2],
      ['subheading', 3],
      ['small_heading', 4],
    ] as const
  ).map(([word, level]) => ({
    word,
    command: block(n.heading, { level }),
    is: ({ selection }: EditorState) => selection.$from.parent.type === n.heading && selection.$from.parent.attrs['level'] === level,
  })),
  { word: 'code_block', command: block(n.code_block), is: ({ selection }) => selection.$from.parent.type === n.code_block },
];

/** The row of tools above the text: one stop of the Tab key, arrows between them. */
export function toolbar(desk: Desk): { dom: HTMLElement; plugin: Plugin } {
  const { words } = desk;
  let view: EditorView | undefined;
  const dom = element('div', { class: 'visual-tools', role: 'toolbar', 'aria-label': words.tools, 'aria-controls': 'visual-text' });
  const kinds = element('select', { 'aria-label': words.block }, ...KINDS.map(({ word }) => element('option', { value: word }, words[word])));
  kinds.addEventListener('change', () => {
    const kind = KINDS.find(({ word }) => word === kinds.value);
    if (view && kind) kind.command(view.state, view.dispatch, view);
    view?.focus();
  });
  const more = element(
    'select',
    { 'aria-label': words.insert },
    element('option', { value: '' }, `+ ${words.insert}`),
    ...INSERTIONS.map(({ word }) => element('option', { value: word }, words[word])),
  );
  more.addEventListener('change', () => {
    const found = INSERTIONS.find(({ word }) => word === more.value);
    more.value = '';
    if (view) found?.run(view, desk);
  });
  const buttons = TOOLS.map((tool) => {
    const { sign, keys } = tool;
    const name = words[tool.word];
    const said = { type: 'button', title: name, 'aria-label': name, 'aria-keyshortcuts': keys, class: `visual-${tool.word}`, 'data-sign': sign };
    const button = element('button', said, ...(sign ? [] : [name]));
    // The selection stays where it is.
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => {
      if (!view) return;
      if (tool.run) return tool.run(view, desk);
      tool.command?.(view.state, view.dispatch, view);
      view.focus();
    });
    return button;
  });
  dom.append(kinds, more, ...buttons);
  const stops = (): HTMLElement[] => [kinds, more, ...buttons.filter((button) => !button.hidden)];
  dom.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    const all = stops();
    const at = all.indexOf(event.target as HTMLElement);
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? all.length - 1
          : (at + (getComputedStyle(dom).direction === 'rtl' ? -step : step) + all.length) % all.length;
    if ((!step && !/^(Home|End)$/.test(event.key)) || at < 0) return;
    event.preventDefault();
    for (const stop of all) stop.tabIndex = -1;
    (all[to] as HTMLElement).tabIndex = 0;
    all[to]?.focus();
  });
  const show = (state: EditorState): void => {
    TOOLS.forEach((tool, k) => {
      const button = buttons[k] as HTMLButtonElement;
      button.hidden = !!tool.when && !tool.when(state);
      if (tool.on) button.setAttribute('aria-pressed', String(tool.on(state)));
      button.setAttribute('aria-disabled', String(!!tool.command && !tool.command(state)));
    });
    kinds.value = [...KINDS].reverse().find(({ is }) => is(state))?.word ?? 'paragraph';
    const all = stops();
    if (!all.some((stop) => stop.tabIndex === 0 && stop === document.activeElement)) for (const [k, stop] of all.entries()) stop.tabIndex = k ? -1 : 0;
  };
  return {
    dom,
    plugin: new Plugin({
      view(made) {
        view = made;
        show(made.state);
        return { update: (now) => show(now.state) };
      },
    }),
  };
}
