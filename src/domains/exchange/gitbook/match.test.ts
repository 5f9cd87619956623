import { expect, test } from 'vitest';
import { matchControls, matchPages, matchSpaces } from './match.ts';

const control = (slug: string, alias: string, order: number, text = slug, group: string | null = 'threat:8') => ({
  slug,
  aliases: alias ? alias.split(' ') : [],
  order,
  text,
  group,
});

test('repeated numbers are paired in text order, whatever the order of the lists', () => {
  const matches = matchControls(
    [control('b', 'gitbook:8.9', 5), control('a', 'gitbook:8.9', 4)],
    [control('old-2', 'gitbook:8.9 x:13.8', 90), control('old-1', 'gitbook:8.9 x:13.8', 80)],
  );
  expect(matches.map((match) => [match.imported.slug, match.existing?.slug, match.how])).toEqual([
    ['b', 'old-2', 'alias_and_order'],
    ['a', 'old-1', 'alias_and_order'],
  ]);
});

test('when one side has a holder more, the texts decide', () => {
  const matches = matchControls(
    [control('a', 'g:1', 0, 'count the hens at dusk'), control('b', 'g:1', 1, 'paint the ladder red')],
    [control('old', 'g:1', 0, 'paint the ladder in red')],
  );
  expect(matches.map((match) => match.existing?.slug ?? null)).toEqual([null, 'old']);
});

test('without an alias the most alike text is found, in its own group first', () => {
  const text = 'hang the key where two people see it every day';
  const matches = matchControls([control('a', '', 0, text)], [control('far', '', 0, `${text} or so`, 'threat:1'), control('near', '', 1, `${text} or so`)]);
  expect(matches[0]).toMatchObject({ existing: { slug: 'near' }, how: 'text' });
  expect(matchControls([control('a', '', 0, text)], [control('other', '', 0, 'something else entirely is said here')])[0]).toMatchObject({
    existing: null,
    how: 'new',
  });
});

test('an alias that names a chapter pairs nothing', () => {
  const many = Array.from({ length: 9 }, (_, n) => control(`e${n}`, 'x1150:13.8', n, `words number ${n} of ${n * 7}`));
  expect(matchControls([control('a', 'x1150:13.8', 0, 'entirely different')], many)[0]!.how).toBe('new');
});

test('two thousand controls a side are matched in a moment', () => {
  const make = (from: string) =>
    Array.from({ length: 2000 }, (_, n) => control(`${from}${n}`, '', n, `gate ${n} is closed by guard ${n * 13} and lamp ${n * 17}`, null));
  const started = performance.now();
  expect(matchControls(make('a'), make('b')).every((match) => match.existing?.order === match.imported.order)).toBe(true);
  expect(performance.now() - started).toBeLessThan(8000);
});

test('pages go by their controls, then by file, path and title', () => {
  const existing = [
    { path: 'p1', title: 'One', controls: ['x', 'y'], importedFrom: null },
    { path: 'p2', title: 'Two', controls: [], importedFrom: 'gitbook:a/two.md' },
    { path: 'p3', title: 'Three', controls: [], importedFrom: null },
    { path: 'p4', title: 'Four  walls', controls: [], importedFrom: null },
  ];
  const imported = [
    { path: 'n1', title: 'N', sourcePath: 'a/n.md', controls: ['x2', 'y2'] },
    { path: 'two', title: 'T', sourcePath: 'a/two.md', controls: [] },
    { path: 'p3', title: 'Drei', sourcePath: 'a/3.md', controls: [] },
    { path: 'z', title: 'Four walls', sourcePath: 'a/4.md', controls: [] },
    { path: 'q', title: 'Q', sourcePath: 'a/q.md', controls: [] },
  ];
  expect(
    matchPages(
      imported,
      existing,
      new Map([
        ['x2', 'x'],
        ['y2', 'y'],
      ]),
    ).map((match) => [match.existing?.path ?? null, match.how]),
  ).toEqual([
    ['p1', 'controls'],
    ['p2', 'source'],
    ['p3', 'path'],
    ['p4', 'title'],
    [null, 'new'],
  ]);
});

test('a folder finds its space by aliases, though another shares some', () => {
  const aliases = (list: string, n: number) => Array.from({ length: n }, (_, i) => `gitbook:${list}.${i + 1}`);
  const spaces = matchSpaces(
    [
      { slug: 'sim-long-name', title: 'Advice on SIM swaps', aliases: [...aliases('mno', 10), ...aliases('regulator', 2)], importedFrom: [] },
      { slug: 'ss7-m', title: 'Advice on SS7', aliases: [...aliases('mno', 7), ...aliases('regulator', 7)], importedFrom: [] },
      { slug: 'other', title: 'Other', aliases: [], importedFrom: [] },
    ],
    [
      { slug: 'ss7', title: 'SS7', aliases: [...aliases('mno', 7), ...aliases('regulator', 7)], importedFrom: [] },
      { slug: 'sim', title: 'SIM', aliases: [...aliases('mno', 10), ...aliases('regulator', 2)], importedFrom: [] },
    ],
  );
  expect(spaces.map((match) => [match.existing?.slug ?? null, match.how])).toEqual([
    ['sim', 'aliases'],
    ['ss7', 'aliases'],
    [null, 'new'],
  ]);
});
