import { expect, test } from 'vitest';
import { seeded } from '../../../tests/support/random-text.ts';
import { alignEqual, rising } from './align.ts';
import { slugger } from './heading-slugs.ts';
import { dice, shinglesOf } from './similarity.ts';

test('pairs are equal, rise on both sides, and are as many as can be while the table is affordable', () => {
  const random = seeded(51);
  for (let n = 0; n < 300; n++) {
    const draw = () => Array.from({ length: Math.floor(random() * 12) }, () => Math.floor(random() * 5));
    const [a, b] = [draw(), draw()];
    const best = longest(a, b);
    for (const cells of [1_000_000, 6, 0]) {
      const pairs = alignEqual(a, b, cells);
      for (const [i, j] of pairs) expect(a[i]).toBe(b[j]);
      expect(rising(pairs)).toEqual(pairs);
      if (cells === 1_000_000) expect(pairs.length).toBe(best);
    }
  }
});

function longest(a: number[], b: number[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const [x, y] = [a.slice(1), b.slice(1)];
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = x.length; i >= 0; i--)
    for (let j = y.length; j >= 0; j--)
      (table[i] as number[])[j] = a[i] === b[j] ? (table[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(table[i + 1]?.[j] ?? 0, table[i]?.[j + 1] ?? 0);
  return table[0]?.[0] ?? 0;
}

test('beyond the table, what stands once on both sides still anchors', () => {
  const a = Array.from({ length: 3000 }, (_, n) => `line ${n}`);
  const b = a.map((line, n) => (n % 10 === 0 ? `other ${n}` : line));
  expect(alignEqual(a, b, 100)).toHaveLength(2700);
});

test('likeness of texts in several scripts', () => {
  const alike = (a: string, b: string) => dice(shinglesOf(a), shinglesOf(b));
  expect(alike('the same', 'the same')).toBe(1);
  expect(alike('Verify identity', 'Verfiy identity')).toBeGreaterThan(0.5);
  expect(alike('运营商必须核实客户身份', '运营商应当核实客户身份')).toBeGreaterThan(0.5);
  expect(alike('运营商必须核实客户身份', '银行每年报告一次')).toBeLessThan(0.2);
  expect(alike('', '')).toBe(0);
});

test('a thousand equal headings are numbered without hurry', () => {
  const slug = slugger();
  const all = Array.from({ length: 20_000 }, () => slug('Scope'));
  expect(new Set(all).size).toBe(20_000);
  expect([all[1], slug('Scope 2'), slug('Scope-2')]).toEqual(['scope-2', 'scope-2-2', 'scope-2-3']);
});
