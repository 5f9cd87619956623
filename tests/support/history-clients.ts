/**
 * Clients for histories: one writes and tries again with the same key until the hub says yes, one reads as the island does: from a load and the frames
 * that follow on, loading again where they do not. Both turn to any living node and write down everything.
 */
import { randomUUID } from 'node:crypto';
import { type ClientRequest, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Acknowledged, Heard, Reader } from './history.ts';

/** Addresses of the nodes that answer now; nobody in it while all are down. */
export type Nodes = () => string[];
export type Person = { who: string; cookie: string; bearer: string };
type Frame = { kind: string; subject_id: string; data: { thread_id?: string; number?: number } };
type Listed = { items: Array<{ id: string; number: number }> };

const some = (nodes: Nodes): string | undefined => nodes()[Math.floor(Math.random() * nodes().length)];
const call = (node: string, bearer: string, path: string, init: RequestInit = {}) =>
  fetch(`${node}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...init.headers },
    signal: AbortSignal.timeout(8_000),
  });

export class Writer {
  readonly acknowledged: Acknowledged[] = [];
  readonly sent: string[] = [];
  retries = 0;
  refused = 0;
  #stop = false;
  readonly #person: Person;
  readonly #nodes: Nodes;
  readonly #threads: string[];
  constructor(person: Person, nodes: Nodes, threads: string[]) {
    this.#person = person;
    this.#nodes = nodes;
    this.#threads = threads;
  }
  stop(): void {
    this.#stop = true;
  }
  /** Writes one after the other, each until it is acknowledged; ends when told to, or when it may not write any more. */
  async write(pause: number): Promise<void> {
    for (let n = 0; !this.#stop; n++) {
      if (!(await this.#one(this.#threads[n % this.#threads.length]!, `${this.#person.who} says ${n}`))) return;
      await wait(pause * (0.5 + Math.random()));
    }
  }
  async #one(thread: string, body: string): Promise<boolean> {
    const key = randomUUID();
    const sent = Date.now();
    this.sent.push(key);
    for (;;) {
      const node = some(this.#nodes);
      const answer =
        node &&
        (await call(node, this.#person.bearer, `/threads/${thread}/messages`, {
          method: 'POST',
          body: JSON.stringify({ body }),
          headers: { 'idempotency-key': key },
        })
          .then(async (response) => ({ status: response.status, body: (await response.json()) as { id: string; thread_id: string; number: number } }))
          .catch(() => undefined));
      if (answer && answer.status === 201) {
        const { id, thread_id, number } = answer.body;
        this.acknowledged.push({ by: this.#person.who, key, id, thread: thread_id, number, sent, at: Date.now() });
        return true;
      }
      if (answer && answer.status < 500) {
        this.refused++;
        return false;
      }
      this.retries++;
      await wait(50 + Math.random() * 200);
    }
  }
}

export class FoldingReader {
  readonly heard: Heard[] = [];
  readonly counts = { frames: 0, streams: 0, resyncs: 0, loads: 0 };
  readonly who: string;
  #shows = new Map<string, Array<{ id: string; number: number }>>();
  #cursor = '';
  #request: ClientRequest | undefined;
  #stop = false;
  readonly #dirty = new Set<string>();
  readonly #person: Person;
  readonly #nodes: Nodes;
  readonly #polls: boolean;
  constructor(person: Person, nodes: Nodes, threads: string[], polls: boolean) {
    this.who = person.who;
    this.#person = person;
    this.#nodes = nodes;
    this.#polls = polls;
    for (const thread of threads) this.#shows.set(thread, []);
  }
  /** Reads until told to stop; a refusal is waited out, as a page that somebody left open does. */
  async read(): Promise<void> {
    const listen = async () => {
      while (!this.#stop) {
        const node = some(this.#nodes);
        if (node) await (this.#polls ? this.#poll(node) : this.#stream(node)).catch(() => {});
        await wait(50 + Math.random() * 150);
      }
    };
    const load = async () => {
      // Of those that are dirty now: one that cannot be loaded is dirty again at once, and would never let the round end.
      for (; !this.#stop; await wait(30)) for (const thread of [...this.#dirty]) await this.#load(thread).catch(() => {});
    };
    await Promise.all([listen(), load()]);
  }
  stop(): void {
    this.#stop = true;
    this.drop();
  }
  /** The line breaks: what is open is gone without a word. */
  drop(): void {
    this.#request?.destroy();
  }
  shows(): Reader['shows'] {
    return Object.fromEntries([...this.#shows].map(([thread, list]) => [thread, [...list]]));
  }

  async #poll(node: string): Promise<void> {
    this.counts.streams++;
    const response = await fetch(`${node}/events?poll=1${this.#cursor ? `&after=${this.#cursor}` : ''}`, {
      headers: { cookie: `indaba=${this.#person.cookie}` },
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) return;
    const { frames, cursor, resync } = (await response.json()) as { frames: Frame[]; cursor: string; resync: boolean };
    if (resync || !this.#cursor) this.#everything(resync);
    for (const frame of frames) this.#hear(frame);
    this.#cursor = cursor;
  }

  #stream(node: string): Promise<void> {
    this.counts.streams++;
    return new Promise((resolve) => {
      let rest = '';
      this.#request = get(
        `${node}/events`,
        {
          headers: { cookie: `indaba=${this.#person.cookie}`, accept: 'text/event-stream', ...(this.#cursor ? { 'last-event-id': this.#cursor } : {}) },
          agent: false,
        },
        (answer) => {
          answer.setEncoding('utf8');
          answer.on('data', (text: string) => {
            rest += text;
            const whole = rest.split('\n\n');
            rest = whole.pop() ?? '';
            for (const block of whole) this.#block(block);
          });
          answer.on('error', () => {});
          answer.on('close', resolve);
          if (answer.statusCode !== 200) answer.resume();
        },
      );
      this.#request.on('error', () => resolve());
    });
  }

  #block(block: string): void {
    const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const event = line('event');
    if (event === 'resync' || (event === 'position' && !this.#cursor)) this.#everything(event === 'resync');
    if (!event && line('data')) this.#hear(JSON.parse(line('data')!) as Frame);
    this.#cursor = line('id') ?? this.#cursor;
  }

  #everything(asked: boolean): void {
    if (asked) this.counts.resyncs++;
    for (const thread of this.#shows.keys()) this.#dirty.add(thread);
  }

  #hear({ kind, subject_id: id, data }: Frame): void {
    const list = data.thread_id && this.#shows.get(data.thread_id);
    if (kind !== 'message.posted' || !list || !data.number) return;
    this.counts.frames++;
    this.heard.push({ id, thread: data.thread_id!, number: data.number, at: Date.now() });
    const last = list.at(-1)?.number ?? 0;
    if (data.number === last + 1) list.push({ id, number: data.number });
    else if (data.number > last) this.#dirty.add(data.thread_id!);
  }

  /** Loads a thread again from where it is whole; what comes in the meantime is dirty once more. */
  async #load(thread: string): Promise<void> {
    const node = some(this.#nodes);
    if (!node) return;
    this.#dirty.delete(thread);
    this.counts.loads++;
    try {
      const list: Listed['items'] = [];
      for (let next: string | null = ''; next !== null; ) {
        const response: Response = await call(
          node,
          this.#person.bearer,
          `/threads/${thread}/messages?limit=500${next && `&cursor=${encodeURIComponent(next)}`}`,
        );
        if (!response.ok) throw new Error(String(response.status));
        const page = (await response.json()) as Listed & { next: string | null };
        list.unshift(...page.items);
        next = page.next;
      }
      const at = Date.now();
      const have = this.#shows.get(thread)!;
      const last = list.at(-1)?.number ?? 0;
      for (const { id, number } of list) if (number > (have.at(-1)?.number ?? 0)) this.heard.push({ id, thread, number, at });
      this.#shows.set(thread, [...list.map(({ id, number }) => ({ id, number })), ...have.filter(({ number }) => number > last)]);
    } catch {
      this.#dirty.add(thread);
    }
  }
}
