/** Reading through HTTP as a browser without script does it: addresses, language prefix, the kept page and when it is dropped, search on the step. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let open: MadeSpace;
let code: string;
let folder: string;
const body = (words: string) =>
  pageText(
    'SIM attacks',
    '## How it happens',
    words,
    controlText('check-first', 'Check first', 'Check identity before every swap.', 'gitbook:10.1 figi-2021:C52'),
  );
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  open = await makeSpace('open', 1, {
    about: pageText('About', 'See [the attacks](sim-attacks).'),
    'sim-attacks': body('First words.'),
    last: pageText('Last', 'The end.'),
  });
  await makeSpace('closed', c.audience.lumaria, { secret: pageText('Secret', 'Unutterable zanzibar.') });
  code = (await c.behind<{ code: string }>("select code from app.controls where slug = 'check-first'"))[0]!.code;
  folder = await ownKeys(db.owner);
  hub = await openHub();
});
afterAll(async () => {
  await hub?.close();
  await db?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const visitor = (headers: Record<string, string> = {}) => new Visitor(hub.base, headers);
const page = '/library/open/sim-attacks';
async function member(name: 'amina' | 'eve' | 'mei'): Promise<Visitor> {
  const signedIn = visitor();
  signedIn.cookies.set('indaba', (await c.signIn(name)).cookie);
  return signedIn;
}
async function publish(words: string): Promise<void> {
  const [revision] = await c.behind<{ id: string }>('select revision_id as id from app.pages where id = $1', [open.pages['sim-attacks']]);
  const number = await as(c.as('amina'), async (tx) => {
    const request = await openChangeRequest(tx, {
      space_id: open.id,
      title: 'Say it better',
      reason: 'It was unclear',
      retry_key: randomUUID(),
      byline_id: c.byline.amina,
      pages: [
        {
          action: 'edit',
          page_id: open.pages['sim-attacks']!,
          base_revision_id: revision!.id,
          path: 'sim-attacks',
          parent_path: null,
          position: 1,
          text: body(words),
          retires: [],
        },
      ],
    });
    return request.number;
  });
  const mei = await member('mei');
  expect((await mei.post(`/changes/open/${number}?/merge`, { reason: 'Clearer' })).status).toBe(303);
}

describe('a visitor', () => {
  test('reads a page: tree, before and next, anchors, who changed it when, and no script', async () => {
    const { status, text, headers } = await visitor().get(page);
    expect(status).toBe(200);
    for (const part of [
      'SIM attacks</h1>',
      'First words.',
      'id="how-it-happens"',
      'href="#how-it-happens"',
      'rel="prev"',
      'rel="next"',
      'aria-current="page"',
      'id="c-check-first"',
      `href="/c/${code}"`,
      '>10.1<',
      'Revision 1',
      'by Writer',
      'FIGI 2021 C52',
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/<script/);
    expect(text).not.toContain('/change"');
    expect(headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
  });
  test('follows relative links, finds lists, history, the register and the permanent address of a control', async () => {
    expect((await visitor().get('/library/open/about')).text).toContain('href="/library/open/sim-attacks"');
    expect((await visitor().get('/library')).text).toContain('href="/library/open"');
    expect((await visitor().get('/library/open')).text).toContain('Start reading');
    expect((await visitor().get(`${page}/history`)).text).toContain('First text');
    const control = await visitor().get(`/c/${code}`);
    expect(control.text).toContain('Check identity before every swap.');
    expect(control.text).toContain(`${page}#c-check-first`);
    expect((await visitor().get('/controls?role=mno')).text).toContain(code);
    expect((await visitor().get('/controls?role=merchant')).text).toContain('Nothing matches');
  });
  test.each(['/library/closed', '/library/closed/secret', '/library/closed/secret/history', '/library/open/none', '/library/none', '/c/zzzzzzzz'])(
    '%s is not there, and looks like anything that is not',
    async (path) => {
      const answer = await visitor().get(path);
      // Of the same kind, for the shape of an address may show which page would answer.
      const nothing = path.endsWith('/history')
        ? '/library/absolutely/nothing/history'
        : path.startsWith('/c/')
          ? '/c/00000000'
          : '/library/absolutely/nothing';
      const absent = await visitor().get(nothing);
      const plain = (text: string, at: string) =>
        text
          .replaceAll(at, '')
          .replace(/aria-current="[a-z]+"/g, '')
          .replace(/<style>[\s\S]*?<\/style>/, '');
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain('zanzibar');
      expect(plain(answer.text, path).replace(/<title>[^<]*/, '')).toBe(plain(absent.text, nothing).replace(/<title>[^<]*/, ''));
    },
  );
  test('is led from a former address to the page', async () => {
    await c.behind("insert into app.page_redirects values ($1, 1, 'former', $2)", [open.id, open.pages['sim-attacks']]);
    const answer = await visitor().get('/library/open/former');
    expect([answer.status, answer.location]).toEqual([301, page]);
  });
});

describe('the kept page', () => {
  test('is sent again unread, packed, and not at all to who has it', async () => {
    await visitor().get(page);
    const again = await fetch(hub.base + page, { headers: { 'accept-encoding': 'br' } });
    const etag = again.headers.get('etag')!;
    expect(again.headers.get('content-encoding')).toBe('br');
    expect(again.headers.get('x-request-id')).toBeNull();
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(again.headers.get('vary')).toMatch(/Cookie, Accept-Language, accept-encoding/i);
    expect(await again.text()).toContain('First words.');
    const none = await fetch(hub.base + page, { headers: { 'accept-encoding': 'br', 'if-none-match': etag } });
    expect([none.status, await none.text()]).toEqual([304, '']);
    expect(await (await fetch(hub.base + page, { headers: { 'accept-encoding': 'identity' } })).text()).toContain('First words.');
  });
  test('is never a member’s, nor a member’s a visitor’s', async () => {
    const mine = await (await member('amina')).get(page);
    expect(mine.text).toContain(`${page}/change`);
    expect(mine.headers.get('cache-control')).toBe('private, no-store');
    expect((await visitor().get(page)).text).not.toContain(`${page}/change`);
    expect((await (await member('eve')).get('/library/closed/secret')).status).toBe(404);
    expect((await (await member('amina')).get('/library/closed/secret')).text).toContain('zanzibar');
    expect((await visitor().get('/library/closed/secret')).status).toBe(404);
  });
  test('is gone the moment something is published: page, control, register, search and history agree', async () => {
    await visitor().get('/controls');
    await publish('Second words, quite otherwise.');
    const now = (await visitor().get(page)).text;
    expect(now).toContain('Second words, quite otherwise.');
    expect(now).toContain('Revision 2');
    const history = (await visitor().get(`${page}/history`)).text;
    for (const part of ['It was unclear', '<ins>', '<del>', 'Amina', 'Mei']) expect(history).toContain(part);
    expect((await visitor().get('/search?q=otherwise')).text).toContain(`href="${page}"`);
  });
  test('moments stand in the zone of the account without a script too; for a visitor in UTC, which is said', async () => {
    const [merged] = await c.behind<{ number: number; at: Date }>(
      "select number, decided_at as at from app.change_requests where title = 'Say it better' limit 1",
    );
    await c.behind("update app.members set time_zone = 'Pacific/Kiritimati' where slug = 'amina'");
    const there = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Pacific/Kiritimati' }).format(merged!.at);
    const request = `/changes/open/${merged!.number}`;
    const [mine, theirs] = [(await (await member('amina')).get(request)).text, (await visitor().get(request)).text];
    expect(mine).toMatch(new RegExp(`<time class="when"[^>]*>(\\w+ )?${there}</time>`));
    expect(theirs).toMatch(/<time class="when"[^>]*>(\w+ )?\d\d:\d\d UTC<\/time>/);
  });
  test('a publication that no signal told of is seen within a second', async () => {
    await visitor().get('/library/open/last');
    await c.behind("update app.pages set title = 'Very last' where id = $1", [open.pages.last]);
    await c.behind(
      "insert into app.events (kind, audience_id, subject_kind, subject_id, data) values ('page.revised', 1, 'page', $1, jsonb_build_object('space_id', $2::text))",
      [open.pages.last, open.id],
    );
    await expect.poll(async () => (await visitor().get('/library/open/last')).text, { timeout: 2_000, interval: 100 }).toContain('Very last</h1>');
  });
});

describe('search', () => {
  const time = async (who: Visitor, words: string) => {
    const started = performance.now();
    const { text } = await who.get(`/search?q=${encodeURIComponent(words)}`);
    return { took: performance.now() - started, text };
  };
  test('answers not before the floor, for a hidden word as for an absent one, in the same words', async () => {
    const eve = await member('eve');
    const hidden = await time(eve, 'zanzibar');
    const absent = await time(eve, 'xanadu');
    for (const { took, text } of [hidden, absent]) {
      expect(took).toBeGreaterThanOrEqual(99);
      expect(text).toContain('Nothing found');
    }
    expect((await time(await member('amina'), 'zanzibar')).text).toContain('/library/closed/secret');
  });
  test('marks what was found, and says what is too much', async () => {
    expect((await visitor().get('/search?q=identity')).text).toContain('<mark>identity</mark>');
    expect((await visitor().get(`/search?q=${'x'.repeat(201)}`)).text).toContain('At most 200 letters. You wrote 201.');
  });
  test('suggests rooms, texts and the channels one may see', async () => {
    const titles = async (who: Visitor, words: string) =>
      (JSON.parse((await who.get(`/search/suggest?q=${words}`)).text) as { items: { title: string }[] }).items.map((item) => item.title);
    expect(await titles(visitor(), 'lib')).toContain('Library');
    expect(await titles(visitor(), 'check')).toContain('10.1 Check first');
    expect(await titles(visitor(), 'ta-lu')).toEqual([]);
    expect(await titles(await member('amina'), 'ta-lu')).toEqual(['#ta-lumaria']);
  });
  test('asks for patience after many questions, per member', async () => {
    const pita = visitor();
    pita.cookies.set('indaba', (await c.signIn('pita')).cookie);
    const answers = await Promise.all(Array.from({ length: 45 }, () => pita.get('/search?q=swap')));
    expect(answers.filter(({ text }) => text.includes('Wait a minute')).length).toBe(5);
    expect((await (await member('amina')).get('/search?q=swap')).text).not.toContain('Wait a minute');
  });
});

test('every part of a page leads to the talk about it in one step, with as many messages as the reader may read; visitors carry none of it', async () => {
  const amina = await member('amina');
  const marks = (text: string) =>
    [...text.matchAll(/<p class="say"><a href="([^"]+)"[^>]*>(?:<b class="n"[^>]*>(\d+)<\/b>)?/g)].map(([, href, n]) => ({ href: href!, n: n ?? '' }));
  const before = marks((await amina.get(page)).text);
  expect(before.map(({ n }) => n)).toEqual(['', '', '']);
  const [, words, control] = before;
  expect(control!.href).toBe(`/c/${code}#talk`);
  const about = await amina.get(words!.href.split('#')[0]!);
  expect(about.status).toBe(200);
  const part = /part=(\w+)/.exec(words!.href)![1]!;
  expect(about.text).toContain(`name="anchor" value="${part}"`);
  const say = (address: string, anchor: string) => {
    const form = new URLSearchParams({ title: 'Which swaps?', body: 'Also the ones by app.', anchor, retry_key: randomUUID() });
    return amina.post(`${address}?/post`, Object.fromEntries(form));
  };
  await say(`${page}/talk`, part);
  await say(`/c/${code}`, '');
  for (const name of ['amina', 'mei'] as const)
    expect(
      marks((await (await member(name)).get(page)).text).map(({ n }) => n),
      name,
    ).toEqual(['', '1', '1']);
  // Eve belongs nowhere: she reads the page and not what members say of it.
  expect(marks((await (await member('eve')).get(page)).text).map(({ n }) => n)).toEqual(['', '', '']);
  expect((await visitor().get(page)).text).not.toContain('class="say"');
});
