/** Two people change a control: the author without script, the reviewer with it. On the real server, in the real browser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { as } from '#platform/database/open.server.ts';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
declare const window: { axe: { run(context: unknown, options: unknown): Promise<{ violations: Array<{ id: string; nodes: Array<{ html: string }> }> }> } };

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
const cookies: Partial<Record<Name, string>> = {};
const first = pageText(
  'SIM attacks',
  'One paragraph about SIM cards.',
  controlText('check-identity', 'Check identity', 'The operator takes that person’s photograph and keeps it.', 'gitbook:10.1'),
  'A last paragraph about numbers.',
);

beforeAll(async () => {
  process.env.INDABA_PSEUDO = '1';
  db = await freshDatabase();
  c = await cast(db);
  for (const slug of ['sim', 'mirrored']) await makeSpace(slug, 1, { 'sim-attacks': first.replaceAll('check-identity', `check-${slug}`) });
  for (const name of ['amina', 'mei', 'pita', 'karim'] as const) cookies[name] = (await c.signIn(name)).cookie;
  hub = await openHub();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await db?.drop();
});

const open = (name: Name | undefined, options: { js?: boolean; locale?: string } = {}) =>
  newPage(browser, { base: hub.base, cookie: name && cookies[name], ...options });
const controlNow = (slug: string) =>
  as({ kind: 'visitor' }, (tx) => tx.selectFrom('app.controls').select(['text', 'code']).where('slug', '=', slug).executeTakeFirstOrThrow());
const numberOf = (page: Page) => /\/changes\/[^/]+\/(\d+)/.exec(page.url())?.[1] ?? '';

async function propose(page: Page, space: string, change: (text: string) => string, title: string): Promise<string> {
  await page.goto(`/library/${space}/sim-attacks/change`);
  const field = page.locator('textarea[name=text]');
  await field.fill(change(await field.inputValue()));
  await page.locator('input[name=title]').fill(title);
  await page.locator('#proposal textarea[name=reason]').fill('Three of our last five cases led to the same two agents.');
  await page.locator('#proposal .go').click();
  await page.waitForURL(/\/changes\/.*\?opened/);
  return numberOf(page);
}

describe.each([
  { space: 'sim', locale: 'en' },
  { space: 'mirrored', locale: 'ar-XB' },
])('in $locale', ({ space, locale }) => {
  const slug = `check-${space}`;
  const prefix = locale === 'en' ? '' : `/${locale}`;
  let number = '';

  test('the author proposes without script, from the control', async () => {
    const page = await open('amina', { js: false, locale });
    const { code } = await controlNow(slug);
    await page.goto(`${prefix}/changes/new?control=${code}`);
    expect(await page.locator('html').getAttribute('dir')).toBe(locale === 'en' ? 'ltr' : 'rtl');
    const field = page.locator('textarea[name=text]');
    expect(await field.inputValue()).toMatch(/^:::control\[Check identity\]/);
    // Broken text is named by line, and nothing typed is lost.
    const good = (await field.inputValue()).replace('takes that', 'records who served the request, takes that');
    await field.fill(good.replace(/\n:::$/, ''));
    await page.locator('input[name=title]').fill('Name the agent');
    await page.locator('#proposal textarea[name=reason]').fill('No record said who.');
    await page.locator('#proposal .go').click();
    expect(await page.locator('.note.stop li').count()).toBe(1);
    expect(await page.locator('input[name=title]').inputValue()).toBe('Name the agent');
    expect(await page.locator('#proposal textarea[name=reason]').inputValue()).toBe('No record said who.');
    // Enter in a one-line field shows the preview and sends nothing.
    await field.fill(good);
    await page.locator('input[name=title]').press('Enter');
    expect(await page.locator('#preview').textContent()).toContain('records who served the request');
    await page.locator('#proposal .go').click();
    await page.waitForURL(/\?opened/);
    number = numberOf(page);
    expect(await page.locator('ins').first().textContent()).toContain('records who served the request');
    expect(await page.locator('#decide').count()).toBe(0);
    await page.context().close();
  });

  test('a whole page is a form without marks of the machine; what is wrong is named at its place and nothing is lost', async () => {
    const page = await open('amina', { js: false, locale });
    await page.goto(`${prefix}/library/${space}/sim-attacks/change`);
    const field = page.locator('textarea[name=text]');
    const title = page.locator('input[name=page_title]');
    expect(await title.inputValue()).toBe('SIM attacks');
    const typed = `${await field.inputValue()}\n:::hint\nNever closed.\n`;
    expect(typed).toMatch(/^One paragraph/);
    await field.fill(typed);
    await title.fill('');
    await page.locator('textarea[name=page_sources]').fill('A source: of ours');
    await page.locator('#proposal .go').click();
    expect(await page.locator('.note.stop li').allTextContents()).toEqual([expect.stringContaining(String(typed.split('\n').indexOf(':::hint') + 1))]);
    expect(await page.locator('#proposal .field.bad').count()).toBe(3);
    expect(await field.inputValue()).toBe(typed);
    expect(await page.locator('textarea[name=page_sources]').inputValue()).toBe('A source: of ours');
    await page.context().close();
  });

  test('who may not propose is told so or sent to sign in', async () => {
    const guest = await open('karim', { js: false, locale });
    expect((await guest.goto(`${prefix}/library/${space}/sim-attacks/change`))?.status()).toBe(403);
    const visitor = await open(undefined, { js: false, locale });
    await visitor.goto(`/library/${space}/sim-attacks/change`);
    expect(visitor.url()).toContain('/signin?next=');
    for (const page of [guest, visitor]) await page.context().close();
  });

  test('the reviewer reads the words, talks and merges; page, record and search agree', async () => {
    const page = await open('mei', { locale });
    await page.goto(`${prefix}/changes`);
    await page.locator(`.rows a[href$="/changes/${space}/${number}"]`).click();
    await page.locator('#compose textarea').fill('Is the agent’s number enough?');
    await page.locator('#compose button.go').click();
    await page.getByText('Is the agent’s number enough?').waitFor();
    // Somebody has the page open, and is told, however early it happens, without the text moving under their eyes.
    const reader = await open('pita', { locale });
    await reader.goto(`${prefix}/library/${space}/sim-attacks`);
    await page.locator('#decide .go').click();
    await page.waitForURL(/\/library\//);
    expect(await page.locator('.note.ok').count()).toBe(1);
    await reader.locator('.strip.changed').waitFor();
    expect(await reader.locator('main').textContent()).not.toContain('records who served the request');
    await reader.locator('.strip.changed a').click();
    await reader.getByText('records who served the request').first().waitFor();
    await reader.context().close();
    expect(await page.locator('main').textContent()).toContain('records who served the request');
    const { text, code } = await controlNow(slug);
    expect(text).toContain('records who served the request');
    await page.goto(`${prefix}/c/${code}`);
    expect(await page.locator('main').textContent()).toContain('records who served the request');
    await page.context().close();
  });

  test('edits of one place stand side by side; the reviewer chooses, and nobody merges what moved unseen', async () => {
    const author = await open('amina', { js: false, locale });
    const other = await open('pita', { js: false, locale });
    const mine = await propose(author, space, (text) => text.replace('One paragraph', 'My paragraph'), 'Mine');
    const theirs = await propose(other, space, (text) => text.replace('One paragraph', 'Their paragraph').replace('A last', 'The last'), 'Theirs');
    const reviewer = await open('mei', { js: false, locale });
    await reviewer.goto(`${prefix}/changes/${space}/${theirs}`);
    const second = await open('mei', { js: false, locale });
    await second.goto(`${prefix}/changes/${space}/${mine}`);
    await second.locator('#decide .go').click();
    await second.waitForURL(/\/library\//);
    await reviewer.locator('#decide .go').click();
    expect(await reviewer.locator('.note.stop').count()).toBe(1);
    expect(await reviewer.locator('.conflict').count()).toBe(1);
    expect(await reviewer.locator('.conflict .diff').allTextContents()).toEqual([
      expect.stringContaining('My paragraph'),
      expect.stringContaining('Their paragraph'),
    ]);
    await reviewer.locator('.conflict input[value=own]').check();
    await reviewer.locator('.conflict textarea').fill('Our paragraph about SIM cards.');
    await reviewer.locator('#decide .go').click();
    await reviewer.waitForURL(/\/library\//);
    const text = await reviewer.locator('main').textContent();
    expect(text).toContain('Our paragraph');
    expect(text).toContain('The last paragraph');
    for (const page of [author, other, reviewer, second]) await page.context().close();
  });

  test('the screens are accessible, fit a phone, and the content policy has no complaint', async () => {
    const author = await open('amina', { js: false, locale });
    const other = await open('pita', { js: false, locale });
    const mine = await propose(author, space, (text) => text.replace('Our paragraph', 'A first paragraph'), 'One');
    const theirs = await propose(other, space, (text) => text.replace('Our paragraph', 'A second paragraph'), 'Two');
    await author.context().close();
    await other.context().close();
    const page = await newPage(browser, { base: hub.base, cookie: cookies.mei, width: 400 });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${prefix}/changes/${space}/${mine}`);
    await page.locator('#decide .go').click();
    await page.waitForURL(/\/library\//);
    for (const path of [
      '/changes',
      `/changes/${space}/${theirs}`,
      `/changes/${space}/${mine}`,
      `/library/${space}/sim-attacks/change`,
      `/library/${space}/sim-attacks/change?control=${slug}`,
    ]) {
      await page.goto(prefix + path);
      await page.evaluate(axe);
      // The page at rest: a part that the live line is just putting in place is not there for a moment.
      await expect
        .poll(
          async () => {
            const { violations } = await page.evaluate(() =>
              window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
            );
            return violations.map(
              (each) =>
                `${path} ${each.id}: ${each.nodes
                  .map((node) => node.html)
                  .join(' | ')
                  .slice(0, 300)}`,
            );
          },
          { timeout: 10_000 },
        )
        .toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), path).toBe(0);
    }
    expect(complaints).toEqual([]);
    // With script, the preview follows what is typed.
    await page.locator('textarea[name=text]').fill('Freshly typed words.');
    await page.locator('#preview', { hasText: 'Freshly typed words.' }).waitFor();
    await page.context().close();
  });
});
