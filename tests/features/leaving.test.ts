/** Somebody is suspended, restored and let go, by pages without script and by program; streams, browsers and tokens feel it within five seconds. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '#domains/people/create-token.server.ts';
import { as } from '#platform/database/open.server.ts';
import { startWorker } from '../../src/worker.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let mailbox: Mailbox;
let hub: Hub;
let worker: Awaited<ReturnType<typeof startWorker>>;
beforeAll(async () => {
  community = await plantCommunity();
  mailbox = await openMailbox();
  hub = await openHub();
  worker = await startWorker(community.database.worker);
}, 60_000);
afterAll(async () => {
  await worker?.stop();
  await hub?.close();
  await mailbox?.close();
  await community?.database.drop();
});

async function browser(slug: string): Promise<Visitor> {
  const visitor = new Visitor(hub.base);
  visitor.cookies.set('indaba', await community.cookie(slug));
  return visitor;
}
const token = async (slug: string) => (await as(await community.be(slug), (tx) => createToken(tx, { name: 't', scopes: ['write'], days: 1 }))).token;
const api = (path: string, bearer: string, body?: unknown) =>
  fetch(`${hub.base}/api/v1${path}`, {
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
/** An open stream and the moment at which the hub ended it. */
async function stream(visitor: Visitor): Promise<{ ended: Promise<number>; text: () => string }> {
  const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
  const response = await fetch(`${hub.base}/events`, { headers: { cookie, accept: 'text/event-stream' } });
  expect(response.status).toBe(200);
  let text = '';
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader.read();
  text += first.value ?? '';
  const ended = (async () => {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: '' }));
      if (done) return Date.now();
      text += value;
    }
  })();
  return { ended, text: () => text };
}

test('a focal point suspends a colleague: open pages, browsers and programs end at once', async () => {
  const [desta, amina, again] = [await browser('desta'), await browser('amina'), await browser('amina')];
  const bearer = await token('amina');
  const streams = [await stream(amina), await stream(again)];
  expect((await desta.get('/organizations/lumaria')).text).toContain('/people/amina/membership?organization=lumaria');
  const place = '/people/amina/membership?organization=lumaria';
  expect((await desta.get(place)).text).toContain('act=suspended');
  // What hurts is explained first, and done by a second press, with a reason.
  expect((await desta.get(`${place}&act=suspended`)).text).toContain('within five seconds');
  const bare = await desta.post(`${place}&act=suspended`, { reason: ' ' });
  expect(bare.status).toBe(422);
  expect(bare.text).toContain('Write why');
  const began = Date.now();
  const done = await desta.post(`${place}&act=suspended`, { reason: 'A lost laptop' });
  expect(done.status).toBe(303);
  const took = (await Promise.all(streams.map(({ ended }) => ended))).map((at) => at - began);
  console.log(`streams ended after ${took.join(' and ')} ms`);
  expect(Math.max(...took)).toBeLessThan(5_000);
  for (const { text } of streams) expect(text()).not.toContain('member.suspended');
  expect((await amina.get('/account')).location).toContain('/signin');
  expect((await api('/me', bearer)).status).toBe(401);
  expect((await amina.get('/events')).status).toBe(401);
  expect((await desta.get(done.location!.replace(hub.base, ''))).text).toContain('Amina is suspended and signed out everywhere.');
  const page = (await desta.get('/people/amina')).text;
  expect(page).toContain('A lost laptop');
  expect((await (await browser('jonas')).get('/people/amina')).text).not.toContain('A lost laptop');
  const mail = await mailbox.to('amina@example.test', 'has suspended your access');
  expect(mail).toContain('Desta has suspended your access');
  expect(mail).not.toContain('laptop');
});

test('by program: lifted, made focal point, and let go; the stranger is told nothing', async () => {
  const [desta, jonas] = [await token('desta'), await token('jonas')];
  const acts = '/organizations/lumaria/membership-acts';
  expect((await api(acts, jonas, { member: 'amina', act: 'lifted', reason: 'x' })).status).toBe(404);
  expect((await api(acts, desta, { member: 'amina', act: 'lifted', reason: 'Found again' })).status).toBe(204);
  const amina = await browser('amina');
  expect((await amina.get('/people/amina')).text).toContain('Found again');
  expect((await api(acts, desta, { member: 'desta', act: 'made_member', reason: 'x' })).status).toBe(409);
  expect((await api(acts, desta, { member: 'amina', act: 'made_focal_point', reason: 'Hands over' })).status).toBe(204);
  expect((await api(acts, desta, { member: 'desta', act: 'ended', reason: 'New post' })).status).toBe(204);
  expect((await api('/me', desta)).status).toBe(401);
  expect((await (await api(acts, await token('amina'))).json()).items.map((each: { act: string }) => each.act)).toEqual([
    'ended',
    'made_focal_point',
    'lifted',
    'suspended',
  ]);
  expect((await (await api(acts, jonas)).json()).items).toEqual([]);
  const gone = await (await browser('mei')).get('/people/desta');
  expect(gone.text).toContain('Left the hub');
  expect(await mailbox.to('desta@example.test', 'tell Amina')).toContain('you have ended your membership');
});
