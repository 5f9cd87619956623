import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { newId } from '#platform/ids.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { operations } from '../../src/routes/api/v1/operations/index.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let space: MadeSpace;
const tokens = new Map<string, string>();

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  const folder = mkdtempSync(join(tmpdir(), 'indaba-api-'));
  Object.assign(process.env, { INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys') });
  forgetConfig();
  ensureKeys();
  await ensureSignInKey(db.owner);
  space = await makeSpace('framework', 1, {
    'sim-attacks': pageText(
      'SIM attacks',
      'About SIM cards.',
      controlText('check-identity', 'Check identity', 'The operator checks who asks.', 'gitbook:10.1'),
    ),
  });
  for (const name of ['amina', 'pita', 'mei', 'eve', 'lucia'] as Name[]) tokens.set(name, (await c.signIn(name, ['read', 'write'])).cookie);
  tokens.set('reader', (await c.signIn('amina', ['read'])).cookie);
  tokens.set('amber', (await c.signIn('amina', ['read', 'write', 'amber'])).cookie);
  hub = await openHub();
}, 60_000);
afterAll(async () => {
  await hub.close();
  await db.drop();
});

type Json = Record<string, never> & { [key: string]: unknown };
async function call(who: string | null, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${hub.base}/api/v1${path}`, {
    method,
    headers: {
      ...(who ? { authorization: `Bearer ${tokens.get(who) ?? who}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    type: response.headers.get('content-type') ?? '',
    json: (text ? JSON.parse(text) : null) as Json,
  };
}

test('without a token one is a visitor: the library is open, talk is not', async () => {
  expect((await call(null, 'GET', '/spaces')).json.items).toMatchObject([{ slug: 'framework', controls: 1 }]);
  const page = await call(null, 'GET', '/spaces/framework/pages/sim-attacks');
  expect(page.json).toMatchObject({ title: 'SIM attacks', revision: { number: 1 } });
  expect((await call(null, 'GET', '/spaces/framework/pages/sim-attacks', undefined, { 'if-none-match': page.etag })).status).toBe(304);
  expect((await call(null, 'GET', '/channels')).json.items).toMatchObject([{ slug: 'square' }]);
  expect((await call(null, 'GET', '/me')).json).toMatchObject({ status: 401, code: 'api.token' });
});

test('an unknown token, a revoked one and a browser session are each no token', async () => {
  const { cookie } = await c.signIn('amina');
  for (const token of ['nonsense', cookie]) {
    const refused = await call(token, 'GET', '/spaces');
    expect(refused).toMatchObject({ status: 401, type: 'application/problem+json', json: { code: 'api.token' } });
  }
  const { cookie: token, sessionId } = await c.signIn('amina', ['read', 'write']);
  expect((await call(token, 'DELETE', `/sessions/${sessionId}`)).status).toBe(204);
  expect((await call(token, 'GET', '/spaces')).status).toBe(401);
});

test.each(['', ' ', '.', 'null', 'undefined', '%', '*', 'indaba_', '00000000-0000-0000-0000-000000000000', '0'.repeat(64)])(
  '"%s" is no token, and matches nobody',
  async (token) => {
    const answer = await fetch(`${hub.base}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'api.token']);
  },
);

test('nothing is set by a field that is not there, or by what only looks true', async () => {
  const { thread_id } = (await call('pita', 'POST', '/channels/all-members/threads', { title: 'Looks true', body: 'numbat' })).json as unknown as {
    thread_id: string;
  };
  const names = ['author', 'byline_id', 'created_at', 'number', 'audience_id', 'pinned', 'label', 'priority', 'edited_at', '__proto__', 'constructor'];
  const tries = [
    ...names.flatMap((name) => [true, '1', 'yes', []].map((value) => `{"body":"quoll",${JSON.stringify(name)}:${JSON.stringify(value)}}`)),
    ...[true, 1, '1', 'yes', ['TLP:CLEAR'], { $ne: null }, 'tlp:clear', ''].map((marking) => JSON.stringify({ body: 'quoll', marking })),
    ...[true, 1, ['quoll'], { quoll: 1 }, null].map((body) => JSON.stringify({ body })),
  ];
  for (const body of tries) expect((await call('pita', 'POST', `/threads/${thread_id}/messages`, body)).status, body).toBe(422);
  const { items } = (await call('pita', 'GET', `/threads/${thread_id}/messages`)).json as unknown as { items: { body: string }[] };
  expect(items.map(({ body }) => body.trim())).toEqual(['numbat']);
});

test('a cookie is not asked about at all', async () => {
  const { cookie } = await c.signIn('amina');
  const answer = await fetch(`${hub.base}/api/v1/channels`, { headers: { cookie: `indaba=${cookie}` } });
  expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(1);
});

test('propose, review and merge; the control and its page agree', async () => {
  const page = (await call('pita', 'GET', '/spaces/framework/pages/sim-attacks')).json as unknown as {
    id: string;
    path: string;
    revision: { id: string; text: string };
  };
  const proposal = {
    space_id: space.id,
    title: 'Say where',
    reason: 'Agents too',
    pages: [
      {
        action: 'edit',
        page_id: page.id,
        base_revision_id: page.revision.id,
        path: page.path,
        text: page.revision.text.replace('checks who asks', 'checks who asks, at every shop'),
      },
    ],
  };
  const key = newId();
  const opened = await call('pita', 'POST', '/change-requests', proposal, { 'idempotency-key': key });
  expect(opened.status).toBe(201);
  expect((await call('pita', 'POST', '/change-requests', proposal, { 'idempotency-key': key })).json.id).toBe(opened.json.id);
  expect((await call('eve', 'POST', '/change-requests', proposal)).status).toBe(404);
  expect((await call('reader', 'POST', '/change-requests', proposal)).status).toBe(404);
  expect((await call('pita', 'POST', `/change-requests/${opened.json.id}/merge`, {})).json).toMatchObject({
    status: 403,
    code: 'library.change_request.may_not_decide',
  });
  expect((await call('mei', 'POST', `/change-requests/${opened.json.id}/merge`, { reason: 'Good' })).json.status).toBe('merged');
  const [control] = (await call(null, 'GET', '/controls?q=10.1')).json.items as unknown as Array<{ code: string }>;
  expect((await call(null, 'GET', `/controls/${control!.code}`)).json.text).toContain('at every shop');
});

test('post, edit with If-Match, take back; labels hold for tokens', async () => {
  const thread = await call('amber', 'POST', '/channels/sim-swap/threads', { title: 'A number', body: 'Secret figure', marking: 'TLP:AMBER' });
  expect(thread.status).toBe(201);
  expect((await call('amber', 'GET', `/messages/${thread.json.id}`)).status).toBe(200);
  // The same person with a token that may not carry AMBER.
  expect((await call('amina', 'GET', `/messages/${thread.json.id}`)).status).toBe(404);
  expect(JSON.stringify((await call('amina', 'GET', `/threads/${thread.json.thread_id}/messages`)).json)).not.toContain('Secret figure');
  const refused = await call('amina', 'POST', '/channels/all-members/threads', { title: 'Too high', body: 'x', marking: 'TLP:RED' });
  expect(refused.json).toMatchObject({ status: 422, code: 'conversations.message.above_ceiling' });
  const posted = await call('amina', 'POST', '/channels/all-members/threads', { title: 'Hello', body: 'First' });
  const read = await call('amina', 'GET', `/messages/${posted.json.id}`);
  expect((await call('amina', 'PATCH', `/messages/${posted.json.id}`, { body: 'Second' }, { 'if-match': '"stale"' })).json).toMatchObject({
    status: 412,
    code: 'api.stale',
  });
  const edited = await call('amina', 'PATCH', `/messages/${posted.json.id}`, { body: 'Second' }, { 'if-match': read.etag });
  expect(edited.json.body).toBe('Second');
  expect((await call('mei', 'PATCH', `/messages/${posted.json.id}`, { body: 'Hijack' })).status).toBeGreaterThanOrEqual(403);
  expect((await call('amina', 'DELETE', `/messages/${posted.json.id}`)).status).toBe(204);
});

test('a channel, a circle, an organization: the same key makes one, and with other words is refused', async () => {
  for (const [path, wanted] of [
    ['/channels', { name: 'Key room', purpose: '', audience_id: 2, ceiling: 'TLP:GREEN' }],
    ['/circles', { name: 'Key circle', purpose: '' }],
    ['/organizations', { name: 'Key Office', kind: 'regulator' }],
  ] as const) {
    const key = newId();
    const made = await call('lucia', 'POST', path, { ...wanted }, { 'idempotency-key': key });
    expect(made.status, path).toBeLessThan(300);
    expect((await call('lucia', 'POST', path, { ...wanted }, { 'idempotency-key': key })).json, path).toEqual(made.json);
    expect((await call('lucia', 'POST', path, { ...wanted, name: 'Another' }, { 'idempotency-key': key })).json, path).toMatchObject({
      status: 409,
      code: 'common.key_reused',
    });
  }
});

test('the same key with other words is refused, and lists are cut by an opaque cursor', async () => {
  const key = newId();
  const first = await call('amina', 'POST', '/channels/all-members/threads', { title: 'Once', body: 'same' }, { 'idempotency-key': key });
  expect((await call('amina', 'POST', '/channels/all-members/threads', { title: 'Once', body: 'same' }, { 'idempotency-key': key })).json.id).toBe(
    first.json.id,
  );
  expect((await call('amina', 'POST', '/channels/all-members/threads', { title: 'Once', body: 'other' }, { 'idempotency-key': key })).json).toMatchObject({
    status: 409,
    code: 'conversations.message.key_reused',
  });
  for (let i = 0; i < 5; i++) await call('amina', 'POST', `/threads/${first.json.thread_id}/messages`, { body: `reply ${i}` });
  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page = await call('amina', 'GET', `/threads/${first.json.thread_id}/messages?limit=2${next ? `&cursor=${next}` : ''}`);
    seen.unshift(...(page.json.items as unknown as Array<{ body: string }>).map(({ body }) => body));
    next = page.json.next as unknown as string | null;
  }
  expect(seen).toEqual(['same', 'reply 0', 'reply 1', 'reply 2', 'reply 3', 'reply 4']);
});

test('bad input is answered by place and code, and breaks nothing', async () => {
  expect((await call('amina', 'POST', '/channels', '{')).json).toMatchObject({ status: 400, code: 'api.not_json' });
  expect((await call('amina', 'POST', '/channels', { name: 3 })).json).toMatchObject({
    status: 422,
    errors: expect.arrayContaining([expect.objectContaining({ path: 'name' })]),
  });
  // No text of the database holds a NUL.
  expect((await call('amina', 'POST', '/channels/all-members/threads', { title: 'Odd', body: 'a\u0000b' })).json).toMatchObject({
    status: 422,
    code: 'common.bad_input',
  });
  // A label under a wrong name must not be dropped in silence.
  const { items } = (await call('amina', 'GET', '/channels')).json as unknown as { items: { slug: string }[] };
  const misnamed = await call('amina', 'POST', `/channels/${items[0]?.slug}/threads`, { title: 'Misnamed', body: 'Meant as RED', mark: 'TLP:RED' });
  expect(misnamed.json).toMatchObject({ status: 422, code: 'api.unknown_field', errors: [{ path: 'mark' }] });
  expect((await call('amina', 'GET', '/controls?limit=0')).json.code).toBe('api.limit');
  expect((await call('amina', 'PUT', '/controls')).status).toBe(405);
  expect((await call('amina', 'GET', '/messages/1;drop')).status).toBe(404);
  expect((await fetch(`${hub.base}/api/v1/spaces/%E0%A4%A`)).status).toBe(400);
});

test('the event stream answers tokens, holds labels back, and nobody else', async () => {
  const cookie = (await c.signIn('amina')).cookie;
  for (const bearer of ['', 'nonsense', cookie]) {
    const refused = await fetch(`${hub.base}/api/v1/events?poll=1`, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
  }
  const poll = async (who: string, after?: string) => {
    const answer = await fetch(`${hub.base}/api/v1/events?poll=1${after ? `&after=${encodeURIComponent(after)}` : ''}`, {
      headers: { authorization: `Bearer ${tokens.get(who)}` },
    });
    return (await answer.json()) as { frames: unknown[]; cursor: string };
  };
  // The first answer comes at once and says where the log stands.
  const [plain, amber] = [(await poll('amina')).cursor, (await poll('amber')).cursor];
  await call('amber', 'POST', '/channels/sim-swap/threads', { title: 'Streamed', body: 'hidden-from-plain', marking: 'TLP:AMBER' });
  await call('amber', 'POST', '/channels/all-members/threads', { title: 'For all', body: 'seen-by-plain' });
  const heard = async (who: string, from: string, word: string) => {
    let all = '';
    for (let after = from, tries = 0; tries < 5 && !all.includes(word); tries++) {
      const answer = await poll(who, after);
      all += JSON.stringify(answer.frames);
      after = answer.cursor;
    }
    return all;
  };
  expect(await heard('amber', amber, 'seen-by-plain')).toContain('hidden-from-plain');
  const told = await heard('amina', plain, 'seen-by-plain');
  expect(told).toContain('seen-by-plain');
  expect(told).not.toContain('hidden-from-plain');
}, 60_000);

test('OpenAPI describes every operation from the schemas that check it', async () => {
  const document = (await (await fetch(`${hub.base}/api/v1/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { requestBody?: unknown }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  for (const { method, path, input } of operations) {
    const described = document.paths[path]?.[method.toLowerCase()];
    expect(described, `${method} ${path}`).toBeDefined();
    expect(Boolean(described?.requestBody)).toBe(Boolean(input));
  }
});
