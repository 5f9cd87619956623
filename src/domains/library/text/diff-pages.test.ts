import { expect, test } from 'vitest';
import { editOnce, livePage, written } from '../../../../tests/support/random-edits.ts';
import { cpuTime } from '../../../../tests/support/cpu-time.ts';
import { paragraph, randomMarkdown, randomSoup, seeded } from '../../../../tests/support/random-text.ts';
import { diffWords } from '#lib/text/diff-words.ts';
import { splitBlocks } from './blocks.ts';
import { type DiffBlock, diffPages } from './diff-pages.ts';

test('words of every script stay whole', () => {
  expect(diffWords('the old rule holds', 'the new rule holds')).toEqual([
    { kind: 'same', text: 'the ' },
    { kind: 'del', text: 'old' },
    { kind: 'ins', text: 'new' },
    { kind: 'same', text: ' rule holds' },
  ]);
  expect(diffWords('运营商必须核实身份', '运营商应当核实身份').map((p) => p.text)).toEqual(['运营商', '必须', '应当', '核实身份']);
  expect(diffWords('يجب على المشغل التحقق', 'يجب على المشغلين التحقق').map((p) => p.text)).toEqual(['يجب على ', 'المشغل', 'المشغلين', ' التحقق']);
  expect(diffWords('', 'x')).toEqual([{ kind: 'ins', text: 'x' }]);
  expect(diffWords('', '')).toEqual([]);
});

test('texts with little in common are shown as one deletion and one insertion', () => {
  expect(
    diffWords('Alpha beta gamma delta epsilon zeta eta theta iota kappa the end', 'Completely other words that share one the only').map((p) => p.kind),
  ).toEqual(['del', 'ins']);
});

test('what is kept and deleted gives the old text, kept and inserted the new one', () => {
  const random = seeded(21);
  for (let n = 0; n < 400; n++) {
    const a = n % 2 ? paragraph(random) : randomSoup(random, 200);
    const b = n % 3 ? (editOnce(random, [{ key: 1, text: a }], 'words')[0]?.text ?? '') : paragraph(random);
    const parts = diffWords(a, b, n % 5 ? undefined : 50);
    expect(
      parts
        .filter((p) => p.kind !== 'ins')
        .map((p) => p.text)
        .join(''),
    ).toBe(a);
    expect(
      parts
        .filter((p) => p.kind !== 'del')
        .map((p) => p.text)
        .join(''),
    ).toBe(b);
  }
});

test('blocks are same, changed, added, removed, moved; front matter by key', () => {
  const a = '---\ntitle: A\n---\n\nfirst block\n\nsecond block here\n\nthird stands\n\nfourth goes away\n\nfifth\n';
  const b = '---\ntitle: B\nlicence: CC\n---\n\nfifth\n\nfirst block\n\nsecond block there\n\nthird stands\n\nquite new\n\n:::control[N]{#n}\nx\n:::\n';
  expect(diffPages(a, b).map((d) => [d.kind, 'after' in d ? d.after : 'before' in d ? d.before : 'count' in d ? d.count : 0])).toEqual([
    ['field', 'B'],
    ['field', 'CC'],
    ['moved', 'fifth'],
    ['same', 1],
    ['changed', 'second block there'],
    ['same', 1],
    ['removed', 'fourth goes away'],
    ['added', 'quite new'],
    ['added', ':::control[N]{#n}\nx\n:::'],
  ]);
  expect(diffPages(a, a)).toEqual([expect.objectContaining({ kind: 'same', count: 5 })]);
  expect(diffPages('', 'new\n')).toMatchObject([{ kind: 'added', after: 'new' }]);
});

test('a control is compared with itself wherever it stands', () => {
  const one = ':::control[One]{#one}\nalpha beta gamma\n:::';
  const two = ':::control[Two]{#two}\nalpha beta gamma\n:::';
  const diff = diffPages(`${one}\n\n${two}\n`, `${two}\n\n${one.replace('gamma', 'delta')}\n`);
  expect(diff.filter((d) => d.kind !== 'same')).toMatchObject([
    { kind: 'moved', slug: 'one', words: expect.arrayContaining([{ kind: 'ins', text: 'delta' }]) },
  ]);
});

test('every block of both texts is in the diff once', () => {
  const random = seeded(22);
  for (let n = 0; n < 150; n++) {
    let page = livePage(random, 12);
    const a = written(page);
    for (let k = 0; k < 6; k++)
      page = editOnce(random, page, (['words', 'move', 'insert', 'delete', 'swap', 'rewrite'] as const)[Math.floor(random() * 6)] ?? 'words');
    const b = written(page);
    const diff = diffPages(a, b);
    const news = diff.reduce((sum, d) => sum + (d.kind === 'same' ? d.count : 'after' in d ? 1 : 0), 0);
    const olds = diff.reduce((sum, d) => sum + (d.kind === 'same' ? d.count : 'before' in d ? 1 : 0), 0);
    expect([news, olds]).toEqual([splitBlocks(b).length, splitBlocks(a).length]);
  }
});

test('a page of 144 blocks written anew is compared in under 200 ms', () => {
  const long = (seed: number) => {
    const random = seeded(seed);
    return randomMarkdown(random, 72) + Array.from({ length: 72 }, () => `${paragraph(random)} ${paragraph(random)}`).join('\n\n');
  };
  const [a, b] = [long(1), long(2)];
  diffPages(a, b);
  const best = Math.min(...[1, 2, 3].map(() => cpuTime(() => diffPages(a, b))));
  expect(best).toBeLessThan(200);
});

test('one enormous block falls back to block level', () => {
  const random = seeded(4);
  const huge = () => Array.from({ length: 3000 }, () => paragraph(random)).join(' ');
  const [a, b] = [huge(), huge()];
  let diff: DiffBlock[] = [];
  expect(cpuTime(() => (diff = diffPages(a, b)))).toBeLessThan(3000);
  expect(diff).toHaveLength(1);
});
