/** docs/operating/attacks.md names tests; a name that no test bears is a promise without proof. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const table = readFileSync('docs/operating/attacks.md', 'utf8');
const named = [...table.matchAll(/`([a-z]+\/[a-z-]+)` ›([^;|]*)/g)].map(([, file, title]) => [file!, title!.trim()] as const);

test('every attack has its line, and every line a test', () => {
  const lines = table.split('\n').filter((line) => /^\| (\d+|[a-z]) \|/.test(line));
  expect(lines.filter((line) => /^\| \d/.test(line)).map((line) => Number(line.split('|')[1]))).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  for (const line of lines) expect(line).toMatch(/` ›/);
});

test.each(named)('%s › %s', (file, title) => {
  const source = readFileSync(`tests/${file}.test.ts`, 'utf8').replaceAll("\\'", "'");
  // The word of a test is what follows its first quotation mark.
  expect(
    title === '' ? source.includes('test(') : new RegExp(`['"\`](?:%s |"%s" |%j )?(?:[^'"\`]*: )?${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`).test(source),
    `${file} › ${title}`,
  ).toBe(true);
});
