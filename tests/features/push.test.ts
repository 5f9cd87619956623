/** Push, by a stand-in for a push service that opens what it gets as the browser would: who is told, in which words, and that nobody in between reads them. */
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from 'kysely';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { markRead } from '#domains/conversations/mark-read.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { changeChoices } from '#domains/conversations/telling/change-choices.server.ts';
import { sendPushes } from '#domains/conversations/telling/send-pushes.server.ts';
import { pushKey } from '#domains/conversations/telling/subscriptions.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { type Got, openPushService, type PushBrowser, type PushService } from '../support/push-service.ts';

let community: Community;
let hub: Hub;
let service: PushService;
beforeAll(async () => {
  service = await openPushService();
  community = await plantCommunity();
  hub = await openHub();
}, 60_000);
afterAll(async () => {
  await hub?.close();
  service?.close();
  await community?.database.drop();
});
beforeEach(() => {
  service.got = [];
  service.answer = 201;
});

const be = (slug: string) => community.be(slug);
const open = (one: PushBrowser, got: Got) => service.open(one, got);
async function subscribe(slug: string, path: string, session?: string) {
  const one = service.browser(path);
  const visitor = new Visitor(hub.base);
  visitor.cookies.set('indaba', session ?? (await community.cookie(slug)));
  const response = await fetch(`${hub.base}/account/told/push`, {
    method: 'POST',
    headers: { cookie: `indaba=${visitor.cookies.get('indaba')}`, origin: hub.base, 'content-type': 'application/json' },
    body: JSON.stringify(one.subscription),
  });
  return { ...one, status: response.status, visitor };
}
const write = async (from: string, to: string, marking: string | null, body = 'numbats at noon') =>
  as(await be(from), async (tx) => {
    const { conversation_id } = await openDirect(tx, { people: [to] });
    const { rows } = await sql<{ id: string }>`select id from app.threads where conversation_id = ${conversation_id} limit 1`.execute(tx);
    if (rows[0]) await postMessage(tx, { thread_id: rows[0].id, body, marking: marking as 'TLP:GREEN', retry_key: newId() });
    else await startThread(tx, { conversation_id, title: 'They', body, marking: marking as 'TLP:GREEN', retry_key: newId() });
    return (await sql<{ id: string }>`select id from app.threads where conversation_id = ${conversation_id} limit 1`.execute(tx)).rows[0]!.id;
  });
const round = async () => {
  await tell();
  return sendPushes();
};
const again = () => community.behind('update app.pushes set due = now() where due is not null');

test('the browser that asked is told, in words closed for it alone, signed by this hub', async () => {
  const jonas = await subscribe('jonas', '/jonas');
  expect(jonas.status).toBe(204);
  expect((await jonas.visitor.get('/account/told')).text).toContain('This browser, since');
  const thread = await write('amina', 'jonas', 'TLP:GREEN');
  expect(await round()).toBe(1);
  expect(await round()).toBe(0);
  expect(service.got.map((each) => each.path)).toEqual(['/jonas']);
  const [one] = service.got as [Got];
  expect(one.body.includes('numbats')).toBe(false);
  expect(open(jonas, one)).toMatchObject({ title: 'Amina wrote to you', body: 'TLP:GREEN numbats at noon', url: `/threads/${thread}` });
  // RFC 8292: a token for this service alone, signed by the key that the browser was given.
  const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(String(one.headers['authorization'])) ?? [];
  expect(key).toBe(pushKey());
  const [head = '', claims = '', signature = ''] = token.split('.');
  const raw = Buffer.from(key!, 'base64url');
  const publicKey = createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: raw.subarray(1, 33).toString('base64url'), y: raw.subarray(33).toString('base64url') },
  });
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(true);
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; exp: number };
  expect(said.aud).toBe(service.base);
  expect(said.exp * 1000).toBeGreaterThan(Date.now());
});

test.each([
  ['TLP:AMBER', 'Something waits for you at Indaba'],
  ['TLP:AMBER+STRICT', 'Something waits for you at Indaba'],
  [null, 'Something waits for you at Indaba'],
  ['TLP:RED', 'A RED item waits for you at Indaba'],
])('%s: only that something waits', async (label, title) => {
  const desta = await subscribe('desta', `/desta-${label}`);
  await write('lucia', 'desta', label);
  await round();
  const mine = service.got.filter((each) => each.path === encodeURI(`/desta-${label}`) || each.path === `/desta-${label}`);
  expect(mine).toHaveLength(1);
  expect(open(desta, mine[0]!)).toEqual({ title, body: '', url: '/catch-up', tag: 'waits' });
});

test('whoever has read it, wants none, is signed out or suspended is not told', async () => {
  const mei = await subscribe('mei', '/mei');
  const thread = await write('amina', 'mei', 'TLP:CLEAR');
  await tell();
  await as(await be('mei'), (tx) => markRead(tx, { thread_id: thread, number: 1_000 }));
  expect(await round()).toBe(0);
  await as(await be('mei'), (tx) => changeChoices(tx, { push: 'never' }));
  await write('amina', 'mei', 'TLP:CLEAR');
  expect(await round()).toBe(0);
  await as(await be('mei'), (tx) => changeChoices(tx, { push: 'calls' }));
  await write('amina', 'mei', 'TLP:CLEAR');
  await tell();
  await mei.visitor.post('/signout', {});
  expect(await round()).toBe(0);
  await subscribe('mei', '/mei-two');
  await write('amina', 'mei', 'TLP:CLEAR');
  await tell();
  await community.behind("update app.members set status = 'suspended' where slug = 'mei'");
  expect(await round()).toBe(0);
  await community.behind("update app.members set status = 'active' where slug = 'mei'");
  expect(service.got).toEqual([]);
});

test('a service that does not answer is asked again; a browser it does not know is forgotten', async () => {
  await subscribe('jonas', '/again');
  await write('desta', 'jonas', 'TLP:GREEN');
  service.answer = 503;
  await round();
  const tried = service.got.length;
  expect(tried).toBeGreaterThan(0);
  expect(await round()).toBe(0);
  expect(service.got.length).toBe(tried);
  service.answer = 410;
  await again();
  await round();
  expect(await community.behind(`select 1 from app.push_subscriptions where member_id = '${community.ids['jonas']}'`)).toEqual([]);
});

test('by program: a token that may write, told what it may read and no more; it ends with the token', async () => {
  const make = async (scopes: Array<'read' | 'write' | 'amber'>) =>
    (await as(await be('desta'), (tx) => createToken(tx, { name: 'phone', scopes, days: 1 }))).token;
  const call = (token: string, method: string, path: string, body?: unknown) =>
    fetch(`${hub.base}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : null,
    });
  const [reads, writes, amber] = [await make(['read']), await make(['read', 'write']), await make(['read', 'write', 'amber'])];
  const [one, two] = [service.browser('/program'), service.browser('/program-amber')];
  expect((await call(reads, 'POST', '/push-subscriptions', one.subscription)).status).toBe(404);
  expect(await (await call(reads, 'GET', '/push-key')).json()).toEqual({ public_key: pushKey() });
  expect((await call(writes, 'POST', '/push-subscriptions', one.subscription)).status).toBe(201);
  expect((await call(amber, 'POST', '/push-subscriptions', two.subscription)).status).toBe(201);
  const listed = (await (await call(writes, 'GET', '/push-subscriptions')).json()) as { items: Array<{ id: string; device: string; here: boolean }> };
  expect(listed.items.filter(({ here }) => here)).toMatchObject([{ device: 'phone' }]);
  expect(JSON.stringify(listed)).not.toContain(service.base);
  const reached = () => service.got.map(({ path }) => path).filter((path) => path.startsWith('/program'));
  await write('amina', 'desta', 'TLP:GREEN');
  await round();
  expect(reached().sort()).toEqual(['/program', '/program-amber']);
  service.got = [];
  await write('amina', 'desta', 'TLP:AMBER');
  await round();
  expect(reached()).toEqual(['/program-amber']);
  service.got = [];
  await write('amina', 'desta', 'TLP:RED');
  await round();
  expect(reached()).toEqual([]);
  // Somebody else's is not there to be ended; one's own is, and a revoked token is told nothing.
  const jonas = (await as(await be('jonas'), (tx) => createToken(tx, { name: 't', scopes: ['read', 'write'], days: 1 }))).token;
  const mine = listed.items.find(({ here }) => here)!.id;
  expect((await call(jonas, 'DELETE', `/push-subscriptions/${mine}`)).status).toBe(404);
  expect((await call(writes, 'DELETE', `/push-subscriptions/${mine}`)).status).toBeLessThan(300);
  await community.behind(`update app.sessions set revoked_at = now() where kind = 'token' and member_id = '${community.ids['desta']}'`);
  await write('amina', 'desta', 'TLP:GREEN');
  await round();
  expect(reached()).toEqual([]);
});

test('who may ask for it: a browser, for itself; what is wrong is refused; addresses and keys are read by nobody', async () => {
  const { token } = await as(await be('jonas'), (tx) => createToken(tx, { name: 't', scopes: ['write'], days: 1 }));
  expect((await subscribe('jonas', '/token', token)).status).toBe(404);
  const cookie = await community.cookie('jonas');
  const send = (body: unknown) =>
    fetch(`${hub.base}/account/told/push`, {
      method: 'POST',
      headers: { cookie: `indaba=${cookie}`, origin: hub.base, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  for (const wrong of [null, {}, { endpoint: 'javascript:1', keys: {} }, { endpoint: service.base, keys: { p256dh: 'AAAA', auth: 'AAAA' } }])
    expect((await send(wrong)).status).toBe(422);
  await subscribe('jonas', '/one');
  for (const slug of ['jonas', 'eve', 'lucia']) {
    const actor = await be(slug);
    for (const statement of [
      sql`select endpoint from app.push_subscriptions`,
      sql`select * from app.pushes`,
      sql`select * from app.claim_pushes(5)`,
      sql`select app.push_sent(${newId()}, 'gone')`,
    ])
      await expect(as(actor, (tx) => statement.execute(tx))).rejects.toMatchObject({ status: 404 });
    const seen = await as(actor, async (tx) => (await sql`select id from app.push_subscriptions`.execute(tx)).rows.length);
    expect(seen).toBe(slug === 'jonas' ? 1 : 0);
  }
  await as(await be('eve'), (tx) => sql`delete from app.push_subscriptions`.execute(tx));
  expect(await community.behind(`select 1 from app.push_subscriptions where member_id = '${community.ids['jonas']}'`)).toHaveLength(1);
});

test('another member who signs in with the same browser takes it over', async () => {
  await subscribe('jonas', '/shared');
  await subscribe('desta', '/shared');
  expect(await community.behind(`select member_id from app.push_subscriptions where endpoint = '${service.base}/shared'`)).toEqual([
    { member_id: community.ids['desta'] },
  ]);
});

test('a steward tries it from the settings: told in words what the push service answered, and nobody else is told', async () => {
  const lucia = await subscribe('lucia', '/lucia');
  await subscribe('mei', '/mei');
  const look = async () => (await lucia.visitor.post('/settings?/look', { what: 'push' })).text;
  expect(await look()).toContain('took it (201)');
  expect(service.got.map(({ path }) => path)).toEqual(['/lucia']);
  expect(open(lucia, service.got[0]!)).toMatchObject({ title: 'Indaba: a test', url: '/settings' });
  service.answer = 410;
  expect(await look()).toContain('refused it with 410');
  await community.behind('delete from app.push_subscriptions');
  expect(await look()).toContain('None of your browsers is told by push yet');
  for (const who of ['mei', 'eve', 'karim'])
    await expect(
      as(await be(who), (tx) => sql`select * from app.my_push_addresses()`.execute(tx)),
      who,
    ).rejects.toMatchObject({ status: 404 });
});
