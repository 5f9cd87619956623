/** Between a page and its form: nothing is lost, nothing moves, and the diff says words. */
import { expect, test } from 'vitest';
import { attributeWords } from '#domains/controls/words.ts';
import { putTogether, takeApart } from '#domains/library/page-parts.ts';
import { showBlock, withoutMarks } from '#domains/library/show-block.ts';
import { splitPage } from '#domains/library/text/page.ts';
import { readPages, readSpaces } from '../../seeds/starter.ts';

const starter = readSpaces().flatMap((space) => readPages(space).map(({ path, text }) => ({ name: `${space.slug}/${path}`, text })));
/** What a browser makes of a text field: CR LF, and no line end at the beginning. */
const through = (text: string) => text.replace(/\r\n?/g, '\n').replace(/^\n/, '').replace(/\n/g, '\r\n');
const throughForm = (text: string) => {
  const { front, body } = takeApart(text)!;
  return putTogether(text, { ...front, description: through(front.description), sources: through(front.sources) }, through(body));
};

test('every starter page comes back from the form byte for byte', () => {
  expect(starter.length).toBeGreaterThan(50);
  for (const { name, text } of starter) {
    expect(throughForm(text), name).toBe(text);
    expect(throughForm(text.replaceAll('\n', '\r\n')), name).toBe(text.replaceAll('\n', '\r\n'));
  }
});

test.each(['words', '- one', ' x\n\n---\n', 'x: y\nlicence: of nobody\n---\n\nwords'])('under a page that ends with its front matter, %j is text', (body) => {
  const base = '---\ntitle: A\nlicence: CC\n---';
  const made = splitPage(putTogether(base, { title: 'A', description: '', sources: '' }, body));
  expect(made).toMatchObject({ front: { title: 'A', licence: 'CC' }, body });
});

test('a changed word above the text changes that entry alone, on every starter page', () => {
  for (const { name, text } of starter) {
    const { front, body } = takeApart(text)!;
    const made = putTogether(text, { ...front, title: 'A: "new" title' }, through(body));
    const lines = made.split('\n').filter((line, n) => line !== text.split('\n')[n]);
    expect(lines, name).toHaveLength(1);
    expect(splitPage(made).front, name).toEqual({ ...splitPage(text).front, title: 'A: "new" title' });
    const other = putTogether(text, { ...front, sources: 'One\r\n\r\n  Two: three ' }, `${body}More.\n`);
    expect(splitPage(other), name).toMatchObject({ front: { ...splitPage(text).front, sources: ['One', 'Two: three'] }, body: `${body}More.\n` });
  }
});

test.each([
  [
    'comments and unknown keys stay',
    '---\n# kept\ntitle: Old\nreviewer: Mei # her\nlicence: >-\n  CC BY\n  4.0\n---\n\nText.\n',
    /# kept\ntitle: New\nreviewer: Mei # her\nlicence: >-\n {2}CC BY\n {2}4.0\n/,
  ],
  ['a title in another form', '---\n{title: Old, group: "threat:1"}\n---\nText.\n', /title: New\ngroup: threat:1\n/],
  ['quotes, an empty list', '---\nsources: []\n"title": \'Old\'\n---\n\nText.\n', /sources: \[\]\ntitle: New\n/],
])('%s', (_, text, expected) => {
  const { front, body } = takeApart(text)!;
  const made = putTogether(text, { ...front, title: 'New' }, body);
  expect(made).toMatch(expected);
  expect(splitPage(made).front).toEqual({ ...splitPage(text).front, title: 'New' });
  expect(throughForm(text)).toBe(text);
});

test('a page without anything above it gets it, and loses it again', () => {
  const made = putTogether('Text.\n', { title: 'T', description: 'D', sources: '' }, 'Text.\n');
  expect(made).toBe('---\ntitle: T\ndescription: D\n---\n\nText.\n');
  expect(splitPage(putTogether(made, { title: '', description: '', sources: '' }, 'Text.\n'))).toMatchObject({ front: {}, body: 'Text.\n' });
  expect(putTogether('', { title: '', description: '', sources: '' }, '---\nnot: front\n---\n')).toMatch(/^---\n---\n/);
});

test('what is typed never becomes another entry, whatever it looks like', () => {
  const nasty = '---\ngroup: x\n- *a & !!js "\' # : {';
  const made = putTogether('---\ntitle: T\ngroup: g\n---\n\nText.\n', { title: nasty, description: nasty, sources: nasty }, nasty);
  const { front, body } = splitPage(made);
  expect(front).toEqual({ title: nasty.replace(/\n/g, ' '), description: nasty.replace(/\n/g, ' '), group: 'g', sources: nasty.split('\n') });
  expect(body).toBe(nasty);
});

test('front matter that cannot be read is left to be edited whole', () => {
  expect(takeApart('---\ntitle: [a\n---\n\nText.\n')).toBeUndefined();
});

const words = (parts: Array<{ kind: string; text: string }>) =>
  parts.map(({ kind, text }) => (kind === 'same' ? text : `${kind === 'ins' ? '+' : '-'}${text}`)).join('|');

test('a changed control is shown in words: names for ids, values for parameters, no marks', () => {
  const control = (entity: string, text: string) => `:::control[Wait]{#wait entity="${entity}" alias="gitbook:8.9 figi-2021:C5"}\n${text}\n:::`;
  const shown = showBlock(control('mno', 'Wait :param[24 h]{#time}.'), control('mno mobile-user', 'Wait :param[48 h]{#time}.'), undefined, attributeWords);
  expect(words(shown.title)).toBe('Wait');
  expect(words(shown.text)).toBe('Wait |-24|+48| h.');
  expect(shown.attributes.map(({ key }) => key)).toEqual(['entity']);
  expect(words(shown.attributes[0]!.words)).not.toMatch(/mno|mobile-user/);
  expect(attributeWords('alias', 'gitbook:8.9 figi-2021:C5')).toBe('GitBook 8.9, FIGI 2021 C5');
  expect(words(showBlock('Hold :param[1 h]{#a} now.', 'Hold :param[2 h]{#a} now.', [{ kind: 'same', text: 'raw' }]).text)).toBe('Hold |-1|+2| h now.');
  // Only a mark changed: then it is the mark that has to be seen.
  expect(words(showBlock('Hold :param[1 h]{#a}.', 'Hold :param[1 h]{#b}.').text)).toContain('#');
  expect(withoutMarks(':::hint{style="info"}\nMind this.\n:::\n\n:::control[Ask]{#ask}\nAsk.\n:::\n')).toBe('Mind this.\n\nAsk\nAsk.\n');
});
