/** People find each other and talk, in a real browser: profile, directory, direct messages, whom to call. By keyboard where it is daily work. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { looksRight, looksRightEverywhere } from '../support/looks.ts';
import { openStage, type Stage, tabTo } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage?.close());

test('what one shows of oneself, and to whom', async () => {
  const page = await stage.open('amina');
  await page.goto('/account/profile');
  await looksRightEverywhere(page);
  await page.getByLabel('Position', { exact: true }).fill('Analyst of lost phones');
  await page.locator('[name=phone]').fill('+999 20 555 0199');
  await page.locator('[name=shown_phone]').selectOption('nobody');
  await page.locator('[name=shown_position]').selectOption('members');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.note.ok').waitFor();
  await page.goto('/people/amina');
  // Shown to their owner with the word for whom.
  expect(await page.locator('dl.facts').textContent()).toContain('+999 20 555 0199');
  await page.context().close();
  const jonas = await stage.open('jonas');
  await jonas.goto('/people/amina');
  expect(await jonas.locator('dl.facts').textContent()).toContain('Analyst of lost phones');
  expect(await jonas.content()).not.toContain('555 0199');
  await looksRightEverywhere(jonas);
  await jonas.context().close();
}, 120_000);

test('by keyboard alone: find somebody, write to them; they read it and answer; nobody else', async () => {
  const jonas = await stage.open('jonas');
  await jonas.goto('/people');
  await looksRightEverywhere(jonas);
  await tabTo(jonas, jonas.locator('main [name=q]'));
  await jonas.keyboard.type('lost phones');
  await jonas.keyboard.press('Enter');
  await jonas.waitForURL(/q=lost/);
  expect(await jonas.locator('main .rows li').count()).toBe(1);
  await tabTo(jonas, jonas.locator('main .rows a'));
  await jonas.keyboard.press('Enter');
  await jonas.waitForURL(/people\/amina/);
  await tabTo(jonas, jonas.getByRole('link', { name: 'Write a message' }));
  await jonas.keyboard.press('Enter');
  await jonas.waitForURL(/messages\/new/);
  await looksRightEverywhere(jonas);
  await tabTo(jonas, jonas.locator('[name=body]'));
  await jonas.keyboard.type('Which operators hold a number for ninety days?');
  await tabTo(jonas, jonas.locator('main form').getByRole('button', { name: 'Send', exact: true }));
  await jonas.keyboard.press('Enter');
  await jonas.waitForURL(/messages\/[0-9a-f-]{36}/);
  await jonas.getByText('Which operators hold').waitFor();
  const address = new URL(jonas.url()).pathname;
  await tabTo(jonas, jonas.getByText('Who exactly will be able to read this?'));
  await jonas.keyboard.press('Enter');
  await jonas.getByText('The list, name by name').click();
  expect((await jonas.locator('details .rows .t').allInnerTexts()).sort()).toEqual(['Amina', 'Jonas']);
  await looksRightEverywhere(jonas);

  const amina = await stage.open('amina', { width: 400 });
  await amina.goto('/messages');
  await looksRightEverywhere(amina);
  await amina.locator('#direct a').click();
  await amina.locator('[name=body]').fill('Two of three. I send you the table.');
  await amina.getByRole('button', { name: 'Send' }).click();
  await amina.getByText('I send you the table.').waitFor();
  await amina.context().close();
  await jonas.goto(address);
  await jonas.getByText('I send you the table.').waitFor();
  await jonas.context().close();

  const lucia = await stage.open('lucia');
  expect((await lucia.goto(address))?.status()).toBe(404);
  await lucia.goto('/messages');
  expect(await lucia.locator('#direct').count()).toBe(0);
  await looksRightEverywhere(lucia);
  await lucia.context().close();
}, 120_000);

test('filters narrow the directory, and an answer with nobody says what to do', async () => {
  const page = await stage.open('jonas');
  await page.goto('/people');
  const all = await page.locator('main .rows li').count();
  await page.getByText('More filters').click();
  await page.locator('[name=kind]').selectOption('supervisor');
  await page.locator('details button').click();
  await page.waitForURL(/kind=supervisor/);
  expect(await page.locator('main .rows .t').allInnerTexts()).toEqual(['Mei']);
  expect(all).toBeGreaterThan(1);
  await looksRight(page);
  await page.goto('/people?q=nobody-is-called-so');
  await page.getByRole('heading', { level: 2 }).waitFor();
  await looksRight(page);
  await page.context().close();
}, 120_000);

test('whom to call: a focal point says it, every member reads it', async () => {
  const page = await stage.open('desta');
  await page.goto('/organizations/lumaria/on-call');
  await looksRightEverywhere(page);
  await page.locator('main [name=name]').fill('Duty engineer');
  await page.locator('main [name=phone]').fill('+999 20 555 0110');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.note.ok').waitFor();
  await page.context().close();
  const jonas = await stage.open('jonas', { width: 400 });
  await jonas.goto('/on-call');
  expect(await jonas.locator('main a[href^="tel:"]').textContent()).toBe('+999 20 555 0110');
  await looksRightEverywhere(jonas);
  await jonas.context().close();
}, 120_000);
