/** Keeping, holding and taking along through the door: pages, a package fetched once, and the word of the command line. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeExport } from '#domains/records/exports/make-export.server.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let hub: Hub;
const root = resolve(import.meta.dirname, '../..');
beforeAll(async () => {
  community = await plantCommunity();
  hub = await openHub();
}, 60_000);
afterAll(async () => {
  await hub?.close();
  await community?.database.drop();
});

async function browser(slug: string): Promise<Visitor> {
  const visitor = new Visitor(hub.base);
  visitor.cookies.set('indaba', await community.cookie(slug));
  return visitor;
}
const indaba = (...words: string[]) =>
  new Promise<{ code: number; out: string; said: string }>((done) => {
    execFile(process.execPath, [join(root, 'bin/indaba'), 'records', ...words], { env: process.env }, (error, out, said) =>
      done({ code: error ? Number(error.code) : 0, out, said }),
    );
  });

test('every member reads what is kept how long; a steward changes it, with a reason all read', async () => {
  const [amina, lucia] = [await browser('amina'), await browser('lucia')];
  expect((await new Visitor(hub.base).get('/retention')).location).toContain('/signin');
  const page = await amina.get('/retention');
  expect(page.text).toContain('Messages in channels');
  expect(page.text).toContain('10 years');
  expect(page.text).not.toContain('/holds');
  expect((await amina.get('/retention?kind=session')).text).not.toContain('name="days"');
  expect((await amina.post('/retention?kind=session', { days: '1', reason: 'x' })).status).toBe(404);
  expect((await lucia.get('/retention?kind=session')).text).toContain('name="days"');
  const bad = await lucia.post('/retention?kind=session', { days: 'soon', reason: 'Our law' });
  expect(bad.text).toContain('Write a whole number of days');
  expect(bad.text).toContain('Our law');
  expect((await lucia.post('/retention?kind=session', { days: '30', reason: 'Our law' })).status).toBe(303);
  const changed = (await amina.get('/retention')).text;
  expect(changed).toContain('Our law');
  expect(changed).toContain('the longer time still counts: 90 days');
});

test('a steward places a hold; nobody else sees that there are any', async () => {
  const [amina, lucia] = [await browser('amina'), await browser('lucia')];
  expect((await amina.get('/holds')).status).toBe(404);
  expect((await amina.post('/holds', { scope: 'everything', reference: 'r', reason: 'r' })).status).toBe(404);
  const bad = await lucia.post('/holds', { scope: 'person', subject: 'nobody-here', reference: 'Case 7', reason: 'A court asks' });
  expect(bad.text).toContain('Nothing with this address can be seen by you');
  expect(bad.text).toContain('Case 7');
  expect((await lucia.post('/holds', { scope: 'person', subject: '/people/amina', reference: 'Case 7', reason: 'A court asks' })).status).toBe(303);
  const page = (await lucia.get('/holds')).text;
  expect(page).toContain('Case 7 · Amina');
  const lift = /\/acts\/new\?kind=lift_hold&(?:amp;)?subject=[0-9a-f-]{36}/.exec(page)?.[0]?.replace('&amp;', '&');
  expect((await lucia.get(lift!)).text).toContain('Lift the legal hold Case 7');
});

test('a person makes a package and fetches it once, by POST', async () => {
  const amina = await browser('amina');
  expect((await amina.get('/account')).text).toContain('/account/data');
  expect((await amina.post('/account/data?/make', {})).location).toContain('/account/data?asked');
  const [row] = await community.behind<{ id: string }>('select id from app.data_exports');
  await makeExport({ ids: { export: row!.id } });
  expect((await amina.get('/account/data')).text).toContain(`/account/data/${row!.id}`);
  expect((await amina.get(`/account/data/${row!.id}`)).status).toBe(405);
  const fetched = await amina.post(`/account/data/${row!.id}`, {});
  expect(fetched.status).toBe(200);
  expect(fetched.text.startsWith('PK')).toBe(true);
  expect((await amina.post(`/account/data/${row!.id}`, {})).status).toBe(404);
  expect((await amina.get('/account/data')).text).toContain('Fetched');
});

test('a focal point finds the way to the records of their organization, and nobody else', async () => {
  const [desta, jonas, lucia] = [await browser('desta'), await browser('jonas'), await browser('lucia')];
  expect((await desta.get('/organizations/lumaria')).text).toContain('/organizations/lumaria/records');
  expect((await lucia.get('/organizations/lumaria')).text).not.toContain('/organizations/lumaria/records');
  expect((await jonas.get('/organizations/lumaria/records')).status).toBe(404);
  const bad = await desta.post('/organizations/lumaria/records', { reason: 'A request', things: 'what is this' });
  expect(bad.text).toContain('A line holds no address or id');
  expect(bad.text).toContain('what is this');
  expect((await desta.post('/organizations/lumaria/records', { reason: 'A request' })).status).toBe(303);
});

test('on the command line: help, a dry run that changes nothing, bad words refused', async () => {
  await community.behind(`insert into app.rate_buckets values ('old', now() - interval '3 days', 1)`);
  const dry = await indaba('retention', '--dry-run');
  expect(dry.out).toMatch(/1 {2}sign_in_try\n1 rows would go now; nothing was changed\./);
  expect((await community.behind(`select 1 from app.rate_buckets where bucket = 'old'`)).length).toBe(1);
  expect((await indaba('retention')).out).toContain('1 rows went.');
  expect((await community.behind(`select 1 from app.rate_buckets where bucket = 'old'`)).length).toBe(0);
  expect((await indaba('--help')).out).toContain('--dry-run');
  expect(await indaba('nothing')).toMatchObject({ code: 2 });
}, 60_000);
