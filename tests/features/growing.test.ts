/** An empty hub grows through its pages alone, without script: from the first steward to the first merged change; then the same by program. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '#domains/people/create-token.server.ts';
import { firstStewardLink } from '#domains/people/first-steward.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { seed } from '../../seeds/seed.server.ts';
import { startWorker } from '../../src/worker.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { linkIn, type Mailbox, openMailbox } from '../support/mailbox.ts';

const password = 'nine small lanterns';
let database: FreshDatabase;
let mailbox: Mailbox;
let hub: Hub;
let worker: Awaited<ReturnType<typeof startWorker>>;
const who: Record<string, Visitor> = {};

beforeAll(async () => {
  database = await freshDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'indaba-growing-'));
  Object.assign(process.env, { INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys') });
  mailbox = await openMailbox();
  forgetConfig();
  ensureKeys();
  await ensureSignInKey(database.owner);
  await seed('empty');
  hub = await openHub();
  worker = await startWorker(database.worker);
}, 60_000);
afterAll(async () => {
  await worker?.stop();
  await hub?.close();
  await mailbox?.close();
  forgetConfig();
  await database?.drop();
});

/** A form sent as the page sends it; what came of it, after the redirect. */
async function send(name: string, path: string, form: Record<string, string>): Promise<{ status: number; text: string; at: string }> {
  const answer = await who[name]!.post(path, { retry_key: newId(), ...form });
  if (answer.status !== 303) return { ...answer, at: path };
  const at = answer.location!.replace(hub.base, '');
  return { ...(await who[name]!.get(at)), at };
}
const plain = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
/** What a browser would send back of a page's fields when nothing is typed. */
function fieldsIn(html: string): Record<string, string> {
  const page = html.slice(html.indexOf('<main'));
  const fields: Record<string, string> = {};
  for (const [tag, name] of page.matchAll(/<input [^>]*name="(\w+)"[^>]*>/g))
    if (!/type="(radio|checkbox)"/.test(tag)) fields[name!] = plain(/ value="([^"]*)"/.exec(tag)?.[1] ?? '');
  for (const [, name, text] of page.matchAll(/<textarea [^>]*name="(\w+)"[^>]*>([\s\S]*?)<\/textarea>/g)) fields[name!] = plain(text!).replace(/^\n/, '');
  return fields;
}
async function join_(name: string, address: string): Promise<void> {
  who[name.toLowerCase()] = new Visitor(hub.base);
  expect((await who[name.toLowerCase()]!.post(linkIn(await mailbox.to(address)), { name, password })).status).toBe(303);
}

describe('an empty hub', () => {
  test('the first steward finds what to do next', async () => {
    who['lindiwe'] = new Visitor(hub.base);
    const link = new URL((await firstStewardLink())!).pathname;
    const welcomed = await send('lindiwe', link, { name: 'Lindiwe', email: 'lindiwe@hub.example', password });
    expect(welcomed.at).toBe('/organizations');
    expect((await who['lindiwe'].get('/people')).text).toContain('href="/organizations"');
    const page = welcomed.text;
    expect(page).toContain('This hub is still alone.');
    expect(page).toContain('Register an organization');
  });
  test('what is wrong is said, and nothing typed is lost', async () => {
    const bad = await send('lindiwe', '/organizations', { name: 'secretariat', kind: 'regulator', new_jurisdiction: 'Lumaria', slug: 'x' });
    expect(bad.status).toBe(409);
    expect(bad.text).toContain('An organization of this name is here already.');
    expect(bad.text).toContain('value="Lumaria"');
    expect((await send('lindiwe', '/organizations', { name: 'New', kind: 'spaceship' })).text).toContain('There is no such kind of organization.');
  });
  test('an organization with its jurisdiction, and straight on to its focal point', async () => {
    const made = await send('lindiwe', '/organizations', {
      name: 'Telecommunications Authority',
      kind: 'regulator',
      jurisdiction: '',
      new_jurisdiction: 'Lumaria',
      slug: '',
    });
    expect(made.at).toBe('/organizations/telecommunications-authority?registered');
    expect(made.text).toContain('Registered. Next, invite its focal point');
    expect(made.text).toContain('Lumaria');
    expect(made.text).toMatch(/<option value="focal_point" selected/);
    const invited = await send('lindiwe', '/organizations/telecommunications-authority?/invite', { email: 'amina@ta.example', role: 'focal_point' });
    expect(invited.text).toContain('The mail is on its way to amina@ta.example.');
    await join_('Amina', 'amina@ta.example');
  });
  test('the focal point brings in a colleague', async () => {
    await send('amina', '/organizations/telecommunications-authority?/invite', { email: 'mei@ta.example' });
    await join_('Mei', 'mei@ta.example');
    const page = (await who['mei']!.get('/organizations')).text;
    expect(page).toContain('2 people');
    expect(page).not.toContain('Register an organization');
    expect((await send('amina', '/organizations', { name: 'Mine', kind: 'regulator' })).status).toBe(404);
  });
  test('a circle, usable as the readers of a channel', async () => {
    const made = await send('lindiwe', '/circles', { name: 'Incident desk', purpose: 'Fast warnings.' });
    const circle = made.at.replace('?made', '');
    expect(made.text).toContain('The circle is made');
    expect((await who['mei']!.get(circle)).status).toBe(404);
    expect((await send('lindiwe', `${circle}?/add`, { whom: 'organization/telecommunications-authority' })).text).toContain('Brought in.');
    expect((await who['mei']!.get(circle)).text).toContain('Lindiwe brought in Telecommunications Authority');
    expect((await who['amina']!.get('/channels/new')).text).toContain('Incident desk');
    const channel = /channels\/new\?audience=(\d+)/.exec(made.text)![1]!;
    expect((await who['lindiwe']!.get(`/channels/new?audience=${channel}`)).text).toMatch(new RegExp(`<option value="${channel}" selected`));
    expect((await send('amina', `${circle}?/add`, { whom: 'person/amina' })).status).toBe(404);
    await send('lindiwe', `${circle}?/add`, { whom: 'person/mei' });
    expect((await send('lindiwe', `${circle}?/remove`, { whom: 'person/mei' })).text).toContain('Taken out.');
    expect((await send('lindiwe', `${circle}?/remove`, { whom: 'person/lindiwe' })).text).toContain('name another first');
  });
  test('a duty given, seen by all, by whom', async () => {
    expect((await send('mei', '/people/mei?/give', { duty: 'reviewer' })).status).toBe(404);
    expect((await send('lindiwe', '/people/mei?/give', { duty: 'reviewer' })).text).toContain('The duty is given.');
    expect((await who['amina']!.get('/people/mei')).text).toContain('Reviewer: given by Lindiwe');
    expect((await send('lindiwe', '/people/lindiwe?/take_back', { duty: 'steward' })).text).toContain('This duty is given and taken back by two');
  });
  test('what the one proposes, the other merges', async () => {
    const page = /href="(\/library\/[\w-]+\/(?!comments|editions)[\w/-]+)"/.exec(
      (await who['amina']!.get(/href="(\/library\/[\w-]+)"/.exec((await who['amina']!.get('/library')).text)![1]!)).text,
    )![1]!;
    const form = fieldsIn((await who['amina']!.get(`${page}/change`)).text);
    const opened = await send('amina', `${page}/change?/propose`, {
      ...form,
      text: `${form['text']}\nA last word from Lumaria.\n`,
      title: 'A last word',
      reason: 'It was missing.',
    });
    expect(opened.at).toMatch(/^\/changes\//);
    const request = opened.at.split('?')[0]!;
    expect((await send('amina', `${request}?/merge`, { reason: '' })).status).toBeGreaterThanOrEqual(403);
    const merged = await send('mei', `${request}?/merge`, { ...fieldsIn((await who['mei']!.get(request)).text), reason: 'Agreed.' });
    expect(merged.status).toBe(200);
    expect((await new Visitor(hub.base).get(page)).text).toContain('A last word from Lumaria.');
  });
});

describe('by program', () => {
  const tokens: Record<string, string> = {};
  const call = async (name: string | null, method: string, path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json', ...(name ? { authorization: `Bearer ${tokens[name]}` } : {}) };
    const response = await fetch(`${hub.base}/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await response.text();
    return { status: response.status, json: text ? JSON.parse(text) : undefined };
  };
  beforeAll(async () => {
    for (const name of ['lindiwe', 'amina'])
      tokens[name] = (
        await as({ kind: 'person', key: keyOf(who[name]!.cookies.get('indaba')!) }, (tx) =>
          createToken(tx, { name: 'test', scopes: ['read', 'write'], days: 1 }),
        )
      ).token;
  });

  test('the same acts, the same refusals', async () => {
    const bank = { name: 'Central Bank', kind: 'central-bank', jurisdiction: 'lumaria' };
    expect((await call(null, 'POST', '/organizations', bank)).status).toBe(404);
    expect((await call('amina', 'POST', '/organizations', bank)).status).toBe(404);
    expect(await call('lindiwe', 'POST', '/organizations', bank)).toMatchObject({ json: { slug: 'central-bank' } });
    expect(await call('lindiwe', 'POST', '/organizations', bank)).toMatchObject({ status: 409, json: { code: 'people.organization.name_taken' } });
    expect((await call('amina', 'GET', '/jurisdictions')).json.items).toMatchObject([{ code: 'lumaria', name: 'Lumaria' }]);
    const { slug } = (await call('lindiwe', 'POST', '/circles', { name: 'By program', purpose: '' })).json;
    expect((await call('amina', 'GET', `/circles/${slug}`)).status).toBe(404);
    expect((await call('lindiwe', 'POST', `/circles/${slug}/members`, { member: 'amina' })).status).toBeLessThan(300);
    expect((await call('amina', 'GET', `/circles/${slug}`)).json).toMatchObject({ readers: 2, may_run: false });
    expect((await call('lindiwe', 'DELETE', `/circles/${slug}/members/people/amina`)).status).toBeLessThan(300);
    expect((await call('amina', 'POST', '/people/amina/duties', { duty: 'steward' })).status).toBe(404);
    expect((await call('lindiwe', 'POST', '/people/amina/duties', { duty: 'editor' })).status).toBeLessThan(300);
    expect((await call('amina', 'GET', '/people/amina')).json.duties).toEqual(['editor']);
    expect((await call('lindiwe', 'DELETE', '/people/amina/duties/editor')).status).toBeLessThan(300);
    expect(await call('lindiwe', 'DELETE', '/people/lindiwe/duties/steward')).toMatchObject({ status: 409, json: { code: 'people.duty.needs_two' } });
  });
});
