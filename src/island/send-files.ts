/** Sends the files of a message in pieces while one still writes (tus 1.0): each says how far it is, goes on after the line broke and after the page was loaded anew. */
import './send-unsent.ts';
import { FILE_LIMIT, FILES_LIMIT, sizeText } from '../domains/files/model.ts';
import { AT, drop, fill, forget, type Known, looked, store, stored } from './files-known.ts';
import { hashOf, jsonOf, Refused, send, tus } from './tus-line.ts';

type Words = Record<
  'looking' | 'infected' | 'sending' | 'sent' | 'here' | 'again' | 'down' | 'now' | 'cancel' | 'one' | 'remove' | 'held' | 'fails' | 'many' | 'large' | 'empty',
  string
>;
/** `given`: it goes another way now, with its message. */
type Entry = { file: File; at: string; hash: string; row: HTMLElement; cancel: AbortController; given?: boolean };
const make = <K extends keyof HTMLElementTagNameMap>(tag: K, text = '', more: Partial<HTMLElementTagNameMap[K]> = {}): HTMLElementTagNameMap[K] =>
  Object.assign(document.createElement(tag), text ? { textContent: text } : {}, more);

async function tray(place: HTMLElement): Promise<() => void> {
  const form = place.closest('form')!;
  const field = place.querySelector<HTMLInputElement>('[type=file]')!;
  // While these come, what was chosen stands in the field; should they not come, it goes with the form.
  const words = await jsonOf<Words>(place.dataset['words'] ?? '');
  const status = make('p', '', { className: 'vh' });
  status.role = 'status';
  place.before(status);
  const waiting: Entry[] = [];
  let busy = false;
  /** Files that are looked at before they stand in the row. */
  let adding = 0;
  let held: HTMLElement | null | undefined;
  /** The line was found to be down, for the file that is on its way. */
  let broken = false;
  const list = (): HTMLElement => form.querySelector('.uploads')!;
  // Heard by whoever does not see the rows; seen where it is about the message itself.
  const say = (text: string, seen = false): void => {
    status.className = seen ? 'held quiet small' : 'vh';
    status.textContent = text;
  };
  const row = (name: string): HTMLElement => {
    const made = make('li', '', { className: 'up' });
    made.append(make('bdi', name), ' ', make('span', '', { className: 'quiet small' }), make('progress', '', { max: 1, value: 0 }));
    made.querySelector('progress')!.ariaLabel = name;
    list().append(made);
    return made;
  };
  const button = (row: HTMLElement, text: string, label: string, act: () => void): HTMLButtonElement => {
    const made = make('button', text, { type: 'button', className: 'btn small' });
    made.ariaLabel = label;
    made.addEventListener('click', act);
    row.append(' ', made);
    return made;
  };
  const sofar = (row: HTMLElement, sent: number, size: number, text = words.sent): void => {
    row.querySelector('span')!.textContent = fill(text, { sent: sizeText(sent), size: sizeText(size) });
    row.querySelector('progress')!.value = sent / size;
  };
  const refuse = (row: HTMLElement, name: string, why: string): void => {
    row.dataset['no'] = '';
    row.querySelector('progress')?.remove();
    row.querySelector('span')!.textContent = why;
    const away = row.querySelector('button')!;
    away.textContent = words.remove;
    away.ariaLabel = `${words.remove}: ${name}`;
    say(`${name}: ${why}`);
  };
  /** Here and whole. One way to take it off again is enough, so its box is out of sight; with the file itself, should the message have to wait longer than the server keeps it. */
  const ready = (old: HTMLElement, at: string, name: string, file?: File): void => {
    const made = make('li');
    const box = make('input', '', { type: 'checkbox', name: 'upload', value: at.split('/').at(-1)!, checked: true, hidden: true });
    made.append(Object.assign(box, file && { file: Object.assign(file, { at }) }), make('bdi', name));
    button(made, words.remove, `${words.remove}: ${name}`, () => {
      drop(at);
      made.remove();
      field.focus();
    });
    old.replaceWith(made);
  };

  async function next(): Promise<void> {
    const entry = waiting[0];
    if (busy || !entry) return;
    busy = true;
    const { file, row, cancel } = entry;
    say(fill(words.sending, { name: file.name }));
    try {
      await send(entry, {
        begun: (at) => store((all) => (all[at] = entry.hash)),
        moved: (sent) => sofar(row, sent, file.size),
        down: (again) => {
          broken = true;
          if (held !== undefined) release(true);
          say(words.down);
          row.querySelector('span')!.textContent = words.down;
          const now = button(row, words.now, `${words.now}: ${file.name}`, again);
          return () => {
            broken = false;
            now.remove();
          };
        },
      });
      const found = await looked(entry.at, cancel.signal, () => {
        row.querySelector('span')!.textContent = words.looking;
      });
      if (found !== undefined) throw Object.assign(new Refused(), { sentence: fill(words.infected, { found }) });
      ready(row, entry.at, file.name, file);
      say(fill(words.here, { name: file.name }));
    } catch (error) {
      if (entry.given) forget(entry.at);
      else drop(entry.at);
      if (cancel.signal.aborted) row.remove();
      else {
        const why = (error as Refused).sentence || words.fails;
        refuse(row, file.name, why);
        held = undefined;
      }
    }
    leave(entry);
    busy = false;
    if (waiting.length) return next();
    release();
  }

  const leave = (entry: Entry): void => {
    if (waiting.includes(entry)) waiting.splice(waiting.indexOf(entry), 1);
  };
  /** The line is down: the files wait with their message, wherever such wait. */
  function give(): void {
    const given = waiting.splice(0);
    for (const entry of given) {
      entry.given = true;
      entry.cancel.abort();
      entry.row.remove();
    }
    broken = false;
    form.toggleAttribute('data-down', true);
    const add = ({ formData }: FormDataEvent): void => given.forEach(({ file, at }) => void formData.append('files', Object.assign(file, { at })));
    form.addEventListener('formdata', add, { once: true });
  }
  /** The message goes, if it was sent and waits for nothing more. */
  function release(anyway = false): void {
    if (held === undefined || (!anyway && (busy || adding || waiting.length))) return;
    const by = held;
    held = undefined;
    say('');
    form.requestSubmit(by);
  }

  async function add(files: File[]): Promise<void> {
    adding++;
    await look(files).finally(() => adding--);
    // None of them may come: whoever sent is told so, and sends again or not.
    if (!list().querySelector('input:checked, .up:not([data-no])')) held = undefined;
    release();
  }

  async function look(files: File[]): Promise<void> {
    for (const file of files) {
      const hash = await hashOf(file);
      const why =
        list().querySelectorAll('input:checked, .up:not([data-no])').length >= FILES_LIMIT
          ? words.many
          : file.size > FILE_LIMIT
            ? words.large
            : file.size
              ? ''
              : words.empty;
      // The one that stands there and waits for its file.
      const [at = ''] = Object.entries(stored()).find(([at, known]) => known === hash && hash && list().querySelector(`[data-at="${at}"]`)) ?? [];
      list().querySelector(`[data-at="${at}"]`)?.remove();
      const entry: Entry = { file, at, hash, row: row(file.name), cancel: new AbortController() };
      button(entry.row, words.cancel, fill(words.one, { name: file.name }), () => {
        entry.cancel.abort();
        drop(entry.at);
        if (waiting[0] !== entry) {
          leave(entry);
          entry.row.remove();
        }
        field.focus();
      });
      if (why) {
        refuse(entry.row, file.name, why);
        continue;
      }
      sofar(entry.row, 0, file.size);
      waiting.push(entry);
      void next();
    }
  }

  async function restore(): Promise<void> {
    const mine = stored();
    const known = await jsonOf<Known[]>(AT);
    for (const at of Object.keys(mine)) {
      const one = known.find(({ id }) => at.endsWith(id));
      if (!one) forget(at);
      else if (list().querySelector(`[value="${one.id}"],[data-at="${at}"]`)) continue;
      else if (one.looked === 'infected') forget(at);
      else if (one.done) ready(row(one.name), at, one.name);
      else {
        const here = Number((await fetch(at, { method: 'HEAD', headers: tus })).headers.get('upload-offset'));
        const line = row(one.name);
        line.dataset['at'] = at;
        line.dataset['no'] = '';
        sofar(line, here, one.size, words.again);
        button(line, words.cancel, fill(words.one, { name: one.name }), () => {
          drop(at);
          line.remove();
        });
      }
    }
  }

  form.addEventListener(
    'submit',
    (event) => {
      const by = event.submitter;
      if (!(waiting.length || adding) || by?.hasAttribute('formaction')) return;
      if (!adding && (broken || !navigator.onLine)) return give();
      event.preventDefault();
      event.stopImmediatePropagation();
      held = by;
      say(words.held, true);
    },
    true,
  );
  const take = (): void => {
    const files = [...(field.files ?? [])];
    field.value = '';
    void add(files);
  };
  // They wait with their message now, and are not for the next one.
  form.addEventListener('kept', (event) => {
    for (const id of (event as CustomEvent<string[]>).detail) forget(`${AT}/${id}`);
  });
  void restore().catch(() => undefined);
  return take;
}

const trays = new WeakMap<Element, Promise<() => void>>();
document.addEventListener('attach', (event) => {
  const { target, detail: settle } = event as CustomEvent<() => void>;
  const place = target as HTMLElement;
  const made = trays.get(place) ?? tray(place);
  trays.set(place, made);
  made
    .then(
      (take) => take(),
      () => trays.delete(place),
    )
    .finally(settle);
});
