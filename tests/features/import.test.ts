/** A GitBook lands in the library: what was there keeps its ids, what people changed is not lost, and a second run changes nothing. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { answerWithFile } from '#domains/files/answer.server.ts';
import { readGitbook } from '#domains/exchange/gitbook/read-gitbook.server.ts';
import { declineChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { findPage, findRedirect, findSpace, pageTree } from '#domains/library/queries.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { seed } from '../../seeds/seed.server.ts';
import { importGitbook, type Imported } from '../../src/cli/import/gitbook.ts';
import { printImport } from '../../src/cli/import/print.ts';
import { main } from '../../src/cli.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type MadeSpace, controlText, makeSpace, pageText } from '../support/space.ts';

const FIXTURE = path.join(import.meta.dirname, '../fixtures/gitbook');
const clerk = <T>(work: (tx: Tx) => Promise<T>) => as({ kind: 'clerk' }, work);
const folders: string[] = [];
const temporary = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'indaba-import-'));
  folders.push(folder);
  return folder;
};
const bring = async (folder: string, publish = true) => importGitbook(await readGitbook(folder), { publish });
const outcomes = (done: Imported, slug: string) =>
  Object.fromEntries(done.spaces.find((space) => space.slug === slug)!.pages.map((page) => [page.path, page.outcome]));
const textOf = (slug: string, at: string) => clerk(async (tx) => (await findPage(tx, (await findSpace(tx, slug))!.id, at))?.revision?.text);
const controls = (spaceId: string) =>
  clerk((tx) => tx.selectFrom('app.controls').select(['id', 'slug', 'code', 'title', 'retired_at']).where('space_id', '=', spaceId).orderBy('slug').execute());
const counts = () =>
  clerk(async (tx) => {
    const out: Record<string, number> = {};
    for (const table of ['change_requests', 'change_request_pages', 'revisions', 'pages', 'files', 'space_assets', 'page_redirects', 'controls'] as const)
      out[table] = Number(
        (
          await tx
            .selectFrom(`app.${table}`)
            .select((eb) => eb.fn.countAll().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
      );
    return out;
  });

let db: FreshDatabase;
let walls: MadeSpace;
let before: Awaited<ReturnType<typeof controls>>;
let first: Imported;
const book = temporary();

beforeAll(async () => {
  db = await freshDatabase();
  const data = temporary();
  Object.assign(process.env, { INDABA_DATA: data, INDABA_KEYS: path.join(data, 'keys') });
  forgetConfig();
  await seed('empty');
  walls = await makeSpace('walls', 1, {
    preface: pageText('Preface', 'Ours alone.'),
    gates: pageText(
      'Gates',
      ...['1.1', '1.2', '1.3', '1.4', '1.5', '1.5', '1.6'].map((no, n) => controlText(`our-${n}`, `Our title ${n}`, `Our words ${n}.`, `gitbook:${no}`)),
    ),
    afterword: pageText('Afterword', 'Ours too.'),
  });
  before = await controls(walls.id);
  cpSync(FIXTURE, book, { recursive: true });
  first = await bring(book);
}, 120_000);
afterAll(async () => {
  await closePools();
  await db.drop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A member's change, merged by another. */
const people = async (space: string, at: string, change: (text: string) => string) =>
  clerk(async (tx) => {
    const { id: space_id } = (await findSpace(tx, space))!;
    const page = (await findPage(tx, space_id, at))!;
    const request = await openChangeRequest(tx, {
      space_id,
      title: 'Ours',
      reason: 'We know better',
      retry_key: newId(),
      byline_id: walls.authorId,
      pages: [
        {
          action: 'edit',
          page_id: page.id,
          base_revision_id: page.revision!.id,
          path: at,
          parent_path: null,
          position: null,
          text: change(page.revision!.text),
          retires: [],
        },
      ],
    });
    await mergeChangeRequest(tx, { id: request.id, byline_id: await publisher(tx) });
  });
const publisher = async (tx: Tx) => (await tx.selectFrom('app.bylines').select('id').where('name', '=', 'Indaba').executeTakeFirstOrThrow()).id;
const openRequests = (slug: string) =>
  clerk((tx) =>
    tx
      .selectFrom('app.change_requests as c')
      .innerJoin('app.spaces as s', 's.id', 'c.space_id')
      .select(['c.id', 'c.number', 'c.title'])
      .where('s.slug', '=', slug)
      .where('c.status', '=', 'open')
      .execute(),
  );
const ask = (file: string, known: string | null = null) =>
  answerWithFile({ kind: 'visitor' }, file.split('/')[2] ?? '', known).catch((error: { status: number }) => error.status);

test('every folder is a space, one merged request each, and controls keep their ids', async () => {
  expect(first.failed).toEqual([]);
  expect(first.spaces.map((space) => [space.slug, space.isNew, space.pages.length])).toEqual([
    ['sim-swap', false, 3],
    ['model-mou', false, 3],
    ['mobile-app-practices', false, 3],
    ['ss7', false, 4],
    ['walls', false, 11],
  ]);
  expect(first.spaces.map((space) => space.requests)).toEqual(first.spaces.map(() => [{ number: expect.any(Number), merged: true, kind: 'main' }]));
  const after = await controls(walls.id);
  for (const control of before)
    expect(after.find((each) => each.slug === control.slug)).toMatchObject({ id: control.id, code: control.code, title: control.title, retired_at: null });
  expect(after).toHaveLength(13);
  // One alias chooses one text, also where a number is printed twice.
  expect((await textOf('walls', 'gates'))!.match(/gitbook:1\.5"/g)).toHaveLength(2);
});

test('pages stand as in the source; what only this hub has stays before them or after them, as it was read', async () => {
  const tree = await clerk((tx) => pageTree(tx, walls.id));
  const top = tree.filter((row) => !row.parentId).map((row) => row.path);
  expect(top.at(0)).toBe('preface');
  expect(top.at(-1)).toBe('afterword');
  expect(tree.find((row) => row.path === 'gates')!.parentId).not.toBeNull();
});

test('a second run changes nothing, not even a request', async () => {
  const there = await counts();
  const again = await bring(book);
  expect(await counts()).toEqual(there);
  expect(again.spaces.flatMap((space) => space.pages).filter((page) => page.outcome !== 'unchanged')).toEqual([]);
  expect(again.spaces.flatMap((space) => space.requests)).toEqual([]);
  expect(printImport(again).join('\n')).toContain('unchanged: 11 pages');
});

test('former addresses lead on, also those of the source', async () => {
  const paths = ['threats-cut-off-in-the-mid/garden-gate-attacks', 'threats-cut-off-in-the-mid/garden-gate-attacks.md', 'garden-gate-attacks'];
  for (const old of paths) expect(await clerk((tx) => findRedirect(tx, walls.id, old)), old).toBe('gates');
});

test('pictures are kept without what they carry, and served by right', async () => {
  const { id, name, width } = await clerk((tx) =>
    tx
      .selectFrom('app.files as f')
      .innerJoin('app.space_assets as a', 'a.file_id', 'f.id')
      .select(['f.id', 'f.name', 'f.width'])
      .where('a.space_id', '=', walls.id)
      .executeTakeFirstOrThrow(),
  );
  expect([name, width! > 0]).toEqual(['wall-plan.png', true]);
  const answer = (await ask(`/files/${id}/${name}`)) as Response;
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-disposition': expect.stringContaining('inline; filename="wall-plan.png"'),
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).format).toBe('png');
  expect(((await ask(`/files/${id}`, answer.headers.get('etag'))) as Response).status).toBe(304);
  // Absent and not-yours look alike.
  const hidden = newId();
  await clerk(async (tx) => {
    const { sha256, size } = await tx.selectFrom('app.files').select(['sha256', 'size']).where('id', '=', id).executeTakeFirstOrThrow();
    await tx.insertInto('app.files').values({ id: hidden, audience_id: 2, name: 'x.png', mime: 'image/png', size, sha256 }).execute();
  });
  expect([await ask(`/files/${hidden}/x.png`), await ask(`/files/${newId()}`), await ask('/files/../x')]).toEqual([404, 404, 404]);
});

test('what people changed is joined with what the source changed', async () => {
  const at = (await clerk((tx) => pageTree(tx, walls.id))).find((row) => row.path === 'overview')!.path;
  const file = path.join(book, 'shield/overview.md');
  await people('walls', at, (text) => `${text.trimEnd()}\n\nAdded by people of this hub.\n`);
  expect(outcomes(await bring(book), 'walls')[at]).toBe('kept');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^(# .*\n)/m, '$1\nA first line, new in the source.\n'));
  expect(outcomes(await bring(book), 'walls')[at]).toBe('joined');
  for (const line of ['Added by people of this hub.', 'A first line, new in the source.']) expect(await textOf('walls', at)).toContain(line);
  const there = await counts();
  expect(outcomes(await bring(book), 'walls')[at]).toBe('kept');
  expect(await counts()).toEqual(there);
});

test('where both changed the same place people stay, and a person decides', async () => {
  const file = path.join(book, 'shield/overview.md');
  await people('walls', 'overview', (text) => text.replace('A first line, new in the source.', 'A first line, as people say it.'));
  const source = readFileSync(file, 'utf8').replace('A first line, new in the source.', 'A first line, as the source says it now.');
  writeFileSync(file, source.replace('2. The gate', '2. The gate, which nobody disputes'));
  const done = await bring(book);
  expect(outcomes(done, 'walls').overview).toBe('clash');
  expect(done.spaces.find((space) => space.slug === 'walls')!.requests.map((request) => [request.kind, request.merged])).toEqual([
    ['main', true],
    ['aside', false],
  ]);
  const text = (await textOf('walls', 'overview'))!;
  for (const line of ['A first line, as people say it.', 'Added by people of this hub.', 'The gate, which nobody disputes']) expect(text).toContain(line);
  const there = await counts();
  expect(outcomes(await bring(book), 'walls').overview).toBe('waiting');
  expect(await counts()).toEqual(there);
  const [request] = await openRequests('walls');
  await clerk(async (tx) => declineChangeRequest(tx, { id: request!.id, byline_id: await publisher(tx), reason: 'No' }));
  expect(outcomes(await bring(book), 'walls').overview).toBe('declined');
  expect(await openRequests('walls')).toEqual([]);
  expect(await textOf('walls', 'overview')).toBe(text);
});

test('without publishing, requests wait for a reviewer and are not doubled', async () => {
  const waiting = temporary();
  writeFileSync(path.join(waiting, 'SUMMARY.md'), '# Hens\n\n* [Hens](README.md)\n  * [Eggs](eggs.md)\n');
  writeFileSync(path.join(waiting, 'README.md'), '# Hens\n\nHens lay [eggs](eggs.md).\n');
  writeFileSync(path.join(waiting, 'eggs.md'), '# Eggs\n\nEggs are round.\n');
  const done = await bring(waiting, false);
  const { slug } = done.spaces[0]!;
  expect(done.spaces[0]).toMatchObject({ isNew: true, requests: [{ number: 1, merged: false }] });
  expect((await bring(waiting, false)).spaces[0]!.pages.map((page) => [page.outcome, page.request])).toEqual([
    ['waiting', 1],
    ['waiting', 1],
  ]);
  // The source moves on: the newer request takes the place of the older.
  writeFileSync(path.join(waiting, 'eggs.md'), '# Eggs\n\nEggs are oval.\n');
  expect((await bring(waiting, false)).spaces[0]!.requests).toEqual([{ number: 2, merged: false, kind: 'main' }]);
  const open = await openRequests(slug);
  expect(open.map((request) => request.number)).toEqual([2]);
  await clerk(async (tx) => mergeChangeRequest(tx, { id: open[0]!.id, byline_id: await publisher(tx) }));
  expect(await textOf(slug, 'eggs')).toContain('Eggs are oval.');
  expect(await clerk(async (tx) => findRedirect(tx, (await findSpace(tx, slug))!.id, 'eggs.md'))).toBe('eggs');
  expect((await bring(waiting)).spaces[0]!.pages.map((page) => page.outcome)).toEqual(['unchanged', 'unchanged']);
});

test('what is hostile is left out by name, the rest comes in', async () => {
  const hostile = temporary();
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
  writeFileSync(path.join(hostile, 'SUMMARY.md'), '# Foxes\n\n* [Foxes](README.md)\n* [Den](../../etc/passwd)\n* [Trap](trap.md)\n');
  writeFileSync(path.join(hostile, 'README.md'), '# Foxes\n\n![good](good.png) ![torn](torn.png)\n\n<script>alert(1)</script>\n');
  writeFileSync(path.join(hostile, 'good.png'), png);
  writeFileSync(path.join(hostile, 'torn.png'), png.subarray(0, 60));
  symlinkSync('/etc/passwd', path.join(hostile, 'trap.md'));
  const done = await bring(hostile);
  const words = printImport(done).join('\n');
  expect(done.spaces[0]).toMatchObject({ isNew: true, pages: [{ outcome: 'created' }], files: { kept: 1, refused: [{ name: 'torn.png' }] } });
  for (const said of ['torn.png is damaged', '../../etc/passwd points outside', 'trap.md is a link']) expect(words).toContain(said);
  expect(words).not.toContain('root:');
});

test('a space that not everybody may read keeps its address and its text to itself', async () => {
  await makeSpace('owls', 2, { owls: pageText('Owls', 'For members.') });
  const owls = temporary();
  writeFileSync(path.join(owls, 'SUMMARY.md'), '# Owls\n\n* [Owls](README.md)\n');
  writeFileSync(path.join(owls, 'README.md'), '# Owls\n\nFor everybody.\n');
  const done = await bring(owls);
  expect(done.spaces).toEqual([]);
  expect(done.failed.map((each) => each.space)).toEqual(['Owls']);
  expect(await textOf('owls', 'owls')).toContain('For members.');
});

test('what is refused whole is one line and exit code 1', async () => {
  const said: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const codes = [await main(['import', 'gitbook', '/nowhere/at/all']), await main(['import', 'gitbook', temporary()]), await main(['import', 'docx', 'x'])];
  stderr.mockRestore();
  expect(codes).toEqual([1, 1, 2]);
  expect(said).toEqual([
    '/nowhere/at/all is not a folder that can be read.\n',
    expect.stringMatching(/^\S+ is not a GitBook: no SUMMARY\.md was found in it or below it\.\n$/),
    expect.stringMatching(/^Say what to import.*\n$/),
  ]);
});
