/** A steward lets the hub grow in a real browser, without script, on a phone and at a desk; the pages are looked over by axe in both directions. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { looksRight } from '../support/looks.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
const cookies: Partial<Record<Name, string>> = {};
beforeAll(async () => {
  process.env.INDABA_PSEUDO = '1';
  db = await freshDatabase();
  c = await cast(db);
  for (const name of ['lucia', 'pita'] as const) cookies[name] = (await c.signIn(name)).cookie;
  hub = await openHub();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await db?.drop();
});

describe.each([
  { locale: 'en', width: 1280, dark: false },
  { locale: 'ar-XB', width: 400, dark: true },
])('in $locale, $width wide', ({ locale, width, dark }) => {
  const prefix = locale === 'en' ? '' : `/${locale}`;
  const name = `Board of ${locale}`;
  const open = (who: Name, js = false) => newPage(browser, { base: hub.base, cookie: cookies[who]!, locale, width, dark, js });

  test('an organization, a circle, a duty', async () => {
    const page = await open('lucia');
    await page.goto(`${prefix}/people`);
    await page.locator(`main a[href="${prefix}/organizations"]`).click();
    await page.locator('aside input[name=name]').fill(name);
    await page.locator('select[name=jurisdiction]').selectOption('tavola');
    await page.locator('input[name=new_jurisdiction]').fill('Oruna');
    await page.locator('aside .go').click();
    // Two jurisdictions: said beside the field, and what was typed is there.
    expect(await page.locator('.field.bad').count()).toBe(1);
    expect(await page.locator('aside input[name=name]').inputValue()).toBe(name);
    await page.locator('select[name=jurisdiction]').selectOption('');
    await page.locator('aside .go').click();
    await page.waitForURL(/registered/);
    expect(await page.locator('h1').innerText()).toBe(name);
    expect(await page.locator('select[name=role]').inputValue()).toBe('focal_point');

    await page.goto(`${prefix}/circles`);
    await page.locator('input[name=name]').fill(`Desk ${locale}`);
    await page.locator('aside .go').click();
    await page.waitForURL(/made/);
    await page.locator('select[name=whom]').first().selectOption('person/pita');
    await page.locator('[formaction="?/add"]').first().click();
    expect(await page.locator('[role=status]').count()).toBe(1);
    expect(await page.locator('button[value="person/pita"]').count()).toBe(2);

    await page.goto(`${prefix}/people/pita`);
    await page.locator('input[value=editor]').check();
    await page.locator('form[action*=give] button').click();
    expect(await page.locator('button[value=editor]').count()).toBe(1);
    await page.locator('button[value=editor]').click();
    expect(await page.locator('button[value=editor]').count()).toBe(0);
  });
  test('the pages stand in their width, and axe finds nothing, for the steward and for a member', async () => {
    for (const who of ['lucia', 'pita'] as const) {
      const page = await open(who, true);
      await page.goto(`${prefix}/circles`);
      const circle = await page.locator('main .rows a').first().getAttribute('href');
      for (const path of [
        `${prefix}/organizations`,
        `${prefix}/organizations/tavola-regulator`,
        `${prefix}/circles`,
        circle!,
        `${prefix}/people/pita`,
        `${prefix}/people/lucia`,
      ]) {
        await page.goto(path);
        await looksRight(page);
      }
    }
  }, 120_000);
});
