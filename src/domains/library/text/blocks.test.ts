import { expect, test } from 'vitest';
import { splitBlocks } from './blocks.ts';
import { parseControls } from './controls.ts';
import { joinPage, splitPage } from './page.ts';
import { randomMarkdown, randomSoup, seeded } from '../../../../tests/support/random-text.ts';

test('joining the slices gives the body back, whatever it holds', () => {
  const random = seeded(1);
  for (let n = 0; n < 1500; n++) {
    const body = n % 2 ? randomMarkdown(random, 1 + Math.floor(random() * 12)) : randomSoup(random, 400);
    expect(
      splitBlocks(body)
        .map((block) => block.text)
        .join(''),
    ).toBe(body);
  }
});

test('kinds, lines, headings and directives are told', () => {
  const body =
    'Intro\n\n[a]: http://x.example\n\n## Scope of *this*\nText\n\n- a\n- b\n\n:::control[Check \\[ID\\]]{#check-id alias="gitbook:1.1"}\nDo.\n:::\n\n| a |\n|---|\n| 1 |\n\n```\n:::hint\n```\n\n> q\n\n---\n\n<div>\n';
  const blocks = splitBlocks(body);
  expect(blocks.map((b) => b.kind)).toEqual(['paragraph', 'definition', 'heading', 'paragraph', 'list', 'control', 'table', 'code', 'quote', 'rule', 'html']);
  expect(blocks.map((b) => b.line)).toEqual([1, 3, 5, 6, 8, 11, 15, 19, 23, 25, 27]);
  expect(blocks[2]).toMatchObject({ level: 2, title: 'Scope of this' });
  expect(blocks[5]).toMatchObject({ slug: 'check-id', title: 'Check [ID]', attributes: { alias: 'gitbook:1.1' } });
});

test('a forgotten closing line swallows nothing', () => {
  const { controls, problems } = parseControls(':::control[A]{#a}\ntext\n\n## Next\n\n:::control[B]{#b}\ntext\n:::\n');
  expect(controls.map((c) => c.slug)).toEqual(['b']);
  expect(problems).toEqual([{ code: 'library.directive.unterminated', line: 1, details: { name: 'control' } }]);
});

test('what is wrong with a control is named with its line', () => {
  const { controls, problems } = parseControls(
    [
      ':::control[A]{#a kind="rule" alias="x gitbook:1"}',
      ':::',
      '',
      ':::control[A again]{#a}',
      ':::',
      '',
      ':::control[No id]',
      ':::',
      '',
      ':::control{#c colour="red"}',
      ':::control[inner]{#d}',
      ':::',
      ':::',
      '',
      ':::control[E]{#E_e note=}',
      ':::',
    ].join('\n'),
  );
  expect(controls.map((c) => [c.slug, c.kind])).toEqual([
    ['a', 'control'],
    ['c', 'control'],
    ['E_e', 'control'],
  ]);
  expect(problems.map((p) => `${p.line} ${p.code.replace('library.', '')}`)).toEqual([
    '1 control.kind',
    '1 control.alias',
    '4 control.duplicate',
    '7 control.id_missing',
    '10 control.title_missing',
    '10 control.attribute_unknown',
    '11 control.nested',
    '15 control.attributes',
    '15 control.id_form',
  ]);
});

test('a control gives all it states', () => {
  const { controls } = parseControls(
    '\n\n:::control[Hold]{#hold kind="practice" entity="mno dfs-provider" role="mno" dimension="authentication" risk="A &quot;bad&quot; one &amp; more" vulnerability="v" alias="gitbook:10.1 figi-2021:C52" note="n"}\nHold for :param[24 h]{#holding-time}.\n\nMore.\n:::\n',
  );
  expect(controls).toEqual([
    {
      slug: 'hold',
      title: 'Hold',
      kind: 'practice',
      entity: ['mno', 'dfs-provider'],
      role: ['mno'],
      dimension: ['authentication'],
      risk: 'A "bad" one & more',
      vulnerability: 'v',
      aliases: [
        { scheme: 'gitbook', value: '10.1' },
        { scheme: 'figi-2021', value: 'C52' },
      ],
      note: 'n',
      params: [{ id: 'holding-time', value: '24 h' }],
      text: 'Hold for :param[24 h]{#holding-time}.\n\nMore.',
      line: 3,
      block: 0,
    },
  ]);
});

test('front matter: texts stay texts, faults name their line, nothing is lost', () => {
  expect(splitPage('---\ntitle: No\nedition: 1.10\nsources:\n  - a\n---\n\nBody')).toEqual({
    front: { title: 'No', edition: '1.10', sources: ['a'] },
    body: 'Body',
    bodyLine: 8,
  });
  expect(splitPage('---\r\ntitle: x\r\n---\r\nBody')).toMatchObject({ front: { title: 'x' }, body: 'Body', bodyLine: 4 });
  expect(splitPage('No front').bodyLine).toBe(1);
  for (const [text, line] of [
    ['---\ntitle: a\nbad: [\n---\nB', 3],
    ['---\ntitle: a: b\n---\nB', 2],
    ['---\na: 1\ntitle: [x]\n---\nB', 3],
    ['---\na: 1\na: 2\n---\nB', 3],
    ['---\na: &x [1]\nb: *x\n---\n', 2],
  ] as const) {
    const page = splitPage(text);
    expect(page.problem?.line, text).toBe(line);
    expect(page.body).toBe(text);
  }
});

test('front matter and body come back as they were joined', () => {
  const random = seeded(3);
  for (let n = 0; n < 300; n++) {
    const front = { title: randomSoup(random, 30).trim() || 'x', sources: ['a: b', '# c', '- d', `"${n}`], odd: { deep: ['1', 'null', '~'] } };
    const body = n % 3 ? randomMarkdown(random, 3) : `---\n${randomSoup(random, 50)}`;
    const page = splitPage(joinPage(front, body));
    expect(page.problem).toBeUndefined();
    expect([page.front, page.body]).toEqual([front, body]);
  }
  expect(splitPage(joinPage({}, '---\na: 1\n---\n')).body).toBe('---\na: 1\n---\n');
});
