/** What is governed together, in a real browser: acts of two, terms by version, standing in. The decisive steps by keyboard alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { looksRight, looksRightEverywhere } from '../support/looks.ts';
import { openStage, type Stage, tabTo } from '../support/stage.ts';

let stage: Stage;
/** Mei is a steward too, besides Lucía. */
beforeAll(async () => {
  stage = await openStage();
  await stage.community.behind(`insert into app.hub_roles (member_id, role) values ('${stage.community.ids['mei']}', 'steward')`);
}, 120_000);
afterAll(() => stage?.close());

test('one steward proposes, another confirms by keyboard; the first cannot', async () => {
  const lucia = await stage.open('lucia');
  await lucia.goto('/acts');
  await looksRightEverywhere(lucia);
  await lucia.goto('/people/desta');
  await lucia.locator('a[href*="kind=give_duty"][href*="duty=trustee"]').click();
  await looksRightEverywhere(lucia);
  await lucia.locator('[name=reason]').fill('  ');
  await lucia.getByRole('button', { name: 'Propose' }).click();
  await lucia.locator('.field.bad').waitFor();
  await looksRight(lucia);
  await lucia.locator('[name=reason]').fill('Sits on the supervisory board.');
  await lucia.getByRole('button', { name: 'Propose' }).click();
  await lucia.waitForURL(/acts\/[0-9a-f-]{36}/);
  expect(await lucia.getByRole('button', { name: 'Confirm and do it' }).count()).toBe(0);
  await looksRightEverywhere(lucia);
  await lucia.context().close();

  const mei = await stage.open('mei');
  await mei.goto('/acts');
  await looksRightEverywhere(mei);
  await tabTo(mei, mei.locator('main .rows a').first());
  await mei.keyboard.press('Enter');
  await mei.waitForURL(/acts\/[0-9a-f-]{36}/);
  expect(await mei.locator('main').textContent()).toContain('Sits on the supervisory board.');
  await looksRightEverywhere(mei);
  await tabTo(mei, mei.getByRole('button', { name: 'Confirm and do it' }));
  await mei.keyboard.press('Enter');
  await mei.locator('.note.ok').waitFor();
  await looksRight(mei);
  await mei.goto('/people/desta');
  expect(await mei.locator('header .tag').allTextContents()).toContain('Trustee');
  await mei.context().close();
}, 120_000);

test('standing in: a reviewer hands over, the days are held, and ends it', async () => {
  await stage.community.behind(`insert into app.hub_roles (member_id, role) values ('${stage.community.ids['jonas']}', 'editor') on conflict do nothing`);
  const page = await stage.open('jonas');
  await page.goto('/delegations');
  await looksRightEverywhere(page);
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await page.locator('[name=held][value=editor]').check();
  await page.locator('[name=to]').selectOption('amina');
  await page.locator('[name=until_day]').fill(day(200));
  await page.locator('[name=reason]').fill('At a meeting abroad.');
  await page.getByRole('button', { name: 'Hand over' }).click();
  await page.locator('.field.bad').waitFor();
  // What was typed is there.
  expect(await page.locator('[name=reason]').inputValue()).toBe('At a meeting abroad.');
  await looksRight(page);
  await page.locator('[name=until_day]').fill(day(5));
  await page.getByRole('button', { name: 'Hand over' }).click();
  await page.locator('.note.ok').waitFor();
  await page.goto('/delegations');
  await looksRightEverywhere(page);
  await tabTo(page, page.locator('main .rows button'));
  await page.keyboard.press('Enter');
  await page.locator('.note.ok').waitFor();
  expect(await page.locator('main .rows button').count()).toBe(0);
  await page.context().close();
}, 120_000);

test('terms: published by a steward, accepted by keyboard, seen by all who accepted', async () => {
  await stage.community.behind(
    `insert into app.agreement_versions (id, document, number, title, body, changes, starter) values (gen_random_uuid(), 'terms', 0, 'Terms of use', 'Be kind.', '', true)`,
  );
  const lucia = await stage.open('lucia');
  await lucia.goto('/terms');
  await looksRightEverywhere(lucia);
  await lucia.getByRole('link', { name: 'Read and publish' }).click();
  await lucia.locator('[name=changes]').fill('The first version.');
  await looksRightEverywhere(lucia);
  await lucia.locator('[name=changes]').fill('The first version.');
  await lucia.getByRole('button', { name: 'Publish' }).click();
  await lucia.waitForURL(/\/terms\/terms/);
  await lucia.context().close();

  const amina = await stage.open('amina');
  await amina.goto('/terms');
  await looksRightEverywhere(amina);
  await amina.locator('main .rows a').first().click();
  await looksRightEverywhere(amina);
  await tabTo(amina, amina.getByRole('button', { name: /^I accept version 1/ }));
  await amina.keyboard.press('Enter');
  await amina.locator('.tag.yes').first().waitFor();
  await amina.goto('/terms/accepted');
  await amina.getByRole('link', { name: 'Amina', exact: true }).waitFor();
  await looksRightEverywhere(amina);
  await amina.context().close();

  const visitor = await stage.open(null, { width: 400 });
  await visitor.goto('/terms');
  await looksRightEverywhere(visitor);
  await visitor.context().close();
}, 120_000);
