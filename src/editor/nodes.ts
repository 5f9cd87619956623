import type { Node } from 'prosemirror-model';
import { NodeSelection } from 'prosemirror-state';
import type { EditorView, NodeViewConstructor } from 'prosemirror-view';
import { HINTS } from '#domains/library/visual/schema.ts';
import type { Question } from './ask.ts';
import { goToNote } from './commands.ts';
import { element } from './element.ts';
import { change, quiet, text, view } from './framed.ts';
import type { Desk, Word } from './words.ts';

const ATTRIBUTES: Word[] = ['kind', 'entity', 'role', 'dimension', 'risk', 'vulnerability', 'alias', 'note'];
const KINDS = ['control', 'recommendation', 'practice', 'clause'];

/** How the nodes of a page look and are set while one edits. */
export function nodeViews(desk: Desk): Record<string, NodeViewConstructor> {
  const { words } = desk;
  const head = (label: string, act: () => void, ...more: HTMLElement[]) => {
    const button = element('button', { type: 'button', class: 'visual-set', 'data-own': true }, words.details);
    button.addEventListener('click', act);
    const name = element('span', {}, label);
    return { dom: element('div', { class: 'visual-head', ...quiet }, name, ...more, button), name, button };
  };
  const attributesOf = (node: Node) => JSON.parse(text(node, 'attributes')) as Record<string, string>;
  const pictureOf = (node: Node) => desk.pictures[text(node, 'file')];
  const pictureQuestions = (node: Node): Question[] => [
    { name: 'file', label: words.picture_file, value: text(node, 'file'), fixed: true },
    { name: 'alt', label: words.picture_alt, value: text(node, 'alt'), long: true },
  ];
  const flat = (said: string | undefined) => (said ?? '').replace(/\s+/g, ' ').trim();

  return {
    control: view((_, editor, at) => {
      const { dom, name, button } = head(
        words.control,
        () =>
          void change(
            editor,
            at,
            words.control,
            desk,
            (node) => {
              const has = attributesOf(node);
              const more = Object.keys(has).filter((key) => !ATTRIBUTES.includes(key as Word));
              return [
                { name: 'slug', label: words.control_id, value: text(node, 'slug'), fixed: true },
                {
                  name: 'kind',
                  label: words.kind,
                  value: has['kind'] ?? 'control',
                  options: [...new Set([...KINDS, has['kind'] ?? 'control'])].map((value) => ({ value, label: value })),
                },
                ...ATTRIBUTES.slice(1).map((key) => ({
                  name: key,
                  label: words[key],
                  value: has[key] ?? '',
                  long: key === 'risk' || key === 'vulnerability' || key === 'note',
                })),
                ...more.map((key) => ({ name: key, label: key, value: has[key] ?? '' })),
              ];
            },
            (node, said) => {
              const has = attributesOf(node);
              const next: Record<string, string> = {};
              // In the order they stood in; what was not said stays unsaid.
              for (const key of [...new Set([...Object.keys(has), ...Object.keys(said)])]) {
                const value = key in said ? flat(said[key]) : (has[key] ?? '');
                if (key !== 'slug' && value && (key in has || key !== 'kind' || value !== 'control')) next[key] = value;
              }
              return { attributes: JSON.stringify(next) };
            },
          ),
      );
      const contentDOM = element('div', {});
      return {
        dom: element('section', { class: 'ctl' }, dom, contentDOM),
        contentDOM,
        show: (node) => {
          name.textContent = `${words.control} · ${text(node, 'slug')}`;
          button.setAttribute('aria-label', `${words.details}: ${node.firstChild?.textContent ?? ''}`);
        },
      };
    }),
    hint: view((_, editor, at) => {
      const { dom, name } = head(
        words.hint,
        () =>
          void change(
            editor,
            at,
            words.hint,
            desk,
            (node) => [
              { name: 'style', label: words.style, value: text(node, 'style'), options: HINTS.map((value) => ({ value, label: words[`hint_${value}`] })) },
              { name: 'title', label: words.hint_title, value: text(node, 'title') },
            ],
            (_node, said) => ({ style: said['style'], title: flat(said['title']) }),
          ),
      );
      const contentDOM = element('div', {});
      const box = element('div', {}, dom, contentDOM);
      return {
        dom: box,
        contentDOM,
        show: (node) => {
          const style = HINTS.find((each) => each === node.attrs['style']) ?? 'info';
          box.className = `hint hint-${style}`;
          name.textContent = text(node, 'title') || words[`hint_${style}`];
        },
      };
    }),
    figure: view((_, editor, at) => {
      const picture = element('img', { alt: '' });
      const { dom, name } = head(
        words.picture,
        () => void change(editor, at, words.picture, desk, pictureQuestions, (_node, said) => ({ alt: flat(said['alt']) })),
      );
      const contentDOM = element('figcaption', {});
      return {
        dom: element('figure', {}, dom, element('div', quiet, picture), contentDOM),
        contentDOM,
        show: (node) => {
          const address = pictureOf(node);
          picture.hidden = !address;
          if (address) picture.src = address;
          picture.alt = text(node, 'alt');
          name.textContent = `${words.picture}: ${text(node, 'alt') || text(node, 'file')}`;
        },
      };
    }),
    image: view((_, editor, at) => {
      const dom = element('button', { type: 'button', class: 'visual-chip', ...quiet, 'data-own': true });
      dom.addEventListener('click', () => void change(editor, at, words.picture, desk, pictureQuestions, (_node, said) => ({ alt: flat(said['alt']) })));
      return {
        dom,
        contentDOM: null,
        show: (node) => {
          const address = pictureOf(node);
          const label = text(node, 'alt') || text(node, 'file');
          dom.replaceChildren(address ? element('img', { src: address, alt: label }) : `${words.picture}: ${label}`);
          dom.setAttribute('aria-label', `${words.picture}: ${label}`);
        },
      };
    }),
    param: view((_, editor, at) => {
      const dom = element('button', { type: 'button', class: 'visual-chip param', ...quiet, 'data-own': true });
      dom.addEventListener(
        'click',
        () =>
          void change(
            editor,
            at,
            words.param,
            desk,
            (node) => [
              { name: 'value', label: words.param_value, value: text(node, 'value') },
              { name: 'slug', label: words.param_id, value: text(node, 'slug'), fixed: true },
            ],
            (node, said) => ({ value: flat(said['value']) || text(node, 'value') }),
          ),
      );
      return {
        dom,
        contentDOM: null,
        show: (node) => {
          dom.textContent = text(node, 'value');
          dom.setAttribute('aria-label', `${words.param}: ${text(node, 'value')}`);
        },
      };
    }),
    footnote: view(() => {
      const name = element('span', {});
      const contentDOM = element('div', {});
      return {
        dom: element('aside', { class: 'fn' }, element('div', { class: 'visual-head', ...quiet }, name), contentDOM),
        contentDOM,
        show: (node) => {
          name.textContent = `${words.footnote} ${text(node, 'label')}`;
        },
      };
    }),
    footnote_ref: view((node, editor) => {
      const dom = element('button', { type: 'button', class: 'visual-chip fn', ...quiet, 'data-own': true, title: words.footnote_to });
      let label = text(node, 'label');
      dom.addEventListener('click', () => goToNote(editor, label));
      return {
        dom,
        contentDOM: null,
        show: (now) => {
          label = text(now, 'label');
          dom.textContent = label;
          dom.setAttribute('aria-label', `${words.footnote} ${label}`);
        },
      };
    }),
    source: view(() => {
      const contentDOM = element('code', {});
      const pre = element('pre', { class: 'source', dir: 'auto' }, contentDOM);
      return {
        dom: element(
          'div',
          { class: 'visual-source' },
          element('div', { class: 'visual-head', ...quiet }, element('span', { title: words.source_help }, words.source)),
          pre,
        ),
        contentDOM,
        show: () => undefined,
      };
    }),
    item: view((_, editor, at) => {
      const box = element('input', { type: 'checkbox', 'aria-label': words.done, 'data-own': true });
      box.addEventListener('change', () => {
        const place = at();
        if (place !== undefined) editor.dispatch(editor.state.tr.setNodeMarkup(place, null, { done: box.checked }));
      });
      const mark = element('span', quiet, box);
      const contentDOM = element('div', {});
      const dom = element('li', {}, mark, contentDOM);
      return {
        dom,
        contentDOM,
        show: (node) => {
          const task = node.attrs['done'] !== null;
          dom.classList.toggle('task', task);
          mark.hidden = !task;
          box.checked = node.attrs['done'] === true;
        },
      };
    }),
    table: view(() => {
      const contentDOM = element('tbody', {});
      return { dom: element('div', { class: 'scroll' }, element('table', {}, contentDOM)), contentDOM, show: () => undefined };
    }),
  };
}

/** Enter on a chosen parameter or picture opens what a click opens. */
export function openChosen(editor: EditorView): boolean {
  const { selection } = editor.state;
  if (!(selection instanceof NodeSelection) || !selection.node.isInline) return false;
  (editor.nodeDOM(selection.from) as HTMLElement | null)?.click();
  return true;
}
