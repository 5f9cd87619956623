/** What is withdrawn says why and what follows it: pages and controls, in requests, on merging, brought back, between editions; and a request that gets more pages, and fewer. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findControl } from '#domains/controls/queries.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import type { PageChange } from '#domains/library/model.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { findWithdrawnPage } from '#domains/library/queries/withdrawn.server.ts';
import { undoChangeRequest } from '#domains/library/undo-change-request.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const who = <T>(name: Name, work: (tx: Tx) => Promise<T>) => as(c.as(name), work);
const said = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const book = (slug: string) =>
  makeSpace(slug, 1, {
    first: pageText(
      'First',
      'Words of the first.',
      controlText(`${slug}-old`, 'Old rule', 'Do it so.'),
      controlText(`${slug}-stays`, 'A rule that stays', 'Do.'),
    ),
    second: pageText('Second', 'Words of the second.', controlText(`${slug}-new`, 'New rule', 'Do it better.')),
    third: pageText('Third', 'Words of the third.'),
  });
const part = async (tx: Tx, space: MadeSpace, path: string, change: (text: string) => Partial<PageChange>): Promise<PageChange> => {
  const now = await tx
    .selectFrom('app.pages as p')
    .innerJoin('app.revisions as r', 'r.id', 'p.revision_id')
    .select(['r.id', 'r.text', 'p.path'])
    .where('p.id', '=', space.pages[path]!)
    .executeTakeFirstOrThrow();
  const same = {
    action: 'edit' as const,
    page_id: space.pages[path]!,
    base_revision_id: now.id,
    path: now.path,
    parent_path: null,
    position: null,
    text: now.text,
    retires: [],
  };
  return { ...same, ...change(now.text) };
};
const without = (slug: string) => (text: string) => text.replace(new RegExp(`:::control\\[[^\\]]*\\]\\{#${slug} [^:]*:::\\n*`), '');
const open = (space: MadeSpace, pages: PageChange[]) =>
  who('amina', (tx) =>
    openChangeRequest(tx, { space_id: space.id, title: 'Tidy up', reason: 'It stands twice.', retry_key: newId(), byline_id: c.byline.amina, pages }),
  );
const merge = (id: string) => who('mei', (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.mei }));
const code = async (slug: string) => (await c.behind<{ code: string }>('select code from app.controls where slug = $1', [slug]))[0]!.code;

test('a page and a control go with a reason and a successor; brought back, nothing of it is left', async () => {
  const space = await book('gone');
  const pages = await who('amina', async (tx) => [
    await part(tx, space, 'first', (text) => ({
      text: without('gone-old')(text),
      retires: ['gone-old'],
      withdrawals: [{ control: 'gone-old', because: 'The new one says more.', successor: 'gone-new' }],
    })),
    await part(tx, space, 'third', () => ({ action: 'retire', text: '', withdrawals: [{ control: null, because: '', successor: space.pages['second']! }] })),
  ]);
  expect(pages[0]!.text).not.toContain('gone-old');
  const { id } = await open(space, pages);
  await merge(id);
  await who('eve', async (tx) => {
    expect(await findControl(tx, await code('gone-old'))).toMatchObject({
      retiredBecause: 'The new one says more.',
      successor: { code: await code('gone-new'), title: 'New rule' },
    });
    expect(await findWithdrawnPage(tx, space.id, 'third')).toMatchObject({
      because: 'It stands twice.',
      request: 2,
      successor: { path: 'second', title: 'Second' },
    });
  });
  const { id: undo } = await who('pita', (tx) => undoChangeRequest(tx, { id, byline_id: c.byline.pita, reason: 'Too early.', retry_key: newId() }));
  await merge(undo);
  await who('eve', async (tx) => {
    expect(await findControl(tx, await code('gone-old'))).toMatchObject({ retiredAt: null, retiredBecause: '', successor: null });
    expect(await findWithdrawnPage(tx, space.id, 'third')).toBeUndefined();
  });
});

test('a successor has to be said, to stand, and to stand still when it is merged', async () => {
  const space = await book('next');
  const goes = (successor: string | null) =>
    who('amina', (tx) =>
      part(tx, space, 'first', (text) => ({
        text: without('next-old')(text),
        retires: ['next-old'],
        withdrawals: [{ control: 'next-old', because: '', successor }],
      })),
    );
  expect(await said(open(space, [await goes('')]))).toBe('library.withdrawal.successor_unsaid');
  for (const none of ['nothing-such', 'next-old', space.pages['second']!])
    expect(await said(open(space, [await goes(none)]))).toBe('library.withdrawal.successor_gone');
  const own = await who('amina', (tx) =>
    part(tx, space, 'third', () => ({ action: 'retire', text: '', withdrawals: [{ control: null, because: '', successor: space.pages['third']! }] })),
  );
  expect(await said(open(space, [own]))).toBe('library.withdrawal.successor_gone');
  const { id } = await open(space, [await goes('next-new')]);
  const other = await who('amina', (tx) => part(tx, space, 'second', () => ({ action: 'retire', text: '', retires: ['next-new'] })));
  await merge((await open(space, [other])).id);
  expect(await said(merge(id))).toBe('library.withdrawal.successor_gone');
  // What the same request brings may follow.
  const brings = await goes('next-third');
  await merge((await open(space, [{ ...brings, text: `${brings.text}\n${controlText('next-third', 'Third rule', 'Do it best.')}\n` }])).id);
  expect(await who('eve', async (tx) => findControl(tx, await code('next-old')))).toMatchObject({
    retiredBecause: 'It stands twice.',
    successor: { title: 'Third rule' },
  });
});

test('an open request gets more pages and fewer, a control goes from one to the other; only its author does so', async () => {
  const space = await book('more');
  const { id } = await open(space, [await who('amina', (tx) => part(tx, space, 'third', (text) => ({ text: `${text}\nMore.\n` })))]);
  const change = (name: Name, more: Omit<Parameters<typeof updateChangeRequest>[1], 'id' | 'byline_id'>) =>
    who(name, (tx) => updateChangeRequest(tx, { ...more, id, byline_id: c.byline[name] }));
  const rule = controlText('more-old', 'Old rule', 'Do it so.');
  const [from, into] = await who('amina', async (tx) => [
    await part(tx, space, 'first', (text) => ({ text: without('more-old')(text) })),
    await part(tx, space, 'second', (text) => ({ text: `${text}\n${rule}\n` })),
  ]);
  for (const name of ['mei', 'eve', 'karim'] as const) expect(await said(change(name, { pages: [from!, into!] })), name).toBe('common.not_found');
  expect(await said(change('amina', { pages: [from!] }))).toBe('library.change_request.drops_control');
  await change('amina', { pages: [from!, into!] });
  // One text of the two reworded: where the control went is still known.
  await change('amina', {
    page: { page_id: space.pages['first']!, base_revision_id: from!.base_revision_id, retires: [], text: from!.text.replace('Words', 'Other words') },
  });
  expect(await said(change('amina', { drop: [space.pages['second']!] }))).toBe('library.change_request.drops_control');
  expect(await said(change('amina', { drop: [newId()] }))).toBe('common.not_found');
  expect(await said(change('amina', { drop: Object.values(space.pages) }))).toBe('library.change_request.no_page');
  // An edit becomes a retirement, and the page leaves the request again.
  await change('amina', { pages: [await who('amina', (tx) => part(tx, space, 'third', () => ({ action: 'retire', text: '' })))] });
  await change('amina', { drop: [space.pages['third']!] });
  await merge(id);
  const [control] = await c.behind("select p.path, c.retired_at from app.controls c join app.pages p on p.id = c.page_id where c.slug = 'more-old'");
  expect(control).toEqual({ path: 'second', retired_at: null });
  expect(await said(change('amina', { pages: [from!] }))).toBe('library.change_request.not_open');
});

test('who only rewords a page that got another address meanwhile does not ask for the old one', async () => {
  const space = await book('path');
  const { id } = await open(space, [await who('amina', (tx) => part(tx, space, 'first', (text) => ({ text: `${text}\nMore.\n` })))]);
  await merge((await open(space, [await who('amina', (tx) => part(tx, space, 'first', () => ({ path: 'begin' })))])).id);
  const text = await who('amina', (tx) => part(tx, space, 'first', (now) => ({ text: `${now}\nStill more.\n` })));
  await who('amina', (tx) =>
    updateChangeRequest(tx, {
      id,
      byline_id: c.byline.amina,
      page: { page_id: text.page_id, base_revision_id: text.base_revision_id, retires: [], text: text.text },
    }),
  );
  await merge(id);
  expect(await c.behind('select path from app.pages where id = $1', [text.page_id])).toEqual([{ path: 'begin' }]);
});
