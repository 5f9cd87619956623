/** Keeping, watching and answering through the pages, by forms alone; and that a visitor's page says nothing of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let page: string;
const people = {} as Record<Name, Visitor>;

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  page = (await makeSpace('rules', 1, { rules: pageText('Rules', 'Words.') })).pages['rules']!;
  hub = await openHub();
  for (const name of ['mei', 'amina', 'pita'] as const) {
    people[name] = new Visitor(hub.base);
    people[name].cookies.set('indaba', (await c.signIn(name)).cookie);
  }
});
afterAll(async () => {
  await hub?.close();
  await db?.drop();
});

test('an owner and a day by a form; what was typed stays where it is refused; then read again', async () => {
  const address = '/library/rules/rules/upkeep';
  const refused = await people.mei.post(`${address}?/set`, { owner: '', review_on: '2020-13-45', every_months: '6' });
  expect([refused.status, refused.text.includes('value="2020-13-45"')]).toEqual([422, true]);
  const set = await people.mei.post(`${address}?/set`, { owner: `person:${c.byline.amina}`, review_on: '2020-01-01', every_months: '6' });
  expect([set.status, set.location]).toEqual([303, `${address}?done=set`]);
  expect((await people.pita.post(`${address}?/set`, { owner: '', review_on: '', every_months: '6' })).status, 'only whoever decides').toBe(403);
  const board = await people.pita.get('/upkeep?show=overdue');
  expect([board.text.includes('Rules'), board.text.includes('Amina'), board.text.includes('1 January 2020')]).toEqual([true, true, true]);
  expect((await people.amina.get('/upkeep?mine=1&show=overdue')).text).toContain('/library/rules/rules/upkeep');
  expect((await people.amina.post(`${address}?/review`)).location).toBe(`${address}?done=review`);
  expect((await people.pita.get('/upkeep?show=overdue')).text).not.toContain('/library/rules/rules/upkeep');
});

test('watched and no more by one button, which leads back', async () => {
  const wish = { kind: 'page', id: page, watching: '1', back: '/library/rules/rules' };
  expect((await people.pita.get('/library/rules/rules')).text).toContain('>Watch');
  expect((await people.pita.post('/watching', wish)).location).toBe('/library/rules/rules');
  expect((await people.pita.get('/library/rules/rules')).text).toContain('>Stop watching');
  expect((await people.pita.get('/watching')).text).toContain('/library/rules/rules');
  expect((await people.amina.get('/watching')).text).not.toContain('/library/rules/rules');
  expect((await people.pita.post('/watching', { ...wish, watching: '0', back: 'https://elsewhere.example/' })).location, 'never elsewhere').toBe('/');
});

test('an answer is counted, its words are a conversation; without a yes or no they stay in the form', async () => {
  const address = '/library/rules/rules/upkeep?/answer';
  const half = await people.pita.post(address, { words: 'Say who is asked first.' });
  expect([half.status, half.text.includes('Say who is asked first.')]).toEqual([422, true]);
  const said = await people.pita.post(address, { useful: '0', words: 'Say who is asked first.' });
  const thread = /talk=([0-9a-f-]{36})/.exec(said.location ?? '')?.[1];
  expect((await people.amina.get(`/messages/${thread}`)).text).toContain('Rules');
  expect((await people.mei.get(`/messages/${thread}`)).status).toBe(404);
  expect((await people.amina.get('/upkeep')).text).toContain('0 / 1');
  expect((await people.pita.get('/upkeep')).text).not.toContain('0 / 1');
});

test('a visitor sees nothing of it and is asked to sign in where it begins', async () => {
  const visitor = new Visitor(hub.base);
  const read = await visitor.get('/library/rules/rules');
  for (const word of ['Amina', 'Watch', 'useful', 'upkeep']) expect(read.text).not.toContain(word);
  for (const path of ['/upkeep', '/upkeep/links', '/watching', '/library/rules/rules/upkeep'])
    expect([path, (await visitor.get(path)).location?.slice(0, 8)]).toEqual([path, '/signin?']);
});
