import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetConfig } from '#platform/config.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type HubServer, listen, loadApplication } from '../../src/server.ts';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
let server: HubServer;
let browser: Browser;
let base: string;

async function open(port: number): Promise<void> {
  server = await listen({ host: '127.0.0.1', port, trustProxy: [], url: 'http://localhost' });
  base = `http://localhost:${server.port}`;
  process.env.INDABA_URL = base;
  forgetConfig();
  server.open(await loadApplication(resolve(import.meta.dirname, '../..')));
}
async function stopEverything(): Promise<void> {
  await server.close(500);
  const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ?? []) as Array<() => Promise<void>>;
  await Promise.all(stops.splice(0).map((stop) => stop()));
}
async function be(name: Name, options: { js?: boolean; width?: number; locale?: string } = {}): Promise<Page> {
  return newPage(browser, { ...options, base, cookie: (await c.signIn(name)).cookie });
}
const texts = (page: Page) => page.locator('.msgs article:not(.waiting) > p:first-of-type').allInnerTexts();
const send = async (page: Page, text: string) => {
  await page.fill('#compose textarea', text);
  await page.click('#compose .btn.go');
};
const shows = (page: Page, text: string) =>
  page.waitForFunction((wanted) => [...document.querySelectorAll('.msgs article:not(.waiting)')].some((each) => each.textContent?.includes(wanted)), text, {
    timeout: 20_000,
  });

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  [browser] = await Promise.all([launch(), open(0)]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await stopEverything();
  await closePools();
  await db.drop();
});

test('two browsers talk live; one is cut off, the server restarts, and nothing is lost or said twice', async () => {
  const [amina, jonas] = [await be('amina'), await be('jonas')];
  await amina.goto('/channels/sim-swap');
  await amina.fill('#compose [name=title]', 'How long do you hold a swapped SIM?');
  await send(amina, 'We hold 24 hours.');
  await shows(amina, '24 hours');
  const thread = amina.url().split('#')[0] ?? '';
  await jonas.goto(thread);
  await send(amina, 'And **you**?');
  await shows(jonas, 'And you?');
  await send(jonas, 'Forty-eight.');
  await shows(amina, 'Forty-eight.');

  await jonas.context().setOffline(true);
  await send(amina, 'Said while you were away.');
  await shows(amina, 'while you were away');
  await send(jonas, 'Sent without a line.');
  await jonas.waitForTimeout(1_500);
  await jonas.context().setOffline(false);
  await shows(jonas, 'while you were away');
  await shows(amina, 'Sent without a line.');

  const { port } = server;
  await stopEverything();
  await send(jonas, 'Sent to a stopped server.');
  await open(port);
  await shows(amina, 'Sent to a stopped server.');
  await shows(jonas, 'Sent to a stopped server.');
  const wanted = ['We hold 24 hours.', 'And you?', 'Forty-eight.', 'Said while you were away.', 'Sent without a line.', 'Sent to a stopped server.'];
  await expect.poll(() => texts(amina), { timeout: 10_000 }).toEqual(wanted);
  await expect.poll(() => texts(jonas), { timeout: 10_000 }).toEqual(wanted);
}, 120_000);

test('unread is right in a second browser of the same person, and falls when it is read', async () => {
  const [first, second, jonas] = [await be('mei'), await be('mei'), await be('jonas')];
  await first.goto('/channels');
  const unread = async (page: Page) => page.locator(`[data-unread="conversation:${c.channel['sim-swap'].conversationId}"] [aria-hidden]`).innerText();
  const before = Number(await first.locator(`[data-unread="conversation:${c.channel['sim-swap'].conversationId}"] [aria-hidden]`).textContent());
  await jonas.goto('/channels/sim-swap');
  await jonas.click('.ths li:first-child a');
  await jonas.waitForSelector('.msgs article');
  await send(jonas, 'One more.');
  await expect.poll(() => unread(first), { timeout: 10_000 }).toBe(String(before + 1));
  await second.goto('/channels/sim-swap');
  await second.click('.ths li:first-child a');
  await second.waitForSelector('.msgs article');
  await shows(second, 'One more.');
  // Nothing is touched in the first browser: it is told.
  await expect.poll(() => first.locator(`[data-unread="conversation:${c.channel['sim-swap'].conversationId}"]`).isHidden(), { timeout: 5_000 }).toBe(true);
}, 60_000);

test('without script: post, double post, a mark too high, edit, take back', async () => {
  const page = await be('amina', { js: false, width: 400 });
  await page.goto('/channels/sim-swap');
  await page.fill('#compose [name=title]', 'Without script');
  await send(page, 'First.');
  await page.waitForSelector('.msgs article');
  // The same form once more, as an impatient thumb sends it.
  await page.goBack();
  await page.fill('#compose [name=title]', 'Without script');
  await send(page, 'First.');
  await page.waitForSelector('.msgs article');
  expect(await texts(page)).toEqual(['First.']);
  expect(await page.locator('.mk option').allInnerTexts()).toEqual(['No label', 'TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER']);
  await page.click('.msgs article a[href*="edit="]');
  await page.fill('.msgs form textarea', 'First, corrected.');
  await page.selectOption('.msgs form .mk select', 'TLP:AMBER');
  await page.click('.msgs form .btn.go');
  await page.waitForSelector('.msgs article');
  expect(await texts(page)).toEqual(['First, corrected.']);
  expect(await page.locator('.msgs .tlp').innerText()).toBe('TLP:AMBER');
  await page.click('.msgs article a[href*="edit="]');
  // One click loses nothing: it asks first.
  await page.click('.msgs form summary');
  await page.click('.msgs form button[formaction]');
  await page.waitForSelector('.msgs .gone');
  expect(await page.locator('.msgs .gone').innerText()).toBe('Amina took this message back.');
}, 60_000);

test('a member removed from the circle hears nothing more, and the page is not there', async () => {
  const [karim, jonas] = [await be('karim'), await be('jonas')];
  await jonas.goto('/channels/sim-swap');
  await jonas.click('.ths li:first-child a');
  await jonas.waitForSelector('.msgs article');
  await karim.goto(jonas.url());
  await send(jonas, 'Before the door closed.');
  await shows(karim, 'Before the door closed.');
  await c.behind('delete from app.circle_members where circle_id = $1 and member_id = $2', [c.circle.id, c.member.karim]);
  await send(jonas, 'After it.');
  await shows(jonas, 'After it.');
  await karim.waitForTimeout(1_500);
  expect((await texts(karim)).join()).not.toContain('After it.');
  expect((await karim.goto(jonas.url().split('#')[0] ?? ''))?.status()).toBe(404);
}, 60_000);
