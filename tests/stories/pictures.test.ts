/** A picture goes into a page: with the visual editor, and without script; readers see it when the text is merged, nobody before. */
import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { makeSpace, pageText } from '../support/space.ts';

const LONG = { timeout: 60_000 };
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
let street: { name: string; mimeType: string; buffer: Buffer };
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  await makeSpace('rules', 1, { about: pageText('About', 'Words of the page.') });
  [browser, hub] = await Promise.all([launch(), openHub()]);
  // As large as a telephone makes them: more than any form without a file may have.
  const buffer = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#0b5d4b', noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
    .png()
    .toBuffer();
  expect(buffer.length).toBeGreaterThan(1_000_000);
  street = { name: 'Street.png', mimeType: 'image/png', buffer };
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await db?.drop();
});
const be = async (name: Name, js = true): Promise<Page> => newPage(browser, { base: hub.base, cookie: (await c.signIn(name)).cookie, js });
const drawn = (page: Page, within: string) => page.locator(`${within} img[src^="/files/"]`).evaluate((picture) => (picture as HTMLImageElement).naturalWidth);

test('put in visually, proposed, merged, seen by a visitor; before, by nobody else', async () => {
  const page = await be('jonas');
  await page.goto('/library/rules/about/change');
  await page.getByRole('button', { name: 'Visual' }).click();
  await page.locator('#visual-text').waitFor(LONG);
  await page.locator('summary', { hasText: 'A picture' }).click();
  await page.setInputFiles('#picture', street);
  await page.locator('dialog textarea').fill('A street with shops');
  await page.locator('dialog .btn.go').click();
  await page.locator('#visual-text figure img').waitFor(LONG);
  await expect.poll(() => drawn(page, '#visual-text'), LONG).toBe(900);
  const src = (await page.locator('#visual-text figure img').getAttribute('src')) ?? '';
  const visitor = await newPage(browser, { base: hub.base });
  expect((await visitor.request.get(src)).status()).toBe(404);
  await page.fill('input[name=title]', 'Show the street');
  await page.fill('textarea[name=reason]', 'One sees it better.');
  await page.click('button.go:has-text("Propose")');
  await page.waitForURL(/\/changes\/rules\/\d+/, LONG);
  const reviewer = await be('mei');
  await reviewer.goto(page.url());
  await reviewer.click('button:has-text("Merge")');
  await reviewer.waitForURL(/\/library\/rules\/about/, LONG);
  await visitor.goto('/library/rules/about');
  expect(await visitor.getByRole('img', { name: 'A street with shops' }).count()).toBe(1);
  expect(await drawn(visitor, 'figure')).toBe(900);
  for (const each of [page, visitor, reviewer]) await each.context().close();
}, 240_000);

test('without script it stands at the end of the text, and nothing that was typed is lost', async () => {
  const page = await be('jonas', false);
  await page.goto('/library/rules/about/change');
  await page.fill('#text', 'Words typed by hand.');
  await page.fill('input[name=title]', 'Half a title');
  await page.locator('summary', { hasText: 'A picture' }).click();
  await page.setInputFiles('#picture', { name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') });
  await page.click('#picture-send');
  expect(await page.locator('main').innerText()).toContain('not a picture that can be shown');
  await page.goto('/library/rules/about/change');
  expect(await page.inputValue('#text')).toContain('Words typed by hand.');
  await page.locator('summary', { hasText: 'A picture' }).click();
  await page.setInputFiles('#picture', street);
  await page.click('#picture-send');
  expect(await page.inputValue('#text')).toMatch(/^Words typed by hand\.\n\n:::figure\{src="street-[0-9a-f]{8}\.png" alt=""\}\n:::/);
  expect(await page.inputValue('input[name=title]')).toBe('Half a title');
  expect(await drawn(page, '#preview')).toBe(900);
  await page.context().close();
}, 240_000);
