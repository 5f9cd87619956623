/** Two people at their keyboards: naming, reacting, quoting, pinning, saving, a poll, a draft, and a message for later; each page looked over by axe. And the same without script. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { looksRight, looksRightEverywhere } from '../support/looks.ts';
import { openStage, type Stage, tabTo } from '../support/stage.ts';

let stage: Stage;
let thread: string;
const WAIT = { timeout: 60_000 };
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage.close());

const box = (page: Page) => page.locator('#compose textarea');
const said = (page: Page, words: string) => page.locator('.msgs article:not(.waiting)', { hasText: words });
async function type(page: Page, words: string): Promise<void> {
  await tabTo(page, box(page));
  await page.keyboard.type(words);
}

test('a name, signs, a pin, by keys alone; the other sees each at once', async () => {
  const [amina, jonas] = [await stage.open('amina'), await stage.open('jonas')];
  await amina.goto('/channels/new');
  await amina.fill('main [name=name]', 'Talk');
  await amina.selectOption('[name=audience_id]', { label: 'All members (5)' }).catch(() => amina.selectOption('[name=audience_id]', '2'));
  await amina.click('main form .btn.go');
  await amina.waitForURL((url) => url.pathname.startsWith('/channels/') && url.pathname !== '/channels/new', WAIT);
  await amina.fill('#compose [name=title]', 'Seen today');
  await box(amina).fill('It begins.');
  await amina.click('#compose .btn.go');
  await said(amina, 'It begins.').waitFor(WAIT);
  thread = new URL(amina.url()).pathname;
  await amina.goto(thread);
  await jonas.goto(thread);

  await type(amina, 'Calls from +254712345678 to evil.example.com, ask @jon');
  await amina.locator('.offers [role=option][aria-selected=true]').waitFor(WAIT);
  expect(await box(amina).getAttribute('aria-activedescendant')).toBeTruthy();
  await looksRight(amina);
  await amina.keyboard.press('Enter');
  await amina.keyboard.press('Control+Enter');
  const told = said(jonas, 'evil[.]example[.]com');
  await told.waitFor(WAIT);
  expect(await told.locator('.at').innerText()).toMatch(/^@Jonas/);
  expect(await told.locator('.ioc').allInnerTexts()).toEqual(['[+]254712345678', 'evil[.]example[.]com']);
  expect(await told.locator('p a').count()).toBe(0);
  expect(await told.getAttribute('class')).toContain('named');

  await tabTo(jonas, told.locator('.more'));
  await jonas.keyboard.press('Enter');
  await told.locator('.acts button').first().waitFor(WAIT);
  await jonas.keyboard.press('Enter');
  await said(amina, 'evil').locator('.says button', { hasText: 'Jonas' }).waitFor(WAIT);
  expect(await told.locator('.says button[aria-pressed=true]').count()).toBe(1);
  await tabTo(jonas, told.locator('.more'));
  await jonas.keyboard.press('Enter');
  await tabTo(jonas, told.locator('.acts button', { hasText: 'Pin' }));
  await jonas.keyboard.press('Enter');
  await said(amina, 'evil').locator('.tag.pin').waitFor(WAIT);
  await amina.locator('#pins summary').waitFor(WAIT);
  await looksRightEverywhere(amina);

  // Chosen is chosen, and while names are offered the button is where it was: one click sends.
  await type(amina, 'Also for @jon');
  await amina.locator('.offers [role=option]').first().waitFor(WAIT);
  await amina.keyboard.press('Enter');
  await amina.locator('.offers').waitFor({ state: 'detached', ...WAIT });
  await amina.keyboard.type('or @jon');
  await amina.locator('.offers [role=option]').first().waitFor(WAIT);
  await amina.click('#compose .btn.go');
  await said(jonas, 'or @jon').waitFor(WAIT);
}, 240_000);

test('a quotation, a poll, a draft that waits on another device, and a message for later', async () => {
  const [amina, jonas] = [await stage.open('amina'), await stage.open('jonas')];
  await jonas.goto(thread);
  await amina.goto(thread);
  await said(amina, 'It begins.').locator('.more').click();
  await said(amina, 'It begins.').locator('.acts a', { hasText: 'Quote' }).click();
  await amina.waitForURL(/quote=/, WAIT);
  await box(amina).focus();
  await amina.keyboard.press('Control+End');
  await amina.keyboard.type('Which day?');
  await tabTo(amina, amina.locator('.later summary'));
  await amina.keyboard.press('Enter');
  await tabTo(amina, amina.locator('[name=poll_options]'));
  await amina.keyboard.type('Monday\nTuesday');
  await looksRight(amina);
  await amina.click('#compose .btn.go');
  const poll = said(jonas, 'Which day?');
  await poll.locator('.poll').waitFor(WAIT);
  await poll.locator('blockquote', { hasText: 'It begins.' }).waitFor(WAIT);
  await poll.locator('label', { hasText: 'Tuesday' }).click();
  await tabTo(jonas, poll.locator('.poll button'));
  await jonas.keyboard.press('Enter');
  await expect.poll(() => said(amina, 'Which day?').locator('.voters').innerText(), WAIT).toBe('1');
  await looksRight(jonas);

  const kept = jonas.waitForResponse((response) => response.url().endsWith('/drafts') && response.status() === 204, WAIT);
  await box(jonas).fill('Begun on the train');
  await kept;
  const phone = await stage.open('jonas', { width: 400 });
  await phone.goto(thread);
  expect(await box(phone).inputValue()).toBe('Begun on the train');
  await looksRightEverywhere(phone);
  await phone.click('.later summary');
  await phone.fill(
    '[name=send_at]',
    `${new Date().getUTCFullYear() + 1}-01-05T09:00`.replace(/^(\d+)/, (year) =>
      new Date().getUTCMonth() === 0 && new Date().getUTCDate() < 5 ? String(Number(year) - 1) : year,
    ),
  );
  await phone.click('.later button[formaction="?/schedule"]');
  await phone.waitForURL(/\/scheduled/, WAIT);
  expect(await phone.locator('#waiting textarea').inputValue()).toBe('Begun on the train');
  await looksRightEverywhere(phone);
  await phone.click('button:has-text("Do not send")');
  await phone.locator('#waiting').waitFor({ state: 'detached', timeout: 60_000 });
}, 240_000);

test('without script: a plain name, a sign, a save, an answer, and what a message said before', async () => {
  const mei = await stage.open('mei', { js: false });
  await mei.goto(thread);
  await box(mei).fill('I agree with @amina and @nobody.');
  await mei.click('#compose .btn.go');
  await mei.waitForURL(/#m-/, WAIT);
  const mine = said(mei, 'I agree');
  expect(await mine.locator('.at').count()).toBe(1);
  await mine.locator('a.ed').click();
  await mei.locator('form.compose textarea').first().fill('I agree, all but the date.');
  await mei.click('.compose button:has-text("Save")');
  await mine.locator('.by a:has-text("edited")').click();
  const about = new URL(mei.url()).pathname;
  expect(await mei.locator('#history del, #history ins').count()).toBeGreaterThan(0);
  await mei.click('#acts button:has-text("👍")');
  await mei.waitForURL(/#m-/, WAIT);
  expect(await mine.locator('.says button[aria-pressed=true]').count()).toBe(1);
  await said(mei, 'Which day?').locator('label', { hasText: 'Monday' }).click();
  await said(mei, 'Which day?').locator('.poll button').click();
  await mei.waitForURL(/#m-/, WAIT);
  expect(await said(mei, 'Which day?').locator('.voters').innerText()).toBe('2');
  await mine.locator('.more').click();
  await mei.click('#acts button:has-text("Save for later")');
  await mei.goto('/saved');
  expect(await mei.locator('#saved li').count()).toBe(1);
  const seeing = await stage.open('mei');
  for (const path of ['/saved', '/scheduled', about]) {
    await seeing.goto(path);
    await looksRightEverywhere(seeing);
  }
}, 240_000);

test('the first message to somebody: they are found by typing, with script and without; it takes a label and a file', async () => {
  const plain = await stage.open('amina', { js: false, width: 400 });
  await plain.goto('/messages/new');
  await plain.fill('textarea[name=body]', 'A list for you');
  await plain.fill('main [name=q]', 'jon');
  await plain.setInputFiles('[name=files]', { name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('one, two') });
  await plain.click('button:has-text("Find")');
  await plain.locator('#people .pick').first().waitFor(WAIT);
  expect(await plain.locator('#people .pick').count()).toBe(1);
  expect(await plain.inputValue('textarea[name=body]')).toBe('A list for you');
  await plain.check('[value=jonas]');
  await plain.selectOption('[name=mark]', 'TLP:AMBER');
  await plain.click('main .btn.go');
  await plain.waitForURL((url) => /^\/messages\/[0-9a-f-]{36}$/.test(url.pathname), WAIT);
  await said(plain, 'A list for you').locator('.tlp:has-text("TLP:AMBER")').waitFor(WAIT);
  await said(plain, 'A list for you').locator('a:has-text("list.txt")').waitFor(WAIT);
  await plain.context().close();

  const page = await stage.open('amina');
  await page.goto('/messages/new?to=jonas');
  await page.locator('#people [value=mei]').waitFor(WAIT);
  await page.fill('main [name=q]', 'nobody at all');
  await page.locator('#people [value=mei]').waitFor({ state: 'detached', ...WAIT });
  await page.fill('main [name=q]', 'mei');
  await page.check('[value=mei]', WAIT);
  await page.fill('main [name=q]', '');
  await page.locator('#people .pick').nth(2).waitFor(WAIT);
  expect(await page.locator('#people :checked').evaluateAll((all) => all.map((box) => (box as HTMLInputElement).value))).toEqual(['jonas', 'mei']);
  await looksRightEverywhere(page);
  await page.context().close();
}, 180_000);
