/** A focal point suspends a colleague and hands over, and a steward reads the log, in a real browser; looked over by axe, narrow and wide, both directions. */
import type { Browser } from 'playwright-core';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, newPage } from '../support/browser.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { looksRight } from '../support/looks.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { settle } from '../support/settle.ts';

let community: Community;
let hub: Hub;
let browser: Browser;
let behind: Client;
beforeAll(async () => {
  process.env.INDABA_PSEUDO = '1';
  community = await plantCommunity();
  hub = await openHub();
  behind = new Client({ connectionString: community.database.admin });
  await behind.connect();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await behind?.end();
  await hub?.close();
  await community?.database.drop();
});

describe.each([
  { locale: 'en', width: 1280, dark: false },
  { locale: 'en', width: 400, dark: true },
  { locale: 'ar-XB', width: 400, dark: false },
])('in $locale, $width wide', ({ locale, width, dark }) => {
  const prefix = locale === 'en' ? '' : `/${locale}`;
  const _name = (what: string) => `${what}-${locale}-${width}${dark ? '-dark' : ''}`;
  const open = async (who: string) => newPage(browser, { base: hub.base, cookie: await community.cookie(who), locale, width, dark });

  test('suspended, lifted', async () => {
    const page = await open('desta');
    await page.goto(`${prefix}/organizations/lumaria`);
    await looksRight(page);
    await page.locator(`a[href^="${prefix}/people/amina/membership"]`).click();
    await looksRight(page);
    for (const act of ['suspended', 'lifted']) {
      await page.goto(`${prefix}/people/amina/membership?organization=lumaria&act=${act}`);
      await page.locator('textarea[name=reason]').fill('A laptop was lost on the way to a meeting');
      await looksRight(page);
      await page.locator('main form button').click();
      expect(await page.locator('.note.ok').count()).toBe(1);
      await looksRight(page);
    }
    await page.goto(`${prefix}/people/amina`);
    await looksRight(page);
    await page.context().close();
  }, 60_000);

  test('the log: its roots, mine, and all with a reason', async () => {
    await settle(behind);
    await behind.query("update app.audit_entries set sealed_at = sealed_at - interval '1 day' where position < 4");
    const page = await open('lucia');
    await settle(behind);
    await page.goto(`${prefix}/audit`);
    await looksRight(page);
    await page.locator(`main a[href="${prefix}/audit/log"]`).click();
    await looksRight(page);
    await page.goto(`${prefix}/audit/log?of=all`);
    if (await page.locator('textarea[name=reason]').count()) {
      await looksRight(page);
      await page.locator('textarea[name=reason]').fill('The yearly look');
      await page.locator('main form button').click();
    }
    expect(await page.locator('main li').count()).toBeGreaterThan(3);
    await looksRight(page);
    await page.context().close();
  }, 60_000);
});
