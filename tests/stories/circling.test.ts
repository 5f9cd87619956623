/** Circles and their guests in a real browser: made, found, asked into, and who exactly reads what is shared there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { looksRight, looksRightEverywhere } from '../support/looks.ts';
import { openStage, type Stage, tabTo } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage?.close());
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test('a circle is made, listed, asked into and joined; the preview names its readers, guests before all', async () => {
  const jonas = await stage.open('jonas');
  await jonas.goto('/circles');
  await looksRightEverywhere(jonas);
  await jonas.locator('aside [name=name]').fill('SIM swap');
  await jonas.getByRole('button', { name: 'Make the circle' }).click();
  await jonas.waitForURL(/\/circles\/sim-swap/);
  const address = new URL(jonas.url()).pathname;
  await jonas.goto(`${address}/settings`);
  await looksRightEverywhere(jonas);
  await jonas.locator('[name=listed][value=yes]').check();
  await jonas.locator('[name=entry][value=request]').check();
  await jonas.getByRole('button', { name: 'Save' }).click();
  await jonas.locator('.note.ok').waitFor();

  const amina = await stage.open('amina');
  await amina.goto('/circles');
  await tabTo(amina, amina.getByRole('link', { name: 'SIM swap' }));
  await amina.keyboard.press('Enter');
  await amina.waitForURL(new RegExp(address));
  await looksRightEverywhere(amina);
  await tabTo(amina, amina.locator('[name=words]'));
  await amina.keyboard.type('We had four cases this month.');
  await amina.keyboard.press('Tab');
  await amina.keyboard.press('Enter');
  await amina.getByRole('button', { name: 'Take it back' }).or(amina.locator('form[action*=withdraw] button')).first().waitFor();
  await amina.context().close();

  await jonas.goto(address);
  await jonas.getByText('We had four cases this month.').waitFor();
  await looksRightEverywhere(jonas);
  await jonas.locator('form[action*=answer] button[value=yes]').click();
  await jonas.locator('.note.ok').waitFor();

  await jonas.goto(`${address}/guests`);
  await looksRightEverywhere(jonas);
  await jonas.locator('form[action*=bring] [name=whom]').selectOption('organization/sika');
  await jonas.locator('form[action*=bring] [name=until]').fill(inDays(40));
  await jonas.locator('form[action*=bring] button').click();
  await jonas.locator('.note.ok').waitFor();

  // Beside the choice of readers of a new channel: who that is, by name, and the guest said first.
  await jonas.goto('/channels/new');
  await jonas.locator('[name=audience_id]').selectOption({ label: 'SIM swap (3)' });
  await tabTo(jonas, jonas.getByText('Who exactly will be able to read this?'));
  await jonas.keyboard.press('Enter');
  await jonas.locator('details .note').waitFor();
  expect(await jonas.locator('details .note').textContent()).toContain('Karim (Sika Pay)');
  await jonas.getByText('The list, name by name').click();
  expect((await jonas.locator('details .rows .t').allTextContents()).sort()).toEqual(['Amina', 'Jonas', 'Karim']);
  await looksRight(jonas);
  // Other readers chosen: the answer follows.
  await jonas.locator('[name=audience_id]').selectOption('2');
  await jonas.getByText('No guests are among them.').waitFor();
  await jonas.context().close();
}, 120_000);
