/**
 * Opening the visual editor on the longest page of the starter library, beside the loading of the form it stands on; typing a letter into it, and taking in a word that somebody else wrote.
 * `node tests/bench/editor.ts` (no hub, no build) prints the times, the ratio, and what the editor weighs beside its limit.
 */
import { brotliCompressSync } from 'node:zlib';
import { resolve } from 'node:path';
import { EditorState } from 'prosemirror-state';
import { splitBlocks } from '#domains/library/text/blocks.ts';
import { splitPage } from '#domains/library/text/page.ts';
import { readBody } from '#domains/library/visual/read.ts';
import { writeBody } from '#domains/library/visual/write.ts';
import { editorAssets } from '../../bin/page-assets.ts';
import { readPages, readSpaces } from '../../seeds/starter.ts';
import { takeBody } from '../../src/editor/take.ts';
import { launch } from '../support/browser.ts';
import { editorPage, goVisual } from '../support/editor-page.ts';

const OPENINGS = 12;
const half = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] as number;
const body = readSpaces()
  .flatMap((space) => readPages(space).map(({ text }) => splitPage(text).body))
  .sort((one, other) => other.length - one.length)[0] as string;

const made = await editorAssets(resolve(import.meta.dirname, '../..'));
const weight = [made.visual, made.editor, made.editorStyle, made.together].map((text) => brotliCompressSync(text).length);
console.log(
  `the editor, with writing together: ${(weight.reduce((a, b) => a + b, 0) / 1_000).toFixed(1)} KB brotli (limit 250); alone ${((weight[0] ?? 0) / 1_000 + (weight[1] ?? 0) / 1_000 + (weight[2] ?? 0) / 1_000).toFixed(1)} KB`,
);

const browser = await launch();
const [form, open, letter]: [number[], number[], number[]] = [[], [], []];
for (let n = 0; n < OPENINGS; n++) {
  const before = performance.now();
  const { page } = await editorPage(browser, body);
  form.push(performance.now() - before);
  const pressed = performance.now();
  await goVisual(page);
  open.push(performance.now() - pressed);
  await page.locator('#visual-text > p').last().click();
  const typed = performance.now();
  await page.keyboard.type('z');
  // The letter is in the text field, 200 ms after the last one.
  await page.waitForFunction((was) => (document.querySelector('#text') as HTMLTextAreaElement).value !== was, body, { polling: 5, timeout: 60_000 });
  letter.push(performance.now() - typed - 200);
  await page.context().close();
}
await browser.close();
const [was, next] = [
  readBody(body),
  readBody(
    splitBlocks(body)
      .map(({ text }, k) => (k === 3 ? text.replace(/\w(?=\s)/, 'zz') : text))
      .join(''),
  ),
];
const state = EditorState.create({ doc: was.doc });
const take: number[] = [];
for (let n = 0; n < 20; n++) {
  const before = performance.now();
  const tr = takeBody(state, readBody(body).doc, readBody(next.body).doc, { was: body, next: next.body });
  if (writeBody(tr.doc, next) !== next.body) throw new Error('what was taken in is not what is shown');
  take.push(performance.now() - before);
}
console.log(`the longest page: ${body.length} letters, ${was.doc.childCount} blocks`);
console.log(
  `from the press to typing: ${half(open).toFixed(0)} ms, ${(half(open) / half(form)).toFixed(2)} of loading the form in the same browser (${half(form).toFixed(0)} ms)`,
);
console.log(`a letter into the text: ${half(letter).toFixed(0)} ms behind the pause of 200; a word of somebody else taken in: ${half(take).toFixed(1)} ms`);
