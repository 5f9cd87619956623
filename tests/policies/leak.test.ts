/**
 * Plants unique words in rows of every audience, then reads every outlet as everybody: nobody may meet a word that is not theirs.
 * A new route, operation or table fails here until it has its rows.
 */
import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { as } from '#platform/database/open.server.ts';
import { operations } from '../../src/routes/api/v1/operations/index.server.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { apiOutlets, pageOutlets, silentRoutes } from '../support/outlets.ts';
import { type Canary, plant, type Planted, plantedTables, wordless } from '../support/planted.ts';

type Who = Name | 'visitor';
/** On the oldest PostgreSQL the question is whether each outlet's SQL says the same there: four readers ask all of it, the others differ in rows only. */
const everybody: Who[] = process.env.INDABA_TEST_POSTGRES ? ['visitor', 'amina', 'mei', 'eve'] : ['visitor', ...NAMES];
const root = resolve(import.meta.dirname, '../..');
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let planted: Planted;
const cookies = new Map<Who, string>();
const tokens = new Map<Who, string>();
const before = new Map<string, string>();
/** What each met in every outlet once all was planted: read once, asked several questions. */
const met = new Map<Who, Map<string, string>>();

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  await ownKeys(db.owner);
  for (const name of NAMES) {
    cookies.set(name, (await c.signIn(name)).cookie);
    tokens.set(name, (await c.signIn(name, ['read', 'write', 'amber'])).cookie);
  }
  hub = await openHub();
  const open = await plant(c, ['public', 'everyone']);
  // What Eve sees before anything hidden exists: afterwards it must be the same to the byte.
  // Twice: opening a thread marks it read.
  await readAll('eve', open, ['public']);
  for (const [where, text] of await readAll('eve', open, ['public'])) before.set(where, text);
  const hidden = await plant(c, ['circle', 'lumaria', 'named']);
  planted = { canaries: [...open.canaries, ...hidden.canaries], ids: { ...open.ids, ...hidden.ids } };
}, 120_000);
afterAll(async () => {
  await hub.close();
  await db.drop();
});

/** The text of an answer without what differs from call to call for everybody. */
const steady = (text: string) =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'moment')
    .replace(/\d\d?:\d\d(:\d\d)?/g, 'time')
    .replace(/"cursor":"[^"]*"/g, '')
    // Where the event log of the whole hub stands: it moves with every transaction, whoever makes it (decision 0004).
    .replace(/data-cursor="[^"]*"/g, '')
    .replace(/^(etag|date|x-request-id|content-length): .*$/gm, '');

async function ask(who: Who, path: string, api: boolean): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = { accept: api ? 'application/json' : 'text/html', 'accept-encoding': 'identity' };
  if (api && tokens.has(who)) headers.authorization = `Bearer ${tokens.get(who)}`;
  if (!api && cookies.has(who)) headers.cookie = `indaba=${cookies.get(who)}`;
  const response = await fetch(hub.base + path, { headers, redirect: 'manual' });
  const heads = [...response.headers]
    .filter(([name]) => name !== 'set-cookie')
    .map((pair) => pair.join(': '))
    .join('\n');
  const bytes = new Uint8Array(await response.arrayBuffer());
  // A spreadsheet or an edition is packed: what stands in it is read unpacked.
  const sheet = /spreadsheet|\/zip/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text: `${heads}\n${(sheet ? Object.values(unzipSync(bytes)) : [bytes]).map((each) => strFromU8(each)).join('\n')}` };
}

async function readAll(who: Who, from: Planted, audiences: string[]): Promise<Map<string, string>> {
  const asked: Array<{ where: string; path: string; api: boolean }> = [];
  for (const [outlets, api] of [
    [pageOutlets, false],
    [apiOutlets, true],
  ] as const) {
    for (const [outlet, addresses] of Object.entries(outlets)) {
      const paths = new Set(
        audiences.flatMap((audience) =>
          addresses(
            from.ids[audience]!,
            from.canaries.filter((canary) => canary.audience === audience),
          ),
        ),
      );
      for (const path of paths) asked.push({ where: `${api ? 'api ' : ''}${outlet} ${path}`, path, api });
    }
  }
  const read = new Map<string, string>();
  // Twenty at a time, because each search waits for its step; and never more than one's turns.
  for (let i = 0; i < asked.length; i += 20) {
    await c.behind('delete from app.rate_buckets');
    await Promise.all(
      asked.slice(i, i + 20).map(async ({ where, path, api }) => {
        const { status, text } = await ask(who, path, api);
        if (status >= 500 || status === 429) throw new Error(`${path} as ${who} answered ${status}: ${text.slice(0, 400)}`);
        read.set(where, text);
      }),
    );
  }
  return read;
}

test('every route is an outlet that is read here, or says why it holds no words', () => {
  const routes = new Set(
    globSync('src/routes/**/+{page,server,page.server}.{ts,svelte}', { cwd: root }).map((file) => dirname(file).replace(/^src\/routes/, '') || '/'),
  );
  const known = new Set([...Object.keys(pageOutlets), ...Object.keys(silentRoutes)]);
  expect([...routes].filter((route) => !known.has(route)).sort()).toEqual([]);
  expect([...known].filter((route) => !routes.has(route)).sort()).toEqual([]);
});

test('every reading operation of the API is an outlet that is read here', () => {
  const reading = operations.filter(({ method }) => method === 'GET').map(({ path }) => path);
  expect(reading.filter((path) => !(path in apiOutlets)).sort()).toEqual([]);
});

test('every table with words has a word planted in it', async () => {
  const rows = await c.behind<{
    name: string;
  }>(`select distinct n.nspname || '.' || c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('app','search','sealed') and c.relkind in ('r','p') and not c.relispartition and a.attnum > 0 and not a.attisdropped and a.atttypid in ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype, 'tsvector'::regtype, 'bytea'::regtype)`);
  const known = new Set<string>([...plantedTables, ...wordless]);
  expect(rows.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
});

test.each(everybody)(
  '%s meets no word that is not theirs, in any outlet',
  async (who) => {
    const outlets = await readAll(who, planted, Object.keys(planted.ids));
    met.set(who, outlets);
    const foreign = planted.canaries.filter((canary) => !canary.readers.has(who));
    if (who === 'eve' || who === 'visitor') expect(foreign.length).toBeGreaterThan(80);
    const leaks: string[] = [];
    for (const [where, text] of outlets) {
      // A word stands in the address when one asks for it; the answer may say it back to whoever typed it, and nothing else.
      const said = foreign.filter(({ word }) => text.includes(word) && !where.includes(word));
      for (const { word, table, audience } of said) leaks.push(`${where}: ${table} of ${audience} (${word})`);
    }
    expect(leaks).toEqual([]);
  },
  300_000,
);

test('the test can fail: everybody does meet words that are theirs', () => {
  const meets = (who: Who) => {
    const texts = [...met.get(who)!.values()].join('\n');
    return new Set(planted.canaries.filter((canary: Canary) => canary.readers.has(who) && texts.includes(canary.word)).map(({ audience }) => audience));
  };
  expect([...meets('visitor')]).toEqual(['public']);
  expect(meets('amina').has('named')).toBe(true);
  expect(meets('mei').has('circle')).toBe(true);
});

test('for Eve, hidden rows change no byte of anything: no count, no order, no error', async () => {
  const after = await readAll('eve', planted, ['public']);
  const changed = [...before].filter(([where, text]) => steady(after.get(where) ?? '') !== steady(text)).map(([where]) => where);
  const [one] = changed;
  if (one) {
    const [was, is] = [steady(before.get(one)!), steady(after.get(one) ?? '')];
    const at = [...was].findIndex((letter, i) => letter !== is[i]);
    expect(`${one}: ${is.slice(Math.max(0, at - 120), at + 120)}`).toBe(`${one}: ${was.slice(Math.max(0, at - 120), at + 120)}`);
  }
  expect(changed).toEqual([]);
}, 120_000);

test('for a token without the scope, what is said under AMBER changes no byte of any answer: no count, no order', async () => {
  const token = (await c.signIn('mei', ['read'])).cookie;
  const { thread } = planted.ids.circle!;
  const say = () =>
    as(c.as('jonas'), (tx) => postMessage(tx, { thread_id: thread, body: 'said in confidence', marking: 'TLP:AMBER', retry_key: randomUUID() })).then(tell);
  const paths = new Set(Object.values(apiOutlets).flatMap((addresses) => addresses(planted.ids.circle!, [])));
  const hear = async () => {
    await c.behind('delete from app.rate_buckets');
    const answers = [...paths].map(async (path) => {
      const response = await fetch(hub.base + path, { headers: { accept: 'application/json', authorization: `Bearer ${token}` } });
      return [path, `${response.status} ${steady(await response.text())}`] as const;
    });
    return new Map(await Promise.all(answers));
  };
  // The first of them makes the numbers of that thread unsaid; from then on nothing tells of another.
  await say();
  const before = await hear();
  await say();
  const after = await hear();
  expect([...paths].filter((path) => before.get(path) !== after.get(path))).toEqual([]);
  expect([...before.values()].filter((text) => text.startsWith('200')).length).toBeGreaterThan(30);
}, 120_000);

test('absent and not-yours look alike: same status, same words, in pages and API', async () => {
  const hidden = planted.ids.named!;
  const absent = {
    ...Object.fromEntries(Object.keys(hidden).map((key) => [key, '01900000-0000-7000-8000-000000000000'])),
    code: 'zzzzzzzz',
    channelSlug: 'absent',
    spaceSlug: 'absent',
    path: 'absent',
  };
  const different: string[] = [];
  for (const who of ['visitor', 'eve', 'karim', 'jonas'] as const) {
    for (const [outlets, api] of [
      [pageOutlets, false],
      [apiOutlets, true],
    ] as const) {
      for (const [outlet, addresses] of Object.entries(outlets)) {
        const [theirs, nobodys] = [addresses(hidden, []), addresses(absent, [])];
        for (const [i, path] of theirs.entries()) {
          if (path === nobodys[i]) continue;
          const [a, b] = await Promise.all([ask(who, path, api), ask(who, nobodys[i]!, api)]);
          const bare = (answer: { status: number; text: string }, ids: Record<string, string>) =>
            Object.values(ids)
              .reduce((text, id) => text.replaceAll(id, '').replaceAll(encodeURIComponent(id), ''), `${answer.status} ${steady(answer.text)}`)
              .replace(/content-length: \d+|etag: .*|x-request-id: .*|date: .*/g, '');
          if (bare(a, hidden) !== bare(b, absent)) different.push(`${who} ${outlet} ${path}: ${a.status}/${b.status}`);
        }
      }
    }
  }
  expect(different).toEqual([]);
}, 120_000);
