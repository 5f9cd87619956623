/** Several write one text: whatever they do at the same moment, over whatever line, they end with the same, and nothing that nobody took away is missing. */
import { EditorState } from 'prosemirror-state';
import { beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { splitBlocks } from '#domains/library/text/blocks.ts';
import { splitPage } from '#domains/library/text/page.ts';
import { documentOf, fieldsOf, firstUpdate, putFields, takeUpdate, updateOfForm } from '#domains/library/together/document.ts';
import { readBody } from '#domains/library/visual/read.ts';
import { schema } from '#domains/library/visual/schema.ts';
import { writeBody } from '#domains/library/visual/write.ts';
import { applyEdits, editsBetween, placeAfter } from '#lib/text/edits.ts';
import { readPages, readSpaces } from '../../seeds/starter.ts';
import { letterAt, placeOf } from '../../src/editor/places.ts';
import { takeBody } from '../../src/editor/take.ts';
import { seeded } from '../support/random-text.ts';

let bodies: string[] = [];
beforeAll(() => {
  bodies = readSpaces().flatMap((space) => readPages(space).map(({ text }) => splitPage(text).body));
});
const n = schema.nodes;

test('edits make one text of the other, are small, and cut no letter in two', () => {
  const random = seeded(7);
  const pool = ['a', 'b', ' ', '\n', '😀', '👍🏽', 'ع', '中', '**', 'word', '\n\n'];
  const make = () => Array.from({ length: Math.floor(random() * 30) }, () => pool[Math.floor(random() * pool.length)]).join('');
  for (let k = 0; k < 1_000; k++) {
    const [a, b] = [make(), make()];
    const edits = editsBetween(a, b);
    expect(applyEdits(a, edits)).toBe(b);
    for (const { at, gone, put } of edits) expect([a.slice(at, at + gone).isWellFormed(), put.isWellFormed()]).toEqual([true, true]);
  }
  const long = bodies[0] as string;
  const [edit, ...others] = editsBetween(long, `${long.slice(0, 500)}MORE${long.slice(500)}`);
  expect([edit?.gone, edit?.put.length, others]).toEqual([0, 4, []]);
  expect(placeAfter(600, [edit as never])).toBe(604);
  expect(placeAfter(400, [edit as never])).toBe(400);
});

/** Somebody at a window of their own, with a line that loses, repeats and reorders what it carries. */
type Window = { doc: Y.Doc; out: Uint8Array[]; inbox: Uint8Array[]; words: string[] };

describe('random writers', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('converge over a bad line, and every word somebody typed and nobody took away is there (seed %i)', (seed) => {
    const random = seeded(seed * 1_001);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const body = pick(bodies.filter((each) => each.length > 1_500));
    // Nobody touches the last third.
    const blocks = splitBlocks(body).map(({ text }) => text);
    const tail = blocks.slice(Math.ceil((blocks.length * 2) / 3)).join('');
    const first = firstUpdate({ text: body });
    const hub = { doc: documentOf([first]), log: [first] as Uint8Array[] };
    const windows: Window[] = Array.from({ length: 5 }, () => {
      const window: Window = { doc: documentOf([first]), out: [], inbox: [], words: [] };
      window.doc.on('update', (update: Uint8Array, origin: unknown) => origin !== 'line' && window.out.push(update));
      return window;
    });
    let count = 0;
    for (let step = 0; step < 150; step++) {
      const window = pick(windows);
      const doing = random();
      if (doing < 0.6) {
        const text = fieldsOf(window.doc).text;
        const word = `qz${seed}x${count++}`;
        const opened = readBody(text);
        const free = splitBlocks(text.slice(0, text.length - tail.length)).length - 1;
        const k = Math.floor(random() * free);
        const block = opened.doc.child(k);
        if (doing < 0.3 && block.type === n.paragraph) {
          // As the visual editor does it: a word at the end, or the paragraph made another block.
          const blocks = [...opened.doc.content.content];
          const more = block.content.append(n.paragraph.create(null, schema.text(` ${word}`)).content);
          const made = [
            () => n.paragraph.create(block.attrs, more),
            () => n.heading.create({ level: 2 }, more),
            () => n.bullet_list.create(null, n.item.create(null, n.paragraph.create(null, more))),
            () => n.quote.create(null, n.paragraph.create(null, more)),
          ];
          blocks[k] = pick(made)();
          putFields(window.doc, { text: writeBody(n.doc.create(null, blocks), opened) });
        } else {
          // As in the source: somewhere between two words.
          const most = text.length - tail.length - 2;
          const at = text.lastIndexOf(' ', Math.floor(random() * most));
          putFields(window.doc, { text: at < 0 ? `${word} ${text}` : `${text.slice(0, at)} ${word}${text.slice(at)}` });
        }
        window.words.push(word);
      } else if (doing < 0.8 && window.out.length) {
        // What goes out may be lost (and is sent again), or come twice.
        const batch = Y.mergeUpdates(window.out);
        if (random() < 0.7) {
          window.out = [];
          takeUpdate(hub.doc, batch);
          hub.log.push(batch);
          for (const other of windows) {
            if (other === window) continue;
            other.inbox.push(batch);
            if (random() < 0.2) other.inbox.push(batch);
          }
        }
      } else {
        window.inbox.sort(() => random() - 0.5);
        for (const update of window.inbox.splice(0, 1 + Math.floor(random() * 5))) Y.applyUpdate(window.doc, update, 'line');
      }
    }
    // The line comes back for everybody.
    for (const window of windows) {
      if (window.out.length) {
        const batch = Y.mergeUpdates(window.out);
        takeUpdate(hub.doc, batch);
        hub.log.push(batch);
      }
    }
    for (const window of windows) for (const update of hub.log) Y.applyUpdate(window.doc, update, 'line');
    const text = fieldsOf(hub.doc).text;
    for (const window of windows) expect(fieldsOf(window.doc).text).toBe(text);
    expect(fieldsOf(documentOf(hub.log)).text).toBe(text);
    for (const word of windows.flatMap(({ words }) => words)) expect(text).toContain(word);
    // Nobody took a letter away: all are there, in their order; and what nobody touched has its bytes.
    let from = 0;
    const letters = lettersOf(text);
    for (const letter of lettersOf(body)) {
      from = letters.indexOf(letter, from) + 1;
      expect(from).toBeGreaterThan(0);
    }
    expect(text.endsWith(tail)).toBe(true);
    expect(count).toBeGreaterThan(50);
  });
});
const lettersOf = (text: string) => text.replace(/[^\p{L}]/gu, '');

test('what one makes of a block while another writes in it loses no word of either', () => {
  const made: Array<[string, (text: string) => string]> = [
    ['a heading', (text) => `## ${text}`],
    ['an item', (text) => `- ${text}`],
    ['a quote', (text) => `> ${text}`],
    ['two paragraphs', (text) => `${text.slice(0, 40)}\n\n${text.slice(40)}`],
    ['a hint', (text) => `:::hint{style="info"}\n${text}\n:::`],
  ];
  for (const body of bodies) {
    const paragraph = splitBlocks(body)
      .find(({ text }) => /^[A-Z][^\n]{80,}\n+$/.test(text))
      ?.text.trim();
    if (!paragraph) continue;
    for (const [name, make] of made) {
      const first = firstUpdate({ text: body });
      const [one, other] = [documentOf([first]), documentOf([first])];
      putFields(one, { text: body.replace(paragraph, () => make(paragraph)) });
      putFields(other, { text: body.replace(paragraph, () => `${paragraph} Typed meanwhile.`) });
      Y.applyUpdate(one, Y.encodeStateAsUpdate(other));
      const text = fieldsOf(one).text;
      expect([name, text.includes('Typed meanwhile.')]).toEqual([name, true]);
      expect(lettersOf(text)).toContain(lettersOf(paragraph.slice(0, 30)));
    }
  }
});

test('a form that was sent whole changes what its writer changed, and nothing others wrote meanwhile', () => {
  const first = firstUpdate({ text: 'One.\n\nTwo.\n\nThree.\n', title: 'T' });
  const hub = documentOf([first]);
  putFields(hub, { text: 'One.\n\nTwo, by another.\n\nThree.\n\nFour.\n' });
  const update = updateOfForm([first], { text: 'One, by form.\r\n\r\nTwo.\r\n\r\nThree.\r\n'.replace(/\r\n/g, '\n'), title: 'T' });
  takeUpdate(hub, update as Uint8Array);
  expect(fieldsOf(hub).text).toBe('One, by form.\n\nTwo, by another.\n\nThree.\n\nFour.\n');
  expect(updateOfForm([first], { text: 'One.\n\nTwo.\n\nThree.\n', title: 'T' })).toBeUndefined();
});

test('the hub refuses what is no plain text of this draft', () => {
  const first = firstUpdate({ text: 'Words.\n' });
  const refused = (update: Uint8Array) => {
    try {
      takeUpdate(documentOf([first]), update);
      return 'taken';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  const from = (change: (doc: Y.Doc) => void, base = [first]) => {
    const doc = documentOf(base);
    const before = Y.encodeStateVector(doc);
    change(doc);
    return Y.encodeStateAsUpdate(doc, before);
  };
  expect(refused(from((doc) => doc.getText('text').insert(0, 'More ')))).toBe('taken');
  expect(refused(new Uint8Array([1, 2, 3, 250]))).toBe('library.together.malformed');
  expect(refused(new TextEncoder().encode('<script>alert(1)</script>'))).toBe('library.together.malformed');
  expect(refused(from((doc) => doc.getText('text').insert(0, 'x', { link: 'javascript:alert(1)' })))).toBe('library.together.malformed');
  expect(refused(from((doc) => doc.getText('text').insertEmbed(0, { script: 'x' })))).toBe('library.together.malformed');
  expect(refused(from((doc) => doc.getMap('other').set('a', 1)))).toBe('library.together.malformed');
  expect(refused(from((doc) => doc.getText('text').insert(0, 'x\0y')))).toBe('library.together.malformed');
  expect(refused(from((doc) => doc.getText('title').insert(0, 'x'.repeat(201))))).toBe('library.together.too_long');
  const element = from((doc) => void doc.getXmlFragment('text').insert(0, [new Y.XmlElement('script')]), []);
  expect(refused(element)).toBe('library.together.malformed');
  // An update that builds on another draft's text hangs in the air here.
  const other = firstUpdate({ text: 'Of another draft.\n' });
  expect(refused(from((doc) => doc.getText('text').insert(3, 'x'), [other]))).toBe('library.together.gap');
});

describe('the visual editor takes in what others wrote', () => {
  const shown = (body: string, next: string, cursor?: (state: EditorState) => number) => {
    const [was, now] = [readBody(body), readBody(next)];
    const state = EditorState.create({ doc: schema.nodeFromJSON(was.doc.toJSON()) });
    const tr = takeBody(state, was.doc, now.doc, { was: body, next });
    return { text: writeBody(tr.doc, now), place: cursor ? tr.mapping.map(cursor(state)) : 0, doc: tr.doc, was: state.doc };
  };

  test('and gives it back byte for byte, for random changes of every starter page', () => {
    const random = seeded(42);
    let anew = 0;
    for (const body of bodies) {
      const blocks = splitBlocks(body).map(({ text }) => text);
      const k = Math.floor(random() * blocks.length);
      const others = [
        blocks.map((text, at) => (at === k ? text.replace(/\w(?=\s)/, 'zz') : text)),
        blocks.toSpliced(k, 1),
        blocks.toSpliced(k, 0, 'A new one, with **marks**.\n\n'),
        blocks.toSpliced(k, 1, '- one\n- two\n\n', '> said\n\n'),
        [...blocks].reverse(),
      ];
      for (const next of others.map((each) => each.join(''))) if (shown(body, next).text !== next) anew++;
    }
    // Then the editor puts all of it in anew: rare, and right as well.
    expect(anew).toBeLessThan(bodies.length / 10);
  });

  test('and leaves the cursor, and what is typed and not yet written, where they were', () => {
    const at = (word: string) => (state: EditorState) => {
      let found = 0;
      state.doc.descendants((node, pos) => {
        if (node.isText && node.text?.includes(word)) found = pos + node.text.indexOf(word);
      });
      return found;
    };
    const body = 'First words here.\n\nSecond *words* there.\n\nThird.\n';
    const changed = shown(body, 'New one.\n\nFirst of all words here.\n\nSecond *words* there, and more.\n\nThird.\n', at('there'));
    expect(changed.doc.textBetween(changed.place, changed.place + 5)).toBe('there');
    // An empty paragraph, and a blank behind the last word.
    const was = readBody('One.\n\nTwo.\n');
    const doc = n.doc.create(null, [
      was.doc.child(0),
      n.paragraph.create(),
      was.doc.child(1).copy(was.doc.child(1).content.append(n.paragraph.create(null, schema.text(' ')).content)),
    ]);
    const next = readBody('One and more.\n\nTwo.\n');
    const tr = takeBody(EditorState.create({ doc }), was.doc, next.doc, { was: was.body, next: next.body });
    expect(tr.doc.content.content.map((each) => each.textContent)).toEqual(['One and more.', '', 'Two. ']);
    expect(writeBody(tr.doc, next)).toBe('One and more.\n\nTwo.\n');
  });

  test('a place in the editor is a letter of the Markdown, and back', () => {
    const body =
      '## Head\n\nWords with **bold** ones.\n\n:::control[A title]{#slug kind="control" entity="mno" role="mno"}\nInner text.\n:::\n\n3. three\n4. four\n';
    const { doc } = readBody(body);
    for (const word of ['Head', 'bold', 'ones', 'title', 'Inner', 'four']) {
      const place = placeOf(doc, doc, body.indexOf(word)) as number;
      expect(doc.textBetween(place, place + word.length)).toBe(word);
      const back = letterAt(doc, doc, place + 1) as number;
      expect([word, body.slice(back - 1, back - 1 + word.length)]).toEqual([word, word]);
    }
  });
});
