// size: one browser that is closed and opened again, and what rests in it, for every case.
/** A message that is written without a line waits with its files: through the end of the browser, in order, once, as its writer; sealed by its label, or not kept and said so. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { launchKept } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { looksRight } from '../support/looks.ts';

const WAIT = { timeout: 60_000 };
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
const folders: string[] = [];
const closing: BrowserContext[] = [];
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  hub = await openHub();
}, 120_000);
afterAll(async () => {
  for (const context of closing) await context.close().catch(() => {});
  await hub?.close();
  await db?.drop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

async function thread(slug: 'all-members' | 'sim-swap', title: string): Promise<{ id: string; path: string }> {
  const input = { conversation_id: c.channel[slug].conversationId, title, body: 'Begin', retry_key: randomUUID() };
  const { thread_id } = await as(c.as('jonas'), (tx) => startThread(tx, input));
  return { id: thread_id, path: `/channels/${slug}/${thread_id}` };
}
/** Who said what, with which files, in order. */
const said = (id: string) =>
  c
    .behind<{ what: string }>(
      `select n.slug || ': ' || m.body || coalesce((select ' +' || string_agg(a.name, '+' order by a.place) from app.attachments a where a.message_id = m.id), '') as what
       from app.messages m join app.bylines b on b.id = m.byline_id join app.members n on n.id = b.member_id where m.thread_id = $1 and m.thread_number > 1 order by m.thread_number`,
      [id],
    )
    .then((rows) => rows.map(({ what }) => what));
async function kept(
  name: Name | undefined,
  folder = mkdtempSync(join(tmpdir(), 'indaba-profile-')),
): Promise<{ context: BrowserContext; page: Page; folder: string }> {
  folders.push(folder);
  const context = await launchKept(folder, hub.base);
  closing.push(context);
  if (name) await be(context, name);
  return { context, page: await context.newPage(), folder };
}
async function be(context: BrowserContext, name: Name): Promise<void> {
  const { cookie } = await c.signIn(name);
  await context.addCookies([{ name: 'indaba', value: cookie, url: hub.base, expires: Math.floor(Date.now() / 1_000) + 86_400 }]);
}
type Given = { name: string; mimeType: string; buffer: Buffer };
const file = (name: string, buffer = Buffer.from(`${name}: seashells`)): Given => ({ name, mimeType: 'application/octet-stream', buffer });
async function write(page: Page, text: string, { mark, files = [] }: { mark?: string; files?: Given[] } = {}): Promise<void> {
  if (mark) await page.selectOption('#compose .mk select', mark);
  if (files.length) await page.setInputFiles('.attach [type=file]', files);
  await page.fill('#compose textarea', text);
  await page.click('#compose .btn.go');
}
const waiting = (page: Page) =>
  page
    .locator('#unsent article')
    .evaluateAll((all) => all.map((each) => [...each.querySelectorAll('.body, .uploads bdi')].map((part) => part.textContent).join(' | ')));
/** What of files rests in this browser, as text. */
const rests = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<string[]>((done) => {
        const opening = indexedDB.open('indaba-outbox', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('bytes');
        opening.onsuccess = () => {
          const asked = opening.result.transaction('bytes').objectStore('bytes').getAll();
          asked.onsuccess = () => {
            opening.result.close();
            done((asked.result as Uint8Array[][]).map((all) => all.map((each) => new TextDecoder('latin1').decode(each)).join('+')));
          };
        };
      }),
  );
const bytesOf = async (id: string, name: string): Promise<Buffer> => {
  const [found] = await c.behind<{ id: string }>(
    `select a.id from app.attachments a join app.messages m on m.id = a.message_id where m.thread_id = $1 and a.name = $2`,
    [id, name],
  );
  const answer = await fetch(`${hub.base}/files/${found!.id}`, { headers: { cookie: `indaba=${(await c.signIn('jonas')).cookie}` } });
  return Buffer.from(await answer.arrayBuffer());
};
const noPosts = (context: BrowserContext) =>
  context.route('**/*', (route) => (route.request().method() === 'POST' && route.request().url().includes('/post') ? route.abort() : route.fallback()));

test('two messages with files, and one without, survive the end of the browser and arrive once, in order, whole', async () => {
  const { id, path } = await thread('all-members', 'Files from the boat');
  const first = await kept('amina');
  await first.page.goto(path);
  await first.context.setOffline(true);
  const large = randomBytes(3_000_000);
  await write(first.page, 'The first', { files: [file('log.txt'), file('large.bin', large)] });
  await write(first.page, 'Between');
  await write(first.page, 'Not quite', { files: [file('second.txt')] });
  await expect.poll(() => waiting(first.page), WAIT).toEqual(['The first | log.txt (18 B) | large.bin (3.0 MB)', 'Between', 'Not quite | second.txt (21 B)']);
  await expect.poll(() => first.page.locator('#unsent .window').count(), WAIT).toBe(0);
  await looksRight(first.page);
  // Changed before it goes: words and file stand in the form again.
  await first.page.click('#unsent article:nth-child(3) button[value=edit]');
  expect(await first.page.locator('.attach [type=file]').evaluate((field: HTMLInputElement) => [...field.files!].map(({ name }) => name))).toEqual([
    'second.txt',
  ]);
  await write(first.page, 'The second');
  await expect.poll(() => waiting(first.page), WAIT).toEqual(['The first | log.txt (18 B) | large.bin (3.0 MB)', 'Between', 'The second | second.txt (21 B)']);
  await expect.poll(async () => (await rests(first.page)).length, WAIT).toBe(2);
  await first.context.close();
  expect(await said(id)).toEqual([]);

  // Back on any page: everything goes out by itself.
  const second = await kept(undefined, first.folder);
  await second.page.goto('/channels');
  await expect.poll(() => said(id), WAIT).toEqual(['amina: The first +log.txt+large.bin', 'amina: Between', 'amina: The second +second.txt']);
  expect(Buffer.compare(await bytesOf(id, 'large.bin'), large)).toBe(0);
  await expect.poll(() => rests(second.page), WAIT).toEqual([]);
  await second.context.close();
}, 240_000);

test('a line that breaks while a file is on its way: the message waits with it, and goes on where it was, after a restart', async () => {
  const { id, path } = await thread('all-members', 'Broken off');
  const first = await kept('amina');
  await first.page.goto(path);
  await first.page.setInputFiles('.attach [type=file]', file('here.txt'));
  await first.page.locator('.uploads li:not(.up)', { hasText: 'here.txt' }).waitFor(WAIT);
  // The first megabyte comes through, then nothing more.
  let through = 0;
  await first.context.route('**/files/uploads/*', (route) => (route.request().method() === 'PATCH' && !through++ ? route.continue() : route.abort()));
  await noPosts(first.context);
  const large = randomBytes(2_500_000);
  await write(first.page, 'Both of them', { files: [file('half.bin', large)] });
  await expect.poll(() => waiting(first.page), WAIT).toEqual(['Both of them | here.txt (19 B) | half.bin (2.5 MB)']);
  expect(await first.page.locator('#compose .uploads li').count()).toBe(0);
  await expect.poll(async () => (await rests(first.page)).length, WAIT).toBe(1);
  expect(await first.page.evaluate(() => sessionStorage.length)).toBe(0);
  await first.context.close();

  const second = await kept(undefined, first.folder);
  const patched: number[] = [];
  second.context.on('request', (request) => void (request.method() === 'PATCH' && patched.push(Number(request.headers()['upload-offset']))));
  await second.page.goto(path);
  await expect.poll(() => said(id), WAIT).toHaveLength(1);
  expect((await said(id))[0]).toMatch(/^amina: Both of them \+(here\.txt\+half\.bin|half\.bin\+here\.txt)$/);
  expect(Buffer.compare(await bytesOf(id, 'half.bin'), large)).toBe(0);
  // What came before was not sent again.
  expect(Math.min(...patched)).toBeGreaterThan(1_000_000);
  await expect.poll(() => rests(second.page), WAIT).toEqual([]);
  await second.context.close();
}, 240_000);

test('a file that was whole on the server before the line broke goes along, also when the server has let go of it meanwhile', async () => {
  const { id, path } = await thread('all-members', 'Whole before');
  const first = await kept('amina');
  await first.page.goto(path);
  await first.page.setInputFiles('.attach [type=file]', file('whole.txt'));
  const row = first.page.locator('.uploads li:not(.up)', { hasText: 'whole.txt' });
  await row.locator('button:has-text("Remove")').waitFor(WAIT);
  expect(await row.locator('input').isVisible()).toBe(false);
  await first.context.setOffline(true);
  await write(first.page, 'With a file');
  await expect.poll(() => waiting(first.page), WAIT).toEqual(['With a file | whole.txt (20 B)']);
  await expect.poll(async () => (await rests(first.page)).length, WAIT).toBe(1);
  await first.context.close();
  expect((await c.behind(`delete from app.uploads where name = 'whole.txt' returning id`)).length).toBe(1);

  const second = await kept(undefined, first.folder);
  await second.page.goto('/channels');
  await expect.poll(() => said(id), WAIT).toEqual(['amina: With a file +whole.txt']);
  await expect.poll(() => rests(second.page), WAIT).toEqual([]);
  await second.context.close();
}, 240_000);

test('AMBER rests sealed; RED, and what is too much, rest nowhere, which is said; without its files no message goes', async () => {
  const { id, path } = await thread('sim-swap', 'Marked files');
  const direct = await as(c.as('amina'), (tx) => openDirect(tx, { people: ['jonas'] }));
  const { context, page } = await kept('amina');
  await page.goto(path);
  await context.setOffline(true);
  await write(page, 'Amber', { mark: 'TLP:AMBER', files: [file('amber.txt')] });
  await write(page, 'Green', { mark: 'TLP:GREEN', files: [file('green.txt')] });
  await expect.poll(async () => (await rests(page)).length, WAIT).toBe(2);
  const [amber, green] = await rests(page);
  expect([amber!.includes('seashells'), green]).toEqual([false, 'green.txt: seashells']);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/amber\.txt/);
  // What is too much stays in this window, and says so.
  await page.evaluate(() => {
    const all = new DataTransfer();
    for (const name of ['a.bin', 'b.bin', 'c.bin']) all.items.add(new File([new Uint8Array(18_000_000)], name));
    document.querySelector<HTMLInputElement>('.attach [type=file]')!.files = all.files;
  });
  await write(page, 'Too much', { mark: 'TLP:GREEN' });
  const much = page.locator('#unsent article', { hasText: 'Too much' });
  await much.locator('.large', { hasText: '50 MB' }).waitFor(WAIT);
  expect(await much.locator('.window').count()).toBe(1);
  await much.locator('button[value=cancel]').click();
  await expect.poll(async () => (await rests(page)).length, WAIT).toBe(2);
  // Somebody empties what rests: the message says what it lacks, and does not go without.
  await page.evaluate(() => {
    const opening = indexedDB.open('indaba-outbox', 1);
    opening.onsuccess = () => {
      const store = opening.result.transaction('bytes', 'readwrite').objectStore('bytes');
      store.getAllKeys().onsuccess = ({ target }) => void store.delete((target as IDBRequest<string[]>).result[1]!);
      store.transaction.oncomplete = () => opening.result.close();
    };
  });
  await expect.poll(async () => (await rests(page)).length, WAIT).toBe(1);
  await context.setOffline(false);
  await page.goto(path);
  await expect.poll(() => said(id), WAIT).toEqual(['amina: Amber +amber.txt']);
  await expect.poll(() => page.locator('#unsent .err').innerText(), WAIT).toContain('not in this browser any more');
  expect(await waiting(page)).toEqual(['Green | green.txt (20 B)']);
  await page.click('#unsent button[value=cancel]');

  await page.goto(`/messages/${direct.id}`);
  await context.setOffline(true);
  await write(page, 'Red words', { mark: 'TLP:RED', files: [file('red.txt')] });
  await expect.poll(() => page.locator('#unsent .window').count(), WAIT).toBe(1);
  expect(await rests(page)).toEqual([]);
  await context.setOffline(false);
  const red = () => c.behind<{ name: string }>(`select a.name from app.attachments a join app.messages m on m.id = a.message_id where m.body = 'Red words'`);
  await expect.poll(red, WAIT).toEqual([{ name: 'red.txt' }]);
  await context.close();
}, 240_000);

test('another person in the same browser sends in nothing of hers; signing out lets the bytes go', async () => {
  const { id, path } = await thread('all-members', 'A shared machine with files');
  const { context, page } = await kept('amina');
  await page.goto(path);
  await context.setOffline(true);
  await write(page, 'By Amina alone', { files: [file('hers.txt')] });
  await expect.poll(async () => (await rests(page)).length, WAIT).toBe(1);
  await be(context, 'mei');
  const refused = page.waitForResponse((response) => response.url().endsWith('/files/uploads') && response.request().method() === 'POST', WAIT);
  await context.setOffline(false);
  expect((await refused).status()).toBe(401);
  expect(await c.behind(`select 1 from app.uploads where name = 'hers.txt'`)).toEqual([]);
  expect(await waiting(page)).toEqual(['By Amina alone | hers.txt (19 B)']);
  await be(context, 'amina');
  await page.goto(path);
  await expect.poll(() => said(id), WAIT).toEqual(['amina: By Amina alone +hers.txt']);

  await noPosts(context);
  await context.setOffline(true);
  await write(page, 'Never sent', { files: [file('never.txt')] });
  await expect.poll(async () => (await rests(page)).length, WAIT).toBe(1);
  await context.setOffline(false);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto('/account');
  await page.click('form[action$="/signout"] button');
  await page.waitForURL('**/signin', WAIT);
  await expect.poll(() => rests(page), WAIT).toEqual([]);
  await context.close();
}, 240_000);
