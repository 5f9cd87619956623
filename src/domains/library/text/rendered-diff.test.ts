import { expect, test } from 'vitest';
import { renderPage } from './render-page.ts';
import { renderedDiff, withoutNames } from './rendered-diff.ts';

const html = (text: string) => renderPage(text).html.trim();
const diff = (before: string, after: string) => renderedDiff(html(before), html(after));

test('words that changed are marked within the markup of the new text', () => {
  expect(diff('Keep it for **24** hours.', 'Keep it for **48** hours.')).toBe(
    '<p class="rec">Keep it for <strong><del>24</del><ins>48</ins></strong> hours.</p>',
  );
  expect(diff('The same.', 'The same.')).toBe(html('The same.'));
});

test('an item, a row, a paragraph that is gone stands where it stood, in what may stand there', () => {
  expect(diff('- one\n- two\n- three', '- one\n- three')).toContain('<li><del>two');
  const table = (rows: string) => `| a | b |\n| - | - |\n${rows}`;
  const gone = diff(table('| 1 | 2 |\n| 3 | 4 |'), table('| 3 | 4 |'));
  expect(gone).toMatch(/<tr><td><del>1\s+2/);
  expect(gone.match(/<tr>/g)?.length).toBe(gone.match(/<\/tr>/g)?.length);
});

/** Every tag that opens closes, in order. */
function whole(markup: string): boolean {
  const open: string[] = [];
  for (const [, end, name = ''] of markup.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (['img', 'br', 'hr', 'input'].includes(name)) continue;
    if (!end) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

test('whatever becomes whatever, the markup stays whole and says all of the new text', () => {
  const texts = [
    'One *two* three.',
    '- a\n- b\n  - c\n- d',
    '| a | b |\n| - | - |\n| 1 | `x` |',
    '> quoted\n>\n> twice',
    ':::hint{style="warning"}\nLook **here**.\n:::',
    ':::control[A title]{#a-title}\nText with :param[24 h]{#t}.\n\n1. one\n2. two\n:::',
    '## Heading & more <script>',
    '```\ncode <b>\n```',
    '',
  ];
  const words = (markup: string) => markup.replace(/<[^>]*>/g, '').replace(/\s+/g, '');
  for (const a of texts)
    for (const b of texts) {
      const joined = diff(a, b);
      expect(whole(joined), joined).toBe(true);
      expect(words(joined.replace(/<del>.*?<\/del>/gs, ''))).toBe(words(html(b)));
      if (a === b) expect(joined).toBe(html(b));
    }
});

test('names to jump to go, whatever else an element says stays', () => {
  expect(withoutNames('<h2 id="a">x</h2><div class="scroll" id="b-1" tabindex="0"> id="text"</div>')).toBe(
    '<h2>x</h2><div class="scroll" tabindex="0"> id="text"</div>',
  );
});
