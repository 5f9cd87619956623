import { expect, test } from 'vitest';
import { nothingChanged, type SpaceState, summarise } from './summarise.ts';

/** A space written as pages: path, title, parent, blocks; a control is `slug number words`. */
type Written = { path: string; id?: string; title?: string; parent?: string; prose?: string; controls?: string[] };
const texts = new Map<string, string>();
function state(name: string, pages: Written[]): SpaceState {
  const out: SpaceState = { pages: [], controls: [] };
  for (const { path, id = path, title = path, parent, prose = 'Prose.', controls = [] } of pages) {
    const blocks = controls.map((one) => {
      const [slug, number, ...words] = one.split(' ');
      out.controls.push({ id: slug!, code: slug!, slug: slug!, pageId: id, number: number! });
      return `:::control[Title of ${slug}]{#${slug} kind="control" alias="gitbook:${number}"}\n${words.join(' ')}\n:::`;
    });
    const text = `---\ntitle: ${title}\n---\n\n${[prose, ...blocks].join('\n\n')}\n`;
    // One text, one revision, as in the database.
    const same = [...texts].find(([key, known]) => key.endsWith(`/${id}`) && known === text)?.[0];
    const revisionId = same ?? `${name}/${id}`;
    texts.set(revisionId, text);
    out.pages.push({ id, revisionId, revision: same || name === 'one' ? 1 : 2, path, parentId: parent ?? null, title });
  }
  return out;
}
const read = (id: string) => texts.get(id) ?? '';

test('every kind of change, as a person would list it', () => {
  const before = state('one', [
    { path: 'intro', prose: 'Welcome.' },
    { path: 'threats' },
    { path: 'sim', parent: 'threats', controls: ['ask 1.1 Ask first.', 'wait 1.2 Wait a day.', 'tell 1.3 Tell the customer.', 'log 1.4 Write it down.'] },
    { path: 'codes', parent: 'threats', controls: ['short 2.1 Short codes.', 'long 2.2 Long codes.'] },
    { path: 'old', parent: 'threats', controls: ['fax 3.1 Send a fax.'] },
    { path: 'first' },
    { path: 'second' },
  ]);
  const after = state('two', [
    { path: 'intro', prose: 'Welcome to all.' },
    { path: 'threats', title: 'All threats' },
    // wait: reworded; tell: went to codes; log: moved before wait and renumbered; new: added.
    {
      path: 'sim-swap',
      id: 'sim',
      parent: 'threats',
      title: 'sim',
      controls: ['ask 1.1 Ask first.', 'log 1.2 Write it down.', 'wait 1.2 Wait two days.', 'new 1.5 New.'],
    },
    { path: 'codes', controls: ['short 2.1 Short codes.', 'long 2.3 Long codes.', 'tell 1.3 Tell the customer.'] },
    { path: 'second' },
    { path: 'first' },
    { path: 'annex', prose: 'More.' },
  ]);
  const { controls, pages } = summarise(before, after, read);
  const slugs = (list: Array<{ slug: string }>) => list.map(({ slug }) => slug).sort();
  const paths = (list: Array<{ path: string }>) => list.map(({ path }) => path).sort();
  expect(controls.added).toMatchObject([{ slug: 'new', number: '1.5', title: 'Title of new', page: { path: 'sim-swap' } }]);
  expect(controls.changed).toMatchObject([{ slug: 'wait', before: expect.stringContaining('Wait a day.'), after: expect.stringContaining('Wait two days.') }]);
  expect(slugs(controls.moved)).toHaveLength(2);
  expect(slugs(controls.moved)).toContain('tell');
  expect(controls.moved.find(({ slug }) => slug === 'tell')).toMatchObject({ from: { path: 'sim' }, page: { path: 'codes' } });
  expect(controls.renumbered.map(({ slug, from, number }) => `${slug} ${from} ${number}`).sort()).toEqual(['log 1.4 1.2', 'long 2.2 2.3']);
  expect(controls.withdrawn).toMatchObject([{ slug: 'fax', number: '3.1', title: 'Title of fax', page: { path: 'old' } }]);
  expect(paths(pages.added)).toEqual(['annex']);
  expect(pages.changed).toMatchObject([{ path: 'intro', from: 1, to: 2 }]);
  expect(pages.renamed).toMatchObject([{ path: 'threats', title: 'All threats', from: 'threats' }]);
  expect(paths(pages.moved)).toHaveLength(3);
  expect(paths(pages.moved)).toEqual(expect.arrayContaining(['codes', 'sim-swap']));
  expect(paths(pages.withdrawn)).toEqual(['old']);
});

test('the same state twice says nothing, and asks for no text', () => {
  const one = state('three', [{ path: 'a', controls: ['x 1 X.'] }]);
  expect(nothingChanged(summarise(one, one, () => expect.unreachable()))).toBe(true);
});

test('a number alone is no change of words', () => {
  const { controls } = summarise(state('four', [{ path: 'n', controls: ['x 1 X.'] }]), state('five', [{ path: 'n', controls: ['x 2 X.'] }]), read);
  expect([controls.changed, controls.renumbered.length]).toEqual([[], 1]);
});
