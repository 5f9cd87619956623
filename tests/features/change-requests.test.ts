import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageProblems } from '#domains/library/check-page-text.ts';
import { declineChangeRequest, withdrawChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { asTyped, cutControl } from '#domains/library/excerpt.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { listChangeRequests, listHappenings, listRequestPages } from '#domains/library/queries/change-requests.server.ts';
import { seenMark } from '#domains/library/seen.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let space: MadeSpace;
const first = pageText(
  'SIM attacks',
  'One paragraph about SIM cards.',
  controlText('check-identity', 'Check identity', 'The operator checks who asks.', 'gitbook:10.1'),
  'A last paragraph about numbers.',
);

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  space = await makeSpace('framework', 1, { 'sim-attacks': first });
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const who = <T>(name: Name, work: (tx: Tx) => Promise<T>) => as(c.as(name), work);
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const present = (tx: Tx) =>
  tx
    .selectFrom('app.pages as p')
    .innerJoin('app.revisions as r', 'r.id', 'p.revision_id')
    .select(['r.id', 'r.text', 'r.number', 'r.blocks'])
    .where('p.id', '=', space.pages['sim-attacks']!)
    .executeTakeFirstOrThrow();

async function propose(name: Name, change: (text: string) => string, extra: { retires?: string[]; retryKey?: string } = {}) {
  return who(name, async (tx) => {
    const now = await present(tx);
    return openChangeRequest(tx, {
      space_id: space.id,
      title: 'A change',
      reason: 'Because',
      retry_key: extra.retryKey ?? newId(),
      byline_id: c.byline[name],
      pages: [
        {
          action: 'edit',
          page_id: space.pages['sim-attacks']!,
          base_revision_id: now.id,
          path: 'sim-attacks',
          parent_path: null,
          position: null,
          text: change(now.text),
          retires: extra.retires ?? [],
        },
      ],
    });
  });
}
const merge = (name: Name, id: string, choices?: Parameters<typeof mergeChangeRequest>[1]['choices']) =>
  who(name, (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline[name], choices }));

test('Pita proposes, Mei merges: page, control, register and search agree at once', async () => {
  const request = await propose('pita', (text) => text.replace('checks who asks', 'checks zebrafish who asks'));
  expect(await code(merge('pita', request.id))).toBe('library.change_request.may_not_decide');
  await merge('mei', request.id);
  const { control, page, found } = await who('pita', async (tx) => ({
    page: await present(tx),
    control: await tx.selectFrom('app.controls').selectAll().where('slug', '=', 'check-identity').executeTakeFirstOrThrow(),
    found: (await sql<{ kind: string }>`select kind from search.find('zebrafish', true, 10)`.execute(tx)).rows.map((row) => row.kind).sort(),
  }));
  expect(page.number).toBe(2);
  expect(control.text).toContain('zebrafish');
  expect(control.number).toBe('10.1');
  expect(found).toEqual(['control', 'page']);
});

test('the author never merges or declines their own, even as a reviewer', async () => {
  const request = await propose('mei', (text) => text.replace('One paragraph', 'A paragraph'));
  expect(await code(merge('mei', request.id))).toBe('library.change_request.may_not_decide');
  expect(await code(who('mei', (tx) => declineChangeRequest(tx, { id: request.id, byline_id: c.byline.mei, reason: 'no' })))).toBe('common.not_found');
  expect(
    await code(
      who('mei', (tx) =>
        tx
          .updateTable('app.change_requests')
          .set({ status: 'merged', decided_at: new Date(), decided_by: c.byline.mei })
          .where('id', '=', request.id)
          .execute(),
      ),
    ),
  ).not.toBe('done');
  await who('mei', (tx) => withdrawChangeRequest(tx, { id: request.id, byline_id: c.byline.mei, reason: '' }));
});

test('who is neither editor nor reviewer merges nothing, and guests and Eve propose nothing', async () => {
  const request = await propose('pita', (text) => text.replace('A last', 'The last'));
  expect(await code(merge('amina', request.id))).toBe('library.change_request.may_not_decide');
  expect(await code(merge('lucia', request.id))).toBe('library.change_request.may_not_decide');
  expect(await who('eve', async (tx) => (await tx.selectFrom('app.audience_members').selectAll().execute()).length)).toBe(0);
  for (const outsider of ['eve', 'karim'] as const) expect(await code(propose(outsider, (text) => `${text}\nMore.\n`))).toBe('common.not_found');
  expect(await code(who('noor', (tx) => declineChangeRequest(tx, { id: request.id, byline_id: c.byline.noor, reason: ' ' })))).toBe(
    'library.change_request.reason_missing',
  );
  await who('noor', (tx) => declineChangeRequest(tx, { id: request.id, byline_id: c.byline.noor, reason: 'It says the same.' }));
  expect(await code(merge('mei', request.id))).toBe('library.change_request.not_open');
});

test('edits of different blocks merge by block, and block ids survive', async () => {
  const before = await who('pita', present);
  const one = await propose('pita', (text) => text.replace('One paragraph', 'First paragraph'));
  const two = await propose('amina', (text) => text.replace('A last', 'One last'));
  await merge('mei', one.id);
  await merge('noor', two.id);
  const after = await who('pita', present);
  expect(after.text).toContain('First paragraph');
  expect(after.text).toContain('One last');
  const ids = (blocks: unknown) => (blocks as Array<{ id: string }>).map((block) => block.id);
  expect(ids(after.blocks)).toEqual(ids(before.blocks));
});

test('edits of the same block are a conflict that loses neither side, settled by a choice', async () => {
  const one = await propose('pita', (text) => text.replace('First paragraph', 'Opening paragraph'));
  const two = await propose('amina', (text) => text.replace('First paragraph', 'Initial paragraph'));
  await merge('mei', one.id);
  const refused = await merge('mei', two.id).catch((error) => error);
  expect(refused.code).toBe('library.change_request.conflict');
  expect(refused.details.conflicts[0]).toMatchObject({ oursText: expect.stringContaining('Opening'), theirsText: expect.stringContaining('Initial') });
  expect((await who('pita', present)).text).toContain('Opening');
  await merge('mei', two.id, { [space.pages['sim-attacks']!]: ['theirs'] });
  expect((await who('pita', present)).text).toContain('Initial paragraph');
});

test('a control may not vanish unsaid; retired, its record stays', async () => {
  const without = (text: string) => text.replace(/:::control[\s\S]*?\n:::\n/, '');
  expect(await code(propose('pita', without))).toBe('library.change_request.drops_control');
  const request = await propose('pita', without, { retires: ['check-identity'] });
  await merge('mei', request.id);
  const record = (tx: Tx) => tx.selectFrom('app.controls').select(['retired_at', 'code']).where('slug', '=', 'check-identity').executeTakeFirstOrThrow();
  const control = await who('pita', record);
  expect(control.retired_at).not.toBeNull();
  const back = await propose('amina', (text) => `${text}\n${controlText('check-identity', 'Check identity', 'Again.')}\n`);
  await merge('mei', back.id);
  expect(await who('pita', record)).toEqual({ retired_at: null, code: control.code });
});

test('broken text, no change and a repeated post are each answered plainly', async () => {
  expect(await code(propose('pita', (text) => `${text}\n:::control[No id]{kind="control"}\nx\n:::\n`))).toBe('library.change_request.invalid');
  expect(await code(propose('pita', (text) => text))).toBe('library.change_request.nothing_changed');
  const retryKey = newId();
  const once = await propose('pita', (text) => `${text}\nOnce.\n`, { retryKey });
  const twice = await propose('pita', (text) => `${text}\nOnce.\n`, { retryKey });
  expect(twice).toMatchObject({ id: once.id, repeated: true });
  const rewrite = (name: Name, words: string) =>
    who(name, async (tx) => {
      const now = await present(tx);
      await updateChangeRequest(tx, {
        id: once.id,
        byline_id: c.byline[name],
        page: { page_id: space.pages['sim-attacks']!, base_revision_id: now.id, retires: [], text: `${now.text}\n${words}\n` },
      });
    });
  await rewrite('pita', 'Twice.');
  expect(await code(rewrite('amina', 'Hijack.'))).toBe('common.not_found');
});

test('published text changes by no other way than a merge', async () => {
  for (const name of ['mei', 'lucia', 'pita'] as const) {
    expect(await code(who(name, (tx) => tx.updateTable('app.revisions').set({ text: 'x' }).execute()))).toBe('common.not_found');
  }
  const merged = await who('mei', (tx) => tx.selectFrom('app.change_requests').select('id').where('status', '=', 'merged').executeTakeFirstOrThrow());
  expect(
    await code(
      who('mei', (tx) =>
        tx
          .insertInto('app.revisions')
          .values({
            id: newId(),
            page_id: space.pages['sim-attacks']!,
            audience_id: 1,
            number: 99,
            text: 'x',
            blocks: '[]',
            change_request_id: merged.id,
            byline_id: c.byline.mei,
          })
          .execute(),
      ),
    ),
  ).toBe('common.not_found');
});

test('nobody merges what they have not seen: reworded, or moved, since they looked', async () => {
  const request = await propose('pita', (text) => `${text}\nSeen words.\n`);
  const seen = async () => seenMark(await who('mei', (tx) => listRequestPages(tx, request.id)));
  const mergeSeen = async (mark: string) => code(who('mei', (tx) => mergeChangeRequest(tx, { id: request.id, byline_id: c.byline.mei, seen: mark })));
  const before = await seen();
  await who('pita', async (tx) => {
    const now = await present(tx);
    await updateChangeRequest(tx, {
      id: request.id,
      byline_id: c.byline.pita,
      page: { page_id: space.pages['sim-attacks']!, base_revision_id: now.id, retires: [], text: `${now.text}\nOther words.\n` },
    });
  });
  expect(await mergeSeen(before)).toBe('library.change_request.moved');
  const reworded = await seen();
  const other = await propose('amina', (text) => text.replace('What SIM attacks is about', 'What it is about'));
  await merge('noor', other.id);
  expect(await mergeSeen(reworded)).toBe('library.change_request.moved');
  expect(await mergeSeen(await seen())).toBe('done');
  expect((await who('pita', present)).text).toContain('Other words.');
});

test('two merges of one page at the same moment: both land, or the second is refused; nothing is lost', async () => {
  const [one, two] = [
    await propose('pita', (text) => text.replace('title: SIM attacks', 'title: Attacks on SIM cards')),
    await propose('amina', (text) => `${text}\nAt the same moment.\n`),
  ];
  await Promise.all([merge('mei', one.id), merge('noor', two.id)]);
  const { text } = await who('pita', present);
  expect(text).toContain('title: Attacks on SIM cards');
  expect(text).toContain('At the same moment.');
});

test('a rewording and a merge at the same moment: what is published is what the request says', async () => {
  const request = await propose('pita', (text) => `${text}\nEarly words.\n`);
  const now = await who('pita', present);
  const rewording = who('pita', (tx) =>
    updateChangeRequest(tx, {
      id: request.id,
      byline_id: c.byline.pita,
      page: { page_id: space.pages['sim-attacks']!, base_revision_id: now.id, retires: [], text: `${now.text}\nLate words.\n` },
    }),
  );
  await Promise.allSettled([rewording, merge('mei', request.id)]);
  const [page] = await who('pita', (tx) => listRequestPages(tx, request.id));
  expect(page?.made_text).not.toBeNull();
  expect(page?.text).toBe(page?.made_text);
});

test('a control is cut out of its page and put back without touching the rest', () => {
  const page = pageText('Page', 'Before.', controlText('one', 'One', 'First.'), controlText('two', 'Two', 'Second.'), 'After.');
  const cut = cutControl(page, 'two')!;
  expect(cut.text).toBe(controlText('two', 'Two', 'Second.'));
  expect(page.split('\n')[cut.line - 1]).toContain(':::control[Two]');
  expect(cut.before + cut.text + cut.after).toBe(page);
  expect(cutControl(page, 'three')).toBeUndefined();
  expect(asTyped(page.replaceAll('\n', '\r\n'), page)).toBe(page);
});

test('the list shows the open ones first, by document, state and author', async () => {
  const mine = await propose('pita', (text) => `${text}\nListed.\n`);
  const list = (name: Name, filter: Parameters<typeof listChangeRequests>[1]) => who(name, (tx) => listChangeRequests(tx, filter));
  const all = await list('pita', {});
  expect(all.findIndex((row) => row.status !== 'open')).toBeGreaterThan(all.findLastIndex((row) => row.status === 'open'));
  expect(all[0]).toMatchObject({ id: mine.id, author: 'Pita', pages: ['Attacks on SIM cards'] });
  expect((await list('pita', { mine: true })).every((row) => row.author === 'Pita')).toBe(true);
  expect((await list('mei', { mine: true, status: 'merged' })).length).toBe(0);
  expect(await list('pita', { space: 'elsewhere' })).toEqual([]);
  const told = await who('pita', (tx) => listHappenings(tx, mine.id));
  expect(told.map((each) => each.kind)).toEqual(['change_request.opened']);
});

test('problems name lines of the page, front matter counted', () => {
  const twice = pageText('Page', 'Before.', controlText('one', 'One', 'First.'), controlText('one', 'Again', 'Second.'));
  const at = (words: string) => twice.split('\n').findIndex((line) => line.includes(words)) + 1;
  expect(pageProblems(twice)).toEqual([{ code: 'library.control.duplicate', line: at('[Again]'), details: { slug: 'one', first: at('[One]') } }]);
});
