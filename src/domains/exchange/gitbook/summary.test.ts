import { expect, test } from 'vitest';
import { readSummary } from './summary.ts';

test('a SUMMARY gives pages in order, with nesting and group headings', () => {
  const { entries, bad } = readSummary(
    '# Table of contents\n\n* [A](a.md)\n  * [B & *c*](<b c.md> "title")\n    - [D](d(1).md)\n* [E](e.md#part)\n\n## Group **one**\n\n1. [F](f.md)\n\n***\n',
  );
  expect(bad).toEqual([]);
  expect(entries.map(({ title, href, depth, section }) => [title, href, depth, section])).toEqual([
    ['A', 'a.md', 0, null],
    ['B & *c*', 'b c.md', 1, null],
    ['D', 'd(1).md', 2, null],
    ['E', 'e.md', 0, null],
    ['F', 'f.md', 0, 'Group one'],
  ]);
});

test('lines that say nothing are named with their number, and the rest is read', () => {
  const { entries, bad } = readSummary('# S\n* [A](a.md)\nwords\n* [B]()\n* C\n* [D](https://example.org)\n* [E\n* [F](f.md)\n');
  expect(entries.map((entry) => entry.title)).toEqual(['A', 'F']);
  expect(bad.map((line) => [line.line, line.why])).toEqual([
    [3, 'summary_line'],
    [4, 'summary_line'],
    [5, 'summary_line'],
    [6, 'summary_external'],
    [7, 'summary_line'],
  ]);
});

test('a page keeps its depth when the line above it is unusable', () => {
  const { entries } = readSummary('* [A](a.md)\n    * words\n    * [B](b.md)\n* [C](c.md)');
  expect(entries.map((entry) => entry.depth)).toEqual([0, 1, 0]);
});
