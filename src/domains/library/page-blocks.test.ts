import { expect, test } from 'vitest';
import { pageBlocks } from './page-blocks.ts';

test('each part by its first words, marks taken away; a sidecar of another text gives none', () => {
  const text = '---\ntitle: T\n---\n\n## Keys\n\nKeep *them* [safe](https://a.example).\n\n:::control[Check first]{#check kind="control"}\nText.\n:::\n\n---\n';
  const ids = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc', 'dddddddd'];
  expect(pageBlocks(text, ids)).toEqual([
    { id: 'aaaaaaaa', words: 'Keys' },
    { id: 'bbbbbbbb', words: 'Keep them safe .'.replace(' .', '.') },
    { id: 'cccccccc', words: 'Check first Text.' },
  ]);
  expect(pageBlocks(text, ids.slice(1))).toEqual([]);
});
