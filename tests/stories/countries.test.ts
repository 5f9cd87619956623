/** Two countries consult: experts of one talk among themselves, its lead makes one submission and holds a discuss, which blocks until it is cleared; then the request is decided. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProcedure, runProcedures } from '#domains/library/deciding/procedure.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { launch, newPage, type PageOptions } from '../support/browser.ts';
import type { Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ask } from '../support/deciding.ts';
import { decidingCast, passDays } from '../support/deciding-stage.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { makeSpace, pageText } from '../support/space.ts';

const WAIT = 60_000;
let db: FreshDatabase;
let c: Awaited<ReturnType<typeof decidingCast>>;
let hub: Hub;
let browser: Browser;
let id: string;
const request = '/changes/rules/2';
const open = async (who: Name, at: string, options: PageOptions = {}): Promise<Page> => {
  const page = await newPage(browser, { base: hub.base, cookie: (await c.signIn(who)).cookie, ...options });
  page.setDefaultTimeout(WAIT);
  await page.goto(at);
  return page;
};

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await decidingCast(db, { agreed: true });
  await c.behind(`update app.jurisdictions set name = initcap(code)`);
  const space = await makeSpace('rules', 2, { page: pageText('SIM swaps', 'The operator checks who asks.') });
  await c.behind(`insert into app.space_rules (id, space_id, audience_id, preset) values (gen_random_uuid(), $1, 2, 'formal')`, [space.id]);
  id = await ask(c, 'pita', space);
  await as(c.as('noor'), (tx) => openProcedure(tx, { id }));
  hub = await openHub();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await closePools();
  await db?.drop();
});

test('an expert comments within Lumaria; Sandoria sees no trace of it; the lead submits one comment in the words of the country', async () => {
  const jonas = await open('jonas', request);
  await jonas.getByRole('link', { name: 'Comment within Lumaria' }).click();
  expect(await jonas.getByRole('radio', { name: /^Within Lumaria/ }).isChecked()).toBe(true);
  await jonas.locator('[name=body]').fill('Frogmouth: our banks need two days for this.');
  await jonas.getByRole('button', { name: 'Send the comment' }).click();
  await jonas.getByText('Only people of its authorities read this').waitFor();

  const mei = await open('mei', request);
  expect(await mei.locator('main').innerText()).not.toMatch(/Lumaria|Frogmouth|Comments: /);
  await mei.goto('/search?q=frogmouth');
  expect(await mei.locator('main').innerText()).not.toContain('two days');

  // Without script: the form is all there is.
  const amina = await open('amina', request, { js: false });
  await amina.getByRole('link', { name: 'What Lumaria says' }).click();
  await amina.getByText('Frogmouth').first().waitFor();
  await amina.getByRole('checkbox', { name: /Take this along/ }).check();
  await amina.getByLabel('Comment', { exact: true }).fill('Lumaria asks for two days.');
  await amina.getByRole('radio', { name: /^Discuss/i }).check();
  await amina.locator('[name=words]').fill('Say two days, and we have no objection.');
  await amina.getByRole('button', { name: 'Submit the chosen comments' }).click();
  await amina.getByText('Submitted. Everyone').waitFor();

  await mei.goto(request);
  await mei.getByRole('link', { name: /^Comments: 1/ }).click();
  const row = await mei.locator('#comments').innerText();
  expect(row).toContain('Lumaria asks for two days.');
  expect(row).not.toMatch(/Frogmouth|Jonas|Amina|no objection/);
  await mei.getByRole('link', { name: 'Open this comment' }).click();
  await mei.getByRole('radio', { name: 'Accepted', exact: true }).check();
  await mei.locator('#dispose button').click();
  await mei.getByText('Mei').first().waitFor();
});

test('its discuss blocks, also after the last day, until it clears it; then the request is merged', async () => {
  await passDays(c, 29, false);
  await runProcedures();
  const mei = await open('mei', request);
  await mei.getByRole('radio', { name: 'Support' }).check();
  await mei.locator('#positions button').click();
  await mei.locator('#positions blockquote, #positions .tag').first().waitFor();
  // Until it is given, the drafted position is nobody else's.
  expect(await mei.locator('main').innerText()).not.toContain('Say two days');
  const amina = await open('amina', `${request}/within/lumaria`, { js: false });
  expect(await amina.locator('[name=words]').inputValue()).toBe('Say two days, and we have no objection.');
  await amina.getByRole('button', { name: /give the position/ }).click();
  await amina.getByText('Submitted. Everyone').waitFor();

  await passDays(c, 15, false);
  await runProcedures();
  const noor = await open('noor', request);
  expect(await noor.locator('#positions').innerText()).toContain('Say two days, and we have no objection.');
  expect(await noor.locator('#deciding').innerText()).toMatch(/Lumaria/);
  expect(await noor.locator('#decide button.go').count(), 'no merge is offered').toBe(0);

  await amina.goto(request);
  await amina.locator('#positions').getByRole('radio', { name: 'No objection' }).check();
  await amina.locator('#positions [name=words]').fill('Two days it is.');
  await amina.locator('#positions button').click();
  await amina.getByText('Two days it is.').first().waitFor();

  await noor.goto(request);
  await noor.locator('#decide [name=reason]').fill('Both agree.');
  await noor.locator('#decide button.go').click();
  await noor.waitForURL(/merged/);
  await noor.goto(request);
  expect(await noor.locator('main').innerText()).toMatch(/Merged/);
});
