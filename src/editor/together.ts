// On a draft that several write: binds the fields of the form to the shared text. Fetched by that page alone. Without it the form is sent whole, and the hub puts it in.
import { clock } from './clock.ts';
import * as Y from 'yjs';
import { documentOf, type FieldName, fieldNames, fieldsOf, putFields } from '#domains/library/together/document.ts';
import { applyEdits, editsBetween, placeAfter } from '#lib/text/edits.ts';
import { type Heard, sharedLine, toBytes, toText } from './shared-line.ts';
import { showOthers } from './others.ts';
import type { Editor } from './words.ts';

type Words = Record<'saving' | 'saved' | 'browser' | 'not' | 'refused' | 'out' | 'here', string>;
type Told = { id: string; address: string; rest: boolean; zone?: string; me?: string; words: Words };
/** How long a pressed button waits for the line, in milliseconds; then the status line has the word. */
const LONGEST = 20_000;
type Field = (HTMLInputElement | HTMLTextAreaElement) & { visual?: Editor };

const told = document.querySelector<HTMLElement>('[data-together]');
const form = document.querySelector<HTMLFormElement>('#proposal');
if (told && form) start(form, told, JSON.parse(told.dataset['together'] ?? '{}') as Told);

function start(form: HTMLFormElement, status: HTMLElement, { id, address, rest, zone, me, words }: Told): void {
  const doc = new Y.Doc();
  const fields = new Map<FieldName, Field>();
  for (const name of fieldNames) {
    const field = form.elements.namedItem(name) as Field | null;
    if (field) fields.set(name, field);
  }
  // Signing out takes what begins so (island/draft.ts).
  const key = `indaba-draft:${document.querySelector<HTMLElement>('#line')?.dataset['me'] ?? ''}:together:${id}`;
  /** What each field is known to say: the last text both it and the document had. */
  const shown = new Map<FieldName, string>([...fields].map(([name, field]) => [name, clean(field.defaultValue)]));
  let bound = false;
  let composing = false;
  const others = showOthers(form, fields as Map<string, Field>, doc, words.here);
  const say = (text: string): void => {
    if (status.textContent !== text) status.textContent = text;
  };
  const inBrowser = (): boolean => {
    const pending = line.pending();
    try {
      if (!pending) localStorage.removeItem(key);
      else if (rest) localStorage.setItem(key, toText(pending));
      return !!pending && rest;
    } catch {
      return false;
    }
  };
  const heard: Heard = {
    before: () => flush(),
    changed: () => show(),
    // A window that I had open a moment ago, or have elsewhere, is nobody else.
    here: (said) => said.name !== me && others.here(said),
    state(now, reason = '') {
      form.dataset['saved'] = String(now === 'saved');
      const kept = inBrowser();
      if (now === 'saving') say(words.saving);
      else if (now === 'saved') say(words.saved.replace('{time}', clock(new Date(), zone)));
      else if (now === 'away') say(kept ? words.browser.replace('{time}', clock(new Date(), zone)) : words.not);
      else say(now === 'out' ? words.out : words.refused.replace('{reason}', reason));
    },
  };
  const line = sharedLine(doc, address, id, heard);

  /** What stands in the fields, into the document. */
  const read = (): void => {
    if (!bound) return;
    const typed: Partial<Record<FieldName, string>> = {};
    for (const [name, field] of fields) {
      const value = clean(field.value);
      if (value !== shown.get(name)) typed[name] = value;
      shown.set(name, value);
    }
    if (!Object.keys(typed).length) return;
    putFields(doc, typed, 'typed');
    others.moved();
    inBrowser();
    line.send();
  };
  /** What stands in the document, into the fields; cursors stay where they were in the text. */
  const show = (): void => {
    const now = fieldsOf(doc);
    for (const [name, field] of fields) {
      const text = now[name];
      if (text === shown.get(name)) continue;
      const edits = editsBetween(clean(field.value), text);
      const places = [field.selectionStart, field.selectionEnd].map((place) => placeAfter(place ?? 0, edits));
      const top = field.scrollTop;
      shown.set(name, text);
      field.value = text;
      if (document.activeElement === field) field.setSelectionRange(places[0] ?? 0, places[1] ?? 0);
      field.scrollTop = top;
      field.visual?.take(text);
      if (name === 'text' && !field.visual) field.dispatchEvent(new CustomEvent('shared-input', { bubbles: true }));
    }
    others.draw();
  };

  form.addEventListener('input', () => !composing && read());
  form.addEventListener('visual-input', read);
  // While letters are put together (Chinese, say) the field is left alone.
  form.addEventListener('compositionstart', () => {
    composing = true;
    line.hold(true);
  });
  form.addEventListener('compositionend', () => {
    composing = false;
    setTimeout(() => {
      flush();
      line.hold(false);
    });
  });
  const flush = (): void => {
    for (const field of fields.values()) field.visual?.flush();
    read();
  };
  const client = crypto.randomUUID();
  form.dataset['client'] = client;
  others.onMove((field, at) => line.say({ client, field, at }));
  addEventListener('pagehide', () => {
    flush();
    inBrowser();
    if (line.waiting()) line.leave();
  });
  // The hub has the words already: sent once more with the form, they would be put in beside themselves. So the form goes when all is taken in, and says so.
  let leaves = false;
  let settling = false;
  const send = async (by: HTMLElement | null): Promise<void> => {
    settling = true;
    const whole = await line.settled(LONGEST);
    settling = false;
    const number = form.elements.namedItem('number') as HTMLInputElement | null;
    if (!whole || !number) return;
    number.value = '';
    leaves = true;
    form.requestSubmit(by);
    // Kept back after all, by a field that is empty: what is typed from here on is new again.
    leaves = false;
  };
  form.addEventListener(
    'submit',
    (event) => {
      if (!bound || leaves) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      flush();
      if (!settling) void send(event.submitter);
    },
    true,
  );

  void (async () => {
    let waiting: string | null = null;
    try {
      waiting = localStorage.getItem(key);
    } catch {
      // No storage in this browser.
    }
    // What was typed here and never acknowledged: it goes in again, and where it is there already nothing happens.
    const resting = waiting ? toBytes(waiting) : undefined;
    const before = new Map(shown);
    while (!(await line.begin())) {
      if (form.dataset['saved'] === undefined) say(words.not);
      await new Promise((done) => setTimeout(done, 3_000));
    }
    const theirs = fieldsOf(doc);
    const mine: Partial<Record<FieldName, string>> = {};
    for (const [name, field] of fields) {
      // Typed before the draft was here: put in beside what came meanwhile.
      const value = clean(field.value);
      if (value !== before.get(name)) mine[name] = joined(before.get(name) ?? '', value, theirs[name]);
    }
    bound = true;
    try {
      if (resting) Y.applyUpdate(doc, resting, 'typed');
    } catch {
      // Nothing that could be read.
    }
    putFields(doc, mine, 'typed');
    for (const name of fields.keys()) shown.set(name, clean(fields.get(name)?.value ?? ''));
    show();
    heard.state(line.waiting() ? 'saving' : 'saved');
    line.send();
    form.dataset['together'] = 'on';
  })();
}

function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** Two changes of one text, both of them. */
function joined(base: string, one: string, other: string): string {
  if (base === other) return one;
  const began = new Y.Doc();
  began.getText('text').insert(0, base);
  const start = Y.encodeStateAsUpdate(began);
  const [a, b] = [documentOf([start]), documentOf([start])];
  putFields(a, { text: one });
  putFields(b, { text: other });
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
  return applyEdits(base, editsBetween(base, a.getText('text').toString()));
}
