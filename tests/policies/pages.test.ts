/**
 * Every role × every page, generated from the table of routes: shown, sent to sign in, or absent as docs/operating/rights-by-page.md says.
 * `INDABA_WRITE=1` writes the table anew; then read what changed in it. What stands on the pages is read word by word in leak.test.ts.
 */
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { pageOutlets } from '../support/outlets.ts';
import { type Planted, plant } from '../support/planted.ts';
import { everybody, sessions, WHO, type Who } from '../support/who.ts';
import { writtenTable } from '../support/written-table.ts';

/** Tokens open no page; the rest of the columns are people with a browser. */
const PEOPLE = WHO.filter((who) => who !== 'reading token' && who !== 'no amber');
const places = { everyone: 'for all members', circle: 'of a circle', lumaria: 'of one authority' } as const;
const file = resolve(import.meta.dirname, '../../docs/operating/rights-by-page.md');
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
const outcomes = new Map<string, string[]>();

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  const people = await browsers();
  const planted = await plant(c, ['everyone', 'circle', 'lumaria']);
  hub = await openHub();
  for (const [name, path] of addresses(planted.ids)) {
    await c.behind('delete from app.rate_buckets');
    outcomes.set(name, await Promise.all(PEOPLE.map((who) => outcome(people[who], path))));
  }
}, 180_000);
afterAll(async () => {
  await hub?.close();
  await db?.drop();
});

async function browsers(): Promise<Record<Who, string>> {
  await everybody(c);
  return sessions(c);
}

/** Each address with its row's name: ids and planted words differ from run to run, so a row is called by its route and whose thing it is. */
function addresses(ids: Planted['ids']): Array<[name: string, path: string]> {
  return Object.entries(pageOutlets).flatMap(([route, of]) => {
    const fixed = of(new Proxy({}, { get: () => '' }) as Record<string, string>, []);
    const own = (Object.keys(places) as Array<keyof typeof places>).map((place) => of(ids[place]!, []));
    const moves = own[0]!.some((path, i) => path !== own[1]![i]);
    if (!moves) return (fixed.length ? fixed : [route]).map((path): [string, string] => [path === route ? path : `${route} · ${path}`, path]);
    return own.map(([path], i): [string, string] => [`${route} · ${Object.values(places)[i]}`, path!]);
  });
}

async function outcome(cookie: string, path: string): Promise<string> {
  const visitor = new Visitor(hub.base);
  if (cookie) visitor.cookies.set('indaba', cookie);
  const { status, location } = await visitor.get(path);
  if (status >= 500 || status === 429) throw new Error(`${path} answered ${status}`);
  if (status === 302 || status === 303) return location?.includes('/signin') ? 'sign in' : location?.includes('/prove') ? 'prove' : 'elsewhere';
  return { 200: 'yes', 404: 'absent', 403: 'no', 401: 'sign in' }[status] ?? String(status);
}

test('everybody meets what the written table says: shown, asked to sign in, or absent', () => {
  const { now, written } = writtenTable(file, PEOPLE, outcomes);
  expect(now).toEqual(written);
});

const column = (who: (typeof PEOPLE)[number]) => [...outcomes].map(([name, row]) => [name, row[PEOPLE.indexOf(who)]!] as const);

test('a suspended person sees what a visitor sees', () => {
  expect(column('suspended')).toEqual(column('visitor'));
});

test('what is of one authority is absent for everybody else', () => {
  for (const who of PEOPLE.filter((each) => each !== 'member'))
    expect(
      column(who).filter(([name, got]) => name.endsWith(places.lumaria) && !['absent', 'sign in'].includes(got)),
      who,
    ).toEqual([]);
});

test('a guest is shown nothing that is for all members', () => {
  expect(column('guest').filter(([name, got]) => name.endsWith(places.everyone) && got !== 'absent')).toEqual([]);
});

test('the table can tell people apart', () => {
  expect(column('member').filter(([, got]) => got === 'yes').length).toBeGreaterThan(column('guest').filter(([, got]) => got === 'yes').length);
  expect(column('guest').filter(([, got]) => got === 'yes').length).toBeGreaterThan(column('visitor').filter(([, got]) => got === 'yes').length);
});
