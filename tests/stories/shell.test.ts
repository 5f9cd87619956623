/** What every page of a signed-in reader has: rooms, palette, badge, one small script, and budgets. On the real server, in the real browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { total, weigh } from '../../bin/weigh.ts';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
let cookie: string;
const complaints: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'indaba-shell-'));

beforeAll(async () => {
  Object.assign(process.env, { INDABA_PSEUDO: '1', INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys') });
  forgetConfig();
  ensureKeys();
  db = await freshDatabase();
  await ensureSignInKey(db.owner);
  c = await cast(db);
  const paragraphs = Array.from({ length: 70 }, (_, at) =>
    controlText(
      `control-${at}`,
      `Check the ${at}th thing before it is too late`,
      'The operator has a written procedure for checking who asks, and applies it before every swap, at every point of sale, agents included. '.repeat(2),
      `gitbook:${at}`,
    ),
  );
  await makeSpace('sim', 1, { 'sim-attacks': pageText('SIM attacks', 'A paragraph about cards.', ...paragraphs) });
  cookie = (await c.signIn('amina')).cookie;
  hub = await openHub();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await db?.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string, member: boolean): Promise<Page> {
  const page = await newPage(browser, { base: hub.base, ...(member ? { cookie } : {}) });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(path);
  return page;
}

test('a long page of text: a visitor needs two requests, no script, and no more than one window of a line', async () => {
  const weights = await weigh(`${hub.base}/library/sim/sim-attacks`);
  expect(weights[0]?.status).toBe(200);
  expect(weights.length).toBeLessThanOrEqual(2);
  expect(total(weights, 'script')).toBe(0);
  expect(total(weights)).toBeLessThanOrEqual(14_600);
  const page = await open('/library/sim/sim-attacks', false);
  // The inlined style is allowed by its hash: were it refused, the masthead would not be a row.
  expect(await page.evaluate(() => getComputedStyle(document.querySelector('.top') as Element).display)).toBe('flex');
  expect(await page.evaluate(() => document.scripts.length)).toBe(0);
});

test('a signed-in page stays inside its budget wherever one is', async () => {
  for (const path of ['/', '/library', '/library/sim/sim-attacks', '/controls', '/channels', '/people', '/search?q=sim']) {
    const weights = await weigh(hub.base + path, cookie);
    expect(weights[0]?.status, path).toBe(200);
    expect(total(weights), path).toBeLessThanOrEqual(100_000);
    expect(total(weights, 'script'), path).toBeLessThanOrEqual(15_000);
  }
});

test('the palette opens by keys, offers the rooms, finds, and goes there', async () => {
  const page = await open('/', true);
  await page.keyboard.press('Control+k');
  expect(await page.locator('#palette').evaluate((dialog) => (dialog as HTMLDialogElement).open)).toBe(true);
  await page.waitForFunction(() => document.querySelectorAll('#palette-list li').length === 4);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/controls');
  await page.keyboard.press('Meta+k');
  await page.keyboard.type('sim attacks');
  await page.waitForFunction(() => document.querySelector('#palette-list [aria-selected=true] a')?.getAttribute('href') === '/library/sim/sim-attacks');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/library/sim/sim-attacks');
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  expect(await page.locator('#palette').evaluate((dialog) => (dialog as HTMLDialogElement).open)).toBe(false);
});

test('the language of a page is that of its address, else of the reader', async () => {
  const ask = async (path: string, headers: Record<string, string> = {}) =>
    /<html lang="([^"]+)" dir="([^"]+)"/.exec(await (await fetch(hub.base + path, { headers })).text())?.slice(1);
  expect(await ask('/library')).toEqual(['en', 'ltr']);
  expect(await ask('/library', { 'accept-language': 'ar-XB' })).toEqual(['ar-XB', 'rtl']);
  expect(await ask('/en/library', { 'accept-language': 'ar-XB' })).toEqual(['en', 'ltr']);
  expect(await ask('/library', { cookie: 'indaba_locale=ar-XB' })).toEqual(['ar-XB', 'rtl']);
});

test('absent and not-yours look alike', async () => {
  const see = async (path: string, as?: string) => {
    const response = await fetch(hub.base + path, { headers: as ? { cookie: `indaba=${as}` } : {} });
    return { status: response.status, names: [...response.headers.keys()].sort(), body: (await response.text()).replaceAll(path, '') };
  };
  const eve = (await c.signIn('eve')).cookie;
  const [absent, hidden] = [await see('/channels/no-such-channel', eve), await see('/channels/sim-swap', eve)];
  expect(absent.status).toBe(404);
  expect(hidden).toEqual(absent);
});

test('nothing broke in the browser, and the content policy had nothing to refuse', () => {
  expect(complaints).toEqual([]);
});
