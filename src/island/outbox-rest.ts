/**
 * Where unsent messages rest. CLEAR and GREEN lie in the browser as they are; what is marked higher under a key that is made of the session's cookie, gone with it,
 * for 72 hours; RED, and what may count as RED, only in this window. Files lie beside their message, by the same rule.
 */
import { WAITING_LIMIT } from '../domains/files/model.ts';
import { emptyStore, inStore } from './bytes-store.ts';

/** `at`: where its bytes gather on the server, once they do. */
export type Kept = { name: string; size: number; at?: string };
/** `there`: files that were on the server before the line broke. `large`: its files found no room, so it waits in this window. */
export type Entry = {
  id: string;
  at: string;
  to: string;
  made: number;
  label: string;
  fields: [string, string][];
  files: Kept[];
  there: { id: string; name: string }[];
  refused?: string;
  large?: boolean;
};
/** What rests: the entry, or its sealed form; `made` stands outside, so that what is too old can go unread. */
export type Resting = { made: number; plain?: Entry; sealed?: string };

export const PREFIX = 'indaba-outbox:';
export const OPEN = /^TLP:(CLEAR|GREEN)$/;
export const page = document.querySelector<HTMLElement>('#line')?.dataset ?? {};
export const me = page['me'];
export const mine = `${PREFIX}${me}:`;
export const held = new Map<string, Entry>();
export const resting = new Set<string>();
/** The files themselves, as long as this window stands. */
export const chosen = new Map<string, File[]>();

export const inOrder = (): Entry[] => [...held.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
export const field = (entry: Entry, name: string): string => entry.fields.find(([each]) => each === name)?.[1] ?? '';

export async function cipher(): Promise<CryptoKey> {
  const bytes = (page['seal'] ?? '').match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  // None where nobody is signed in, or the page came over an open line: then nothing rests.
  return crypto.subtle.importKey('raw', new Uint8Array(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']);
}
async function seal(label: string, bytes: BufferSource): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await new Blob(OPEN.test(label) ? [bytes] : [iv, await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await cipher(), bytes)]).arrayBuffer();
  return new Uint8Array(sealed);
}

const weight = (entry: Entry): number => entry.files.reduce((sum, { size }) => sum + size, 0);

/** Lays an entry down, or writes anew what changed of it. */
export async function rest(entry: Entry, changed: () => void): Promise<void> {
  const { made, label, id } = entry;
  const put = (what: Resting): void => {
    // Taken back, or sent, while it was being sealed.
    if (held.has(id)) {
      localStorage.setItem(mine + id, JSON.stringify(what));
      resting.add(id);
      changed();
    } else forget(mine + id);
  };
  try {
    if (label === 'TLP:RED') return;
    const files = resting.has(id) ? [] : (chosen.get(id) ?? []);
    if (files.length) {
      entry.large = inOrder().reduce((sum, each) => sum + (each === entry || resting.has(each.id) ? weight(each) : 0), 0) > WAITING_LIMIT;
      if (entry.large) return changed();
      const bytes = await Promise.all(files.map(async (file) => seal(label, await file.arrayBuffer())));
      await inStore('readwrite', (store) => store.put(bytes, mine + id));
    }
    if (OPEN.test(label)) return put({ made, plain: entry });
    const sealed = await seal(label, new TextEncoder().encode(JSON.stringify(entry)));
    put({ made, sealed: btoa(String.fromCharCode(...sealed)) });
  } catch {
    // No storage in this browser, or no room: then it waits in this window.
  }
}

/** Lets go of what rests under a name. */
export function forget(key: string, files = true): void {
  localStorage.removeItem(key);
  if (files) inStore('readwrite', (store) => store.delete(key)).catch(() => undefined);
}

/** It was sent, or taken back. */
export function drop(entry: Entry): void {
  held.delete(entry.id);
  resting.delete(entry.id);
  chosen.delete(entry.id);
  try {
    forget(mine + entry.id, entry.files.length > 0);
  } catch {
    // Then it never rested there.
  }
}

/** Whoever leaves takes along what waits, whosever it is. */
export function dropAll(): void {
  held.clear();
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  emptyStore();
}
