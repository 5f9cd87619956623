import { expect, test } from 'vitest';
import { measureStability } from '../../../../tests/support/block-stability.ts';
import { cpuTime } from '../../../../tests/support/cpu-time.ts';
import type { Edit } from '../../../../tests/support/random-edits.ts';
import { partIds, assignBlockIds, type BlockId, newBlockId } from './block-ids.ts';

const counter = () => {
  let n = 0;
  return () => `new${++n}`;
};
const ids = (list: BlockId[]) => list.map((entry) => entry.id);
const start = (body: string) => {
  let n = 0;
  return assignBlockIds([], null, body, () => `id${++n}`);
};

const long =
  'The operator checks who asks before every swap. It keeps a record of the proof for two years. An agent follows the same procedure as a shop. Whoever refuses is turned away without a word.';
const body = `## How it happens\n\n${long}\n\n- one thing to do\n- another thing to do\n\n:::control[Check]{#check}\nCheck the proof.\n:::\n`;

test('an id is eight letters and digits that cannot be mistaken', () => {
  for (let n = 0; n < 200; n++) expect(newBlockId()).toMatch(/^[0-9a-hjkmnp-tv-z]{8}$/);
});

test('the same text keeps its ids, with or without the old text, line ends and blank lines aside', () => {
  const first = start(body);
  expect(ids(first)).toEqual(['id1', 'id2', 'id3', 'id4']);
  expect(assignBlockIds(first, body, body, counter())).toEqual(first);
  expect(assignBlockIds(first, null, `\n\n${body.replaceAll('\n\n', '\n\n\n').replaceAll('\n', '\r\n')}`, counter())).toEqual(first);
});

test('a changed word, a move and a new block', () => {
  const first = start(body);
  expect(ids(assignBlockIds(first, body, body.replace('two years', 'three years'), counter()))).toEqual(['id1', 'id2', 'id3', 'id4']);
  expect(ids(assignBlockIds(first, body, `${long}\n\nQuite new.\n\n${body.replace(`${long}\n\n`, '')}`, counter()))).toEqual([
    'id2',
    'new1',
    'id1',
    'id3',
    'id4',
  ]);
});

test('a control is its slug: rewritten it stays, renamed it is another', () => {
  const first = start(body);
  const rewritten = body.replace('[Check]', '[Verify everything]').replace('Check the proof.', 'Nothing of the old words.');
  expect(assignBlockIds(first, body, rewritten, counter())[3]).toMatchObject({ id: 'id4', slug: 'check' });
  expect(ids(assignBlockIds(first, body, body.replace('#check', '#verify'), counter()))[3]).toBe('new1');
  const asProse = body.replace(/:::control.*\n/, '').replace('\n:::', '');
  expect(ids(assignBlockIds(first, body, asProse, counter()))[3]).toBe('new1');
});

test('a block cut in two: the larger part is the block; two joined: the larger stays', () => {
  const first = start(body);
  const cut = body.replace('. It keeps', '.\n\nIt keeps');
  const second = assignBlockIds(first, body, cut, counter());
  expect(ids(second)).toEqual(['id1', 'new1', 'id2', 'id3', 'id4']);
  expect(ids(assignBlockIds(second, cut, body, counter()))).toEqual(['id1', 'id2', 'id3', 'id4']);
  const four = body.replaceAll('. ', '.\n\n');
  expect(ids(assignBlockIds(first, body, four, counter())).filter((id) => id === 'id2')).toHaveLength(1);
});

test('equal blocks keep their order; an id once dropped comes back only with its text', () => {
  const twins = 'same\n\nsame\n\nsame\n';
  const first = start(twins);
  expect(ids(assignBlockIds(first, twins, `same\n\nother words\n\nsame\n`, counter()))).toEqual(['id1', 'new1', 'id3']);
  const gone = start(body);
  const without = body.replace(`${long}\n\n`, '');
  const later = assignBlockIds(gone, body, without, counter());
  expect(ids(assignBlockIds(later, without, body, counter()))[1]).toBe('new1');
  const remembered = [...later, ...gone.filter((entry) => !ids(later).includes(entry.id))];
  expect(ids(assignBlockIds(remembered, without, body, counter()))).toEqual(['id1', 'id2', 'id3', 'id4']);
});

test('an unlucky new id is drawn again, and the same input gives the same ids', () => {
  const draws = ['id1', 'id2', 'fresh', 'fresh', 'fresher'];
  expect(ids(assignBlockIds(start(body), body, `alpha beta\n\n${body}\ngamma delta\n`, () => draws.shift() as string))).toEqual([
    'fresh',
    'id1',
    'id2',
    'id3',
    'id4',
    'fresher',
  ]);
  expect(measureStability(11, 60, ['words', 'move'], { blocks: 30 })).toMatchObject({ kept: measureStability(11, 60, ['words', 'move'], { blocks: 30 }).kept });
});

const ALL: Edit[] = ['words', 'words', 'words', 'insert', 'delete', 'move', 'swap', 'split', 'merge'];

test.each([
  ['one edit a revision', 5, 300, 1, 0.999],
  ['twenty edits a revision', 6, 3000, 20, 0.995],
  ['a hundred edits a revision', 7, 3000, 100, 0.97],
] as const)('ids follow their blocks through thousands of edits: %s', (_name, seed, edits, perRevision, atLeast) => {
  const { followed, kept, taken } = measureStability(seed, edits, ALL, { perRevision });
  expect(kept / followed).toBeGreaterThan(atLeast);
  expect(taken / followed).toBeLessThan(0.005);
});

test('ids never go to another text when text is replaced', () => {
  expect(measureStability(8, 1000, ['rewrite'], { perRevision: 20 }).taken).toBe(0);
});

test('a page of two thousand blocks, all changed, stays affordable', () => {
  const many = (mark: string) => Array.from({ length: 2000 }, (_, n) => `Clause ${n} says ${mark} about item ${n * 7} and ${n * 13}.`).join('\n\n');
  const before = many('little');
  const first = start(before);
  let next: BlockId[] = [];
  expect(cpuTime(() => (next = assignBlockIds(first, before, many('nothing'), counter())))).toBeLessThan(3000);
  expect(next.filter((entry, n) => entry.id === first[n]?.id).length).toBeGreaterThan(1990);
});

test('a text that is no revision yet has ids of its own: old parts keep theirs, new ones get the same whoever asks, none twice', () => {
  const known = assignBlockIds([], null, 'One.\n\nThe operator waits.\n', newBlockId);
  const text = 'One.\n\nThe operator waits here.\n\nNew.\n\nNew.\n';
  const ids = partIds(known, 'One.\n\nThe operator waits.\n', text);
  expect(ids.slice(0, 2)).toEqual(known.map(({ id }) => id));
  expect(partIds(known, 'One.\n\nThe operator waits.\n', text)).toEqual(ids);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{8}$/);
});
