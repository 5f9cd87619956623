/** The log through the door: its page, its rows for whoever may, its roots, and the word of the command line about it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '#domains/people/create-token.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { settle } from '../support/settle.ts';

let community: Community;
let hub: Hub;
let behind: Client;
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'indaba-audit-'));
beforeAll(async () => {
  community = await plantCommunity();
  hub = await openHub();
  behind = new Client({ connectionString: community.database.admin });
  await behind.connect();
}, 60_000);
afterAll(async () => {
  await behind?.end();
  await hub?.close();
  await community?.database.drop();
});

async function browser(slug: string): Promise<Visitor> {
  const visitor = new Visitor(hub.base);
  visitor.cookies.set('indaba', await community.cookie(slug));
  return visitor;
}
/** `bin/indaba audit …` as whoever runs the hub types it. */
const indaba = (...words: string[]) =>
  new Promise<{ code: number; out: string; said: string }>((done) => {
    execFile(process.execPath, [join(root, 'bin/indaba'), 'audit', ...words], { env: process.env }, (error, out, said) =>
      done({ code: error ? Number(error.code) : 0, out, said }),
    );
  });

test('a visitor keeps the roots, and reads nothing else', async () => {
  await browser('mei');
  await settle(behind);
  await behind.query("update app.audit_entries set sealed_at = sealed_at - interval '1 day'");
  await settle(behind);
  const visitor = new Visitor(hub.base);
  const page = await visitor.get('/audit');
  const { items } = await (await fetch(`${hub.base}/api/v1/audit-roots`)).json();
  expect(items).toHaveLength(1);
  expect(Object.keys(items[0])).toEqual(['day', 'root']);
  expect(page.text).toContain(items[0].root);
  expect(page.text).not.toContain('/audit/log');
  expect((await visitor.get('/audit/log')).location).toContain('/signin');
  expect((await fetch(`${hub.base}/api/v1/audit-entries`)).status).toBe(401);
});

test('a member, a focal point, a steward who says why', async () => {
  const [mei, desta, lucia] = [await browser('mei'), await browser('desta'), await browser('lucia')];
  await settle(behind);
  expect((await mei.get('/audit/log')).text).toContain('Signed in');
  expect((await mei.get('/audit/log?of=all')).status).toBe(404);
  expect((await desta.get('/audit/log?of=lumaria')).text).toContain('Desta');
  expect((await desta.get('/audit/log?of=bank')).status).toBe(404);
  const asked = await lucia.get('/audit/log?of=all');
  expect(asked.text).toContain('Why do you read the log?');
  expect(asked.text).not.toContain('Mei');
  expect((await lucia.post('/audit/log?of=all', { reason: ' ' })).text).toContain('Write why you read it');
  expect((await lucia.post('/audit/log?of=all', { reason: 'A complaint' })).status).toBe(303);
  await settle(behind);
  const all = await lucia.get('/audit/log?of=all');
  expect(all.text).toContain('Mei');
  expect(all.text).toContain('Log read by a steward: A complaint');
  const { token } = await as(await community.be('lucia'), (tx) => createToken(tx, { name: 't', scopes: ['write'], days: 1 }));
  const page = await (await fetch(`${hub.base}/api/v1/audit-entries?of=all&limit=2`, { headers: { authorization: `Bearer ${token}` } })).json();
  expect(page.items).toHaveLength(2);
  const next = await (
    await fetch(`${hub.base}/api/v1/audit-entries?of=all&limit=2&cursor=${page.next}`, { headers: { authorization: `Bearer ${token}` } })
  ).json();
  expect(next.items[0].position).toBe(page.items[1].position - 1);
});

test('the command line says that the log is whole, or where it is not, and exports it', async () => {
  const { items } = await (await fetch(`${hub.base}/api/v1/audit-roots`)).json();
  const kept = join(folder, 'roots.json');
  writeFileSync(kept, JSON.stringify({ items, next: null }));
  const whole = await indaba('verify', '--from-root', kept);
  expect(whole).toMatchObject({ code: 0, said: '' });
  expect(whole.out).toContain('The log is whole');
  const mark = join(folder, 'mark.txt');
  writeFileSync(mark, whole.out);
  const lines = (await indaba('export', '--after', '1')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ position: 2, source: 'note', payload: { note: {} } });
  const forgotten = await indaba('forget', '2', '--reason', 'Asked for');
  expect(forgotten).toMatchObject({ code: 0 });
  expect((await indaba('verify', '--from-root', mark)).out).toContain('1 of them forgotten');
  await behind.query('delete from app.audit_payloads where position = 3; delete from app.audit_entries where position = 3');
  const broken = await indaba('verify', '--from-root', kept);
  expect(broken).toMatchObject({ code: 1, out: '' });
  expect(broken.said).toBe('Row 3 of the log was removed: after row 2 comes row 4.\n');
}, 60_000);

test.each([
  [['look'], 'Say verify, export, seal or forget'],
  [['verify', '--from-root', '/nowhere/roots.json'], 'cannot be read'],
  [['forget', 'x'], 'Name the row and the reason'],
  [['export', '--after', 'x'], 'must be the number of a row'],
])(
  'audit %s: one clear line',
  async (words, said) => {
    const answer = await indaba(...words);
    expect(answer.code).not.toBe(0);
    expect(answer.said).toContain(said);
    expect(answer.said.trim().split('\n')).toHaveLength(1);
  },
  30_000,
);
