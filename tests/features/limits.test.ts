/** Limits through the door: each refuses, serves again, and costs nobody else their turn. */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { buckets } from '#platform/http/buckets.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { defaultLimits, limitNames, readLimits } from '#platform/limits.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';

const root = resolve(import.meta.dirname, '../..');
const small =
  'body-bytes=20000 page-body-bytes=60000 api-body-bytes=40000 header-bytes=8000 header-seconds=1 request-seconds=2 connections=90 address-connections=60 ' +
  'reads=60 address-reads=120 writes=15 address-writes=120 previews=60 address-suggestions=60 streams=60';
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let port: number;
let folder: string;

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  folder = mkdtempSync(join(tmpdir(), 'indaba-limits-'));
  Object.assign(process.env, { INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys'), INDABA_LIMITS: small });
  forgetConfig();
  ensureKeys();
  await ensureSignInKey(db.owner);
  // 127.0.0.1 is a proxy here: each asker is an address of its own. ::1 is not.
  hub = await openHub(['127.0.0.1']);
  port = Number(new URL(hub.base).port);
}, 60_000);
afterAll(async () => {
  await hub?.close();
  await db?.drop();
  delete process.env.INDABA_LIMITS;
  rmSync(folder, { recursive: true, force: true });
});

let addresses = 0;
const anAddress = () => `203.0.113.${++addresses}`;
type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string };
type Asked = { method?: string; headers?: Record<string, string>; body?: string; chunked?: boolean; from?: string };

/** By hand, since what is asked for here a browser's library would refuse to send. */
function ask(path: string, { method = 'GET', headers = {}, body, chunked, from = anAddress() }: Asked = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    const length = body === undefined || chunked ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asked = send(
      {
        port,
        host: '127.0.0.1',
        path,
        method,
        agent: false,
        headers: { host: new URL(hub.base).host, 'x-forwarded-for': from, accept: 'text/html', ...length, ...headers },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      },
    );
    asked.on('error', fail);
    if (chunked && body) for (let at = 0; at < body.length; at += 7_000) asked.write(body.slice(at, at + 7_000));
    asked.end(chunked ? undefined : body);
  });
}
const form = 'application/x-www-form-urlencoded';
const signedIn = async (name: 'amina' | 'jonas' | 'mei' | 'lucia') => ({ cookie: `indaba=${(await c.signIn(name)).cookie}`, origin: hub.base });
const posted = async (text: string) => (await c.behind<{ n: number }>('select count(*)::int as n from app.messages where body like $1', [`%${text}%`]))[0]?.n;
/** How long a reader waits for the front page, each time from another address: the slowest of five. */
async function slowest(): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const begun = performance.now();
    expect((await ask('/controls?group=threat:1')).status).toBe(200);
    times.push(performance.now() - begun);
  }
  return Math.max(...times);
}
function line(): Promise<Socket & { heard: string }> {
  return new Promise((done, fail) => {
    const socket = Object.assign(connect(port, '127.0.0.1'), { heard: '' });
    socket.setEncoding('utf8').on('data', (chunk) => (socket.heard += chunk));
    socket.once('connect', () => done(socket)).once('error', fail);
    socket.on('error', () => socket.destroy());
  });
}
const over = (socket: Socket) =>
  socket.destroyed || socket.readableEnded ? Promise.resolve() : new Promise<void>((done) => void socket.once('end', done).once('close', () => done()));

const routes = [
  ...new Set(globSync('src/routes/**/+{page,server,page.server}.{ts,svelte}', { cwd: root }).map((file) => dirname(file).replace(/^src\/routes/, '') || '/')),
].sort();
const addressOf = (route: string) =>
  route
    .replace('[[name]]', 'n')
    .replace('[...path]', 'somewhere')
    .replace(/\[(\w+)\]/g, 'x');
const larger = [...readFileSync(join(root, 'src/limits.server.ts'), 'utf8').matchAll(/^ {2}'(\/[^']*)': '([a-z-]+)',$/gm)];

const inPieces = [.../inPieces = new Set\(\[(.*)\]\)/.exec(readFileSync(join(root, 'src/limits.server.ts'), 'utf8'))![1]!.matchAll(/'([^']+)'/g)].map(
  ([, route]) => route!,
);

test('every route has a body limit: one byte more is refused with its length said and without, in words and as a problem', async () => {
  const limits = readLimits(small);
  const named = new Map(larger.map(([, route = '', name]) => [route, name as keyof typeof limits]));
  expect(named.size).toBe(7);
  expect([...named.keys()].filter((route) => !routes.includes(route))).toEqual([]);
  expect(routes.length).toBeGreaterThan(40);
  const wrong: string[] = [];
  for (const route of [...routes, null]) {
    // Files come in pieces with limits of their own (tests/faults/uploads): from nobody, or without a word of what comes, nothing is read.
    if (inPieces.includes(route ?? '')) {
      const at = await ask(addressOf(route!), {
        method: 'POST',
        body: 'x'.repeat(limits['body-bytes'] + 1),
        headers: { 'content-type': form, origin: hub.base },
      });
      if (![401, 405, 412].includes(at.status)) wrong.push(`${route} answered ${at.status}`);
      continue;
    }
    const path = route === null ? '/no/such/address' : addressOf(route);
    const most = limits[named.get(route ?? '') ?? 'body-bytes'];
    for (const chunked of [false, true]) {
      const at = await ask(path, { method: 'POST', body: 'x'.repeat(most + 1), chunked, headers: { 'content-type': form, origin: hub.base } });
      if (at.status !== 413 || !at.text.includes(`${Math.floor(most / 1024)} KB`)) wrong.push(`${path} ${chunked ? 'chunked ' : ''}answered ${at.status}`);
    }
    const within = await ask(path, { method: 'POST', body: 'x'.repeat(most), headers: { 'content-type': form, origin: hub.base } });
    if (within.status === 413 || within.status === 429 || within.status >= 500) wrong.push(`${path} answered ${within.status} to what fits`);
  }
  expect(wrong).toEqual([]);
  const problem = await ask('/api/v1/messages', { method: 'POST', body: 'x'.repeat(40_001), headers: { accept: '*/*', 'content-type': 'application/json' } });
  expect(problem).toMatchObject({ status: 413, headers: { 'content-type': 'application/problem+json' } });
  expect(JSON.parse(problem.text)).toMatchObject({ status: 413, code: 'common.body.too_large' });
}, 60_000);

test('a message too large leaves nothing behind, and the same session posts the next', async () => {
  const headers = { ...(await signedIn('amina')), 'content-type': form };
  const body = (text: string) => new URLSearchParams({ title: 'Large', body: text, retry_key: crypto.randomUUID() }).toString();
  const path = '/channels/all-members?/post';
  for (const chunked of [false, true])
    expect((await ask(path, { method: 'POST', headers, chunked, body: body(`toolarge ${'x'.repeat(20_000)}`) })).status).toBe(413);
  expect(await posted('toolarge')).toBe(0);
  expect((await ask(path, { method: 'POST', headers, chunked: true, body: body('fitsagain') })).status).toBe(303);
  expect(await posted('fitsagain')).toBe(1);
});

test('too many writes of one session: 429, what was typed is in the answer and goes through later; others write meanwhile', async () => {
  const headers = { ...(await signedIn('amina')), 'content-type': form };
  const many = await Promise.all(Array.from({ length: 40 }, () => ask('/circles', { method: 'POST', headers, body: 'name=' })));
  expect(many.filter(({ status }) => status === 429).length).toBeGreaterThan(15);
  expect(many.filter(({ status }) => status !== 429).length).toBeGreaterThanOrEqual(15);
  const typed = { title: 'Kept', body: 'keptwords & "signs"\r\nsecond line', mark: 'TLP:GREEN', retry_key: crypto.randomUUID() };
  const refused = await ask('/channels/all-members?/post', { method: 'POST', headers, body: new URLSearchParams(typed).toString() });
  expect(refused.status).toBe(429);
  const wait = Number(refused.headers['retry-after']);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThan(5);
  expect(refused.text).toContain('keptwords &amp; &quot;signs&quot;');
  expect(refused.text).toContain('action="/channels/all-members?/post"');
  expect(refused.headers['content-security-policy']).toContain("form-action 'self'");
  const secret = await ask('/signin', { method: 'POST', headers, body: 'email=a%40example.org&password=hunter2' });
  expect(secret.status).toBe(429);
  expect(secret.text).not.toContain('hunter2');
  const problem = await ask('/channels/all-members?/post', { method: 'POST', headers: { ...headers, accept: 'application/json' }, body: '' });
  expect(JSON.parse(problem.text)).toMatchObject({ status: 429, code: 'common.rate.too_often' });
  const other = { ...(await signedIn('jonas')), 'content-type': form };
  expect(
    (
      await ask('/channels/all-members?/post', {
        method: 'POST',
        headers: other,
        body: new URLSearchParams({ title: 'O', body: 'otherwrites', retry_key: crypto.randomUUID() }).toString(),
      })
    ).status,
  ).toBe(303);
  expect(await posted('keptwords')).toBe(0);
  await sleep(wait * 1_000 + 100);
  expect((await ask('/channels/all-members?/post', { method: 'POST', headers, body: new URLSearchParams(typed).toString() })).status).toBe(303);
  expect(await posted('keptwords')).toBe(1);
}, 30_000);

test('too many reads of one network, under as many invented sessions as one likes: 429 there, 200 elsewhere, 200 again later', async () => {
  const from = anAddress();
  const many = await Promise.all(
    Array.from({ length: 200 }, (_, i) => ask('/controls?group=threat:3', { from, ...(i % 2 ? { headers: { cookie: `indaba=invented${i}` } } : {}) })),
  );
  expect(many.filter(({ status }) => status === 429).length).toBeGreaterThan(40);
  // A bucket fills all the while: on a slow machine one call may find room again, so many are made.
  const programs = await Promise.all(Array.from({ length: 100 }, () => ask('/api/v1/spaces', { from, headers: { accept: '*/*' } })));
  expect(programs.find(({ status }) => status === 429)?.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '1' });
  expect(await slowest()).toBeLessThan(2_000);
  await sleep(1_200);
  expect((await ask('/controls?group=threat:3', { from })).status).toBe(200);
}, 30_000);

test('previews, suggestions and streams have buckets of their own', async () => {
  const headers = { ...(await signedIn('mei')), 'content-type': form };
  const previews = await Promise.all(Array.from({ length: 70 }, () => ask('/changes/preview', { method: 'POST', headers, body: 'text=x' })));
  expect(previews.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  expect((await ask('/circles', { method: 'POST', headers, body: 'name=' })).status).not.toBe(429);
  const from = anAddress();
  const suggestions = await Promise.all(Array.from({ length: 70 }, () => ask('/search/suggest', { from, headers: { accept: 'application/json' } })));
  expect(suggestions.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  expect((await ask('/controls?group=threat:3', { from })).status).toBe(200);
  const stale = { cookie: 'indaba=nobody', accept: 'text/event-stream' };
  const streams = await Promise.all(Array.from({ length: 70 }, () => ask('/events', { headers: stale })));
  // A browser that is answered 429 never asks again: it gets a stream that ends at once and says when to come back.
  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([401, 200]));
  const late = streams.find(({ status }) => status === 200)!;
  expect([late.headers['content-type'], late.text]).toEqual(['text/event-stream; charset=utf-8', expect.stringMatching(/^retry: [1-9]\d{3,5}\n/)]);
  const programs = await Promise.all(Array.from({ length: 70 }, () => ask('/events?poll=1', { headers: stale })));
  expect(programs.some(({ status }) => status === 429)).toBe(true);
}, 30_000);

test('slow heads and bodies, huge heads and things that are no request: each is told, hung up on, and others are served; streams live on', async () => {
  const { cookie } = await signedIn('lucia');
  const token = (await c.signIn('lucia', ['read', 'amber'])).cookie;
  const streams = await Promise.all([line(), line()]);
  streams[0].write(`GET /events HTTP/1.1\r\nhost: localhost:${port}\r\ncookie: ${cookie}\r\n\r\n`);
  streams[1].write(`GET /api/v1/events HTTP/1.1\r\nhost: localhost:${port}\r\nauthorization: Bearer ${token}\r\n\r\n`);
  const open = async (text: string) => {
    const socket = await line();
    socket.write(text);
    return socket;
  };
  const head = `host: localhost:${port}\r\n`;
  const times = (text: string) => Promise.all(Array.from({ length: 15 }, () => open(text)));
  const slowHeads = await times(`GET / HTTP/1.1\r\n${head}`);
  const slowBodies = await times(`POST /signin HTTP/1.1\r\n${head}content-type: ${form}\r\ncontent-length: 1000\r\n\r\nemail=`);
  const hugeHeads = await times(`GET / HTTP/1.1\r\n${head}x-much: ${'x'.repeat(9_000)}\r\n\r\n`);
  const noise = await times('\x16\x03\x01\x02\x00\x01\x00 hello\r\n\r\n');
  const begun = performance.now();
  expect(await slowest()).toBeLessThan(2_000);
  await Promise.all([...slowHeads, ...slowBodies, ...hugeHeads, ...noise].map(over));
  expect(performance.now() - begun).toBeLessThan(8_000);
  const said = (sockets: Array<{ heard: string }>) => [...new Set(sockets.map(({ heard }) => heard.split('\r\n', 1)[0]))];
  expect(said(slowHeads)).toEqual(['HTTP/1.1 408 Request Timeout']);
  expect(said(slowBodies)).toEqual(['HTTP/1.1 408 Request Timeout']);
  expect(said(hugeHeads)).toEqual(['HTTP/1.1 431 Request Header Fields Too Large']);
  expect(said(noise)).toEqual(['HTTP/1.1 400 Bad Request']);
  await sleep(Math.max(0, 4_000 - (performance.now() - begun)));
  const headers = { ...(await signedIn('jonas')), 'content-type': form };
  const body = new URLSearchParams({ title: 'S', body: 'streamstillhere', retry_key: crypto.randomUUID() }).toString();
  expect((await ask('/channels/all-members?/post', { method: 'POST', headers, body })).status).toBe(303);
  await expect.poll(() => streams.map(({ heard }) => /message|conversation/.test(heard)), { timeout: 5_000 }).toEqual([true, true]);
  for (const stream of streams) stream.destroy();
}, 40_000);

test('too many lines: the next is told so at once, and there is room again when they go', async () => {
  const lines: Array<Socket & { heard: string }> = [];
  const hold = `POST /signin HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-type: ${form}\r\ncontent-length: 1000\r\n\r\n`;
  for (let i = 0; i < 100; i++) {
    const socket = await line();
    socket.write(hold);
    lines.push(socket);
  }
  await expect.poll(() => lines.filter(({ heard }) => heard.startsWith('HTTP/1.1 503')).length).toBeGreaterThanOrEqual(10);
  const told = lines.find(({ heard }) => heard.startsWith('HTTP/1.1 503'))!;
  expect(told.heard).toContain('retry-after: 5');
  expect(told.heard).toContain('Too many connections');
  for (const each of lines) each.destroy();
  await sleep(200);
  expect((await ask('/controls?group=threat:1')).status).toBe(200);
}, 20_000);

test('a bucket fills evenly, forgets the oldest, and settings name what is wrong', () => {
  let time = 0;
  const held = buckets(2, () => time);
  expect([held.take('a', 2), held.take('a', 2), held.take('a', 2)]).toEqual([0, 0, 30]);
  time = 30_000;
  expect([held.take('a', 2), held.take('a', 2)]).toEqual([0, 30]);
  held.take('b', 1);
  held.take('c', 1);
  expect(held.size).toBe(2);
  expect(held.take('a', 2)).toBe(0);
  expect(readLimits(undefined)).toEqual(defaultLimits);
  expect(readLimits('writes=7, connections=9')).toEqual({ ...defaultLimits, writes: 7, connections: 9 });
  for (const bad of ['write=7', 'writes', 'writes=0', 'writes=-1', 'header-seconds=500', 'constructor=3'])
    expect(() => readLimits(bad), bad).toThrow(/INDABA_LIMITS/);
});

test('the manual names every limit with the number it has', () => {
  const manual = readFileSync(join(root, 'docs/operating/limits.md'), 'utf8');
  for (const name of limitNames) expect(manual).toMatch(new RegExp(`\\| \`${name}\` \\| ${defaultLimits[name].toLocaleString('en')} \\|`));
});
