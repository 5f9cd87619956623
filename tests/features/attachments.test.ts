/** Files by the plain form, without script, over the real server: posted, read by the other, refused without losing anything. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let hub: Hub;
let direct: string;
beforeAll(async () => {
  process.env.INDABA_DATA = mkdtempSync(join(tmpdir(), 'indaba-form-files-'));
  forgetConfig();
  community = await plantCommunity();
  hub = await openHub();
  direct = (await as(await community.be('amina'), (tx) => openDirect(tx, { people: ['jonas'] }))).id;
}, 120_000);
afterAll(async () => {
  await hub?.close();
  await community?.database.drop();
});

// What one sends in belongs to the session that sends it: one browser for each.
const cookies = new Map<string, Promise<string>>();
const cookie = (who: string) => cookies.get(who) ?? cookies.set(who, community.cookie(who)).get(who)!;
const ask = async (who: string | null, path: string, init: RequestInit = {}) =>
  fetch(hub.base + path, {
    redirect: 'manual',
    ...init,
    headers: { accept: 'text/html', origin: hub.base, ...(who ? { cookie: `indaba=${await cookie(who)}` } : {}) },
  });
const form = (body: string, files: Array<[string, Uint8Array<ArrayBuffer> | string]>, uploads: string[] = []) => {
  const data = new FormData();
  data.set('retry_key', randomUUID());
  data.set('body', body);
  for (const [name, bytes] of files) data.append('files', new File([bytes], name));
  for (const id of uploads) data.append('upload', id);
  return data;
};
const post = (who: string | null, data: FormData) => ask(who, `/messages/${direct}?/post`, { method: 'POST', body: data });

test('a form with a file makes a message whose other reader fetches it, and nobody else', async () => {
  const sent = await post('amina', form('The numbers', [['numbers.csv', 'a,b\n1,2']]));
  expect(sent.status).toBe(303);
  const page = await (await ask('jonas', `/messages/${direct}`)).text();
  const href = /href="(\/files\/[^"]+numbers\.csv)"/.exec(page)?.[1];
  expect(href).toBeTruthy();
  const got = await ask('jonas', href!);
  expect([got.status, got.headers.get('content-type'), await got.text()]).toEqual([200, 'application/octet-stream', 'a,b\n1,2']);
  expect(got.headers.get('content-disposition')).toMatch(/^attachment; /);
  expect(got.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
  const missing = await ask('eve', `/files/${randomUUID()}/numbers.csv`);
  for (const who of ['eve', 'mei', null]) expect((await ask(who, href!)).status).toBe(missing.status);
}, 60_000);

test('a form refused for its words keeps its file beside it, and posts it with the next try', async () => {
  const refused = await post('amina', form(' ', [['kept.txt', 'kept']]));
  expect(refused.status).toBe(422);
  const id = /name="upload" value="([0-9a-f-]{36})"/.exec(await refused.text())?.[1];
  expect(id).toBeTruthy();
  const again = form('Now with words', [], [id!]);
  again.set('thread_id', /data-thread="([0-9a-f-]{36})"/.exec(await (await ask('amina', `/messages/${direct}`)).text())![1]!);
  expect((await post('amina', again)).status).toBe(303);
  expect(await (await ask('jonas', `/messages/${direct}`)).text()).toContain('kept.txt');
}, 60_000);

test('beyond the size of one form: refused in words; from nobody, not even read that far', async () => {
  const large = new Uint8Array(26 * 1024 * 1024);
  const refused = await post('amina', form('Much', [['much.bin', large]]));
  expect([refused.status, (await refused.text()).includes('at most 24 MB')]).toEqual([413, true]);
  const stranger = await post(null, form('Much', [['much.bin', large.slice(0, 1024 * 1024)]]));
  expect([stranger.status, (await stranger.text()).includes('256 KB')]).toEqual([413, true]);
}, 60_000);
