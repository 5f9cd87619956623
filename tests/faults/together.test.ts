/**
 * Fifty windows type into one draft, each through the line that the browser has, while the server is killed in the middle and comes back. Everything of which a status line said "saved" is
 * there when it is back; when all lines are up again everybody has the same text, with every word that anybody typed. Three kills and half a minute with INDABA_LONG.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { Draft } from '#domains/library/draft.server.ts';
import { stateOf } from '#domains/library/together/append-update.server.ts';
import { fieldsOf } from '#domains/library/together/document.ts';
import { shareDraft } from '#domains/library/together/share-draft.server.ts';
import { askAlong } from '#domains/library/together/share-with.server.ts';
import { sessionCookieName } from '#domains/people/cookie.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type SharedLine, sharedLine } from '../../src/editor/shared-line.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { cleanUp, indaba, nodeOf, type Running } from '../support/process.ts';
import { makeSpace, pageText } from '../support/space.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const WINDOWS = 50;
const [KILLS, TYPING] = process.env.INDABA_LONG ? [3, 10_000] : [1, 1_500];
const writers: Name[] = ['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor'];
const body = `${Array.from({ length: 30 }, (_, k) => `Paragraph ${k} that nobody touches but to add a word.`).join('\n\n')}\n`;

type Window = { doc: Y.Doc; line: SharedLine; typed: string[]; saved: number; state: string };
let db: FreshDatabase;
let c: Cast;
let server: Running;
let base: string;
let folder: string;
let draft: string;
const cookies: string[] = [];
const windows: Window[] = [];
const opened = new Set<AbortController>();
const real = globalThis.fetch;

const limits = 'writes=99999 address-writes=99999 streams=9999 reads=99999 address-reads=99999';
async function start(port: string): Promise<string> {
  server = indaba(['web'], { ...nodeOf(db, folder), INDABA_DATA: `${folder}/node`, INDABA_LIMITS: limits, PORT: port });
  return server.ready;
}

/** As much of the browser's as the line uses. */
class Source {
  readonly #heard = new Map<string, (event: { data: string }) => void>();
  readonly #end = new AbortController();
  constructor(path: string) {
    opened.add(this.#end);
    void this.#read(path).then(
      () => this.#heard.get('error')?.({ data: '' }),
      () => this.#end.signal.aborted || this.#heard.get('error')?.({ data: '' }),
    );
  }
  async #read(path: string): Promise<void> {
    const response = await real(base + path, { headers: { cookie: cookies[opened.size % cookies.length] ?? '' }, signal: this.#end.signal });
    if (!response.ok || !response.body) throw new Error(String(response.status));
    this.#heard.get('open')?.({ data: '' });
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (name) this.#heard.get(name)?.({ data: data ?? '' });
      }
    }
  }
  addEventListener(name: string, hear: (event: { data: string }) => void): void {
    this.#heard.set(name, hear);
  }
  close(): void {
    opened.delete(this.#end);
    this.#end.abort();
  }
}

beforeAll(async () => {
  db = await freshDatabase();
  folder = await ownKeys(db.owner);
  c = await cast(db);
  const space = await makeSpace('rules', 2, { about: pageText('About', 'Words.') });
  const place = space.pages['about'] as string;
  const [page] = await c.behind<{ revision_id: string }>('select revision_id from app.pages where id = $1', [place]);
  const values: Draft = { title: '', reason: '', text: body, retires: [], retry_key: randomUUID(), base_revision_id: page!.revision_id, control: '' };
  draft = await as(c.as('amina'), (tx) => shareDraft(tx, { space_id: space.id, place, part: '' }, values));
  for (const who of writers.slice(1)) await as(c.as('amina'), (tx) => askAlong(tx, draft, who));
  for (let k = 0; k < WINDOWS; k++) cookies.push(`${sessionCookieName()}=${(await c.signIn(writers[k % writers.length] as Name)).cookie}`);
  base = await start('0');
  // Whose window it is stands in the address; here it becomes the cookie.
  vi.stubGlobal('fetch', (address: string, init: RequestInit = {}) => {
    const [, k = '0', path = ''] = /^\/~(\d+)(\/.*)$/.exec(address) ?? [];
    return real(base + path, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), cookie: cookies[Number(k)] ?? '', origin: base },
      signal: AbortSignal.timeout(10_000),
    });
  });
  vi.stubGlobal('EventSource', Source);
  vi.stubGlobal('addEventListener', () => {});
});
afterAll(async () => {
  for (const each of opened) each.abort();
  await cleanUp();
  vi.unstubAllGlobals();
  await closePools();
  await db?.drop();
});

function openWindow(k: number): Window {
  const doc = new Y.Doc();
  const window: Window = { doc, typed: [], saved: 0, state: '', line: undefined as never };
  window.line = sharedLine(doc, `/~${k}/changes/together/${draft}`, draft, {
    before() {},
    changed() {},
    here() {},
    state(now) {
      window.state = now;
      // Nothing waits any more: all that was typed here until now is said to be saved.
      if (now === 'saved') window.saved = window.typed.length;
    },
  });
  return window;
}
const stored = () => as(c.as('amina'), async (tx) => fieldsOf((await stateOf(tx, draft)).doc).text);
const missing = (text: string, words: string[]) => words.filter((word) => !text.includes(word));

test('what was said to be saved is there after the server was killed, and everybody ends with every word', async () => {
  for (let k = 0; k < WINDOWS; k++) windows.push(openWindow(k));
  await Promise.all(windows.map(({ line }) => vi.waitFor(async () => expect(await line.begin()).toBe(true), { timeout: 60_000 })));
  let typing = true;
  const typists = windows.map(async ({ doc, line, typed }, k) => {
    while (typing) {
      const text = doc.getText('text');
      const word = `w${k}x${typed.length}y`;
      const at = text.toString().indexOf('.', Math.floor(Math.random() * text.length));
      typed.push(word);
      doc.transact(() => text.insert(Math.max(at, 0), ` ${word}`), 'typed');
      line.send();
      await wait(200 + Math.random() * 500);
      // Now and then somebody stops and looks at what the line says.
      if (Math.random() < 0.3) for (let n = 0; n < 40 && typing && line.waiting(); n++) await wait(50);
    }
  });
  for (let n = 0; n < KILLS; n++) {
    await wait(TYPING);
    await vi.waitFor(() => expect(windows.filter(({ saved }) => saved > 0).length).toBeGreaterThan(WINDOWS / 2), { timeout: 60_000 });
    const { ended, child } = server;
    child.kill('SIGKILL');
    // What has been said until now; what is on its way may be there or not.
    const said = windows.flatMap(({ typed, saved }) => typed.slice(0, saved));
    await ended;
    expect(missing(await stored(), said)).toEqual([]);
    await vi.waitFor(() => expect(windows.filter(({ state }) => state === 'away').length).toBeGreaterThan(0), { timeout: 60_000 });
    await start(new URL(base).port);
    expect(missing(await stored(), said)).toEqual([]);
  }
  typing = false;
  await Promise.all(typists);
  const all = windows.flatMap(({ typed }) => typed);
  await vi.waitFor(() => expect(windows.filter(({ line }) => line.waiting())).toEqual([]), { timeout: 120_000, interval: 200 });
  const text = await stored();
  expect(missing(text, all)).toEqual([]);
  expect(all.filter((word) => text.split(word).length > 2)).toEqual([]);
  await vi.waitFor(() => expect(windows.filter(({ doc }) => doc.getText('text').toString() !== text).length).toBe(0), { timeout: 120_000, interval: 200 });
  // Nothing of the first text went.
  const letters = (words: string) => words.replace(/ w\d+x\d+y/g, '');
  expect(letters(text)).toBe(body);
  console.log(`${WINDOWS} windows, ${all.length} words, ${KILLS} kills`);
});
