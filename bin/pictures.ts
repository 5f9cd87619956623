/**
 * Makes the pictures of docs/guide again, from a fresh demo (each needs what the demo began with, so make a fresh one first): `INDABA_DATA=/tmp/pictures node bin/indaba start`, then `node bin/pictures.ts http://localhost:3000`.
 * Light, English, the demo's own data; each at most 60 KB.
 */
import { statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { launch, newPage } from '../tests/support/browser.ts';

type Picture = { name: string; as: string; path: string; width?: number; height?: number; before?: (page: Page) => Promise<void>; from?: string };
const FOLDER = resolve(import.meta.dirname, '../docs/images');
const MOST = 60_000;
const OPERATORS = '/library/ss7/operators';

/** Marks words of a text, as a finger or a mouse does. */
const mark = (words: string) => (page: Page) =>
  page.evaluate((wanted) => {
    const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent!.indexOf(wanted);
      if (at < 0 || !node.parentElement!.closest('.rec')) continue;
      getSelection()!.setBaseAndExtent(node, at, node, at + wanted.length);
      return;
    }
  }, words);

const PICTURES: readonly Picture[] = [
  {
    name: 'guide-suggest',
    as: 'Pita',
    path: '/library/sim-swap/about',
    width: 400,
    height: 760,
    before: async (page) => {
      const words = (await page.locator('article p.rec').first().innerText()).split(/\s+/).slice(0, 5).join(' ');
      await mark(words)(page);
      await page.locator('#suggest-words').click();
      await page.locator('#suggestion').waitFor();
      await page.locator('#suggestion').evaluate((form) => form.scrollIntoView({ block: 'center' }));
    },
  },
  {
    name: 'guide-visual',
    as: 'Amina',
    path: `${OPERATORS}/change`,
    before: async (page) => {
      await page.locator('[data-visual] button').first().click();
      await page.locator('#visual-text').waitFor();
      await page.locator('[data-visual]').evaluate((at) => at.scrollIntoView());
    },
  },
  { name: 'guide-comments', as: 'Noor', path: '/library/ss7/comments' },
  { name: 'guide-deciding', as: 'Noor', path: '/changes/ss7/2', height: 1000 },
  {
    name: 'guide-edition',
    as: 'Amina',
    path: '/library/security-assurance-framework/editions/1.1',
    height: 760,
    before: (page) => page.locator('#changes-h ~ * summary, details summary').first().click(),
  },
  { name: 'guide-upkeep', as: 'Noor', path: '/upkeep', width: 900, height: 760, before: (page) => page.evaluate(() => scrollTo(0, 0)) },
  { name: 'guide-together', as: 'Amina', path: '/library/sim-swap/regulators/change', before: writeTogether },
];

/** Amina asks Pita along; he types, and she sees him. */
async function writeTogether(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Write together' }).click();
  await page.waitForURL(/\/changes\/together\//);
  await page.locator('input[name=member]').fill('pita');
  await page.getByRole('button', { name: 'Ask along' }).click();
  await page.locator('#writers').getByRole('link', { name: 'Pita Vea' }).waitFor();
  const pita = await signedIn(page.context().browser()!, base!, 'Pita', {});
  await pita.goto(page.url());
  for (const each of [page, pita]) {
    await each.locator('[data-visual] button').first().click();
    await each.locator('#visual-text').waitFor();
  }
  await pita.locator('#visual-text p', { hasText: 'third duty' }).click();
  await pita.keyboard.press('End');
  await pita.keyboard.type(' It binds resellers too.');
  await page.locator('#visual-text', { hasText: 'It binds resellers too.' }).waitFor();
  await page
    .locator('.caret, [data-caret]')
    .first()
    .waitFor({ timeout: 5_000 })
    .catch(() => undefined);
  await page.locator('[data-visual]').evaluate((at) => at.scrollIntoView());
}

async function signedIn(browser: Browser, base: string, name: string, size: Pick<Picture, 'width' | 'height'>): Promise<Page> {
  const page = await newPage(browser, { base, width: size.width ?? 1100 });
  await page.setViewportSize({ width: size.width ?? 1100, height: size.height ?? 800 });
  await page.goto('/signin');
  await page.locator(`button[value=${name.toLowerCase()}]`).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
  return page;
}

const base = process.argv[2];
if (!base) {
  console.error('Say where a fresh demo runs: node bin/pictures.ts http://localhost:3000');
  process.exit(1);
}
const browser = await launch();
for (const { name, as, path, before, ...size } of PICTURES) {
  if (process.argv[3] && process.argv[3] !== name) continue;
  const page = await signedIn(browser, base, as, size);
  await page.goto(path);
  await page.locator('.demo').evaluateAll((banners) => {
    for (const banner of banners) banner.remove();
  });
  await before?.(page);
  // The address of whoever made the pictures is nobody's to read.
  await page.evaluate((host) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) node.textContent = node.textContent!.replace(host, 'https://indaba.example');
  }, base);
  const shot = await page.screenshot({ animations: 'disabled' });
  const file = join(FOLDER, `${name}.webp`);
  let quality = 86;
  do writeFileSync(file, await sharp(shot).webp({ quality }).toBuffer());
  while (statSync(file).size > MOST && (quality -= 10) > 30);
  console.log(`${name}.webp ${statSync(file).size} bytes`);
  await page.context().close();
}
await browser.close();
