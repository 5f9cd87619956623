import type { EditorView } from 'prosemirror-view';
import { schema } from '#domains/library/visual/schema.ts';
import { ask } from './ask.ts';
import { block, insert, list, newTable, quote, slugFor } from './commands.ts';
import { askLink } from './link.ts';
import { choosePicture } from './picture.ts';
import type { Desk, Word } from './words.ts';

const n = schema.nodes;
export type Insertion = { word: Word; keys: string; run: (view: EditorView, desk: Desk) => unknown };

const act = (command: Parameters<typeof run>[1]) => (view: EditorView) => run(view, command);
function run(view: EditorView, command: ReturnType<typeof block>): void {
  command(view.state, view.dispatch, view);
  view.focus();
}

/** What the slash menu and the Insert button offer; `keys` are further words it is found by. */
export const INSERTIONS: readonly Insertion[] = [
  { word: 'paragraph', keys: 'text', run: act(block(n.paragraph)) },
  { word: 'heading', keys: 'h2', run: act(block(n.heading, { level: 2 })) },
  { word: 'subheading', keys: 'h3', run: act(block(n.heading, { level: 3 })) },
  { word: 'bullets', keys: 'ul list', run: act(list(n.bullet_list)) },
  { word: 'numbers', keys: 'ol list', run: act(list(n.ordered_list)) },
  { word: 'tasks', keys: 'todo check', run: act(list(n.bullet_list, true)) },
  { word: 'table', keys: 'table grid', run: (view) => run(view, insert(newTable())) },
  { word: 'hint', keys: 'note callout', run: (view) => run(view, insert(n.hint.create(null, n.paragraph.create()))) },
  { word: 'control', keys: 'control', run: newControl },
  { word: 'param', keys: 'param value', run: newParam },
  { word: 'picture', keys: 'image photo', run: choosePicture },
  { word: 'link', keys: 'link page', run: (view, desk) => void askLink(view, desk) },
  { word: 'quote', keys: 'blockquote', run: act(quote) },
  { word: 'code_block', keys: 'pre', run: act(block(n.code_block)) },
  { word: 'rule', keys: 'hr line', run: (view) => run(view, insert(n.rule.create())) },
  { word: 'source', keys: 'markdown', run: (view) => run(view, insert(n.source.create())) },
];

async function newControl(view: EditorView, { words }: Desk): Promise<void> {
  const answer = await ask(words, words.control_new, [{ name: 'title', label: words.control_title, value: '' }]);
  if (answer && answer !== 'remove' && answer['title']) {
    const slug = slugFor(answer['title'], view.state.doc);
    const title = n.control_title.create(null, schema.text(answer['title']));
    run(view, insert(n.control.create({ slug, attributes: JSON.stringify({ kind: 'control' }) }, [title, n.paragraph.create()])));
  }
  view.focus();
}

async function newParam(view: EditorView, { words }: Desk): Promise<void> {
  const answer = await ask(words, words.param, [
    { name: 'value', label: words.param_value, value: '' },
    { name: 'slug', label: words.param_id, value: '' },
  ]);
  if (answer && answer !== 'remove' && answer['value']) {
    const slug = (answer['slug'] ?? '')
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '');
    view.dispatch(view.state.tr.replaceSelectionWith(n.param.create({ value: answer['value'], slug }), false));
  }
  view.focus();
}
