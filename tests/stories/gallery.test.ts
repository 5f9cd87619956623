import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, newPage, shot, type PageOptions } from '../support/browser.ts';
import { preview } from '../support/preview.ts';
import { total, weigh } from '../../bin/weigh.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Finding = { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] };
declare const window: { axe: { run(context: unknown, options: unknown): Promise<{ violations: Finding[] }> } };

let browser: Browser;
let served: Awaited<ReturnType<typeof preview>>;

beforeAll(async () => {
  [browser, served] = await Promise.all([launch(), preview()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
});

async function open(path: string, options: PageOptions): Promise<{ page: Page; complaints: string[] }> {
  const page = await newPage(browser, { ...options, base: served.url });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && !/status of 404/.test(message.text()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${options.locale && options.locale !== 'en' ? `/${options.locale}` : ''}${path}`);
  return { page, complaints };
}

async function findings(page: Page): Promise<string[]> {
  // Through the debugger: the content policy refuses a script element, as it should.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return violations.map(
    (each) =>
      `${each.id} (${each.impact}): ${each.nodes
        .map((node) => node.html)
        .join(' | ')
        .slice(0, 400)}`,
  );
}

const views: PageOptions[] = [
  { width: 1280 },
  { width: 400 },
  { width: 1280, dark: true },
  { width: 400, dark: true },
  { width: 1280, locale: 'ar-XB' },
  { width: 400, locale: 'ar-XB', dark: true },
];

for (const [path, name] of [
  ['/gallery', 'gallery'],
  ['/', 'home'],
  ['/not-here', 'missing'],
] as const) {
  describe(name, () => {
    for (const view of views) {
      const say = `${view.width} px${view.dark ? ', dark' : ''}${view.locale ? `, ${view.locale}` : ''}`;
      test(`${say}: accessible, nothing overflows, no complaint of the content policy`, async () => {
        const { page, complaints } = await open(path, view);
        expect(await findings(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
        expect(complaints).toEqual([]);
        await shot(page, `${name}-${view.locale ?? 'en'}-${view.width}${view.dark ? '-dark' : ''}`);
        await page.context().close();
      });
    }
  });
}

test('the pseudo-locale: every word comes from the messages, and the layout mirrors', async () => {
  const { page } = await open('/gallery', { locale: 'ar-XB' });
  expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual(['ar-XB', 'rtl']);
  // Accented text has hardly a plain word of four letters in a row; names, labels and tokens are marked or listed.
  const plain = await page.evaluate(() => {
    const kept = new Set(['Indaba', 'English', 'Amina', 'Jonas', 'paper', 'sunk', 'rule', 'edge', 'accent', 'tint', 'stop', 'stop-tint', 'Ctrl', 'FIGI']);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || parent.closest('[translate=no],script,style,option,.ioc,time,textarea')) continue;
      for (const word of (node.textContent ?? '').replace(/TLP:[A-Z+]+|Indaba/g, '').match(/[A-Za-z-]{4,}/g) ?? []) if (!kept.has(word)) found.push(word);
    }
    return found;
  });
  expect(plain).toEqual([]);
  const left = await page.evaluate(() => document.querySelector('.brand')?.getBoundingClientRect().left ?? 0);
  expect(left).toBeGreaterThan(640);
});

test('a form sent from another site is refused, one from here is not', async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${served.url}/`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: 'a=b' });
  expect((await post({ origin: 'http://elsewhere.example', cookie: 'indaba=x' })).status).toBe(403);
  expect((await post({ 'sec-fetch-site': 'cross-site', cookie: 'indaba=x' })).status).toBe(403);
  expect((await post({ cookie: 'indaba=x' })).status).toBe(403);
  expect((await post({ origin: served.url, cookie: 'indaba=x' })).status).not.toBe(403);
});

test('every answer carries the headers that keep it to itself', async () => {
  for (const path of ['/', '/not-here', '/api/v1/not-here']) {
    const { headers } = await fetch(served.url + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test('the home page of a visitor needs no script and stays light', async () => {
  const weights = await weigh(`${served.url}/`);
  expect(total(weights, 'script')).toBe(0);
  expect(total(weights)).toBeLessThan(14_600);
});
