/** Channels for those one names, announcements, browsing, one timeline, the end of a channel; and a thread that moves before another's eyes. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { looksRightEverywhere } from '../support/looks.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage.close());

const WAIT = { timeout: 60_000 };
async function openChannel(page: Page, name: string, more: (page: Page) => Promise<void>): Promise<string> {
  await page.goto('/channels/new');
  await page.fill('main [name=name]', name);
  await more(page);
  await page.click('main form .btn.go');
  await page.waitForURL((url) => url.pathname.startsWith('/channels/') && url.pathname !== '/channels/new', WAIT);
  return new URL(page.url()).pathname;
}
async function start(page: Page, channel: string, title: string, body: string): Promise<string> {
  await page.goto(channel);
  await page.fill('#compose [name=title]', title);
  await page.fill('#compose textarea', body);
  await page.click('#compose .btn.go');
  await page.waitForURL((url) => url.pathname.startsWith(`${channel}/`), WAIT);
  await page.locator('.msgs article', { hasText: body }).first().waitFor(WAIT);
  return new URL(page.url()).pathname;
}

test('a channel for those one names: they talk, one mutes, one renames and resolves; then it moves, and who does not read there keeps no word', async () => {
  const [amina, jonas] = [await stage.open('amina'), await stage.open('jonas')];
  const both = await openChannel(amina, 'Swap ring', async (page) => {
    await page.selectOption('[name=audience_id]', 'named');
    // The names open with the choice.
    await page.locator('[value="person/jonas"]').waitFor(WAIT);
    await page.check('[value="person/jonas"]');
  });
  const alone = await openChannel(amina, 'Only our authority', async (page) => {
    await page.selectOption('[name=audience_id]', { label: 'Telecommunications Authority of Lumaria (2)' });
  });
  await jonas.goto('/channels');
  await jonas.click('main a:has-text("Swap ring")');
  await jonas.waitForURL((url) => url.pathname === both, WAIT);

  const thread = await start(amina, both, 'Hold times', 'We hold for a day.');
  await jonas.goto(thread);
  await jonas.fill('#compose textarea', 'We hold for two.');
  await jonas.click('#compose .btn.go');
  await amina.locator('.msgs article', { hasText: 'for two' }).waitFor(WAIT);
  await jonas.click('main button:has-text("Mute")');
  await jonas.locator('.tag:has-text("Muted")').first().waitFor(WAIT);

  await amina.reload();
  await amina.click('summary:has-text("Rename")');
  await amina.fill('main [name=title]', 'How long to hold');
  await amina.click('button:has-text("Rename the thread")');
  await amina.locator('h1:has-text("How long to hold")').waitFor(WAIT);
  await amina.click('button:has-text("Mark as resolved")');
  await amina.locator('.tag:has-text("Resolved")').first().waitFor(WAIT);
  await looksRightEverywhere(amina);

  // To colleagues who did not read it: Jonas did not say that his words may be passed on.
  await amina.click('main a:has-text("Move to another channel")');
  await amina.selectOption('[name=channel]', alone.replace('/channels/', ''));
  await amina.click('button:has-text("See what that would do")');
  await amina.locator('[role=alert]', { hasText: 'without a label' }).waitFor(WAIT);
  await looksRightEverywhere(amina);

  // Her own words go; he has the page open, and sees that they went.
  const own = await start(amina, both, 'A draft', 'Our draft rule is this.');
  await jonas.goto(own);
  await jonas.locator('.msgs article', { hasText: 'draft rule' }).waitFor(WAIT);
  await amina.click('main a:has-text("Move to another channel")');
  await amina.selectOption('[name=channel]', alone.replace('/channels/', ''));
  await amina.click('button:has-text("See what that would do")');
  await amina.locator('li', { hasText: 'will not read it any more' }).waitFor(WAIT);
  await amina.click('button:has-text("Move 1 message")');
  await amina.waitForURL((url) => url.pathname.startsWith(`${alone}/`), WAIT);
  await amina.locator('.msgs article', { hasText: 'draft rule' }).waitFor(WAIT);
  await amina.locator('main', { hasText: 'Amina moved this thread here' }).waitFor(WAIT);
  await jonas.locator('.note', { hasText: 'Amina moved this thread elsewhere' }).waitFor(WAIT);
  expect(await jonas.locator('main').innerText()).not.toContain('draft rule');
  await jonas.reload();
  expect(await jonas.locator('main').innerText()).not.toContain('draft rule');
  // The old address leads her on, with what stands after #.
  await amina.goto(`${own}#m-1`);
  expect(new URL(amina.url()).pathname.startsWith(`${alone}/`)).toBe(true);
  await amina.context().close();
  await jonas.context().close();
}, 300_000);

test('announcements without script, on a phone: keepers start, others answer; browse, join and leave; one timeline is remembered; archived it is read', async () => {
  const lucia = await stage.open('lucia');
  const channel = await openChannel(lucia, 'From the secretariat', async (page) => {
    await page.selectOption('[name=audience_id]', { index: 0 });
    await page.check('[name=starters][value=keepers]');
  });
  const thread = await start(lucia, channel, 'The next call', 'It is on Tuesday.');
  await start(lucia, channel, 'A new edition', 'Read it by Friday.');

  const mei = await stage.open('mei', { js: false, width: 400 });
  await mei.goto(channel);
  expect(await mei.locator('#compose').count()).toBe(0);
  await mei.locator('main', { hasText: 'those who keep this channel start threads' }).waitFor(WAIT);
  await mei.goto(thread);
  await mei.fill('#compose textarea', 'I cannot on Tuesday.');
  await mei.click('#compose .btn.go');
  await mei.locator('.msgs article', { hasText: 'cannot on Tuesday' }).waitFor(WAIT);
  await mei.locator('.tag:has-text("You follow this")').waitFor(WAIT);

  await mei.goto(channel);
  await mei.click('button:has-text("One timeline")');
  await mei.locator('#timeline article').nth(2).waitFor(WAIT);
  await mei.goto(channel);
  expect(await mei.locator('#timeline article p:first-of-type').allInnerTexts()).toEqual(['It is on Tuesday.', 'Read it by Friday.', 'I cannot on Tuesday.']);
  // It opens at its newest, and what stands there can be answered, in its thread.
  expect(await mei.evaluate('document.activeElement?.id')).toBe('newest');
  expect(await mei.locator('#timeline article .more').count()).toBe(3);
  await mei.locator('#timeline article', { hasText: 'Tuesday' }).first().locator('a:has-text("Reply")').click();
  await mei.waitForURL((url) => url.pathname === thread && url.hash === '#compose', WAIT);
  // With script: reacted to and quoted without leaving it; whoever has read all of it but this opens it there.
  await lucia.goto(channel);
  await lucia.locator('.ths li', { hasText: 'The next call' }).locator('text=2 messages').waitFor(WAIT);
  await lucia.click('button:has-text("One timeline")');
  const said = lucia.locator('#timeline article', { hasText: 'cannot on Tuesday' });
  await lucia.locator('#newest.since:has-text("1 new") + p + article', { hasText: 'cannot on Tuesday' }).waitFor(WAIT);
  await said.locator('.more').click();
  await said.locator('.acts button[value="👍"]').click();
  await said.locator('.says button:has-text("👍 1")').waitFor(WAIT);
  await said.locator('.more').click();
  await said.locator('.acts a:has-text("Quote")').click();
  await lucia.waitForURL((url) => url.pathname === thread && url.searchParams.has('quote'), WAIT);
  await lucia.goto(channel);
  await looksRightEverywhere(lucia);

  await mei.goto('/channels/browse?q=secretariat');
  await mei.click('main button:has-text("Leave")');
  await mei.locator('button:has-text("Join")').waitFor(WAIT);
  await mei.goto('/channels');
  expect(await mei.locator('main', { hasText: 'From the secretariat' }).count()).toBe(0);
  await mei.goto(`${channel}/about`);
  expect(await mei.locator('#settings').count()).toBe(0);
  await mei.click('button:has-text("Join")');
  await mei.locator('main', { hasText: 'It stands in your list' }).waitFor(WAIT);

  await lucia.goto(`${channel}/about`);
  await lucia.fill('[name=rules]', 'Be *brief*.');
  await lucia.selectOption('[name=marking]', 'TLP:GREEN');
  await lucia.click('button:has-text("Save") >> nth=-1');
  await lucia.locator('em:has-text("brief")').waitFor(WAIT);
  await looksRightEverywhere(lucia);
  await lucia.click('button:has-text("Archive this channel")');
  await lucia.locator('button:has-text("Open it again")').waitFor(WAIT);
  await mei.goto(thread);
  await mei.locator('.note', { hasText: 'This channel is archived' }).waitFor(WAIT);
  expect(await mei.locator('#compose').count()).toBe(0);
  await lucia.goto('/channels/browse');
  await lucia.locator('h2:has-text("Archived")').waitFor(WAIT);
  await looksRightEverywhere(lucia);
  await lucia.goto('/channels/new');
  await lucia.click('summary:has-text("Name the readers")');
  await looksRightEverywhere(lucia);
  await lucia.context().close();
  await mei.context().close();
}, 300_000);
