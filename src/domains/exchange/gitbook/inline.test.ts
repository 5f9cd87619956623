import { expect, test } from 'vitest';
import { cleanInline, guardLines, type InlineContext } from './inline.ts';

const context = (): InlineContext & { seen: string[] } => {
  const seen: string[] = [];
  return {
    seen,
    link: (href) => (href.startsWith('http') ? { href } : { plain: true }),
    image: (src, alt, caption) => {
      seen.push(`image ${src} ${alt} ${caption}`);
    },
    changed: (reason, what) => {
      seen.push(`${reason} ${what}`);
    },
    removed: (what) => {
      seen.push(`removed ${what}`);
    },
  };
};

test.each([
  ['&#x20;one&#x20;&nbsp; two\u200b', 'one two'],
  ['risks**.** and **Mobile** **Network** rest', 'risks. and **Mobile Network** rest'],
  ['\\*\\*Words:\\*\\*More', '**Words:** More'],
  ['a<br>b<br/>c', 'a\\\nb\\\nc'],
  ['<strong>bold </strong>and <em>slanted</em> <mark style="color:red">red</mark>', '**bold** and *slanted* red'],
  ['<a href="#_toc1" id="_toc1"></a>', ''],
  ['<a href="https://e.org/x y">z</a>', '[z](<https://e.org/x y>)'],
  ['[gone](nowhere.md) [here](https://e.org/a_(b))', 'gone [here](<https://e.org/a_(b)>)'],
  ['`<b>&amp; [x](y)</b>` stays', '`<b>&amp; [x](y)</b>` stays'],
  ['1 < 2 & &lt;b&gt; <unknown-tag x>', '1 < 2 & &lt;b&gt; \\<unknown-tag x>'],
  ['\\[1] note', '\\[1] note'],
  ['&#60;script&#62; &#42;', '&lt;script&gt; \\*'],
  ['end  \nof line', 'end\\\nof line'],
  ['trailing\\', 'trailing'],
  ['a<script>alert("<b>")</script>b', 'ab'],
])('%j becomes %j', (raw, clean) => {
  expect(cleanInline(raw, context())).toBe(clean);
});

test('images leave the line and are handed over with their caption', () => {
  const c = context();
  expect(cleanInline('x <figure><img src="a b.png" alt="A"><figcaption><p>Cap</p></figcaption></figure> ![q](r.png)', c)).toBe('x');
  expect(c.seen).toEqual(['image a b.png A Cap', 'image r.png q ']);
});

test('lines of prose cannot turn into lists, headings or directives', () => {
  expect(guardLines('1. a\n- b\n# c\n:::control{#x}\n> d\n---\n| e')).toBe('1\\. a\n\\- b\n\\# c\n\\:::control{#x}\n\\> d\n\\---\n\\| e');
});

test('hostile runs are read in no time', () => {
  const started = performance.now();
  for (const hostile of [
    '<a '.repeat(100_000),
    '['.repeat(100_000),
    '`'.repeat(50_001) + ' `'.repeat(20_000),
    '<a "'.repeat(60_000),
    '**'.repeat(50_000),
    '](x'.repeat(60_000),
    '&#'.repeat(90_000),
    '\\*\\*'.repeat(40_000),
    '[a]('.repeat(40_000),
    '<!--'.repeat(50_000),
    '** '.repeat(50_000),
    '{%'.repeat(50_000),
  ])
    cleanInline(hostile, context());
  expect(performance.now() - started).toBeLessThan(12_000);
});
