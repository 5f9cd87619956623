import type { EditorView } from 'prosemirror-view';
import { schema } from '#domains/library/visual/schema.ts';
import { safeLink } from '#lib/text/links.ts';
import { ask } from './ask.ts';
import { element } from './element.ts';
import type { Desk } from './words.ts';

type Found = { title: string; url: string; where?: string };
const mark = schema.marks.link;

/** Asks where the chosen words lead: an address, or a page found by its title. Without chosen words the title stands there. */
export async function askLink(view: EditorView, desk: Desk): Promise<void> {
  const { from, to, empty, $from } = view.state.selection;
  const here = mark.isInSet($from.marks()) ?? (empty ? undefined : view.state.doc.nodeAt(from)?.marks.find(({ type }) => type === mark));
  const range = here && empty ? around(view, from, here.attrs['href'] as string) : { from, to };
  let picked = '';
  const answer = await ask(
    desk.words,
    desk.words.link,
    [
      {
        name: 'href',
        label: desk.words.link_address,
        value: String(here?.attrs['href'] ?? ''),
        list: (field) => finder(field, desk, (title) => (picked = title)),
      },
    ],
    here ? desk.words.remove : '',
  );
  if (!answer) return;
  const tr = view.state.tr.removeMark(range.from, range.to, mark);
  if (answer !== 'remove' && answer['href']) {
    const href = addressOf(answer['href']);
    if (!safeLink(href)) {
      await ask(desk.words, desk.words.link_refused, []);
      return view.focus();
    }
    const link = mark.create({ href });
    if (range.from === range.to) tr.replaceWith(range.from, range.from, schema.text(picked || href.replace(/^mailto:/, ''), [link]));
    else tr.addMark(range.from, range.to, link);
  }
  view.dispatch(tr.removeStoredMark(mark));
  view.focus();
}

/** An address as it is meant: `example.org` is a place on the web, `a@example.org` a mailbox. */
export function addressOf(typed: string): string {
  const text = typed.trim();
  if (/^[^\s/@:]+@[^\s/@:]+\.[^\s/@:]+$/.test(text)) return `mailto:${text}`;
  if (/^(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]|$)/i.test(text)) return `https://${text}`;
  return /\s/.test(text) ? encodeURI(text) : text;
}

function around(view: EditorView, at: number, href: string): { from: number; to: number } {
  const $at = view.state.doc.resolve(at);
  let [from, to] = [at, at];
  let start = $at.start();
  $at.parent.forEach((child) => {
    const end = start + child.nodeSize;
    if (child.marks.some(({ type, attrs }) => type === mark && attrs['href'] === href) && start <= to && end >= from)
      [from, to] = [Math.min(from, start), Math.max(to, end)];
    start = end;
  });
  return { from, to };
}

/** What was typed is looked for among the pages and controls one may read. */
function finder(field: HTMLInputElement, desk: Desk, picked: (title: string) => void): HTMLElement {
  const list = element('ul', { role: 'list', 'aria-label': desk.words.link_find });
  const status = element('p', { role: 'status', class: 'small quiet' }, desk.words.link_find);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const look = async (): Promise<void> => {
    const mine = ++asked;
    const words = field.value.trim();
    if (words.length < 2 || /^(https?:|mailto:|\/|#)/.test(words)) return list.replaceChildren();
    const response = await fetch(`${desk.suggest}?q=${encodeURIComponent(words)}`, { headers: { accept: 'application/json' } }).catch(() => undefined);
    if (mine !== asked) return;
    if (!response?.ok) {
      status.textContent = desk.words.lost_line;
      return;
    }
    const { items } = (await response.json()) as { items: Found[] };
    const texts = items
      .map((item) => ({ ...item, url: item.url.startsWith(`${desk.prefix}/`) ? item.url.slice(desk.prefix.length) : item.url }))
      .filter(({ url }) => /^\/(library\/.|c\/)/.test(url));
    status.textContent = texts.length ? desk.words.choose : desk.words.link_none;
    list.replaceChildren(
      ...texts.map(({ title, url, where }) => {
        const button = element(
          'button',
          { type: 'button', class: 'visual-found' },
          title,
          ...(where ? [element('span', { class: 'quiet small' }, where)] : []),
        );
        button.addEventListener('click', () => {
          field.value = url;
          picked(title);
          field.form?.requestSubmit();
        });
        return element('li', {}, button);
      }),
    );
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), 250);
  });
  return element('div', {}, status, list);
}
