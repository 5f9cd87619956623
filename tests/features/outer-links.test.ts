/** Links that lead out: asked gently, of a real server; never where nobody should ask, never when it is switched off. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listRequestRings } from '#domains/library/deciding/bell.server.ts';
import { askLink } from '#domains/library/links/ask-link.server.ts';
import { checkLinks } from '#domains/library/links/check-links.server.ts';
import { listBrokenLinks } from '#domains/library/links/queries.server.ts';
import { outerLinks } from '#domains/library/text/outer-links.ts';
import { setUpkeep } from '#domains/library/upkeep/set-upkeep.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { freshSettings } from '#platform/settings/values.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let server: Server;
let here: string;
let open: string;
const asked: IncomingMessage[] = [];
/** What each address of the server answers; `mood` of the shop changes. */
let mood = 200;
const FAST = { pause: 0, silence: 2_000 };

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    const path = request.url ?? '';
    if (path === '/silent') return;
    if (path === '/cut') return void request.socket.destroy();
    if (path === '/no-head' && request.method === 'HEAD') return void response.writeHead(405).end();
    if (path === '/to-ok') return void response.writeHead(302, { location: '/ok', 'set-cookie': 'a=b' }).end();
    if (path === '/round') return void response.writeHead(302, { location: '/round' }).end();
    if (path === '/inside') return void response.writeHead(301, { location: 'http://10.0.0.1/secret' }).end();
    if (path === '/metal') return void response.writeHead(301, { location: 'http://169.254.169.254/latest' }).end();
    if (path === '/endless' && request.method === 'GET') {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
        if (!response.destroyed) response.once('drain', more);
      };
      return more();
    }
    const status = { '/gone': 404, '/error': 503, '/mine': 403, '/endless': 500, '/shop': mood }[path] ?? 200;
    response.writeHead(status).end('Words');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.INDABA_OUTGOING_ALLOW = here.slice('http://'.length);
  forgetConfig();
  db = await freshDatabase();
  c = await cast(db);
  const made = await makeSpace('open', 1, {
    open: pageText('Open', `[A shop](${here}/shop#part) and [the same](${here}/shop), [fine](${here}/ok), [inner](/library/open/open), <mailto:a@b.example>.`),
  });
  open = made.pages['open']!;
  await makeSpace('ours', c.audience.circle, { ours: pageText('Ours', `A secret link: [hush](${here}/secret-page).`) });
});
afterAll(async () => {
  delete process.env.INDABA_OUTGOING_ALLOW;
  forgetConfig();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await closePools();
  await db.drop();
});
beforeEach(() => void (asked.length = 0));

const set = async (value: string) => {
  await c.behind(`insert into app.settings (name, value) values ('outer_links', $1)`, [JSON.stringify(value)]);
  await freshSettings();
};
const past = (days: number) =>
  c.behind(`update app.outer_links set asked_at = asked_at - interval '${days} days', failing_since = failing_since - interval '${days} days'`);
const broken = async (who: Name) =>
  (await as(c.as(who), listBrokenLinks)).map(({ url, words, fault, path }) => `${url.slice(here.length)} ${words} ${fault} ${path}`);
const paths = () => [...new Set(asked.map(({ url }) => url))].sort();

test('the links of a text that lead out, each once, with their words', () => {
  const text = pageText(
    'T',
    'See [two *words*](https://Example.org/a#b), [again](https://example.org/a), https://example.org/bare, [in](/library/x/y), [me](http://hub.test/x), [pw](https://u:p@example.org/), [js](javascript:alert(1)).',
    ':::hint{style="info"}\n[inside](https://example.org/hint)\n:::',
  );
  expect(outerLinks(text, 'http://hub.test').filter(({ words }) => words)).toEqual([
    { url: 'https://example.org/a', words: 'two words' },
    ...outerLinks(text, 'http://hub.test').filter(({ url }) => url.endsWith('/bare')),
    { url: 'https://example.org/hint', words: 'inside' },
  ]);
});

test.each([
  ['/ok', 'answers'],
  ['/gone', 'gone'],
  ['/error', 'error'],
  ['/mine', 'answers'],
  ['/no-head', 'answers'],
  ['/to-ok', 'answers'],
  ['/round', 'loop'],
  ['/inside', 'unknown'],
  ['/metal', 'unknown'],
  ['/cut', 'broken'],
  ['/endless', 'answers'],
])('%s: %s', async (path, verdict) => {
  expect(await askLink(here + path, 2_000)).toBe(verdict);
  expect(asked.every(({ headers }) => !headers.cookie && headers['user-agent'] === 'Indaba')).toBe(true);
  expect(asked.length).toBeLessThan(8);
});

test('no answer in time; never an address inside', async () => {
  expect(await askLink(`${here}/silent`, 300)).toBe('silent');
  for (const url of ['http://127.0.0.1:1/', 'https://10.0.0.1/', 'https://[::1]/', 'https://192.168.1.1/', 'http://169.254.169.254/'])
    expect([url, await askLink(url, 2_000)]).toEqual([url, 'unknown']);
});

test('switched off, nobody is asked', async () => {
  await set('off');
  expect([await checkLinks(FAST), asked.length]).toEqual([{ asked: 0, told: 0 }, 0]);
});

test('once a week, of public pages alone; a broken one again the next day, shown and told after that, until it answers', async () => {
  await set('public');
  await as(c.as('mei'), (tx) => setUpkeep(tx, open, { owner: `person:${c.byline.amina}` }));
  expect(await checkLinks(FAST)).toEqual({ asked: 2, told: 0 });
  expect([paths(), (await checkLinks(FAST)).asked]).toEqual([['/ok', '/shop'], 0]);
  mood = 404;
  await past(6);
  expect((await checkLinks(FAST)).asked, 'not a week yet').toBe(0);
  await past(2);
  expect([await checkLinks(FAST), await broken('pita')], 'once is no proof').toEqual([{ asked: 2, told: 0 }, []]);
  await past(1);
  expect(await checkLinks(FAST)).toEqual({ asked: 1, told: 1 });
  for (const who of ['pita', 'karim', 'eve'] as const) expect([who, await broken(who)]).toEqual([who, ['/shop A shop gone open']]);
  expect((await as(c.as('amina'), listRequestRings)).map(({ kind, path }) => `${kind} ${path}`)).toEqual(['links_broken open']);
  await past(8);
  expect((await checkLinks(FAST)).told, 'told once').toBe(0);
  mood = 200;
  await past(8);
  await checkLinks(FAST);
  expect(await broken('pita')).toEqual([]);
  expect(asked.some(({ url }) => url === '/secret-page')).toBe(false);
});

test('of pages that not everybody reads only where it was set so; its readers alone see what came of it', async () => {
  await set('all');
  await checkLinks(FAST);
  expect(paths()).toEqual(['/secret-page']);
  await c.behind(`update app.outer_links set failures = 2, failing_since = now(), fault = 'gone' where url like '%secret%'`);
  expect([await broken('karim'), await broken('noor'), await broken('eve')]).toEqual([['/secret-page hush gone ours'], [], []]);
  await set('public');
  await checkLinks(FAST);
  expect((await c.behind(`select from app.outer_links where url like '%secret%'`)).length, 'forgotten again').toBe(0);
});

test('where nobody at all is reached, no link is to blame', async () => {
  await c.behind('delete from app.outer_links');
  await makeSpace('far', 1, { far: pageText('Far', '[a](https://a.invalid/) [b](https://b.invalid/) [c](https://c.invalid/)') });
  await c.behind(`update app.pages set retired_at = now() where id = $1`, [open]);
  expect((await checkLinks(FAST)).asked).toBe(3);
  expect((await c.behind<{ n: number }>(`select failures as n from app.outer_links`)).map(({ n }) => n)).toEqual([0, 0, 0]);
  await c.behind(`update app.pages set retired_at = null where id = $1`, [open]);
});
