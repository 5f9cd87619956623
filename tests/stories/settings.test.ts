/** A steward sets the hub and reads how it does, on a phone and on a desk, in light and dark, in both directions; what was set is what a visitor's browser draws. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { launch, newPage, shot } from '../support/browser.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
let cookie: string;
const complaints: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'indaba-settings-'));
beforeAll(async () => {
  Object.assign(process.env, { INDABA_PSEUDO: '1', INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys') });
  forgetConfig();
  ensureKeys();
  db = await freshDatabase();
  await ensureSignInKey(db.owner);
  c = await cast(db);
  cookie = (await c.signIn('lucia')).cookie;
  hub = await openHub();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await db?.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('both pages stand on a phone and on a desk, light and dark, in both directions', async () => {
  for (const path of ['/settings', '/health', '/imprint'])
    for (const [width, dark, locale] of [
      [400, false, 'en'],
      [1280, true, 'en'],
      [400, true, 'ar-XB'],
      [1280, false, 'ar-XB'],
    ] as const) {
      const page = await newPage(browser, { base: hub.base, cookie, width, dark, locale });
      page.on('console', (message) => message.type() === 'error' && complaints.push(`${path}: ${message.text()}`));
      await page.goto(locale === 'en' ? path : `/${locale}${path}`);
      const name = `${path.slice(1)}-${width}-${dark ? 'dark' : 'light'}-${locale}`;
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name).toBe(true);
      expect(await page.locator('h1').textContent(), name).toBeTruthy();
      await shot(page, name);
      await page.context().close();
    }
  expect(complaints).toEqual([]);
}, 120_000);

test('what is not saved says so, and no longer once it is as before', async () => {
  const page = await newPage(browser, { base: hub.base, cookie });
  await page.goto('/settings');
  const form = page.locator('form:has([name=group][value=defaults])');
  const mark = form.locator('[data-unsaved]');
  const days = form.locator('[name=session_days]');
  const was = await days.inputValue();
  expect(await mark.isVisible()).toBe(false);
  await days.fill('12');
  await mark.waitFor({ state: 'visible' });
  expect(await page.locator('[data-unsaved]:visible').count()).toBe(1);
  await days.fill(was);
  await mark.waitFor({ state: 'hidden' });
  // Leaving asks first; where one stays, what was typed is there.
  await days.fill('12');
  const asked = new Promise<string>((done) => page.once('dialog', (dialog) => dialog.dismiss().then(() => done(dialog.type()))));
  await page.locator('main').click({ position: { x: 5, y: 5 } });
  void page.evaluate(() => location.assign('/health')).catch(() => undefined);
  expect(await asked).toBe('beforeunload');
  expect(await days.inputValue()).toBe('12');
  await page.context().close();
}, 120_000);

test('a steward sets name and colour; a visitor’s browser draws them', async () => {
  const page = await newPage(browser, { base: hub.base, cookie, width: 400 });
  await page.goto('/settings');
  await page.fill('input[name=hub_name]', 'Round Table');
  await page.fill('input[name=accent]', '#7a1f5c');
  await page.fill('textarea[name=imprint]', 'Run by the secretariat.');
  await page.locator('form:has(input[name=accent]) button').click();
  await page.getByText('Saved: Name of the hub, Imprint, and Colour.').waitFor();
  await shot(page, 'settings-saved-400');
  const visitor = await newPage(browser, { base: hub.base, width: 1280 });
  visitor.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await visitor.goto('/library');
  expect(await visitor.title()).toMatch(/· Round Table$/);
  expect(await visitor.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'))).toBe('#7a1f5c');
  await visitor.getByRole('link', { name: 'Who runs this hub' }).click();
  expect(await visitor.locator('main').innerText()).toContain('Run by the secretariat.');
  expect(complaints).toEqual([]);
}, 60_000);
