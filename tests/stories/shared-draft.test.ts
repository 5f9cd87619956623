/** Two people write one draft at the same time, in two browsers, one visually and one in the source; the line breaks and comes back; one proposes what both wrote. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { findings } from '../support/editor-page.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

vi.setConfig({ testTimeout: 240_000 });
const LONG = { timeout: 60_000 };
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
const body = [
  'One paragraph about SIM cards.',
  '*   odd list',
  controlText('check-identity', 'Check identity', 'The operator takes a photograph.'),
  'A last paragraph.',
];

beforeAll(async () => {
  process.env.INDABA_PSEUDO = '1';
  db = await freshDatabase();
  c = await cast(db);
  await makeSpace('sim', 2, { attacks: pageText('SIM attacks', ...body) });
  hub = await openHub();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await db?.drop();
});

const open = async (name: Name, options: object = {}) => newPage(browser, { base: hub.base, cookie: (await c.signIn(name)).cookie, ...options });
const field = (page: Page) => page.locator('textarea[name=text]');
const said = (page: Page) => page.locator('[data-together]').last();
const bound = (page: Page) => page.locator('#proposal[data-together=on]').waitFor(LONG);

test('from the form to a request that both wrote', async () => {
  const amina = await open('amina');
  await amina.goto('/library/sim/attacks/change');
  const before = await field(amina).inputValue();
  await amina.getByRole('button', { name: 'Write together' }).click();
  await amina.waitForURL(/\/changes\/together\//);
  const address = new URL(amina.url()).pathname;
  await amina.locator('input[name=member]').fill('mei');
  await amina.getByRole('button', { name: 'Ask along' }).click();
  await amina.locator('#writers').getByRole('link', { name: 'Mei' }).waitFor(LONG);
  await bound(amina);

  const mei = await open('mei');
  await mei.goto('/changes');
  await mei.locator('#shared').getByText('SIM attacks').click();
  await bound(mei);
  expect(await field(mei).inputValue()).toBe(before);
  // Mei in the visual editor, Amina in the source.
  await mei.getByRole('button', { name: 'Visual' }).click();
  await mei.locator('#visual-text').waitFor(LONG);
  await mei.locator('#visual-text > p').first().click();
  await mei.keyboard.press('End');
  await mei.keyboard.type(' Mei adds this.');
  await expect.poll(() => field(amina).inputValue(), LONG).toContain('SIM cards. Mei adds this.');
  await field(amina).evaluate((element: HTMLTextAreaElement) => {
    const at = element.value.indexOf('A last paragraph.') + 'A last paragraph.'.length;
    element.setRangeText(' Amina adds that.', at, at, 'end');
    element.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await expect.poll(() => mei.locator('#visual-text').textContent(), LONG).toContain('A last paragraph. Amina adds that.');
  // The cursor is where it was: behind what Mei typed.
  await mei.keyboard.type(' And more.');
  await expect.poll(() => field(amina).inputValue(), LONG).toContain('Mei adds this. And more.');
  await mei.locator('[data-others]').getByText('Amina').waitFor(LONG);
  await expect.poll(() => said(mei).textContent(), LONG).toMatch(/^Saved \d/);

  // The line goes; both write on; it comes back.
  await mei.context().setOffline(true);
  await mei.keyboard.type(' Without a line.');
  await expect.poll(() => said(mei).textContent(), LONG).toMatch(/this browser only/);
  await field(amina).evaluate((element: HTMLTextAreaElement) => {
    element.value = `Amina begins.\n\n${element.value}`;
    element.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await expect.poll(() => said(amina).textContent(), LONG).toMatch(/^Saved \d/);
  await mei.context().setOffline(false);
  const end = `Amina begins.\n\n${before.replace('SIM cards.', 'SIM cards. Mei adds this. And more. Without a line.').replace('A last paragraph.', 'A last paragraph. Amina adds that.')}`;
  await expect.poll(() => field(amina).inputValue(), LONG).toBe(end);
  await expect.poll(() => field(mei).inputValue(), LONG).toBe(end);
  await expect.poll(() => said(mei).textContent(), LONG).toMatch(/^Saved \d/);
  expect(await findings(mei)).toEqual([]);

  // Undo takes back one's own, never another's.
  await mei.locator('#visual-text > p').first().click();
  await mei.keyboard.press('Control+z');
  await expect.poll(() => field(amina).inputValue(), LONG).not.toContain('Without a line.');
  expect(await field(amina).inputValue()).toContain('Amina begins.');

  await amina.locator('input[name=title]').fill('What both wrote');
  await expect.poll(() => mei.locator('input[name=title]').inputValue(), LONG).toBe('What both wrote');
  await amina.locator('#proposal textarea[name=reason]').fill('Both of us saw it.');
  await amina.locator('#proposal .go').click();
  await amina.waitForURL(/\/changes\/sim\/\d+\?opened/);
  // Once: what the window had sent before is not put in again with the form.
  const asked = (await amina.locator('main').textContent()) ?? '';
  for (const words of ['Mei adds this.', 'Amina begins.', 'Both of us saw it.']) expect(asked.split(words), words).toHaveLength(2);
  // Mei is told that nothing is taken in any more.
  await mei.locator('#visual-text > p').first().click();
  await mei.keyboard.type('Too late');
  await expect.poll(() => said(mei).textContent(), LONG).toMatch(/closed/);
  await mei.goto(address);
  await mei.getByText('This draft is closed').waitFor(LONG);
  await mei.context().close();
  await amina.context().close();
});

test('without script the form is sent whole, and what others wrote meanwhile stays', async () => {
  const amina = await open('amina', { js: false });
  await amina.goto('/library/sim/attacks/change');
  await amina.getByRole('button', { name: 'Write together' }).click();
  await amina.waitForURL(/\/changes\/together\//);
  const address = new URL(amina.url()).pathname;
  await amina.locator('input[name=member]').fill('mei');
  await amina.getByRole('button', { name: 'Ask along' }).click();
  await amina.locator('#writers').getByRole('link', { name: 'Mei' }).waitFor(LONG);
  const mei = await open('mei', { js: false });
  await mei.goto(address);
  const text = await field(mei).inputValue();
  await field(mei).fill(text.replace('One paragraph', 'One long paragraph'));
  await amina.goto(address);
  await field(amina).fill(text.replace('A last paragraph.', 'The last paragraph.'));
  await mei.locator('#proposal .go').click();
  await mei.waitForURL(/saved/);
  await amina.locator('#proposal [data-preview-act]').last().click();
  await amina.waitForURL(/saved/);
  expect(await field(amina).inputValue()).toBe(text.replace('One paragraph', 'One long paragraph').replace('A last paragraph.', 'The last paragraph.'));
  await mei.context().close();
  await amina.context().close();
});
