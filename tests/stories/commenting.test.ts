/** A member selects words on a page and comments on them; an editor decides; on a phone and by keyboard the same form is there without script. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closePools } from '#platform/database/pool.server.ts';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

const WAIT = 60_000;
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  await makeSpace('rules', 1, {
    swaps: pageText('SIM swaps', 'The operator checks *who asks*, and checks again.', controlText('check', 'Check identity', 'Before every swap of a card.')),
  });
  hub = await openHub();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await closePools();
  await db?.drop();
});

test('words selected on the page lead to a comment on exactly them, in their block or control; a visitor gets no script', async () => {
  const page = await newPage(browser, { base: hub.base, cookie: (await c.signIn('amina')).cookie });
  const select = (words: string) =>
    page.evaluate((wanted) => {
      const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.textContent!.indexOf(wanted);
        if (at < 0 || !node.parentElement!.closest('.rec')) continue;
        getSelection()!.setBaseAndExtent(node, at, node, at + wanted.length);
        return;
      }
      throw new Error('not there');
    }, words);
  const button = page.locator('#comment-words');
  await page.goto('/library/rules/swaps');
  await select('swap of a card');
  await button.waitFor({ timeout: WAIT });
  expect(await button.getAttribute('href')).toContain('control=');
  await select('who asks');
  await page.waitForFunction(() => document.querySelector<HTMLAnchorElement>('#comment-words')?.href.includes('part='), undefined, { timeout: WAIT });
  await button.click();
  await page.locator('[name=quote]').waitFor({ timeout: WAIT });
  expect(await page.locator('[name=quote]').inputValue()).toBe('who asks');
  expect(await page.locator('[name=quote_before]').inputValue()).toBe('The operator checks ');
  expect(await page.locator('[name=quote_after]').inputValue()).toBe(', and checks again.');
  expect(await page.locator('[name=part]').inputValue()).toMatch(/^[0-9a-z]{8}$/);
  await page.locator('[name=body]').fill('Say how it is known.');
  await page.locator('[name=proposed]').fill('who asks, by two kinds of proof');
  await page.locator('main form button.go').click();
  await page.locator('#observation').waitFor({ timeout: WAIT });
  expect(await page.locator('main').innerText()).toContain('Say how it is known.');
  expect(await page.locator('main blockquote').first().innerText()).toBe('who asks');
  expect(await page.locator('main .tag', { hasText: 'no longer' }).count()).toBe(0);
  await page.context().close();

  const visitor = await newPage(browser, { base: hub.base });
  await visitor.goto('/library/rules/swaps');
  expect(await visitor.locator('script').count()).toBe(0);
  await visitor.context().close();
}, 240_000);
