/** What this page knows of files that are on their way: their ids on the server, and what the scanner said of them. */
import { jsonOf, tus } from './tus-line.ts';

export type Known = { id: string; name: string; size: number; done: boolean; looked: string; found: string };

export const AT = '/files/uploads';
const STORE = `indaba-files:${location.pathname}`;
// Ids and hashes only: no name and no byte of a file lies about in the browser, whatever its mark.
export const stored = (): Record<string, string> => JSON.parse(sessionStorage.getItem(STORE) ?? '{}');
/** Words with something of this moment in them. */
export const fill = (words: string, values: Record<string, string>): string => words.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

/** Changes what is known of them for when the page is loaded anew. */
export function store(change: (all: Record<string, string>) => void): void {
  const all = stored();
  change(all);
  if (Object.keys(all).length) sessionStorage.setItem(STORE, JSON.stringify(all));
  else sessionStorage.removeItem(STORE);
}
export const forget = (at: string): void => store((all) => delete all[at]);

/** Lets go of a file, here and on the server. */
export function drop(at: string): void {
  forget(at);
  if (at) void fetch(at, { method: 'DELETE', headers: tus }).catch(() => undefined);
}

/** Waits until the malware scanner has answered, where there is one: nothing goes before. What it found, or nothing. */
export async function looked(at: string, stop: AbortSignal, waiting?: () => void): Promise<string | undefined> {
  for (let tries = 0; ; tries++) {
    const one = await jsonOf<Known[]>(AT).then(
      (all) => all.find(({ id }) => at.endsWith(id)),
      () => ({ looked: 'waiting', found: '' }),
    );
    if (stop.aborted || one?.looked === 'infected') return one?.found ?? '';
    if (one?.looked !== 'waiting') return undefined;
    waiting?.();
    await new Promise((wait) => setTimeout(wait, Math.min(5_000, 300 * 1.5 ** tries)));
  }
}
