/** Finds again what rests in this browser, and sends what waits, files first; fetched when something waits, or with the first file. */
import { inStore } from './bytes-store.ts';
import { AT, looked } from './files-known.ts';
import type { Outbox } from './outbox.ts';
import { type Entry, field, OPEN, PREFIX, type Resting } from './outbox-rest.ts';
import { jsonOf, Refused, send as bring } from './tus-line.ts';

const HOUR = 3_600_000;
let box: Outbox | undefined;

/** What rested, readable again; throws where its key is gone. */
async function unseal({ cipher }: Outbox, label: string, bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return OPEN.test(label) ? bytes.buffer : crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12) }, await cipher(), bytes.slice(12));
}

/** Reads what rests here of mine, forgets what is too old, whoever's, and what another tab has sent. */
async function load(box: Outbox): Promise<void> {
  const { held, resting, mine, forget } = box;
  for (const id of [...resting]) if (localStorage.getItem(mine + id) === null && resting.delete(id)) held.delete(id);
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    try {
      const { made, plain, sealed } = JSON.parse(localStorage.getItem(key) ?? '') as Resting;
      if (made < Date.now() - HOUR * (sealed ? 72 : 720)) throw new Error('too old');
      if (!key.startsWith(mine) || resting.has(key.slice(mine.length))) continue;
      const bytes = Uint8Array.from(atob(sealed ?? ''), (letter) => letter.charCodeAt(0));
      const entry = plain ?? (JSON.parse(new TextDecoder().decode(await unseal(box, '', bytes))) as Entry);
      // Sent by another tab while it was read.
      if (localStorage.getItem(key) === null) continue;
      resting.add(entry.id);
      held.set(entry.id, { ...entry, files: entry.files ?? [], there: entry.there ?? [] });
    } catch {
      forget(key);
    }
  }
  box.show();
}

/** The files of an entry: as they were chosen, or as they rested. */
async function filesOf(box: Outbox, { id, label, files }: Entry): Promise<File[] | undefined> {
  const here = box.chosen.get(id);
  if (here) return here;
  const bytes = await inStore<Uint8Array<ArrayBuffer>[] | undefined>('readonly', (store) => store.get(box.mine + id)).catch(() => undefined);
  if (bytes?.length !== files.length) return undefined;
  return Promise.all(bytes.map(async (each, n) => new File([await unseal(box, label, each)], files[n]?.name ?? 'file'))).catch(() => undefined);
}

/** Brings up the files of an entry and gives their ids; a word where that cannot be. */
async function bringUp(box: Outbox, entry: Entry): Promise<string[] | string> {
  const all = await filesOf(box, entry);
  if (!all) {
    const words = document.querySelector<HTMLElement>('[data-words]')?.dataset['words'] ?? `${AT}?words`;
    return jsonOf<{ lost: string }>(words).then(
      ({ lost }) => lost,
      () => 'later',
    );
  }
  const stop = new AbortController();
  const sofar: number[] = [];
  box.bringing.set(entry.id, { stop, sofar });
  box.show();
  const ids: string[] = [];
  try {
    for (const [n, file] of all.entries()) {
      const kept = entry.files[n];
      const sending = { file, at: kept?.at ?? '', cancel: stop };
      await bring(sending, {
        begun(at) {
          if (kept) kept.at = at;
          if (box.resting.has(entry.id)) void box.rest(entry);
        },
        moved(sent) {
          sofar[n] = sent / file.size;
          const bar = document.querySelectorAll<HTMLProgressElement>(`#unsent [data-of="${entry.id}"] progress`)[n];
          if (bar) bar.value = sofar[n];
        },
        down: () => () => undefined,
      });
      // What the scanner found says the answer to the message.
      await looked(sending.at, stop.signal);
      ids.push(sending.at.split('/').at(-1) ?? '');
    }
    return ids;
  } catch (error) {
    if (!(error instanceof Refused)) return 'later';
    return error.status === 401 ? 'other' : error.sentence || 'later';
  } finally {
    box.bringing.delete(entry.id);
  }
}

/** 'sent', 'later', 'other', or why it was refused. */
async function post(entry: Entry, uploads: string[]): Promise<string> {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const id of uploads) body.append('upload', id);
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

const lanes = new Set<string>();
const laneOf = (entry: Entry): string => field(entry, 'thread_id') || entry.at;
let pause = 1_000;
let timer: ReturnType<typeof setTimeout> | undefined;

// One thread waits for nothing in another; within each, one message at a time, in whichever tab.
async function start(box: Outbox): Promise<void> {
  await load(box);
  for (const name of new Set(box.inOrder().map(laneOf))) {
    if (lanes.has(name)) continue;
    lanes.add(name);
    const run = (): Promise<void> => empty(box, name);
    void (navigator.locks ? navigator.locks.request(`indaba-outbox ${name}`, run) : run()).finally(() => lanes.delete(name));
  }
}

async function empty(box: Outbox, name: string): Promise<void> {
  for (;;) {
    await load(box);
    const entry = box.inOrder().find((each) => laneOf(each) === name && !each.refused);
    if (!entry) return;
    const ids = entry.files.length ? await bringUp(box, entry) : [];
    // Taken back while its files were on their way.
    if (!box.held.has(entry.id)) continue;
    box.sending.add(entry.id);
    box.show();
    const answer = typeof ids === 'string' ? ids : await post(entry, ids);
    box.sending.delete(entry.id);
    if (answer === 'later') {
      pause = Math.min(pause * 2, 30_000);
      clearTimeout(timer);
      timer = setTimeout(() => void start(box), pause);
      return box.show();
    }
    // Somebody else is signed in, or nobody: it waits for the one who wrote it.
    if (answer === 'other') return box.show();
    pause = 1_000;
    if (answer === 'sent') box.drop(entry);
    else {
      entry.refused = answer;
      await box.rest(entry);
    }
    box.show();
    if (answer === 'sent') for (const run of box.sents) run();
  }
}

// What rests without its message was left behind by a session that ended otherwise.
async function sweep(): Promise<void> {
  for (const key of (await inStore('readonly', (store) => store.getAllKeys())).map(String)) {
    const made = Number.parseInt(key.split(':').at(-1)?.split('-')[0] ?? '', 36);
    if (localStorage.getItem(key) === null && !(made > Date.now() - HOUR)) await inStore('readwrite', (store) => store.delete(key));
  }
}

document.addEventListener('unsent', (event) => {
  if (box) return;
  const mine = (event as CustomEvent<Outbox>).detail;
  box = mine;
  mine.files = (entry) => filesOf(mine, entry);
  mine.go = () => {
    clearTimeout(timer);
    void start(mine);
  };
});
void sweep().catch(() => undefined);
