/** A newcomer suggests one sentence from a phone, with script in the page itself and without it; an editor settles a conflict, merges, takes one merge back, publishes an edition. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { makeSpace, pageText } from '../support/space.ts';

vi.setConfig({ testTimeout: 240_000 });
const LONG = { timeout: 60_000 };
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
const TEXT = pageText(
  'SIM swaps',
  'The operator waits three hours.',
  'Then the operator answers[^law].',
  '[^law]: As the law says.',
  'Telephone numbers stay as they are.',
);
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  await makeSpace('rules', 1, { swaps: TEXT });
  hub = await openHub();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await closePools();
  await db?.drop();
});

const open = async (name: Name, options: { js?: boolean; width?: number } = {}) =>
  newPage(browser, { base: hub.base, cookie: (await c.signIn(name)).cookie, ...options });
const proposed = (number: number) =>
  as(c.as('mei'), (tx) =>
    tx
      .selectFrom('app.change_request_pages as p')
      .innerJoin('app.change_requests as r', 'r.id', 'p.change_request_id')
      .select(['p.text', 'r.title', 'r.status'])
      .where('r.number', '=', number)
      .executeTakeFirstOrThrow(),
  );
const numberOf = (page: Page) => Number(/\/changes\/rules\/(\d+)/.exec(page.url())?.[1]);
const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
let [first, second] = [0, 0];

test('a newcomer on a phone marks words, says it otherwise where it stands, and sees it waiting: two clicks', async () => {
  const page = await open('pita', { width: 400 });
  await page.goto('/library/rules/swaps');
  await page.evaluate(() => {
    const node = [...document.querySelectorAll('.rec')].find((each) => each.textContent?.includes('three hours'))!.firstChild!;
    const at = node.textContent!.indexOf('three hours');
    getSelection()!.setBaseAndExtent(node, at, node, at + 'three hours'.length);
  });
  await page.locator('#suggest-words').click(LONG);
  const field = page.locator('#suggestion textarea[name=text]');
  await field.waitFor(LONG);
  // In the page itself, the marked words chosen, no sign of Markdown in sight.
  expect(new URL(page.url()).pathname).toBe('/library/rules/swaps');
  expect(await field.inputValue()).toBe('The operator waits three hours.');
  expect(await field.evaluate((at: HTMLTextAreaElement) => at.value.slice(at.selectionStart, at.selectionEnd))).toBe('three hours');
  await page.keyboard.type('a whole day');
  await page.locator('#suggestion textarea[name=reason]').fill('Three hours are too short to notice.');
  expect(await fits(page)).toBe(true);
  await page.locator('#suggestion button.go').click();
  await page.waitForURL(/\/changes\/rules\/\d+\?opened/, LONG);
  first = numberOf(page);
  expect(await page.locator('ins').first().textContent()).toContain('a whole day');
  expect(await proposed(first)).toEqual({
    text: TEXT.replace('three hours', 'a whole day'),
    title: 'SIM swaps: The operator waits three hours.',
    status: 'open',
  });
  await page.goto('/library/rules/swaps');
  expect(await page.locator('main').textContent()).toContain('three hours');
  await page.goto('/changes');
  await page.locator(`.rows a[href$="/changes/rules/${first}"]`).waitFor(LONG);
  await page.context().close();
});

test('without script the mark beside the paragraph leads there, and what is missing is named with nothing lost', async () => {
  const page = await open('amina', { js: false, width: 400 });
  await page.goto('/library/rules/swaps');
  await page.locator('p:has-text("three hours") + .say a').click();
  await page.getByRole('link', { name: 'Suggest other words' }).click();
  await page.locator('textarea[name=text]').fill('The operator waits until the next day.');
  expect(await fits(page)).toBe(true);
  await page.locator('textarea[name=reason]').evaluate((field) => field.removeAttribute('required'));
  await page.locator('#suggestion button.go').click();
  expect(await page.locator('#suggestion .err').count()).toBe(1);
  expect(await page.locator('textarea[name=text]').inputValue()).toBe('The operator waits until the next day.');
  await page.locator('textarea[name=reason]').fill('Days are what people count in.');
  await page.locator('#suggestion button.go').click();
  await page.waitForURL(/\?opened/, LONG);
  second = numberOf(page);
  expect((await proposed(second)).text).toBe(TEXT.replace('three hours', 'until the next day'));
  await page.context().close();
});

test('an editor merges one, settles the other block by block, and takes that merge back through another’s hands', async () => {
  const page = await open('mei', { js: false });
  await page.goto(`/changes/rules/${first}`);
  await page.locator('#decide .go').click();
  await page.waitForURL(/\/library\//, LONG);
  await page.goto(`/changes/rules/${second}`);
  expect(await page.locator('.conflict').count()).toBe(1);
  expect(await page.locator('.conflict .diff').allTextContents()).toEqual([expect.stringContaining('a whole day'), expect.stringContaining('the next day')]);
  await page.locator('.conflict input[value=theirs]').check();
  await page.locator('#decide .go').click();
  await page.waitForURL(/\/library\//, LONG);
  expect(await page.locator('main').textContent()).toContain('waits until the next day');
  await page.goto(`/changes/rules/${second}`);
  await page.locator('details:has(form[action="?/undo"]) > summary').click();
  await page.locator('form[action="?/undo"] textarea').fill('A whole day was what was agreed.');
  await page.locator('form[action="?/undo"] button').click();
  await page.waitForURL((url) => numberOf({ url: () => url.href } as Page) > second, LONG);
  const undo = numberOf(page);
  // Whoever asks does not decide.
  expect(await page.locator('#decide').count()).toBe(0);
  const other = await open('noor', { js: false });
  await other.goto(`/changes/rules/${undo}`);
  await other.locator('#decide .go').click();
  await other.waitForURL(/\/library\//, LONG);
  expect(await other.locator('main').textContent()).toContain('waits a whole day');
  for (const each of [page, other]) await each.context().close();
});

test('she publishes it as an edition; a visitor reads it at its own address, footnote and all, whatever is decided after', async () => {
  const page = await open('mei', { js: false });
  await page.goto('/library/rules/editions');
  await page.locator('input[name=number]').fill('1.0');
  await page.locator('textarea[name=words]').fill('A day instead of hours.');
  await page.locator('form[action="?/prepare"] button.go').click();
  await page.locator('#publish button.go').click(LONG);
  await page.waitForURL(/\/editions\/1\.0/, LONG);
  const visitor = await newPage(browser, { base: hub.base, width: 400 });
  await visitor.goto('/library/rules/editions/1.0/swaps');
  const main = visitor.locator('main');
  expect(await main.textContent()).toContain('waits a whole day');
  await visitor.locator('[role=doc-noteref]').click();
  expect(new URL(visitor.url()).hash).toBe('#fn:1');
  expect(await visitor.locator('#fn\\:1').textContent()).toContain('As the law says.');
  await visitor.locator('[role=doc-backlink]').click();
  expect(new URL(visitor.url()).hash).toBe('#fr:1');
  for (const each of [page, visitor]) await each.context().close();
});
