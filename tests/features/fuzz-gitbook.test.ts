import { expect, test } from 'vitest';
import { recogniseControls } from '#domains/exchange/gitbook/controls.ts';
import { convertBody } from '#domains/exchange/gitbook/convert.ts';
import type { ImportedControl } from '#domains/exchange/gitbook/model.ts';
import { Names } from '#domains/exchange/gitbook/names.ts';
import { printBlocks } from '#domains/exchange/gitbook/print.ts';
import { splitBlocks } from '#domains/library/text/blocks.ts';
import { parseControls } from '#domains/library/text/controls.ts';

const PARTS = [
  '* ',
  '  * ',
  '[ ] ',
  '**Control 1.1:** ',
  '**Control 2.3**: ',
  '**Vulnerability:** ',
  '**Risk:** ',
  '### Affected entity: MNO',
  '\n',
  '\n\n',
  '    ',
  'words and more',
  '_',
  '*',
  '**',
  '\\',
  '`',
  '```\n',
  ':::',
  '{% hint style="info" %}',
  '{% endhint %}',
  '<figure>',
  '</figure>',
  '<p>',
  '<table>',
  '<tr>',
  '<td>',
  '</td>',
  '&#x20;',
  '[a](b.md)',
  '![i](x.png)',
  '1. ',
  '> ',
  '# ',
  '---',
  '|',
  '"',
  '(SD: privacy)',
  '<a id="x">',
  '</a>',
  '\t',
  'é',
  '围',
  ':::control[x]{#y}',
  '~~~\n',
  '{',
  '}',
  ']',
  '[',
  '<br>',
  '- ',
];

// A long run (INDABA_FUZZ=100000) takes a minute and more.
test('whatever is thrown together comes out canonical: the controls made are the controls read', () => {
  let seed = 20_261_122;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x7fffffff) * below);
  };
  let made = 0;
  for (let n = 0; n < Number(process.env.INDABA_FUZZ ?? 3000); n++) {
    const text = Array.from({ length: 5 + random(40) }, () => PARTS[random(PARTS.length)]).join('');
    const controls: ImportedControl[] = [];
    const { blocks } = convertBody(text, { tell: () => {}, link: () => ({ href: '/library/a/b' }), asset: () => 'x.png' });
    const body = printBlocks(
      recogniseControls(blocks, { names: new Names(), tell: () => {}, group: null, controls, nextOrder: () => controls.length, repeats: () => 1 }),
    );
    const back = parseControls(body);
    expect({ text, problems: back.problems, controls: back.controls.map((control) => [control.slug, control.text]) }).toEqual({
      text,
      problems: [],
      controls: controls.map((control) => [control.slug, control.text]),
    });
    expect(
      splitBlocks(body)
        .map((block) => block.text)
        .join(''),
    ).toBe(body);
    made += controls.length;
  }
  expect(made).toBeGreaterThan(100);
}, 300_000);
