/**
 * Messages that could not be sent wait here until the line is back, with their files: in the order in which they were written, each with the key that lets it arrive
 * once, and sent only while the member who wrote them is signed in. This much is in every page, since nothing can be fetched without a line; what sends them, and
 * finds again what rests, comes with send-unsent.ts.
 */
import { onLine } from './live.ts';
import { load } from './load.ts';
import { WAITING_LIMIT } from '../domains/files/model.ts';
import { chosen, cipher, drop, dropAll, type Entry, forget, held, inOrder, type Kept, me, mine, page, rest, resting } from './outbox-rest.ts';
import { place, putBack, show as draw } from './outbox-show.ts';

declare const FILES_SCRIPT: string;
const sents = new Set<() => void>();
/** On its way this moment: nothing about it can be changed. */
const sending = new Set<string>();
/** Whose files are on their way: how far each is, and how to stop them. */
const bringing = new Map<string, { stop: AbortController; sofar: number[] }>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** What both halves share. `go`: try now; `files`: those of an entry, from wherever they rest. */
const box = {
  ...{ held, resting, chosen, sending, bringing, sents, mine, inOrder, cipher, forget, drop, show },
  rest: (entry: Entry) => rest(entry, show),
  go: undefined as (() => void) | undefined,
  files: undefined as ((entry: Entry) => Promise<File[] | undefined>) | undefined,
};
export type Outbox = typeof box;

/** Called when a message that waited was sent. */
export const onSent = (hear: () => void): void => void sents.add(hear);
const uuid = (): string =>
  '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) => (+c ^ ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & (15 >> (+c / 4)))).toString(16));

/** The label as which a message counts: its own, else the highest that its place allows; without a choice of labels nobody knows. */
function labelOf(form: HTMLFormElement): string {
  const select = form.querySelector<HTMLSelectElement>('.mk select');
  return select?.value || (select?.options[select.options.length - 1]?.value ?? 'TLP:RED');
}

/** Does a message wait already, here or anywhere? Then the next one here waits behind it. */
export const waits = (form?: HTMLFormElement): boolean => inOrder().some((entry) => !entry.refused && (!form || entry.at === place(form)));

/** Takes over what a form wanted to send; false when it is something else than a message. */
export function keepUnsent(form: HTMLFormElement, data: FormData, to: string): boolean {
  if (!me || form.id !== 'compose' || !/[/&]post$/.test(to)) return false;
  const boxes = [...form.querySelectorAll<HTMLInputElement & { file?: File }>('.uploads input:checked')];
  // What is on the server stays there for a day, a message may wait longer: its file goes along where there is room for it.
  const whole = boxes.flatMap(({ file }) => file ?? []);
  const along = whole.reduce((sum, { size }) => sum + size, 0) < WAITING_LIMIT / 2;
  const there = boxes.filter(({ file }) => !file || !along);
  const all = [...data].filter(([name, value]) => name !== 'upload' || there.some((each) => each.value === value));
  const files = [...(along ? whole : []), ...all.flatMap(([, value]) => (typeof value !== 'string' && value.name ? value : []))];
  const entry: Entry = {
    id: `${Date.now().toString(36)}-${uuid().slice(0, 8)}`,
    at: place(form),
    to,
    made: Date.now(),
    label: labelOf(form),
    fields: all.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    files: files.map((file) => ({ name: file.name, size: file.size, at: (file as Partial<Kept>).at ?? '' })),
    there: there.map((each) => ({ id: each.value, name: each.closest('li')?.querySelector('bdi')?.textContent ?? '' })),
  };
  held.set(entry.id, entry);
  chosen.set(entry.id, files);
  void rest(entry, show);
  const key = form.querySelector<HTMLInputElement>('[name=retry_key]');
  if (key) key.value = uuid();
  for (const each of [...form.elements] as HTMLInputElement[]) if (/^(body|title|poll_options|send_at|files)$/.test(each.name)) each.value = '';
  form.dispatchEvent(new CustomEvent('kept', { detail: boxes.map(({ value }) => value) }));
  for (const each of boxes) each.closest('li')?.remove();
  document.querySelector('.msgs > .waiting:not(.unsent)')?.remove();
  show();
  go();
  return true;
}

/** Has what waits sent; without a line, later. */
function go(): void {
  clearTimeout(timer);
  load(FILES_SCRIPT).then(
    () => {
      document.dispatchEvent(new CustomEvent('unsent', { detail: box }));
      box.go?.();
    },
    () => (timer = setTimeout(go, 5_000)),
  );
}

/** It is not to be sent; its words and files stand in the form again, if they are wanted. */
async function take(entry: Entry, back: boolean): Promise<void> {
  // Before it is let go: what rests goes with it.
  const files = back && entry.files.length ? (chosen.get(entry.id) ?? (await box.files?.(entry))) : [];
  bringing.get(entry.id)?.stop.abort();
  for (const { at } of entry.files) if (at) fetch(at, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } }).catch(() => undefined);
  drop(entry);
  show();
  if (back) putBack(entry, files ?? []);
}

function show(): void {
  draw({ locked: ({ id }) => sending.has(id), sofar: ({ id }) => bringing.get(id)?.sofar, take: (entry, back) => void take(entry, back) });
}

if (me) {
  addEventListener('online', () => held.size && go());
  addEventListener('storage', ({ key }) => key?.startsWith(mine) && go());
  onLine((up) => up && held.size && go());
  try {
    if (Object.keys(localStorage).some((key) => key.startsWith(mine))) go();
  } catch {
    // No storage in this browser: then nothing rests.
  }
  // What waits in this window alone would be gone.
  addEventListener('beforeunload', (event) => held.size > resting.size && event.preventDefault());
  // Whoever leaves takes along what waits; not without being asked.
  document.addEventListener('submit', (event) => {
    if (!/sign-?out/.test((event.target as HTMLFormElement).action)) return;
    if (waits() && !confirm(page['unsent'])) return event.preventDefault();
    dropAll();
  });
}
