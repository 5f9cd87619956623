/** Files in a real browser: chosen, dropped, pasted; over a line that breaks, and after the page was loaded anew; posted, and seen by the other. And without script. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { breakingLine } from '../support/breaking-line.ts';
import { looksRight, looksRightEverywhere } from '../support/looks.ts';
import { openStage, type Stage, tabTo } from '../support/stage.ts';

let stage: Stage;
let path: string;
const WAIT = { timeout: 60_000 };
beforeAll(async () => {
  stage = await openStage();
  const amina = await stage.community.be('amina');
  const direct = await as(amina, (tx) => openDirect(tx, { people: ['jonas'] }));
  await as(amina, (tx) => startThread(tx, { conversation_id: direct.conversation_id, title: 'Amina, Jonas', body: 'Good morning', retry_key: randomUUID() }));
  path = `/messages/${direct.id}`;
}, 180_000);
afterAll(() => stage.close());

const waits = (page: Page, name: string) => page.locator('.uploads li:not(.up)', { hasText: name });
const box = (page: Page) => page.locator('#compose textarea');
/** Gives the page a file as a program beside the browser would. */
const give = (page: Page, how: 'drop' | 'paste', name: string, type: string, bytes: Buffer) =>
  page.evaluate(
    ([how, name, type, base]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base!), (letter) => letter.charCodeAt(0))], name!, { type: type! }));
      const on = document.querySelector('#compose textarea')!;
      if (how === 'paste') return on.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      document.body.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
      return document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [how, name, type, bytes.toString('base64')],
  );

test('chosen, dropped and pasted: three files go with one message, and the other sees the picture', async () => {
  const [amina, jonas] = [await stage.open('amina'), await stage.open('jonas')];
  await amina.goto(path);
  await jonas.goto(path);
  const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#0b5d4a' } })
    .withExif({ IFD0: { Copyright: 'secretplace' } })
    .jpeg()
    .toBuffer();
  await tabTo(amina, amina.locator('.attach summary'));
  await amina.keyboard.press('Enter');
  await amina.setInputFiles('.attach [type=file]', { name: 'chosen.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2') });
  await waits(amina, 'chosen.csv').waitFor(WAIT);
  await give(amina, 'drop', 'dropped.pdf', 'application/pdf', Buffer.from('%PDF-1.7 dropped'));
  await waits(amina, 'dropped.pdf').waitFor(WAIT);
  await give(amina, 'paste', 'image.jpg', 'image/jpeg', picture);
  await waits(amina, 'image.jpg').waitFor(WAIT);
  expect(await amina.locator('.attach [type=file]').evaluate((field: HTMLInputElement) => field.files!.length)).toBe(0);
  await expect.poll(() => amina.locator('#compose [role=status]').innerText(), WAIT).toBe('image.jpg is here.');
  await looksRightEverywhere(amina);
  // One of them is not meant after all.
  await tabTo(amina, waits(amina, 'dropped.pdf').locator('button'));
  await amina.keyboard.press('Enter');
  await waits(amina, 'dropped.pdf').waitFor({ state: 'detached', ...WAIT });
  await box(amina).fill('What I saw');
  await amina.keyboard.press('Control+Enter');
  for (const page of [amina, jonas]) {
    const said = page.locator('.msgs article:not(.waiting)', { hasText: 'What I saw' });
    await said.locator('.files img').waitFor(WAIT);
    await expect.poll(() => said.locator('.files img').evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth), WAIT).toBe(60);
    expect(await said.locator('.files li').allInnerTexts()).toEqual(['chosen.csv CSV, 7 B', '']);
  }
  expect(await amina.locator('.uploads li').count()).toBe(0);
  const shown = await jonas.request.get(stage.hub.base + (await jonas.locator('.files img').last().getAttribute('src')));
  expect((await shown.body()).includes('secretplace')).toBe(false);
  await looksRight(jonas);
}, 240_000);

test('over a line that breaks a file arrives by itself, and the message waits for it; what is refused says why', async () => {
  const line = await breakingLine(Number(new URL(stage.hub.base).port), { every: 700_000, times: 4 });
  const amina = await stage.open('amina', { base: `http://localhost:${line.port}` });
  await amina.goto(path);
  const bytes = randomBytes(3_000_000);
  await amina.setInputFiles('.attach [type=file]', [
    { name: 'long.bin', mimeType: 'application/octet-stream', buffer: bytes },
    { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
  ]);
  await box(amina).fill('It came through');
  await amina.keyboard.press('Control+Enter');
  await amina.locator('.up', { hasText: 'nothing.txt' }).getByText('One of the files is empty').waitFor(WAIT);
  const said = amina.locator('.msgs article:not(.waiting)', { hasText: 'It came through' });
  await said.locator('.files a', { hasText: 'long.bin' }).waitFor(WAIT);
  expect(line.breaks).toBeGreaterThan(0);
  const got = await amina.request.get(stage.hub.base + (await said.locator('.files a').getAttribute('href')), {
    headers: { cookie: `indaba=${await stage.community.cookie('jonas')}` },
  });
  expect(Buffer.compare(await got.body(), bytes)).toBe(0);
  await line.close();
}, 240_000);

test('a page loaded anew still has the files that came, and goes on with the one that did not, from where it was', async () => {
  const amina = await stage.open('amina');
  await amina.goto(path);
  await amina.setInputFiles('.attach [type=file]', { name: 'whole.txt', mimeType: 'text/plain', buffer: Buffer.from('whole') });
  await waits(amina, 'whole.txt').waitFor(WAIT);
  // The second megabyte does not get through, as on a line that is down.
  let pieces = 0;
  const patched: string[] = [];
  await amina.route('**/files/uploads/*', (route) => {
    if (route.request().method() !== 'PATCH') return route.continue();
    patched.push(route.request().headers()['upload-offset']!);
    return pieces++ ? route.abort() : route.continue();
  });
  const half = { name: 'half.bin', mimeType: 'application/octet-stream', buffer: randomBytes(2_500_000) };
  await amina.setInputFiles('.attach [type=file]', half);
  await amina.locator('.up', { hasText: 'The line is down' }).waitFor(WAIT);
  await looksRight(amina);
  const kept = await amina.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(kept).not.toMatch(/whole|half/);
  await amina.reload();
  await waits(amina, 'whole.txt').waitFor(WAIT);
  await amina.locator('.up', { hasText: 'Choose the same file again' }).waitFor(WAIT);
  await amina.unroute('**/files/uploads/*');
  expect(await amina.locator('.up', { hasText: 'half.bin' }).innerText()).toMatch(/1\.0 MB of 2\.5 MB/);
  await looksRightEverywhere(amina);
  await amina.locator('.up button').click();
  await amina.locator('.up').waitFor({ state: 'detached', ...WAIT });
  await box(amina).fill('Still there');
  await amina.click('#compose .btn.go');
  await amina.locator('.msgs article:not(.waiting)', { hasText: 'Still there' }).locator('.files a', { hasText: 'whole.txt' }).waitFor(WAIT);
}, 240_000);
