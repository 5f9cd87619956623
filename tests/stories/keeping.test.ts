/** Keeping, holding, taking along and the log in a real browser: a steward's rules and holds, one's own data, an organization's records. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeExport } from '#domains/records/exports/make-export.server.ts';
import { looksRight, looksRightEverywhere } from '../support/looks.ts';
import { openStage, type Stage, tabTo } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.community.behind(`insert into app.hub_roles (member_id, role) values ('${stage.community.ids['mei']}', 'steward')`);
}, 120_000);
afterAll(() => stage?.close());

test('a rule is changed with a reason that every member reads; a wrong number loses nothing', async () => {
  const lucia = await stage.open('lucia');
  await lucia.goto('/retention');
  await looksRightEverywhere(lucia);
  await lucia.goto('/retention?kind=session');
  await lucia.locator('[name=days]').fill('soon');
  await lucia.locator('[name=reason]').fill('Our law says so');
  await lucia.getByRole('button', { name: 'Change the rule' }).click();
  await lucia.locator('.field.bad').waitFor();
  expect(await lucia.locator('[name=reason]').inputValue()).toBe('Our law says so');
  await looksRight(lucia);
  await tabTo(lucia, lucia.locator('[name=days]'));
  await lucia.keyboard.press('ControlOrMeta+A');
  await lucia.keyboard.type('120');
  await lucia.keyboard.press('Enter');
  await lucia.locator('.note.ok').waitFor();
  await lucia.context().close();
  const amina = await stage.open('amina', { width: 400 });
  await amina.goto('/retention');
  await amina.getByText('Our law says so').waitFor();
  await looksRight(amina);
  await amina.context().close();
}, 120_000);

test('a hold is placed, and lifted only as an act of two', async () => {
  const lucia = await stage.open('lucia');
  await lucia.goto('/holds');
  await looksRightEverywhere(lucia);
  await lucia.locator('[name=subject]').fill('/people/amina');
  await lucia.locator('[name=reference]').fill('Case 7');
  await lucia.locator('[name=reason]').fill('A court asks.');
  await lucia.getByRole('button', { name: 'Place the hold' }).click();
  await lucia.locator('.note.ok').waitFor();
  await looksRight(lucia);
  await lucia.getByRole('link', { name: 'Propose to lift it' }).click();
  await looksRightEverywhere(lucia);
  await lucia.locator('[name=reason]').fill('The court is done.');
  await lucia.getByRole('button', { name: 'Propose' }).click();
  await lucia.waitForURL(/acts\/[0-9a-f-]{36}/);
  await lucia.context().close();
  const amina = await stage.open('amina');
  expect((await amina.goto('/holds'))?.status()).toBe(404);
  await amina.context().close();
}, 120_000);

test('one’s own data, asked for by keyboard, made, and fetched once', async () => {
  const amina = await stage.open('amina');
  await amina.goto('/account/data');
  await looksRightEverywhere(amina);
  await tabTo(amina, amina.getByRole('button', { name: 'Make a package' }));
  await amina.keyboard.press('Enter');
  await amina.waitForURL(/asked/);
  const [row] = await stage.community.behind<{ id: string }>('select id from app.data_exports');
  await makeExport({ ids: { export: row!.id } });
  await amina.goto('/account/data');
  await looksRightEverywhere(amina);
  const [package_] = await Promise.all([amina.waitForEvent('download'), amina.locator(`form[action$="/account/data/${row!.id}"] button`).click()]);
  expect(package_.suggestedFilename()).toMatch(/\.zip$/);
  await amina.goto('/account/data');
  expect(await amina.locator(`form[action$="/account/data/${row!.id}"]`).count()).toBe(0);
  await amina.context().close();
}, 120_000);

test('the records of an organization, and the log of its people', async () => {
  const desta = await stage.open('desta');
  await desta.goto('/organizations/lumaria/records');
  await looksRightEverywhere(desta);
  await desta.locator('[name=reason]').fill('A request under the law of access.');
  await desta.locator('[name=labels][value="TLP:AMBER"]').check();
  await desta.getByRole('button', { name: 'Make the package' }).click();
  await desta.waitForURL(/asked/);
  await desta.goto('/audit/log');
  await looksRightEverywhere(desta);
  await desta.getByRole('link', { name: 'Telecommunications Authority of Lumaria' }).click();
  await desta.waitForURL(/of=lumaria/);
  await looksRight(desta);
  await desta.context().close();
}, 120_000);
