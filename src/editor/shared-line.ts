// Between this window and the hub: what is typed goes out in batches that are sent again until they are acknowledged, what others typed comes in over their line.
import * as Y from 'yjs';

export type Update = { number: number; client: string; clock: number; update: string };
export type Heard = {
  /** Something will be taken in from outside: what was typed here belongs in the document first. */
  before(): void;
  /** It was taken in. */
  changed(): void;
  /** Where somebody's cursor is. */
  here(said: { client: string; name: string; field: string; at: string }): void;
  /** `saved`: the hub has committed everything typed here. `away`: it cannot be reached. `refused`: it will not have it, with its sentence. `out`: no right any more. */
  state(now: 'saving' | 'saved' | 'away' | 'refused' | 'out', reason?: string): void;
};
export type SharedLine = {
  begin(): Promise<boolean>;
  send(): void;
  leave(): void;
  say(what: object): void;
  /** What was typed here and is not acknowledged. */
  pending(): Uint8Array | undefined;
  waiting(): boolean;
  /** Sends what waits; true when the hub has all of it, false when it will not have it or cannot be reached for that many milliseconds. */
  settled(most: number): Promise<boolean>;
  /** Keeps back what comes in, until it is let go. */
  hold(on: boolean): void;
};

const GAP = 400;
const AGAIN = [1_000, 2_000, 4_000, 8_000, 15_000];
export const toText = (bytes: Uint8Array): string => {
  let out = '';
  for (let i = 0; i < bytes.length; i += 8_192) out += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  return btoa(out);
};
export const toBytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The line of one shared draft; `address` is where it stands. Whatever the document is changed by here, without the origin `line`, is sent. */
export function sharedLine(doc: Y.Doc, address: string, id: string, heard: Heard): SharedLine {
  let client = crypto.randomUUID();
  let clock = 0;
  let queue: Uint8Array[] = [];
  let flight: { clock: number; update: Uint8Array } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let number = 0;
  let ended = false;
  let source: EventSource | undefined;
  let held: Array<() => void> | undefined;
  let busy = false;

  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'line') queue.push(update);
  });
  const later = (wait: number): void => {
    if (!ended) timer ??= setTimeout(() => void send(), wait);
  };
  const end = (state: 'out' | 'refused', reason?: string): void => {
    ended = true;
    source?.close();
    heard.state(state, reason);
  };
  const send = async (leaving = false): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (ended || (busy && !leaving)) return;
    if (!flight && queue.length) {
      flight = { clock: ++clock, update: Y.mergeUpdates(queue) };
      queue = [];
    }
    if (!flight) return;
    heard.state('saving');
    const mine = flight;
    busy = true;
    let wait = GAP;
    try {
      const response = await fetch(`${address}/updates`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ client, clock: mine.clock, update: toText(mine.update) }),
        redirect: 'manual',
        ...(leaving && mine.update.length < 40_000 && { keepalive: true }),
      });
      if (response.ok) {
        tries = 0;
        if (flight === mine) flight = undefined;
        if (!queue.length) heard.state('saved');
      } else wait = await refused(response);
    } catch {
      heard.state('away');
      wait = AGAIN[Math.min(tries++, AGAIN.length - 1)] as number;
    }
    busy = false;
    if (flight || queue.length) later(wait);
  };
  /** What to do about an answer that is no yes; says when to try again. */
  const refused = async (response: Response): Promise<number> => {
    if (response.type === 'opaqueredirect' || response.status === 401 || response.status === 404) {
      end('out');
      return 0;
    }
    const { code, message } = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
    // What the hub has and what is here went apart: it is asked for all it has, and gets the difference.
    if (code === 'library.together.gap' && tries++ < 3 && (await begin())) return 0;
    if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
    end('refused', message ?? String(response.status));
    return 0;
  };
  const take = (updates: Update[]): void => {
    if (held) {
      held.push(() => take(updates));
      return;
    }
    let fresh = false;
    for (const each of updates) {
      if (each.number <= number) continue;
      // One is missing in between: everything behind the last one known is asked for.
      if (each.number > number + 1) return void catchUp();
      if (!fresh && each.client !== client) heard.before();
      number = each.number;
      if (each.client === client) continue;
      Y.applyUpdate(doc, toBytes(each.update), 'line');
      fresh = true;
    }
    if (fresh) heard.changed();
  };
  const catchUp = async (): Promise<void> => {
    const response = await fetch(`${address}/updates?after=${number}`, { headers: { accept: 'application/json' }, redirect: 'manual' }).catch(() => undefined);
    if (response?.type === 'opaqueredirect' || response?.status === 404) return end('out');
    const answer = response?.ok ? ((await response.json().catch(() => undefined)) as { items: Update[] } | undefined) : undefined;
    if (!answer) return;
    take(answer.items);
    if (answer.items.length >= 500) await catchUp();
  };
  const listen = (): void => {
    source?.close();
    if (ended) return;
    source = new EventSource(`/events?draft=${id}&number=${number}`);
    source.addEventListener('update', (event) => take([JSON.parse((event as MessageEvent<string>).data) as Update]));
    source.addEventListener('here', (event) => heard.here(JSON.parse((event as MessageEvent<string>).data)));
    source.addEventListener('open', () => {
      if (flight || queue.length) later(0);
    });
    // The browser's own attempt would ask from the old number: what came meanwhile would come twice.
    source.addEventListener('error', () => {
      source?.close();
      setTimeout(() => void catchUp().then(listen), 1_000 + Math.random() * 2_000);
    });
  };
  /** Fetches what the hub has; what is here and not there is sent. False when it cannot be reached. */
  const begin = async (): Promise<boolean> => {
    const response = await fetch(`${address}/updates`, { headers: { accept: 'application/json' }, redirect: 'manual' }).catch(() => undefined);
    if (response?.type === 'opaqueredirect' || response?.status === 404) {
      end('out');
      return false;
    }
    const answer = response?.ok ? ((await response.json().catch(() => undefined)) as { number: number; state: string } | undefined) : undefined;
    if (!answer) return false;
    heard.before();
    const theirs = toBytes(answer.state);
    Y.applyUpdate(doc, theirs, 'line');
    number = answer.number;
    client = crypto.randomUUID();
    clock = 0;
    flight = undefined;
    const rest = Y.diffUpdate(Y.encodeStateAsUpdate(doc), Y.encodeStateVectorFromUpdate(theirs));
    // Two bytes say nothing.
    queue = rest.length > 2 ? [rest] : [];
    heard.changed();
    listen();
    if (queue.length && !busy) later(0);
    return true;
  };
  addEventListener('online', () => later(0));
  return {
    begin,
    send: () => later(flight ? GAP : 60),
    leave: () => void send(true),
    say: (what) => {
      if (!ended)
        void fetch(`${address}/presence`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(what) }).catch(() => {});
    },
    pending: () => (flight || queue.length ? Y.mergeUpdates([...(flight ? [flight.update] : []), ...queue]) : undefined),
    waiting: () => !!flight || queue.length > 0,
    async settled(most) {
      const until = Date.now() + most;
      later(0);
      while (!ended && (flight || queue.length) && Date.now() < until) await new Promise((done) => setTimeout(done, 50));
      return !ended && !flight && !queue.length;
    },
    hold(on) {
      if (on) held ??= [];
      else {
        const due = held ?? [];
        held = undefined;
        for (const each of due) each();
      }
    },
  };
}
