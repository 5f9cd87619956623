/**
 * What is unread is the same in every tab and on every device: in a window that nobody looks at, after the tab that listens is closed, after a time without a line, and
 * when all is marked read elsewhere. And the same by keys alone, with names for whoever does not see: a channel, a thread, a direct conversation, catching up, search,
 * keeping order, being told.
 */
import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { looksRight } from '../support/looks.ts';
import { tabTo } from '../support/stage.ts';

const WAIT = { timeout: 60_000 };
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Awaited<ReturnType<typeof launch>>;
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  [hub, browser] = await Promise.all([openHub(), launch()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await db?.drop();
});

async function thread(title: string, body = 'Begin'): Promise<{ id: string; path: string }> {
  const input = { conversation_id: c.channel['all-members'].conversationId, title, body, retry_key: randomUUID() };
  const { thread_id } = await as(c.as('jonas'), (tx) => startThread(tx, input));
  return { id: thread_id, path: `/channels/all-members/${thread_id}` };
}
const say = (thread_id: string, body: string, name: Name = 'jonas') => as(c.as(name), (tx) => postMessage(tx, { thread_id, body, retry_key: randomUUID() }));
/** A device of Mei's: all its windows share one stream. */
async function device(): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: hub.base, reducedMotion: 'reduce' });
  await context.addCookies([{ name: 'indaba', value: (await c.signIn('mei')).cookie, url: hub.base }]);
  return context;
}
/** Opens a window; `behind` others, as one that was left open is, as long as the window says so. */
async function tab(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    for (const [name, value] of [
      ['hidden', () => document.documentElement?.dataset['behind'] === ''],
      ['visibilityState', () => (document.documentElement?.dataset['behind'] === '' ? 'hidden' : 'visible')],
    ] as const)
      Object.defineProperty(document, name, { get: value });
  });
  await page.goto(path);
  return page;
}
const leave = (page: Page, yes: boolean) =>
  page.evaluate((away) => {
    document.documentElement.toggleAttribute('data-behind', away);
    document.dispatchEvent(new Event('visibilitychange'));
  }, yes);
/** The number at the head of every page, and what is unread in this thread, as they stand. */
const numbers = async (page: Page, id: string) => [
  await page
    .locator('header [data-island~=unread]')
    .first()
    .evaluate((badge: HTMLElement) => (badge.hidden ? 0 : Number(badge.textContent))),
  await page
    .locator(`[data-unread="thread:${id}"]`)
    .evaluateAll((all: HTMLElement[]) => Math.max(0, ...all.map((one) => (one.hidden ? 0 : Number(one.firstElementChild?.textContent))))),
];

test('unread is exact in every tab and device: unseen, taken over, after a time without a line, and marked read elsewhere', async () => {
  const { id, path } = await thread('Watched');
  const other = await thread('Beside it');
  const [desk, phone] = [await device(), await device()];
  const leader = await tab(desk, '/channels/all-members');
  const open = await tab(desk, path);
  const mobile = await tab(phone, '/channels/all-members');
  await open.goto(other.path);
  await open.goto(path);
  await expect.poll(() => numbers(mobile, id), WAIT).toEqual([0, 0]);

  // In a window that nobody looks at a message arrives, and is not read by that.
  await leave(open, true);
  await say(id, 'To nobody yet');
  await open.locator('.msgs article', { hasText: 'To nobody yet' }).waitFor({ state: 'attached', ...WAIT });
  await expect.poll(() => numbers(leader, id), WAIT).toEqual([1, 1]);
  await expect.poll(() => numbers(mobile, id), WAIT).toEqual([1, 1]);
  // Nor by what that window fetches to keep its lists right.
  await Promise.all([
    open.waitForResponse((response) => response.url().endsWith(path) && response.request().method() === 'GET', WAIT),
    say(other.id, 'Another'),
  ]);
  await expect.poll(() => numbers(mobile, id), WAIT).toEqual([2, 1]);
  await leave(open, false);
  for (const page of [leader, mobile]) await expect.poll(() => numbers(page, id), WAIT).toEqual([1, 0]);

  // The tab that listened for all is closed: the next one takes over, and misses nothing.
  await leader.close();
  await leave(open, true);
  await say(id, 'After the tab was closed');
  for (const page of [open, mobile]) await expect.poll(async () => (await numbers(page, id))[0], WAIT).toBe(2);

  // Without a line one device hears nothing; what was read meanwhile is right when it is back, untouched.
  await phone.setOffline(true);
  const catching = await tab(desk, '/catch-up');
  const second = await tab(desk, '/catch-up');
  await catching.locator('#new form', { hasText: 'Mark all' }).or(catching.locator('#new .row.mt form')).last().locator('button').click();
  await catching.locator('.note.ok').waitFor(WAIT);
  for (const page of [open, second]) await expect.poll(async () => (await numbers(page, id))[0], WAIT).toBe(0);
  await expect.poll(() => second.locator('#new form').count(), WAIT).toBe(0);
  expect(await numbers(mobile, id)).toEqual([2, 1]);
  await phone.setOffline(false);
  await expect.poll(() => numbers(mobile, id), WAIT).toEqual([0, 0]);

  // How far all of this goes is said, by the second, and goes on.
  const upto = () => open.locator('[data-island~=upto]').innerText();
  const before = await upto();
  expect(before).toMatch(/\d\d:\d\d:\d\d/);
  await say(other.id, 'One more');
  await expect.poll(upto, WAIT).not.toBe(before);

  // Where the new ones begin is a jump.
  await say(id, 'New again');
  await second.goto('/catch-up');
  const jump = second.locator(`a[href*="/threads/${id}#since-"]`);
  await tabTo(second, jump);
  await second.keyboard.press('Enter');
  await second.waitForURL((url) => url.pathname === path && /^#since-\d+$/.test(url.hash), WAIT);
  await second.locator('.since').waitFor(WAIT);
  expect(await second.locator(new URL(second.url()).hash).count()).toBe(1);
  await Promise.all([desk.close(), phone.close()]);
}, 300_000);

/** Everything that can be focused has a name, and the page its landmarks and one heading. */
async function named(page: Page): Promise<void> {
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[href],button,input:not([type=hidden]),select,textarea,summary')]
      .filter((each) => each.checkVisibility())
      .filter((each) => {
        const by = (each.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
        const labels = [...((each as HTMLInputElement).labels ?? [])].map((label) => label.textContent);
        return !['aria-label', 'title', 'alt']
          .map((name) => each.getAttribute(name))
          .concat(by, labels, each.textContent ?? '')
          .some((text) => text?.trim());
      })
      .map((each) => each.outerHTML.slice(0, 200)),
  );
  expect(nameless, page.url()).toEqual([]);
  expect(await page.locator('main h1').count(), page.url()).toBe(1);
  await looksRight(page);
}

test('by keys alone: to a channel, to read, answer, react, open and close what one can do, search and jump to what was found', async () => {
  const { id, path } = await thread('By keys', 'Quokkas were seen');
  const page = await newPage(browser, { base: hub.base, cookie: (await c.signIn('mei')).cookie });
  const keys = async (...all: string[]) => {
    for (const key of all) await page.keyboard.press(key);
  };
  const enter = async (selector: string) => {
    await tabTo(page, page.locator(selector).first());
    await keys('Enter');
  };
  await page.goto('/channels');
  await enter('#channels a[href$="/channels/all-members"]');
  await page.waitForURL('**/channels/all-members', WAIT);
  await named(page);
  await enter(`a[href$="${id}"]`);
  await page.waitForURL(`**${path}`, WAIT);
  const first = page.locator('.msgs article', { hasText: 'Quokkas were seen' });
  await tabTo(page, page.locator('#compose textarea'));
  await page.keyboard.type('I saw them too');
  await keys('Control+Enter');
  await page.locator('.msgs article:not(.waiting)', { hasText: 'I saw them too' }).waitFor(WAIT);
  // A menu opens with its first act under the finger, and Escape leads back to where one was.
  await tabTo(page, first.locator('.more'));
  await keys('Enter');
  await first.locator('.acts button').first().waitFor(WAIT);
  await expect.poll(() => first.locator('.acts :focus').count(), WAIT).toBe(1);
  await named(page);
  await keys('Escape');
  await first.locator('.acts').waitFor({ state: 'detached', ...WAIT });
  expect(await first.locator('.more').evaluate((link) => link === document.activeElement)).toBe(true);
  await keys('Enter');
  await first.locator('.acts button').first().waitFor(WAIT);
  await keys('Enter');
  await first.locator('.says button[aria-pressed=true]').waitFor(WAIT);
  // Search, from anywhere: the palette, then the list, then the message in its place.
  await keys('Control+k');
  await page.keyboard.type('quokkas');
  await expect.poll(() => page.locator('#palette input').inputValue(), WAIT).toBe('quokkas');
  await keys('Escape');
  await page.goto('/search?q=quokkas');
  await named(page);
  await enter('main a[href*="/m/"], main a[href*="#m-"]');
  await page.waitForURL((url) => url.pathname === path && url.hash.startsWith('#m-'), WAIT);
  await page.context().close();
}, 240_000);

test('the other places have names for everything and nothing for axe: a direct conversation, catching up, keeping order, being told', async () => {
  const direct = await as(c.as('mei'), (tx) => openDirect(tx, { people: ['lucia'] }));
  const { id } = await thread('To report', 'Something rude');
  await say(id, 'An answer', 'lucia');
  const mei = await newPage(browser, { base: hub.base, cookie: (await c.signIn('mei')).cookie });
  for (const path of [`/messages/${direct.id}`, '/messages', '/catch-up', '/account/told', '/search', '/saved', '/reports']) {
    await mei.goto(path);
    await named(mei);
  }
  await mei.context().close();
  const lucia = await newPage(browser, { base: hub.base, cookie: (await c.signIn('lucia')).cookie });
  await lucia.goto('/moderation');
  await named(lucia);
  await lucia.context().close();
}, 240_000);
