/** Where a story is played: a community of its own, the built pages on it, and a browser. `node bin/build.ts` has to have run. */
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launch, newPage, type PageOptions } from './browser.ts';
import { type Hub, openHub } from './hub.ts';
import { type Community, plantCommunity } from './people.ts';

export type Stage = {
  community: Community;
  hub: Hub;
  browser: Browser /** A browser in which this person is signed in; null is a visitor. */;
  open(who: string | null, options?: PageOptions): Promise<Page>;
  close(): Promise<void>;
};

/** Opens everything; close it in afterAll. */
export async function openStage(): Promise<Stage> {
  process.env.INDABA_PSEUDO = '1';
  const community = await plantCommunity();
  const hub = await openHub();
  const browser = await launch();
  return {
    community,
    hub,
    browser,
    open: async (who, options = {}) => newPage(browser, { base: hub.base, ...(who ? { cookie: await community.cookie(who) } : {}), ...options }),
    async close() {
      await browser.close();
      await hub.close();
      await community.database.drop();
    },
  };
}

/** Goes on with Tab until the focus stands there: what no key reaches fails. */
export async function tabTo(page: Page, there: Locator): Promise<void> {
  await there.waitFor();
  for (let n = 0; n < 200; n++) {
    if (await there.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  expect.fail(`${page.url()}: no key reaches ${there}`);
}
