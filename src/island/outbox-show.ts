/** Shows what waits where it was written, with a way to change it and one to let it go. */
import { sizeText } from '../domains/files/model.ts';
import { tlpColour } from '../ui/tlp.ts';
import { type Entry, field, inOrder, resting } from './outbox-rest.ts';
import { fromTemplate } from './registry.ts';

type Acts = { locked(entry: Entry): boolean; sofar(entry: Entry): number[] | undefined; take(entry: Entry, back: boolean): void };

/** Where in the hub something is written: a page, and a thread in it. */
export const place = (form: HTMLFormElement): string =>
  `${location.pathname} ${(form.elements.namedItem('thread_id') as HTMLInputElement | null)?.value ?? ''}`;
export const composer = (): HTMLFormElement | null => document.querySelector('form#compose');

export function show(acts: Acts): void {
  const form = composer();
  if (!form) return;
  const list = document.querySelector('[data-island~=conversation]') ?? form;
  let box = document.getElementById('unsent');
  const here = inOrder().filter((entry) => entry.at === place(form));
  if (!box && here.length) {
    box = Object.assign(document.createElement('div'), { id: 'unsent', className: 'msgs' });
    box.setAttribute('aria-live', 'polite');
    if (list === form) form.before(box);
    else list.after(box);
  }
  box?.replaceChildren(...here.flatMap((entry) => draw(entry, acts) ?? []));
}

function draw(entry: Entry, acts: Acts): HTMLElement | undefined {
  const article = fromTemplate('message-unsent');
  if (!article) return undefined;
  article.classList.add('waiting', 'unsent');
  const say = (selector: string, text: string): void => {
    const element = article.querySelector(selector);
    if (text && element) element.textContent = text;
    else element?.remove();
  };
  say('.title', field(entry, 'title'));
  say('.body', field(entry, 'body'));
  say('.err', entry.refused ?? '');
  const mark = field(entry, 'mark');
  say('.tlp', mark);
  article.querySelector('.tlp')?.setAttribute('class', `tlp ${tlpColour(mark)}`);
  if (resting.has(entry.id)) article.querySelector('.window')?.remove();
  if (!entry.large) article.querySelector('.large')?.remove();
  const files = article.querySelector('.uploads');
  const sofar = acts.sofar(entry);
  for (const { name } of entry.there) files?.append(row(name));
  entry.files.forEach(({ name, size }, n) => {
    const made = row(`${name} (${sizeText(size)})`);
    if (sofar) made.append(Object.assign(document.createElement('progress'), { value: sofar[n] ?? 0, ariaLabel: name }));
    files?.append(made);
  });
  if (!files?.childElementCount) files?.remove();
  article.dataset['of'] = entry.id;
  for (const button of article.querySelectorAll('button')) {
    button.disabled = acts.locked(entry);
    button.addEventListener('click', () => acts.take(entry, button.value === 'edit'));
  }
  return article;
}

function row(name: string): HTMLElement {
  const made = document.createElement('li');
  made.append(Object.assign(document.createElement('bdi'), { textContent: name }));
  return made;
}

/** Puts what waited back into the form: with its key, so that the hub says so if it had arrived after all, instead of having it twice. */
export function putBack(entry: Entry, files: File[]): void {
  const form = composer();
  if (!form) return;
  for (const [name, value] of entry.fields) {
    const into = form.elements.namedItem(name) as HTMLInputElement | null;
    if (into && /^(body|title|mark|retry_key|poll_options)$/.test(name)) into.value = name === 'body' && into.value ? `${value}\n\n${into.value}` : value;
  }
  for (const { id, name } of entry.there) {
    const made = document.createElement('li');
    const label = document.createElement('label');
    label.append(Object.assign(document.createElement('input'), { type: 'checkbox', name: 'upload', value: id, checked: true }), ' ', name);
    made.append(label);
    form.querySelector('.uploads')?.append(made);
  }
  const chooser = form.querySelector<HTMLInputElement>('[type=file]');
  if (chooser && files.length) {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    chooser.files = all.files;
    chooser.closest('details')?.setAttribute('open', '');
    chooser.dispatchEvent(new Event('change'));
  }
  form.querySelector('textarea')?.focus();
}
