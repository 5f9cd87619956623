/** What is written without a line waits in the browser: through its restart, in order, once, and only as the person who wrote it. And a line that holds streams back is lived with. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { launch, launchKept, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';

const WAIT = 60_000;
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
const folders: string[] = [];
const closing: BrowserContext[] = [];

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  [browser, hub] = await Promise.all([launch(), openHub()]);
}, 120_000);
afterAll(async () => {
  for (const context of closing) await context.close().catch(() => {});
  await browser?.close();
  await hub?.close();
  await db?.drop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

async function thread(slug: 'all-members' | 'sim-swap', title: string): Promise<{ id: string; path: string }> {
  const input = { conversation_id: c.channel[slug].conversationId, title, body: 'Begin', retry_key: randomUUID() };
  const { thread_id } = await as(c.as('jonas'), (tx) => startThread(tx, input));
  return { id: thread_id, path: `/channels/${slug}/${thread_id}` };
}
const said = (id: string) =>
  c
    .behind<{ body: string; slug: string }>(
      `select m.body, n.slug from app.messages m join app.bylines b on b.id = m.byline_id join app.members n on n.id = b.member_id where m.thread_id = $1 and m.thread_number > 1 order by m.thread_number`,
      [id],
    )
    .then((rows) => rows.map(({ body, slug }) => `${slug}: ${body}`));
/** A browser of one's own that can be closed and opened again. */
async function kept(folder = mkdtempSync(join(tmpdir(), 'indaba-profile-'))): Promise<{ context: BrowserContext; page: Page; folder: string }> {
  folders.push(folder);
  const context = await launchKept(folder, hub.base);
  closing.push(context);
  return { context, page: await context.newPage(), folder };
}
async function be(context: BrowserContext, name: Name): Promise<void> {
  const { cookie } = await c.signIn(name);
  await context.addCookies([{ name: 'indaba', value: cookie, url: hub.base, expires: Math.floor(Date.now() / 1_000) + 86_400 }]);
}
async function write(page: Page, text: string, mark?: string): Promise<void> {
  if (mark) await page.selectOption('#compose .mk select', mark);
  await page.fill('#compose textarea', text);
  await page.click('#compose .btn.go');
}
const waiting = (page: Page) => page.locator('#unsent article .body').allInnerTexts();
const rests = (page: Page) =>
  page.evaluate(() =>
    Object.entries(localStorage)
      .filter(([key]) => key.startsWith('indaba-outbox:'))
      .map(([, value]) => value),
  );

test('two messages written without a line survive the end of the browser and arrive once, in order', async () => {
  const { id, path } = await thread('all-members', 'On the boat');
  const first = await kept();
  await be(first.context, 'amina');
  await first.page.goto(path);
  await first.context.setOffline(true);
  await write(first.page, 'The first from the boat');
  await write(first.page, 'Not this one');
  await write(first.page, 'The second, not quite');
  await expect.poll(() => waiting(first.page), { timeout: WAIT }).toEqual(['The first from the boat', 'Not this one', 'The second, not quite']);
  await first.page.click('#unsent article:nth-child(2) button[value=cancel]');
  await first.page.click('#unsent article:nth-child(2) button[value=edit]');
  expect(await first.page.inputValue('#compose textarea')).toBe('The second, not quite');
  await write(first.page, 'The second from the boat');
  await expect.poll(() => waiting(first.page), { timeout: WAIT }).toEqual(['The first from the boat', 'The second from the boat']);
  expect(await rests(first.page)).toHaveLength(2);
  await first.context.close();
  expect(await said(id)).toEqual([]);

  // Back on any page: it goes out by itself.
  const second = await kept(first.folder);
  await second.page.goto('/channels');
  await expect.poll(() => said(id), { timeout: WAIT }).toEqual(['amina: The first from the boat', 'amina: The second from the boat']);
  await expect.poll(() => rests(second.page), { timeout: WAIT }).toEqual([]);
  await second.page.goto(path);
  await write(second.page, 'And back on land');
  await expect.poll(() => said(id), { timeout: WAIT }).toHaveLength(3);
  expect(await waiting(second.page)).toEqual([]);
  await second.context.close();
}, 240_000);

test('AMBER rests sealed and comes through a restart; RED rests nowhere, and the page says so', async () => {
  const { id, path } = await thread('sim-swap', 'Marked');
  const first = await kept();
  await be(first.context, 'amina');
  const direct = await as(c.as('amina'), (tx) => openDirect(tx, { people: ['jonas'] }));
  await first.page.goto(path);
  await first.context.setOffline(true);
  await write(first.page, 'Ambrosial words', 'TLP:AMBER');
  // Unmarked where AMBER is possible counts as AMBER.
  await write(first.page, 'Unmarked words', '');
  await expect.poll(async () => (await rests(first.page)).length, { timeout: WAIT }).toBe(2);
  // Looked at as bytes: written in base64, any three letters come up by chance.
  const resting = (await rests(first.page)).map((each) => JSON.parse(each) as { sealed: string });
  for (const each of resting) {
    expect(Object.keys(each).sort()).toEqual(['made', 'sealed']);
    expect(Buffer.from(each.sealed, 'base64').toString('latin1')).not.toMatch(/words|ambrosial|unmarked/i);
  }
  await first.context.close();
  const second = await kept(first.folder);
  await second.page.goto(`/messages/${direct.id}`);
  await expect.poll(() => said(id), { timeout: WAIT }).toEqual(['amina: Ambrosial words', 'amina: Unmarked words']);
  await expect.poll(() => rests(second.page), { timeout: WAIT }).toEqual([]);

  await second.context.setOffline(true);
  if (await second.page.locator('#compose [name=title]').count()) await second.page.fill('#compose [name=title]', 'Red');
  await write(second.page, 'Red words', 'TLP:RED');
  await expect.poll(() => waiting(second.page), { timeout: WAIT }).toEqual(['Red words']);
  await expect.poll(() => second.page.locator('#unsent .window').count(), { timeout: WAIT }).toBe(1);
  expect(await second.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain('Red words');
  // The window stays open: when the line is back it is sent.
  await second.context.setOffline(false);
  const red = () => c.behind<{ marking: string }>(`select marking from app.messages where body = 'Red words'`);
  await expect.poll(red, { timeout: WAIT }).toEqual([{ marking: 'TLP:RED' }]);
  await second.context.close();
}, 240_000);

test('another person in the same browser neither sees nor sends what waits; signing out asks, and lets it go', async () => {
  const { id, path } = await thread('all-members', 'A shared machine');
  const { context, page } = await kept();
  await be(context, 'amina');
  await page.goto(path);
  // The page stands; nothing can be posted.
  await context.route('**/*', (route) => (route.request().method() === 'POST' && route.request().url().includes('/post') ? route.abort() : route.fallback()));
  await write(page, 'By Amina alone');
  await expect.poll(() => waiting(page), { timeout: WAIT }).toEqual(['By Amina alone']);
  await be(context, 'mei');
  await context.unroute('**/*');
  const other = await context.newPage();
  await other.goto(path);
  await write(other, 'By Mei');
  await expect.poll(() => said(id), { timeout: WAIT }).toEqual(['mei: By Mei']);
  expect(await other.locator('#unsent article').count()).toBe(0);
  // Amina's window is still open and tries; the hub knows better than to take it from Mei.
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.waitForResponse((response) => response.request().method() === 'POST' && response.url().includes('/post'), { timeout: WAIT });
  expect(await said(id)).toEqual(['mei: By Mei']);
  expect(await waiting(page)).toEqual(['By Amina alone']);
  // She signs in again: now it goes.
  await other.close();
  await be(context, 'amina');
  await page.goto(path);
  await expect.poll(() => said(id), { timeout: WAIT }).toEqual(['mei: By Mei', 'amina: By Amina alone']);

  await context.route('**/*', (route) => (route.request().method() === 'POST' && route.request().url().includes('/post') ? route.abort() : route.fallback()));
  await write(page, 'Never sent');
  await expect.poll(() => rests(page), { timeout: WAIT }).toHaveLength(1);
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void (asked.length === 1 ? dialog.dismiss() : dialog.accept());
  });
  await page.goto('/account');
  await page.click('form[action$="/signout"] button');
  await expect.poll(() => asked.length, { timeout: WAIT }).toBe(1);
  expect(await rests(page)).toHaveLength(1);
  await page.click('form[action$="/signout"] button');
  await page.waitForURL('**/signin', { timeout: WAIT });
  expect(await rests(page)).toEqual([]);
  await context.unroute('**/*');
  await be(context, 'amina');
  await page.goto(path);
  await page.waitForSelector('.msgs article');
  expect(await said(id)).toHaveLength(2);
  await context.close();
}, 240_000);

test('a refusal says why, keeps the words, and lets the next one go', async () => {
  const { id, path } = await thread('all-members', 'Too high');
  const { context, page } = await kept();
  await be(context, 'amina');
  await page.goto(path);
  await context.setOffline(true);
  await page.evaluate(() => document.querySelector('#compose .mk select')!.append(new Option('TLP:AMBER', 'TLP:AMBER')));
  await write(page, 'Marked too high', 'TLP:AMBER');
  await write(page, 'Marked well', 'TLP:GREEN');
  await expect.poll(() => waiting(page), { timeout: WAIT }).toHaveLength(2);
  await context.setOffline(false);
  await expect.poll(() => said(id), { timeout: WAIT }).toEqual(['amina: Marked well']);
  await expect.poll(() => page.locator('#unsent .err').innerText(), { timeout: WAIT }).toContain('TLP:AMBER');
  expect(await waiting(page)).toEqual(['Marked too high']);
  await context.close();
}, 240_000);

test('behind a proxy that holds streams back, messages arrive all the same', async () => {
  // It passes on an answer when it is whole; a stream never is.
  const proxy = createServer((asked, answer) => {
    const through = request(hub.base + asked.url, { method: asked.method, headers: asked.headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => answer.writeHead(response.statusCode ?? 500, response.headers).end(Buffer.concat(parts)));
      response.on('error', () => answer.destroy());
    });
    through.on('error', () => answer.destroy());
    answer.on('close', () => through.destroy());
    asked.pipe(through);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const base = `http://localhost:${(proxy.address() as AddressInfo).port}`;
  try {
    const { id, path } = await thread('all-members', 'Behind a proxy');
    const page = await newPage(browser, { base, cookie: (await c.signIn('mei')).cookie });
    const polled = page.waitForResponse((response) => response.url().includes('/events?poll=1'), { timeout: WAIT });
    await page.goto(path);
    for (const body of ['One through it', 'Two through it']) {
      await as(c.as('jonas'), (tx) => postMessage(tx, { thread_id: id, body, retry_key: randomUUID() }));
      await page.locator('.msgs article', { hasText: body }).waitFor({ timeout: WAIT });
      await polled;
    }
    await page.context().close();
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}, 240_000);

test('one stream for all tabs: the others hear over it, and the next one takes over when it closes', async () => {
  const { id, path } = await thread('all-members', 'Many tabs');
  const context = await browser.newContext({ baseURL: hub.base });
  closing.push(context);
  await context.addCookies([{ name: 'indaba', value: (await c.signIn('mei')).cookie, url: hub.base }]);
  // Who asks; a stream that breaks is asked for again by the same tab.
  const streams = new Set<Page>();
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/events') streams.add(request.frame().page());
  });
  const say = async (body: string, pages: Page[]) => {
    await as(c.as('jonas'), (tx) => postMessage(tx, { thread_id: id, body, retry_key: randomUUID() }));
    for (const page of pages) await page.locator('.msgs article', { hasText: body }).waitFor({ timeout: WAIT });
  };
  const tabs: Page[] = [];
  for (let n = 0; n < 3; n++) {
    const page = await context.newPage();
    await page.goto(path);
    tabs.push(page);
    await expect.poll(() => streams.size, { timeout: WAIT }).toBe(1);
  }
  await say('To three tabs', tabs);
  expect([...streams]).toEqual([tabs[0]]);
  await tabs[0]!.close();
  await expect.poll(() => streams.size, { timeout: WAIT }).toBe(2);
  await say('To two tabs', tabs.slice(1));
  expect(streams.size).toBe(2);
  await context.close();
}, 240_000);
