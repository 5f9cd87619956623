/**
 * Messages that could not be sent wait here until the line is back: in the order in which they were written, each with the key that lets it arrive once, and sent
 * only while the member who wrote them is signed in. CLEAR and GREEN rest in the browser as they are; what is marked higher under a key that is made of the session's
 * cookie, gone with it, for 72 hours; RED, and what may count as RED, only in this window.
 */
import { tlpColour } from '../ui/tlp.ts';
import { onLine } from './live.ts';
import { fromTemplate } from './registry.ts';

type Entry = { id: string; at: string; to: string; made: number; label: string; fields: [string, string][]; refused?: string };
/** What rests: the entry, or its sealed form; `made` stands outside, so that what is too old can go unread. */
type Resting = { made: number; plain?: Entry; sealed?: string };

const PREFIX = 'indaba-outbox:';
const OPEN = /^TLP:(CLEAR|GREEN)$/;
const HOUR = 3_600_000;
const page = document.querySelector<HTMLElement>('#line')?.dataset ?? {};
const me = page['me'];
const mine = `${PREFIX}${me}:`;
const held = new Map<string, Entry>();
const resting = new Set<string>();
const sents = new Set<() => void>();
let sending: string | undefined;
let pause = 1_000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Called when a message that waited was sent. */
export const onSent = (hear: () => void): void => void sents.add(hear);
const inOrder = (): Entry[] => [...held.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
const field = (entry: Entry, name: string): string => entry.fields.find(([each]) => each === name)?.[1] ?? '';
const uuid = (): string =>
  '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) => (+c ^ ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & (15 >> (+c / 4)))).toString(16));
const place = (form: HTMLFormElement): string => `${location.pathname} ${(form.elements.namedItem('thread_id') as HTMLInputElement | null)?.value ?? ''}`;

/** The label as which a message counts: its own, else the highest that its place allows; without a choice of labels nobody knows. */
function labelOf(form: HTMLFormElement): string {
  const select = form.querySelector<HTMLSelectElement>('.mk select');
  return select?.value || (select?.options[select.options.length - 1]?.value ?? 'TLP:RED');
}

/** Does a message wait already? Then the next one waits behind it. */
export const waits = (): boolean => inOrder().some(({ refused }) => !refused);

/** Takes over what a form wanted to send; false when it cannot wait here: a file, or something else than a message. */
export function keepUnsent(form: HTMLFormElement, data: FormData, to: string): boolean {
  if (!me || form.id !== 'compose' || !/[/&]post$/.test(to)) return false;
  const fields = [...data].filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  if ([...data].some(([, value]) => typeof value !== 'string' && value.size)) return false;
  const id = `${Date.now().toString(36)}-${uuid().slice(0, 8)}`;
  const entry = { id, at: place(form), to, made: Date.now(), label: labelOf(form), fields };
  held.set(id, entry);
  void rest(entry);
  const key = form.querySelector<HTMLInputElement>('[name=retry_key]');
  if (key) key.value = uuid();
  for (const each of [...form.elements] as HTMLInputElement[]) if (/^(body|title|poll_options|send_at)$/.test(each.name)) each.value = '';
  document.querySelector('.msgs > .waiting:not(.unsent)')?.remove();
  show();
  later();
  return true;
}

async function cipher(): Promise<CryptoKey | undefined> {
  const bytes = (page['seal'] ?? '').match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return crypto.subtle && bytes.length === 32 ? crypto.subtle.importKey('raw', new Uint8Array(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']) : undefined;
}

async function rest(entry: Entry): Promise<void> {
  const { made, label, id } = entry;
  const put = (what: Resting): void => {
    // Taken back, or sent, while it was being sealed.
    if (!held.has(id)) return;
    localStorage.setItem(mine + id, JSON.stringify(what));
    resting.add(id);
    show();
  };
  try {
    if (OPEN.test(label)) return put({ made, plain: entry });
    const key = label === 'TLP:RED' ? undefined : await cipher();
    if (!key) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(JSON.stringify(entry))));
    put({ made, sealed: btoa(String.fromCharCode(...iv, ...sealed)) });
  } catch {
    // No storage in this browser, or no room: then it waits in this window.
  }
}

/** Reads what rests here of mine, forgets what is too old, whoever's, and what another tab has sent. */
async function load(): Promise<void> {
  for (const id of [...resting]) if (localStorage.getItem(mine + id) === null && resting.delete(id)) held.delete(id);
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    try {
      const { made, plain, sealed } = JSON.parse(localStorage.getItem(key) ?? '') as Resting;
      if (made < Date.now() - HOUR * (sealed ? 72 : 720)) throw new Error('too old');
      if (!key.startsWith(mine) || resting.has(key.slice(mine.length))) continue;
      const entry = plain ?? (await open(sealed ?? ''));
      resting.add(entry.id);
      held.set(entry.id, entry);
    } catch {
      localStorage.removeItem(key);
    }
  }
}

async function open(sealed: string): Promise<Entry> {
  const bytes = Uint8Array.from(atob(sealed), (letter) => letter.charCodeAt(0));
  const key = await cipher();
  if (!key) throw new Error('no key');
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12) }, key, bytes.slice(12)))) as Entry;
}

function drop(entry: Entry): void {
  held.delete(entry.id);
  resting.delete(entry.id);
  try {
    localStorage.removeItem(mine + entry.id);
  } catch {
    // Then it never rested there.
  }
  show();
}

const later = (wait = 0): void => {
  clearTimeout(timer);
  timer = setTimeout(() => void (navigator.locks ? navigator.locks.request('indaba-outbox', send) : send()), wait);
};

async function send(): Promise<void> {
  await load();
  show();
  for (const entry of inOrder()) {
    if (entry.refused || (resting.has(entry.id) && localStorage.getItem(mine + entry.id) === null)) continue;
    sending = entry.id;
    show();
    const answer = await post(entry);
    sending = undefined;
    if (answer === 'later') {
      show();
      pause = Math.min(pause * 2, 30_000);
      return later(pause);
    }
    // Somebody else is signed in, or nobody: it waits for the one who wrote it.
    if (answer === 'other') return show();
    pause = 1_000;
    if (answer === 'sent') {
      drop(entry);
      for (const run of sents) run();
    } else {
      entry.refused = answer;
      await rest(entry);
      show();
    }
  }
}

/** 'sent', 'later', 'other', or why it was refused. */
async function post(entry: Entry): Promise<string> {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  try {
    const response = await fetch(entry.to, { method: 'POST', body, headers: { accept: 'application/json' }, signal: AbortSignal.timeout(30_000) });
    const { type, status, data } = (await response.json()) as { type: string; status: number; data?: string };
    if (type === 'redirect') return 'sent';
    if (status === 401) return 'other';
    if (type !== 'failure') return 'later';
    // The framework's way of writing it: a list in which objects name the places of their values.
    const [names, ...rest] = JSON.parse(data ?? '[]') as [{ message?: number }, ...string[]];
    return rest[(names.message ?? 0) - 1] ?? String(status);
  } catch {
    return 'later';
  }
}

/** Shows what waits where it was written, with a way to change it and one to let it go. */
function show(): void {
  const form = document.querySelector<HTMLFormElement>('form#compose');
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
  box?.replaceChildren(...here.flatMap((entry) => draw(entry, form) ?? []));
}

function draw(entry: Entry, form: HTMLFormElement): HTMLElement | undefined {
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
  for (const button of article.querySelectorAll('button')) {
    button.disabled = sending === entry.id;
    button.addEventListener('click', () => {
      if (button.value === 'edit') {
        // With its key: if it had arrived after all, the hub says so instead of having it twice.
        for (const [name, value] of entry.fields) {
          const into = form.elements.namedItem(name) as HTMLInputElement | null;
          if (into && /^(body|title|mark|retry_key|poll_options)$/.test(name)) into.value = name === 'body' && into.value ? `${value}\n\n${into.value}` : value;
        }
      }
      drop(entry);
      form.querySelector('textarea')?.focus();
    });
  }
  return article;
}

if (me) {
  addEventListener('online', () => later());
  addEventListener('storage', ({ key }) => key?.startsWith(mine) && void load().then(show));
  onLine((up) => up && later());
  later();
  // Whoever leaves takes along what waits; not without being asked.
  document.addEventListener('submit', (event) => {
    if (!/sign-?out/.test((event.target as HTMLFormElement).action)) return;
    if (waits() && !confirm(page['unsent'])) return event.preventDefault();
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  });
}
