import { expect, test } from 'vitest';
import { Names, plain, shortTitle, slugOf, tidyTitle } from './names.ts';

test('slugs are plain kebab, cut at a word, empty without Latin letters', () => {
  expect(slugOf("The Owner's gate — é & ü (2)")).toBe('the-owners-gate-e-u-2');
  expect(slugOf('a '.repeat(50), 9)).toBe('a-a-a-a-a');
  expect(slugOf('围墙')).toBe('');
});

test('names that differ only in letter case do not clash', () => {
  const names = new Names();
  expect([names.take('gate', 'x'), names.take('Gate', 'x'), names.take('', 'x'), names.takeFile('gate', 'png'), names.takeFile('GATE', 'png')]).toEqual([
    'gate',
    'Gate-2',
    'x',
    'gate.png',
    'GATE-2.png',
  ]);
});

test.each([
  ['**Seal the drawers**: use wax', 'Seal the drawers'],
  ['**Coordination: -** meet often', 'Coordination'],
  ['Close the gate (see [here](x)); then sleep.', 'Close the gate'],
  ['Guards should ensure that no fox passes', 'Ensure that no fox passes'],
  ['Before dusk, when possible, close the gate and count the hens.', 'Close the gate and count the hens'],
  ['Gates should not be left open.', 'Gates should not be left open'],
  ['One two three four five six, seven eight nine ten eleven twelve thirteen', 'One two three four five six'],
  ['One two three four five six seven eight nine ten eleven of the thirteen', 'One two three four five six seven eight nine ten eleven'],
])('the title of %j is %j', (text, title) => {
  expect(shortTitle(text)).toBe(title);
});

test('plain text keeps words and drops marks', () => {
  expect(plain('**A** _b_ `c` [d](https://e) snake_case 2\\*3 &amp; x')).toBe('A b c d snake_case 2*3 & x');
});

test.each([
  ['Best practices for apps.', 'Best practices for apps'],
  ['🔒 Locks and keys', 'Locks and keys'],
  ['Locks and keys 🔐🗝️', 'Locks and keys'],
  ['And so on...', 'And so on...'],
  ['Rules of the U.S.', 'Rules of the U.S.'],
  ['10 SIM attacks', '10 SIM attacks'],
  ['IMEI', 'IMEI'],
  ['🔒', '🔒'],
  ['.', '.'],
])('the page title %j stands as %j', (title, tidy) => {
  expect(tidyTitle(title)).toBe(tidy);
});
