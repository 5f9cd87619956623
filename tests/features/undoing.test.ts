/** Where words come from, what changed between any two revisions, and a merge taken back although others merged since. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listBlockOrigins, listBlockRevisions } from '#domains/library/block-origins.server.ts';
import { compareRevisions } from '#domains/library/compare-revisions.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import type { PageChange } from '#domains/library/model.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { findChangeRequest } from '#domains/library/queries/change-requests.server.ts';
import { findPage, findSpace } from '#domains/library/queries.server.ts';
import { startDraft } from '#domains/library/start-draft.server.ts';
import { undoChangeRequest } from '#domains/library/undo-change-request.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
const noFacts = async () => new Map();

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const who = <T>(name: Name, work: (tx: Tx) => Promise<T>) => as(c.as(name), work);
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string; details?: unknown }) => [error.code ?? String(error), error.details],
  );

/** A space of its own with one page, and hands that change it. */
async function book(slug: string, audience = 1) {
  const space = await makeSpace(slug, audience, {
    page: pageText(
      'Page',
      'First words of a paragraph that is long enough to be known again.',
      'Second words of another one that says how long a record of a swap is kept.',
      controlText('one-rule', 'One rule', 'Keep it.'),
    ),
  });
  const id = space.pages['page']!;
  const now = (tx: Tx, page = id) =>
    tx
      .selectFrom('app.pages as p')
      .innerJoin('app.revisions as r', 'r.id', 'p.revision_id')
      .select(['r.id', 'r.text', 'p.path', 'p.retired_at'])
      .where('p.id', '=', page)
      .executeTakeFirstOrThrow();
  const open = (change: (page: { id: string; text: string; path: string }) => Partial<PageChange>) =>
    who('amina', async (tx) => {
      const page = await now(tx);
      const asked = {
        action: 'edit' as const,
        page_id: id,
        base_revision_id: page.id,
        path: page.path,
        parent_path: null,
        position: null,
        text: page.text,
        retires: [],
        ...change(page),
      };
      return openChangeRequest(tx, { space_id: space.id, title: 'A change', reason: 'Because', retry_key: newId(), byline_id: c.byline.amina, pages: [asked] });
    });
  const merge = (request: { id: string }) => who('noor', (tx) => mergeChangeRequest(tx, { id: request.id, byline_id: c.byline.noor }));
  const made = async (change: Parameters<typeof open>[0]) => {
    const request = await open(change);
    await merge(request);
    return request;
  };
  const words = (from: string, to: string) => made(({ text }) => ({ text: text.replace(from, to) }));
  const undo = (request: { id: string }, name: Name = 'amina') =>
    who(name, (tx) => undoChangeRequest(tx, { id: request.id, byline_id: c.byline[name], reason: 'It was wrong', retry_key: newId() }));
  return { ...space, page: id, now: () => as({ kind: 'clerk' }, (tx) => now(tx)), made, merge, words, undo };
}

describe('taking a merge back', () => {
  test('is a request like any other, and leaves what others changed since', async () => {
    const b = await book('undo-plain');
    const first = await b.words('First words', 'Wrong words');
    await b.words('Second words', 'Better words');
    const undo = await b.undo(first);
    expect((await b.now()).text).toContain('Wrong words');
    await b.merge(undo);
    const { text } = await b.now();
    expect(text).toContain('First words');
    expect(text).toContain('Better words');
    const told = await who('pita', async (tx) => [await findChangeRequest(tx, { id: first.id }), await findChangeRequest(tx, { id: undo.id })]);
    expect(told.map((each) => [each?.undoes, each?.undone_by, each?.title])).toEqual([
      [null, undo.number, 'A change'],
      [first.number, null, 'Undo: A change'],
    ]);
  });

  test('is refused where later words stand in the same place, and names the page', async () => {
    const b = await book('undo-touched');
    const first = await b.words('First words', 'Wrong words');
    await b.words('Wrong words', 'Still other words');
    expect(await code(b.undo(first))).toEqual(['library.change_request.undo_touched', { pages: 'Page' }]);
    expect((await b.now()).text).toContain('Still other words');
  });

  test('brings a retired page and its controls back, and takes a new page out again', async () => {
    const b = await book('undo-pages');
    const gone = await b.made(() => ({ action: 'retire', text: '', retires: ['one-rule'] }));
    const standing = () =>
      who('pita', (tx) => tx.selectFrom('app.controls').select('slug').where('space_id', '=', b.id).where('retired_at', 'is', null).execute());
    expect(await standing()).toEqual([]);
    await b.merge(await b.undo(gone));
    expect((await b.now()).retired_at).toBeNull();
    expect(await standing()).toEqual([{ slug: 'one-rule' }]);
    const fresh = newId();
    const made = await b.made(() => ({ action: 'create', page_id: fresh, base_revision_id: null, path: 'new', text: pageText('New', 'New words.') }));
    await b.merge(await b.undo(made));
    expect(await who('pita', (tx) => findPage(tx, b.id, 'new'))).toBeUndefined();
  });

  test('moves a page back to where it stood', async () => {
    const b = await book('undo-move');
    const moved = await b.made(() => ({ path: 'elsewhere', position: 5 }));
    expect((await b.now()).path).toBe('elsewhere');
    await b.merge(await b.undo(moved));
    expect((await b.now()).path).toBe('page');
  });

  test('belongs to whoever may propose, and to nobody who may not read it', async () => {
    const [open, closed] = [await book('undo-rights'), await book('undo-closed', c.audience.circle)];
    const first = await open.words('First words', 'Wrong words');
    const hidden = (
      await as({ kind: 'clerk' }, (tx) => tx.selectFrom('app.change_requests').select('id').where('space_id', '=', closed.id).executeTakeFirstOrThrow())
    ).id;
    const undo = (actor: Actor, id: string, byline = c.byline.eve) =>
      code(as(actor, (tx) => undoChangeRequest(tx, { id, byline_id: byline, reason: 'x', retry_key: newId() })));
    expect(await undo({ kind: 'visitor' }, first.id)).toEqual(['library.change_request.may_not_propose', {}]);
    expect((await undo(c.as('karim'), first.id, c.byline.karim))[0]).toBe('library.change_request.may_not_propose');
    expect((await undo(c.as('eve'), hidden))[0]).toBe('common.not_found');
    expect((await undo(c.as('eve'), newId()))[0]).toBe('common.not_found');
    // A place of somebody else's pages is not noted down by whoever may not merge.
    await as(c.as('amina'), (tx) =>
      tx.selectFrom('app.change_request_pages').select('was_path').where('change_request_id', '=', first.id).executeTakeFirstOrThrow(),
    );
    expect(
      await code(
        as(c.as('amina'), (tx) => tx.updateTable('app.change_request_pages').set({ was_path: 'x' }).where('change_request_id', '=', first.id).execute()),
      ),
    ).not.toBe('done');
  });

  test('where pages stand is noted for nobody who may not merge, nor for a session that is over', async () => {
    const b = await book('undo-places');
    const { id } = await b.words('First words', 'Wrong words');
    const noted = async () =>
      (
        await as({ kind: 'clerk' }, (tx) =>
          tx.selectFrom('app.change_request_pages').select(['was_path', 'was_position']).where('change_request_id', '=', id).execute(),
        )
      )[0];
    await c.behind('update app.change_request_pages set was_position = 77 where change_request_id = $1', [id]);
    for (const actor of [c.as('amina'), c.as('eve'), c.as('noor'), { kind: 'person', key: '0'.repeat(64) } as const])
      await as(actor, (tx) => sql`select app.keep_places(${id})`.execute(tx));
    expect(await noted()).toEqual({ was_path: 'page', was_position: 77 });
  });

  test('an open request cannot be undone, nor one a second time', async () => {
    const b = await book('undo-twice');
    const first = await b.words('First words', 'Wrong words');
    const undo = await b.undo(first);
    expect((await code(b.undo(undo)))[0]).toBe('library.change_request.not_merged');
    await b.merge(undo);
    expect((await code(b.undo(first)))[0]).toBe('library.change_request.nothing_changed');
  });
});

describe('where words come from', () => {
  test('each block names the request since which it reads as it does, for visitors too', async () => {
    const b = await book('origins');
    const first = await b.words('First words', 'Newer words');
    const back = await b.words('Newer words', 'First words');
    await b.words('Second words', 'Other words');
    const read = (actor: Actor) =>
      as(actor, async (tx) => {
        const space = (await findSpace(tx, 'origins'))!;
        return listBlockOrigins(tx, space, (await findPage(tx, space.id, 'page'))!, new Map());
      });
    const origins = await read({ kind: 'visitor' });
    expect(origins.map(({ since, changes, request }) => [since, changes, request.number])).toEqual([
      [3, 3, back.number],
      [4, 2, 4],
      [1, 1, 1],
    ]);
    expect(origins[0]).toMatchObject({ by: expect.stringContaining('Amina'), html: expect.stringContaining('First words') });
    expect(first.number).toBe(2);
    expect(await as({ kind: 'visitor' }, (tx) => listBlockRevisions(tx, b.page, origins[0]!.id))).toEqual([3, 2, 1]);
  });

  test('nobody learns where the words of a closed page come from', async () => {
    const b = await book('origins-closed', c.audience.circle);
    const block = await as({ kind: 'clerk' }, async (tx) => (await findPage(tx, b.id, 'page'))?.revision?.blocks[0]?.id);
    expect(await as({ kind: 'visitor' }, (tx) => listBlockRevisions(tx, b.page, block!))).toEqual([]);
    expect(await as(c.as('eve'), (tx) => listBlockRevisions(tx, b.page, block!))).toEqual([]);
  });

  test('any two revisions are compared as readers see them, and an old text can be proposed again', async () => {
    const b = await book('compare');
    await b.words('First words', 'Newer words');
    await b.words('Second words', 'Other words');
    const compared = await who('pita', async (tx) => {
      const space = (await findSpace(tx, 'compare'))!;
      return compareRevisions(tx, space, { id: b.page, path: 'page' }, { from: 1, to: 3 }, new Map());
    });
    const changed = compared?.shown.flatMap((each) => (each.kind === 'changed' ? [each.html] : []));
    expect(changed).toEqual([
      expect.stringContaining('<del>First</del><ins>Newer</ins> words'),
      expect.stringContaining('<del>Second</del><ins>Other</ins> words'),
    ]);
    const draft = await who('amina', (tx) => startDraft(tx, { space: 'compare', path: 'page' }, { revision: 1 }, noFacts));
    expect(draft.values.text).toContain('First words');
    expect(draft.values.base_revision_id).toBe((await b.now()).id);
    expect(
      await as({ kind: 'visitor' }, async (tx) =>
        compareRevisions(tx, (await findSpace(tx, 'compare'))!, { id: b.page, path: 'page' }, { from: 1, to: 9 }, new Map()),
      ),
    ).toBeUndefined();
  });
});
