/** How a page is looked over in a story: its width, and by axe. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
type Options = { resultTypes: string[]; runOnly?: string[] };
declare const window: { axe?: { run(context: unknown, options: Options): Promise<{ violations: Array<{ id: string; nodes: Array<{ html: string }> }> }> } };

/** Nothing makes the page wider than its window. */
export async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, `${page.url()} is too wide`).toBeLessThanOrEqual(0);
}

/** Nothing for axe to find: by all its rules, or by those named. */
export async function faultless(page: Page, runOnly?: string[]): Promise<void> {
  if (!(await page.evaluate(() => Boolean(window.axe)))) await page.evaluate(axe);
  const options: Options = { resultTypes: ['violations'], ...(runOnly ? { runOnly } : {}) };
  const { violations } = await page.evaluate((asked) => window.axe!.run(document, asked), options);
  expect(violations.map(({ id, nodes }) => `${page.url()} ${id}: ${nodes[0]?.html}`)).toEqual([]);
}

/** Stands in its width, and axe finds nothing. */
export async function looksRight(page: Page): Promise<void> {
  await fits(page);
  await faultless(page);
}

/**
 * The page as it stands looks right, and so in dark on a phone; so does its address written from right to left, in a tab beside it.
 * Colours and sizes are looked at anew, rules about words and structure once. Leaves the page as it was, with all that is typed in it.
 */
export async function looksRightEverywhere(page: Page): Promise<void> {
  const [{ pathname, search }, size] = [new URL(page.url()), page.viewportSize()!];
  await looksRight(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 400, height: 800 });
  await fits(page);
  await faultless(page, ['color-contrast', 'target-size']);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(size);
  const beside = await page.context().newPage();
  await beside.setViewportSize({ width: 400, height: 800 });
  await beside.goto(`/ar-XB${pathname}${search}`);
  expect(await beside.evaluate(() => document.documentElement.dir), pathname).toBe('rtl');
  await fits(beside);
  await faultless(beside, ['target-size', 'html-has-lang', 'html-lang-valid', 'valid-lang', 'label', 'button-name', 'link-name']);
  await beside.close();
  // The language chosen last is remembered.
  await page.context().clearCookies({ name: 'indaba_locale' });
}
