import { expect, test } from 'vitest';
import { editOnce, type Edit, livePage, written } from '../../../../tests/support/random-edits.ts';
import { randomMarkdown, randomSoup, seeded } from '../../../../tests/support/random-text.ts';
import { splitBlocks } from './blocks.ts';
import { mergeBlocks, resolveConflicts } from './merge-blocks.ts';

const base = '---\ntitle: A\ndescription: d\n---\n\none fish\n\ntwo fish\n\nthree fish\n\nfour fish\n';

test('edits of different blocks and keys merge, neighbours too', () => {
  const ours = base.replace('title: A', 'title: B').replace('two fish', 'two red fish');
  const theirs = base.replace('description: d', 'description: e').replace('three fish', 'three blue fish');
  const merge = mergeBlocks(base, ours, theirs);
  expect(merge.conflicts).toEqual([]);
  expect(merge.text).toBe('---\ntitle: B\ndescription: e\n---\n\none fish\n\ntwo red fish\n\nthree blue fish\n\nfour fish\n');
});

test('the same edit on both sides is one edit', () => {
  const both = base.replace('two fish', 'two red fish');
  expect(mergeBlocks(base, both, both)).toMatchObject({ text: both, conflicts: [] });
  const merge = mergeBlocks(base, both.replace('four', '4'), both.replace('one', '1'));
  expect(merge).toMatchObject({ text: both.replace('four', '4').replace('one', '1'), conflicts: [] });
});

test('edits of one place are a conflict with all three texts, and a choice settles it', () => {
  const merge = mergeBlocks(
    base,
    base.replace('two fish', 'two red fish').replace('title: A', 'title: B'),
    base.replace('two fish', 'two blue fish').replace('title: A', 'title: C'),
  );
  expect(merge.conflicts).toEqual([
    { index: 0, baseText: 'A', oursText: 'B', theirsText: 'C', key: 'title' },
    { index: 1, baseText: 'two fish', oursText: 'two red fish', theirsText: 'two blue fish' },
  ]);
  expect(merge.text).toBe(base.replace('title: A', 'title: B').replace('two fish', 'two red fish'));
  expect(resolveConflicts(merge, ['theirs', { text: 'two violet fish' }])).toBe(base.replace('title: A', 'title: C').replace('two fish', 'two violet fish'));
  expect(resolveConflicts(JSON.parse(JSON.stringify(merge)), ['theirs', 'theirs'])).toContain('two blue fish');
});

test('deleting what the other changed is a conflict; deleting what nobody touched is not', () => {
  const gone = base.replace('two fish\n\n', '');
  expect(mergeBlocks(base, gone, base.replace('two fish', 'two blue fish')).conflicts).toEqual([
    { index: 0, baseText: 'two fish', oursText: '', theirsText: 'two blue fish' },
  ]);
  expect(mergeBlocks(base, gone, base.replace('four', '4'))).toMatchObject({ text: gone.replace('four', '4'), conflicts: [] });
});

test('a block moved by one and edited by the other arrives edited', () => {
  const moved = base.replace('two fish\n\n', '').replace('four fish', 'four fish\n\ntwo fish');
  const merge = mergeBlocks(base, moved, base.replace('two fish', 'two quick fish'));
  expect(merge.conflicts).toEqual([]);
  expect(merge.text).toBe(moved.replace('two fish', 'two quick fish'));
  const control = ':::control[T]{#t}\nold words here\n:::';
  const page = (a: string, z: string) => `${a}first\n\nsecond\n\n${z}`;
  const both = mergeBlocks(page(`${control}\n\n`, ''), page('', `${control.replace('old', 'newer')}\n`), page(`${control.replace('here', 'there')}\n\n`, ''));
  expect(both.conflicts).toHaveLength(1);
  expect(both.text.match(/#t\}/g)).toHaveLength(1);
});

test('new blocks at the same place by both are a conflict, the same new block is not', () => {
  const add = (text: string) => base.replace('two fish', `two fish\n\n${text}`);
  expect(mergeBlocks(base, add('mine is new'), add('yours is other')).conflicts).toEqual([
    { index: 0, baseText: '', oursText: 'mine is new', theirsText: 'yours is other' },
  ]);
  expect(mergeBlocks(base, add('the same'), add('the same').replace('one', '1')).conflicts).toEqual([]);
});

test('whoever did nothing decides nothing', () => {
  const random = seeded(5);
  for (let n = 0; n < 200; n++) {
    const [x, y] = [randomSoup(random, 300), randomMarkdown(random, 5)];
    expect(mergeBlocks(x, x, y).text).toBe(y);
    expect(mergeBlocks(x, y, x).text).toBe(y);
    expect(mergeBlocks(x, y, y).text).toBe(y);
  }
});

const KINDS: Edit[] = ['words', 'rewrite', 'insert', 'delete', 'move', 'split', 'merge', 'swap'];

test('no text of either side is lost, whatever both did', () => {
  const random = seeded(7);
  let clean = 0;
  for (let n = 0; n < 250; n++) {
    const start = livePage(random, 4 + Math.floor(random() * 20));
    const edited = () => {
      let page = start;
      for (let k = 0; k < 1 + random() * 6 && page.length > 1; k++) page = editOnce(random, page, KINDS[Math.floor(random() * KINDS.length)] as Edit);
      return page;
    };
    const [a, x, y] = [written(start), written(edited()), written(edited())];
    const merge = mergeBlocks(a, x, y);
    if (merge.conflicts.length === 0) clean++;
    const texts = (text: string) => splitBlocks(text).map((block) => block.text.trim());
    const before = new Set(texts(a));
    const both = [...Array(merge.conflicts.length).keys()];
    const all = merge.conflicts.flatMap((c) => [c.oursText, c.theirsText]).join('\n\n') + merge.text;
    for (const text of [...texts(x), ...texts(y)]) if (!before.has(text)) expect(all.includes(text), `${n}: ${text}`).toBe(true);
    // What neither side dropped is still there.
    for (const text of before) if (texts(x).includes(text) && texts(y).includes(text)) expect(all.includes(text), `${n} kept: ${text}`).toBe(true);
    // Choosing one side everywhere keeps every new block of that side.
    const theirs = resolveConflicts(
      merge,
      both.map(() => 'theirs'),
    );
    for (const text of texts(y)) if (!before.has(text)) expect(theirs.includes(text), `${n} theirs`).toBe(true);
    // A control stands at most once.
    for (const slug of new Set(x.match(/\{#\S+/g))) expect(merge.text.split(`${slug} `).length, `${n} ${slug}`).toBeLessThanOrEqual(2);
  }
  expect(clean).toBeGreaterThan(60);
});

test('a heap of signs loses nothing either', () => {
  const random = seeded(9);
  for (let n = 0; n < 300; n++) {
    const [a, x, y] = [randomSoup(random, 200), randomSoup(random, 200), randomSoup(random, 200)];
    const merge = mergeBlocks(a, x, y);
    const all = `${merge.conflicts.flatMap((c) => [c.oursText, c.theirsText]).join('\n')}\n${merge.text}`;
    const had = new Set(splitBlocks(a).map((block) => block.text.trim()));
    for (const block of [...splitBlocks(x), ...splitBlocks(y)]) {
      const text = block.text.replace(/^(?:[ \t]*(?:\r\n|\n|\r))+/, '').trimEnd();
      if (!had.has(block.text.trim())) expect(all.includes(text), JSON.stringify([a, x, y])).toBe(true);
    }
  }
});
