/** A source that lives in a git repository is followed by its address; what is wrong with it costs nothing and is said in one line. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { bringRepository, type Repository } from '#domains/exchange/git/bring-repository.server.ts';
import { findRedirect, findSpace } from '#domains/library/queries.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { seed } from '../../seeds/seed.server.ts';
import { main } from '../../src/cli.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Entry, gitServer, treeOf } from '../support/git-server.ts';

const BOOK = {
  'SUMMARY.md': '# Tortoises\n\n* [Tortoises](README.md)\n* [Shells](shells.md)\n* [Food](more/food.md)\n',
  'README.md': '# Tortoises\n\nThey are slow.\n',
  'shells.md': '# Shells\n\nA shell is hard.\n\nIt is also round.\n',
  'more/food.md': '# Food\n\nMostly leaves.\n',
};
let db: FreshDatabase;
let server: Awaited<ReturnType<typeof gitServer>>;
const data = mkdtempSync(join(tmpdir(), 'indaba-import-git-'));
beforeAll(async () => {
  [db, server] = await Promise.all([freshDatabase(), gitServer()]);
  Object.assign(process.env, { INDABA_DATA: data, INDABA_KEYS: join(data, 'keys'), INDABA_OUTGOING_ALLOW: server.host });
  forgetConfig();
  await seed('empty');
}, 120_000);
beforeEach(() => {
  server.goWrong();
  server.forget();
});
afterAll(async () => {
  server.close();
  await closePools();
  await db.drop();
  rmSync(data, { recursive: true, force: true });
});

// Node's own warnings, which begin with a bracket, are nobody's answer.
async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => void (out += `${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation(() => undefined),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((err += String(text).replace(/^\(.*\n/gm, '')))),
  ];
  const code = await main(['import', 'gitbook', ...words]).finally(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return { code, out, err };
}
const requests = () =>
  as({ kind: 'clerk' }, (tx) =>
    tx
      .selectFrom('app.change_requests as c')
      .innerJoin('app.spaces as s', 's.id', 'c.space_id')
      .innerJoin('app.change_request_pages as p', 'p.change_request_id', 'c.id')
      .leftJoin('app.pages as g', 'g.id', 'p.page_id')
      .select(['c.number', 'c.status', 'c.reason', 'p.action', 'p.path', 'p.text'])
      .where('s.slug', '=', 'tortoises')
      .orderBy('c.number')
      .orderBy('p.path')
      .execute(),
  );
const left = () => readdirSync(tmpdir()).filter((name) => /^indaba-git-(?!server)/.test(name));
const fetched = async (limits = {}, branch: string | null = null) => bringRepository(server.address, branch, limits);

test('an address is read, and read again after an edit: a request with just that edit waits', async () => {
  const before = left();
  const first = await server.commit(treeOf(BOOK));
  const came = await run(server.address, '--publish');
  expect(came).toMatchObject({ code: 0, err: '' });
  expect(came.out).toContain(`main, commit ${first.slice(0, 12)}`);
  expect((await requests()).map(({ number, status, action, path }) => [number, status, action, path])).toEqual([
    [1, 'merged', 'create', 'food'],
    [1, 'merged', 'create', 'shells'],
    [1, 'merged', 'create', 'tortoises'],
  ]);
  // The next commit changes a sentence; its history was written anew, which concerns nobody here.
  const second = await server.commit(treeOf({ ...BOOK, 'shells.md': BOOK['shells.md'].replace('round', 'domed') }));
  expect((await run(server.address)).code).toBe(0);
  const [edit, ...more] = (await requests()).filter(({ number }) => number > 1);
  expect(more).toEqual([]);
  expect(edit).toMatchObject({ number: 2, status: 'open', action: 'edit', path: 'shells' });
  expect(edit!.text).toContain('It is also domed.');
  expect(edit!.reason).toContain(second.slice(0, 12));
  // Unchanged: nothing is asked twice.
  expect((await run(server.address)).code).toBe(0);
  expect((await requests()).filter(({ number }) => number > 2)).toEqual([]);
  // A file called otherwise is the same page at its address; only what was said in it is asked for.
  const { 'shells.md': shells, ...rest } = BOOK;
  await server.commit(treeOf({ ...rest, 'SUMMARY.md': rest['SUMMARY.md'].replace('shells.md', 'armour.md'), 'armour.md': shells.replace('round', 'arched') }));
  expect(await run(server.address)).toMatchObject({ code: 0, err: '' });
  expect((await requests()).filter(({ number, status }) => number > 1 && status === 'open').map(({ number, action, path }) => [number, action, path])).toEqual([
    [3, 'edit', 'shells'],
  ]);
  expect(await run(server.address, '--publish')).toMatchObject({ code: 0, err: '' });
  const leads = (path: string) => as({ kind: 'clerk' }, async (tx) => findRedirect(tx, (await findSpace(tx, 'tortoises'))!.id, path));
  expect([await leads('armour.md'), await leads('armour'), await leads('shells.md')]).toEqual(['shells', 'shells', 'shells']);
  expect(left()).toEqual(before);
}, 120_000);

test('another branch is read by its name', async () => {
  await server.commit(treeOf(BOOK));
  await server.commit(treeOf({ 'SUMMARY.md': '# Hares\n\n* [Hares](README.md)\n', 'README.md': '# Hares\n\nThey are fast.\n' }), 'hares');
  const repository = (await fetched({}, 'hares')) as Repository;
  expect(readFileSync(join(repository.folder, 'README.md'), 'utf8')).toContain('fast');
  expect(readdirSync(repository.folder).sort()).toEqual(['README.md', 'SUMMARY.md']);
  repository.remove();
  expect(existsSync(repository.folder)).toBe(false);
  expect(await fetched({}, 'snails')).toEqual({ refused: { code: 'exchange.git.no_branch', about: 'snails' } });
}, 60_000);

const blob = (name: string, text: string, mode = '100644'): Entry => ({ mode, name, bytes: Buffer.from(text) });

test('links, other repositories and what is beyond a limit are left out by name', async () => {
  await server.commit([
    blob('README.md', 'kept'),
    { mode: '40000', name: 'deep', bytes: [{ mode: '40000', name: 'deeper', bytes: [blob('deepest', 'far')] }] },
    blob('large.bin', 'x'.repeat(3_000)),
    blob('passwd', '/etc/passwd', '120000'),
    { mode: '160000', name: 'theirs', bytes: '1'.repeat(40) },
  ]);
  const repository = (await fetched({ fileBytes: 2_000, depth: 1 })) as Repository;
  expect(readdirSync(repository.folder, { recursive: true }).sort()).toEqual(['README.md', 'deep', 'deep/deeper']);
  expect(repository.leftOut.map(({ reason, where }) => `${where}: ${reason}`).sort()).toEqual([
    'deep/deeper: too_deep',
    'large.bin: asset_too_large',
    'passwd: is_link',
    'theirs: is_special',
  ]);
  repository.remove();
}, 60_000);

test('a name that leads out of its folder is not written, nor anything beside it', async () => {
  for (const name of ['..', '.GIT', 'a/b', 'a\\b', 'git~1']) {
    await server.commit([blob(name, 'out'), blob('z', 'kept')]);
    const repository = await fetched();
    if ('refused' in repository) expect(repository.refused.code, name).toBe('exchange.git.unreadable');
    else {
      expect(
        readdirSync(repository.folder, { recursive: true }).filter((each) => each !== name || /[/\\]|^\./.test(name)),
        name,
      ).toEqual(['z']);
      repository.remove();
    }
  }
}, 60_000);

test('files beyond the limit are named once', async () => {
  const folder = Array.from({ length: 100 }, (_, n): Entry => blob(`f${String(n).padStart(3, '0')}`, 'the same'));
  await server.commit(Array.from({ length: 4 }, (_, n): Entry => ({ mode: '40000', name: `d${n}`, bytes: folder })));
  const repository = (await fetched({ files: 300 })) as Repository;
  expect(readdirSync(repository.folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())).toHaveLength(300 - 3);
  expect(repository.leftOut.map(({ reason }) => reason)).toEqual(['too_many_pages']);
  repository.remove();
}, 60_000);

test('a file that unpacks to far more than it weighs ends the process that reads it, and nothing else', async () => {
  await server.commit([{ mode: '100644', name: 'zeros', bytes: Buffer.alloc(100 * 1024 * 1024) }]);
  const before = left();
  expect(await fetched({ memory: 150 * 1024 * 1024 })).toMatchObject({ refused: { code: 'exchange.git.too_large' } });
  expect(left()).toEqual(before);
}, 120_000);

test('what cannot be read is refused by its reason, and leaves nothing behind', async () => {
  const before = left();
  const code = async (limits = {}) => ((await fetched(limits)) as { refused: { code: string } }).refused.code;
  expect(await code()).toBe('exchange.git.empty');
  await server.commit(treeOf(BOOK));
  expect(await code({ line: 100 })).toBe('exchange.git.too_large');
  expect(await code({ written: 20 })).toBe('exchange.git.too_large');
  server.goWrong(
    (path, answer) =>
      path.endsWith('/git-upload-pack') && Boolean(answer.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' }).end('nonsense')),
  );
  expect(await code()).toBe('exchange.git.unreadable');
  server.goWrong((_, answer) => Boolean(answer.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')));
  expect(await code()).toBe('exchange.git.unreadable');
  server.goWrong((_, answer) => Boolean(answer.writeHead(301, { location: 'http://127.0.0.1:1/elsewhere.git/info/refs' }).end()));
  expect(await fetched()).toEqual({ refused: { code: 'exchange.git.leads_on', about: 'http://127.0.0.1:1/elsewhere.git' } });
  server.goWrong(() => true);
  expect(await code({ ms: 4_000 })).toMatch(/^exchange\.git\.(too_long|no_answer)$/);
  expect(left()).toEqual(before);
}, 120_000);

test('only the open internet is asked, and never with a password', async () => {
  await server.commit(treeOf(BOOK));
  for (const [address, words] of [
    [server.address.replace('127.0.0.1', 'localhost'), /could not be asked/],
    ['https://169.254.169.254/latest.git', /could not be asked/],
    ['file:///etc', /begins with https/],
    ['ssh://git@example.org/book.git', /begins with https/],
    ['https://amina:secret@example.org/book.git', /begins with https/],
    [`${server.address.replace('book', 'none')}`, /no repository that everybody may read/],
  ] as const) {
    const { code, err } = await run(address);
    expect([code, err.split('\n').length], address).toEqual([1, 2]);
    expect(err).toMatch(words);
  }
  expect((await run('/nowhere', '--branch', 'main')).code).toBe(2);
}, 120_000);
