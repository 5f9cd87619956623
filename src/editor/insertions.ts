import type { Node } from 'prosemirror-model';
import { TextSelection } from 'prosemirror-state';
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
  { word: 'footnote', keys: 'fn reference', run: newFootnote },
  { word: 'terms', keys: 'dl definition glossary', run: newTerm },
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

/** A number in the text, and its words under everything, where one goes on typing. */
function newFootnote(view: EditorView): void {
  const { state } = view;
  if (!state.selection.$from.parent.type.contentMatch.matchType(n.footnote_ref)) return;
  const tr = state.tr.insert(state.selection.to, n.footnote_ref.create({ label: freeLabel(state.doc) }));
  tr.insert(tr.doc.content.size, n.footnote.create({ label: freeLabel(state.doc) }, n.paragraph.create()));
  view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(tr.doc.content.size - 2), -1)).scrollIntoView());
  view.focus();
}

/** The first number that no note of the page has, and no reference to one that is missing. */
function freeLabel(doc: Node): string {
  const taken = new Set<string>();
  doc.descendants(({ type, attrs }) => {
    if (type === n.footnote || type === n.footnote_ref) taken.add(String(attrs['label']));
  });
  let label = 1;
  while (taken.has(String(label))) label++;
  return String(label);
}

async function newTerm(view: EditorView, { words }: Desk): Promise<void> {
  const answer = await ask(words, words.terms, [
    { name: 'term', label: words.term, value: '' },
    { name: 'meaning', label: words.meaning, value: '', long: true },
  ]);
  if (answer && answer !== 'remove' && answer['term'] && answer['meaning']) {
    const said = (name: string) => schema.text((answer[name] ?? '').replace(/\s+/g, ' ').trim());
    const made = n.terms.create(null, [n.term.create(null, said('term')), n.meaning.create(null, said('meaning'))]);
    // In a list, a quotation or a footnote there is no place for it: it follows.
    if (!insert(made)(view.state, view.dispatch)) view.dispatch(view.state.tr.insert(view.state.selection.$from.after(1), made).scrollIntoView());
  }
  view.focus();
}
