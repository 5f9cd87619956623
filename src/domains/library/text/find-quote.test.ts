/** Words a comment is about, followed through random edits: found where they stand, said to be gone where they do not, never put on other words. */
import { expect, test } from 'vitest';
import { plainText } from '#lib/text/plain-text.ts';
import { seeded } from '../../../../tests/support/random-text.ts';
import { assignBlockIds } from './block-ids.ts';
import { splitBlocks } from './blocks.ts';
import { type Anchor, evenSpaces, findQuote, type PlainBlock } from './find-quote.ts';

const block = (id: string, words: string): PlainBlock => ({ id, words });
const anchor = (quote: string, more: Partial<Anchor> = {}): Anchor => ({ block: 'aaaaaaaa', quote, before: '', after: '', ...more });
const two = [block('aaaaaaaa', 'The operator checks who asks, and checks again.'), block('bbbbbbbb', 'Nobody else asks.')];

test('exact, by what stands around it, however it is spaced', () => {
  expect(findQuote(two, anchor('who  asks'))).toEqual({ state: 'there', block: 'aaaaaaaa', at: 20 });
  expect(findQuote(two, anchor('checks', { before: 'and' })).at).toBe(34);
  expect(findQuote(two, anchor('checks', { after: 'who' })).at).toBe(13);
  expect(findQuote([block('aaaaaaaa', 'who\n  asks')], anchor('who asks')).state).toBe('there');
  expect(findQuote([block('aaaaaaaa', 'cafe\u0301')], anchor('caf\u00e9')).state).toBe('there');
});

test('gone is said, and a place is not guessed from words that any text has', () => {
  expect(findQuote(two, anchor('who knows'))).toEqual({ state: 'words_gone', block: 'aaaaaaaa', at: -1 });
  expect(findQuote(two.slice(1), anchor('asks')).state).toBe('place_gone');
  expect(findQuote(two, anchor('', { block: 'cccccccc' })).state).toBe('place_gone');
  expect(findQuote(two, anchor('', { block: null })).state).toBe('there');
  expect(findQuote(two, anchor('Nobody else asks.', { block: null })).block).toBe('bbbbbbbb');
  // Telling words, or the same words around: moved with them.
  const moved = [block('aaaaaaaa', 'Cut.'), block('bbbbbbbb', 'Then the operator checks who asks, and checks again.')];
  expect(findQuote(moved, anchor('operator checks who asks'))).toMatchObject({ state: 'moved', block: 'bbbbbbbb' });
  expect(findQuote(moved, anchor('asks', { before: 'who' }))).toMatchObject({ state: 'moved', block: 'bbbbbbbb' });
  expect(findQuote([...moved, block('dddddddd', moved[1]!.words)], anchor('operator checks who asks')).state).toBe('words_gone');
});

test('random edits: a place that is named holds the words; what still stands untouched in its block is found there', () => {
  const random = seeded(5);
  const pick = (n: number) => Math.floor(random() * n);
  const some = 'the operator checks every line before it swaps a number and keeps what it saw for a year so that nobody else asks twice'.split(' ');
  const sentence = () => Array.from({ length: 6 + pick(14) }, () => some[pick(some.length)]).join(' ');
  let [kept, lost] = [0, 0];
  for (let round = 0; round < 60; round++) {
    let paragraphs = Array.from({ length: 12 }, sentence);
    const text = () => `${paragraphs.join('\n\n')}\n`;
    let nth = 0;
    const newId = () => `b${String(++nth).padStart(7, '0')}`;
    let body = text();
    let ids = assignBlockIds([], null, body, newId);
    const plain = (): PlainBlock[] => splitBlocks(text()).map((each, i) => ({ id: ids[i]!.id, words: plainText(each.text) }));
    const anchors = plain().map(({ id, words }) => {
      const from = pick(words.length - 12);
      const to = Math.min(from + 6 + pick(40), words.length);
      return { block: id, quote: words.slice(from, to), before: words.slice(Math.max(from - 32, 0), from), after: words.slice(to, to + 32) };
    });
    for (let edit = 0; edit < 15; edit++) {
      const i = pick(paragraphs.length);
      const words = paragraphs[i]!.split(' ');
      const kind = pick(6);
      if (kind === 0) paragraphs.splice(i, 0, sentence());
      else if (kind === 1 && paragraphs.length > 3) paragraphs.splice(i, 1);
      else if (kind === 2) paragraphs = paragraphs.toSpliced(i, 1).toSpliced(pick(paragraphs.length), 0, paragraphs[i]!);
      else if (kind === 3) paragraphs.splice(i, 1, words.slice(0, words.length / 2).join(' ') || 'cut', words.slice(words.length / 2).join(' '));
      else paragraphs[i] = words.with(pick(words.length), 'changed').join(' ');
      ids = assignBlockIds(ids, body, text(), newId);
      body = text();
      const now = plain();
      for (const each of anchors) {
        const found = findQuote(now, each);
        const quote = evenSpaces(each.quote);
        const own = now.find(({ id }) => id === each.block);
        if (own && evenSpaces(own.words).includes(quote)) expect([found.state, found.block]).toEqual(['there', each.block]);
        if (found.at >= 0) {
          kept++;
          const there = evenSpaces(now.find(({ id }) => id === found.block)!.words);
          expect(there.slice(found.at, found.at + quote.length)).toBe(quote);
        } else {
          lost++;
          expect(found.state).toMatch(/_gone$/);
        }
      }
    }
  }
  expect(kept).toBeGreaterThan(lost);
});
