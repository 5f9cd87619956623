/** Files by token over the real server: sent in whole or in pieces, posted, fetched; each scope and label; what a token may not. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Upload } from 'tus-js-client';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let thread: string;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  for (const name of ['amina', 'jonas', 'eve', 'pita'] as Name[]) tokens[name] = (await c.signIn(name, ['read', 'write', 'amber'])).cookie;
  tokens.reader = (await c.signIn('jonas', ['read', 'amber'])).cookie;
  tokens.plain = (await c.signIn('jonas', ['read', 'write'])).cookie;
  tokens.browser = (await c.signIn('amina')).cookie;
  ({ thread_id: thread } = await as(c.as('jonas'), (tx) =>
    startThread(tx, { conversation_id: c.channel['sim-swap'].conversationId, title: 'Files', body: 'Begin', retry_key: randomUUID() }),
  ));
  hub = await openHub();
}, 120_000);
afterAll(async () => {
  await hub?.close();
  await db?.drop();
});

const call = (who: string | null, method: string, path: string, init: RequestInit = {}) =>
  fetch(`${hub.base}/api/v1${path}`, {
    ...init,
    method,
    headers: { ...(who ? { authorization: `Bearer ${tokens[who] ?? who}` } : {}), ...(init.headers as Record<string, string>) },
  });
const json = async <T = Record<string, unknown>>(answer: Response | Promise<Response>) => ({
  status: (await answer).status,
  body: (await (await answer).json()) as T,
});
const say = (who: string, body: unknown) =>
  json<{ id: string; code: string }>(
    call(who, 'POST', `/threads/${thread}/messages`, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  );

test('sent in whole, posted under a label, read by who reads the message with a token that carries the label', async () => {
  const bytes = randomBytes(700_000);
  const sent = await json<{ id: string; whole: boolean; scan: string; size: number }>(
    call('amina', 'POST', '/uploads?name=..%2Flist%20of%20numbers.csv', { body: bytes }),
  );
  expect([sent.status, sent.body.whole, sent.body.scan, sent.body.size]).toEqual([201, true, 'unasked', 700_000]);
  expect((await json<{ items: Array<{ id: string }> }>(call('amina', 'GET', '/uploads'))).body.items.map(({ id }) => id)).toEqual([sent.body.id]);
  const message = await say('amina', { body: 'The numbers', marking: 'TLP:AMBER', files: [sent.body.id] });
  expect(message.status).toBe(201);
  const { files } = (await json<{ files: Array<{ id: string; name: string; size: number }> }>(call('jonas', 'GET', `/messages/${message.body.id}`))).body;
  expect(files.map(({ name, size }) => [name, size])).toEqual([['list of numbers.csv', 700_000]]);
  const fetched: Record<string, number> = {};
  for (const who of ['amina', 'jonas', 'reader', 'plain', 'pita', 'eve', 'browser', 'made-up', null])
    fetched[who ?? 'nobody'] = (await call(who, 'GET', `/files/${files[0]!.id}`)).status;
  expect(fetched).toEqual({ amina: 200, jonas: 200, reader: 200, plain: 404, pita: 404, eve: 404, browser: 401, 'made-up': 401, nobody: 404 });
  const got = await call('reader', 'GET', `/files/${files[0]!.id}`);
  expect(
    createHash('sha256')
      .update(new Uint8Array(await got.arrayBuffer()))
      .digest('hex'),
  ).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect([got.headers.get('content-type'), got.headers.get('vary'), got.headers.get('content-security-policy')]).toEqual([
    'application/octet-stream',
    'Authorization',
    "default-src 'none'; frame-ancestors 'none'; sandbox",
  ]);
  expect((await json<{ items: unknown[] }>(call('amina', 'GET', '/uploads'))).body.items).toEqual([]);
}, 60_000);

test('in pieces by a client of tus, with a token', async () => {
  const bytes = randomBytes(3_000_000);
  const id = await new Promise<string>((done, failed) => {
    const upload = new Upload(bytes, {
      endpoint: `${hub.base}/api/v1/uploads`,
      chunkSize: 1_000_000,
      headers: { authorization: `Bearer ${tokens.amina}` },
      metadata: { filename: 'pieces.bin' },
      onError: failed,
      onSuccess: () => done(upload.url!.split('/').at(-1)!),
    });
    upload.start();
  });
  const seen = await json<{ offset: number; name: string }>(call('amina', 'GET', `/uploads/${id}`));
  expect([seen.body.offset, seen.body.name]).toEqual([3_000_000, 'pieces.bin']);
  for (const who of ['jonas', 'eve', null]) expect([401, 404]).toContain((await call(who, 'GET', `/uploads/${id}`)).status);
  expect((await say('jonas', { body: 'stolen', files: [id] })).status).toBe(404);
  expect((await say('amina', { body: 'pieces', files: [id] })).status).toBe(201);
}, 60_000);

test('what a token may not: without the scope write, a browser’s cookie, nobody, too large, unsaid, let go', async () => {
  const refused = async (who: string | null, init: RequestInit = { body: 'x' }) => {
    const { status, body } = await json<{ code: string }>(call(who, 'POST', '/uploads', init));
    return [status, body.code];
  };
  expect(await refused('reader')).toEqual([403, 'common.not_allowed']);
  expect(await refused('browser')).toEqual([401, 'api.token']);
  expect(await refused(null)).toEqual([401, 'api.token']);
  expect(await refused('amina', { body: '' })).toEqual([422, 'files.file.empty']);
  const endless = new ReadableStream({ start: (controller) => (controller.enqueue(new Uint8Array(5)), controller.close()) });
  expect(await refused('amina', { body: endless, duplex: 'half' } as RequestInit)).toEqual([400, 'files.upload.header']);
  expect(await refused('amina', { body: new Uint8Array(20 * 1024 * 1024 + 1) })).toEqual([413, 'files.file.too_large']);
  const { body } = await json<{ id: string }>(call('amina', 'POST', '/uploads?name=x', { body: 'x' }));
  expect((await call('amina', 'DELETE', `/uploads/${body.id}`)).status).toBe(204);
  expect((await call('amina', 'GET', `/uploads/${body.id}`)).status).toBe(404);
  const document = (await json<{ paths: Record<string, Record<string, unknown>> }>(call(null, 'GET', '/openapi.json'))).body;
  expect(Object.keys(document.paths['/uploads']!).sort()).toEqual(['get', 'post']);
  expect(document.paths['/files/{id}']!.get).toBeTruthy();
}, 60_000);
