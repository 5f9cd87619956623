/** English texts in a page of another language and direction say so; in an English page they say nothing and cost nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let hub: Hub;
let code: string;
beforeAll(async () => {
  process.env.INDABA_PSEUDO = '1';
  db = await freshDatabase();
  const c = await cast(db);
  await makeSpace('open', 1, {
    first: pageText('10 SIM attacks', '## How it happens.', 'Words (and more).', controlText('check', 'Check first.', 'Check before a swap.', 'gitbook:10.1')),
    next: pageText('Next.', 'The end.'),
  });
  code = (await c.behind<{ code: string }>("select code from app.controls where slug = 'check'"))[0]!.code;
  hub = await openHub();
});
afterAll(async () => {
  await hub?.close();
  await db?.drop();
});

const addresses = () => ['/', '/library', '/library/open', '/library/open/first', `/c/${code}`, '/controls'];
const get = async (path: string) => (await new Visitor(hub.base).get(path)).text;
const main = (html: string) => html.slice(html.indexOf('<main'), html.indexOf('</main>'));
const own = (words: string) => `<bdi lang="en" dir="ltr">${words}</bdi>`;

test('in an English page nothing says that it is English', async () => {
  for (const path of addresses()) {
    expect(main(await get(path)), path).not.toMatch(/ lang=| dir="(?!auto)|class="other"/);
  }
});

test('in a page that runs the other way, titles, lists, trees and texts say their language and direction', async () => {
  const page = main(await get('/ar-XB/library/open/first'));
  for (const part of [
    '<h1 lang="en" dir="ltr">10 SIM attacks</h1>',
    '<p class="lede" lang="en" dir="ltr">',
    '<div class="other" lang="en" dir="ltr">',
    '<dl class="facts" lang="ar-XB" dir="rtl">',
    `>${own('10.1 Check first.')}</a>`,
    `${own('Next.')}</a>`,
    `>${own('open')}</a>`,
  ])
    expect(page).toContain(part);
  expect(main(await get('/ar-XB/library'))).toContain(own('open'));
  const control = main(await get(`/ar-XB/c/${code}`));
  for (const part of ['<h1 lang="en" dir="ltr">', '<div class="other" lang="en" dir="ltr">', own('10 SIM attacks'), '<td><bdi>10.1</bdi></td>'])
    expect(control).toContain(part);
  expect(main(await get('/ar-XB/controls'))).toContain(own('Check first.'));
});
