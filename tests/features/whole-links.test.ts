/** No merge leaves a link of the library leading nowhere. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import type { PageChange } from '#domains/library/model.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { findHere, review } from '#domains/library/queries/review.server.ts';
import { innerLinks } from '#domains/library/text/inner-links.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let space: MadeSpace;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  await makeSpace('other', 1, { page: pageText('Other', 'Elsewhere.') });
  space = await makeSpace('links', 1, {
    start: pageText('Start', 'Begin at [the end](end.md), or [nowhere](never-was).'),
    end: pageText('End', 'The end.', controlText('one-rule', 'One rule', 'Keep it.')),
    'deep/page': pageText('Deep', 'Below.'),
  });
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const page = (path: string) =>
  as({ kind: 'clerk' }, (tx) =>
    tx
      .selectFrom('app.pages as p')
      .innerJoin('app.revisions as r', 'r.id', 'p.revision_id')
      .select(['p.id', 'r.id as revision', 'r.text'])
      .where('p.space_id', '=', space.id)
      .where('p.path', '=', path)
      .executeTakeFirstOrThrow(),
  );
async function change(path: string, asked: Partial<PageChange>, more: PageChange[] = []) {
  const now = await page(path);
  const edit = {
    action: 'edit' as const,
    page_id: now.id,
    base_revision_id: now.revision,
    path,
    parent_path: null,
    position: null,
    text: now.text,
    retires: [],
    ...asked,
  };
  return as(c.as('amina'), (tx) =>
    openChangeRequest(tx, { space_id: space.id, title: 'A change', reason: 'Because', retry_key: newId(), byline_id: c.byline.amina, pages: [edit, ...more] }),
  );
}
const merge = (request: { id: string }) =>
  as(c.as('noor'), (tx) => mergeChangeRequest(tx, { id: request.id, byline_id: c.byline.noor })).then(
    () => 'merged',
    (error: { code?: string; details?: { links?: string } }) => `${error.code}: ${error.details?.links}`,
  );
const told = (request: { number: number }) =>
  as(c.as('pita'), async (tx) => (await review(tx, await findHere(tx, { space: 'links', number: String(request.number) }), null)).broken);
const says = (words: string) => ({ text: pageText('Deep', words) });

test('links are read as readers follow them', () => {
  const text = pageText(
    'T',
    '[a](../end.md) [b](/library/other/page#x) [c](/fr/library/other) [d](https://example.org/library/x) [e](#here) [f](/c/abc) [g](/controls)',
    '```\n[no](never)\n```',
    '[r]: end/talk\n',
    '[r]',
  );
  expect(innerLinks(text, 'links', 'deep/page').map(({ target }) => target)).toEqual([
    '/library/links/end',
    '/library/other/page',
    '/library/other',
    '/c/abc',
    '/library/links/deep/end',
  ]);
});

test.each([
  ['a page of the document', 'See [it](../end.md).', 'merged'],
  ['a page of another document', 'See [it](/library/other/page).', 'merged'],
  ['a document', 'See [it](/library/other).', 'merged'],
  ['a place outside', 'See [it](https://example.org/never).', 'merged'],
  ['no page', 'See [it](../nothing-here).', 'library.change_request.breaks_links: ../nothing-here'],
  ['no document', 'See [it](/library/none/page).', 'library.change_request.breaks_links: /library/none/page'],
  ['no control', 'See [it](/c/zzzzzzzz).', 'library.change_request.breaks_links: /c/zzzzzzzz'],
])('a new link to %s', async (_, words, outcome) => {
  const request = await change('deep/page', says(words));
  expect(await told(request)).toHaveLength(outcome === 'merged' ? 0 : 1);
  expect(await merge(request)).toBe(outcome);
});

test('a link that was broken before stands in nobody’s way', async () => {
  const { text } = await page('start');
  expect(await merge(await change('start', { text: text.replace('Begin', 'Start') }))).toBe('merged');
});

test('a page that others lead to does not go, unless they go or change with it', async () => {
  const going = { action: 'retire' as const, text: '', retires: ['one-rule'] };
  const request = await change('end', going);
  expect(await told(request)).toEqual([{ page: 'Start', href: 'end.md' }]);
  expect(await merge(request)).toBe('library.change_request.breaks_links: end.md');
  const start = await page('start');
  const both: PageChange = {
    action: 'edit',
    page_id: start.id,
    base_revision_id: start.revision,
    path: 'start',
    parent_path: null,
    position: null,
    text: pageText('Start', 'Nothing follows.'),
    retires: [],
  };
  expect(await merge(await change('end', going, [both]))).toBe('merged');
});

test('a page made by the same request may be led to; a former address leads on', async () => {
  const made: PageChange = {
    action: 'create',
    page_id: newId(),
    base_revision_id: null,
    path: 'made',
    parent_path: null,
    position: 9,
    text: pageText('Made', 'New.'),
    retires: [],
  };
  expect(await merge(await change('deep/page', { ...says('See [it](/library/links/made) at last.') }, [made]))).toBe('merged');
  expect(await merge(await change('made', { path: 'renamed' }))).toBe('merged');
  expect(await merge(await change('deep/page', says('See [what was made](/library/links/made) before.')))).toBe('merged');
});

test('a change that was written before a page was renamed leaves it where it stands', async () => {
  const before = await change('deep/page', says('Written before.'));
  expect(await merge(await change('deep/page', { path: 'shallow' }))).toBe('merged');
  expect(await merge(before)).toBe('merged');
  expect((await page('shallow')).text).toContain('Written before.');
});

test('a page that moves takes its links with it only if they still lead somewhere', async () => {
  await merge(await change('shallow', { text: pageText('Deep', 'See [the start](start).') }));
  const moved = await change('shallow', { path: 'far/away' });
  expect(await told(moved)).toEqual([{ page: 'Deep', href: 'start' }]);
  expect(await merge(moved)).toBe('library.change_request.breaks_links: start');
  expect(await merge(await change('shallow', { path: 'far/away', text: pageText('Deep', 'See [the start](../start).') }))).toBe('merged');
});

test('a link is known in whatever way its address is written', async () => {
  const made: PageChange = {
    action: 'create',
    page_id: newId(),
    base_revision_id: null,
    path: 'قواعد',
    parent_path: null,
    position: 9,
    text: pageText('Rules', 'Here.'),
    retires: [],
  };
  const start = await page('start');
  expect(await merge(await change('start', { text: start.text.replace('follows', `follows [them](${encodeURIComponent('قواعد')})`) }, [made]))).toBe('merged');
  const going = await change('قواعد', { action: 'retire', text: '' });
  expect(await merge(going)).toBe(`library.change_request.breaks_links: ${encodeURIComponent('قواعد')}`);
});
