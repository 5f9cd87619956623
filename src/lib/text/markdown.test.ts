import { expect, test } from 'vitest';
import { formatDirective, parseDirective } from './directives.ts';
import { safeLink } from './links.ts';
import { plainText } from './plain-text.ts';
import { renderMessage } from './render-message.ts';

test('a message is paragraphs, lists, quotes, code, emphasis and links', () => {
  expect(renderMessage('one\ntwo **three** ~~four~~\n\n- a\n\n> q\n\n`c`')).toBe(
    '<p dir="auto">one<br>\ntwo <strong>three</strong> <s>four</s></p>\n<ul dir="auto">\n<li>a</li>\n</ul>\n<blockquote dir="auto">\n<p>q</p>\n</blockquote>\n<p dir="auto"><code>c</code></p>\n',
  );
  expect(renderMessage('# A *line* in bold\n\n#5 of them\n\n![no](https://x.example/p.png)\n\n:::control[x]{#y}\nt\n:::')).toBe(
    '<p dir="auto"><strong>A <em>line</em> in bold</strong></p>\n<p dir="auto">#5 of them</p>\n<p dir="auto">!<a href="https://x.example/p.png" rel="noopener nofollow">no</a></p>\n<p dir="auto">:::control[x]{#y}<br>\nt<br>\n:::</p>\n',
  );
});

test('an address in a message becomes a link only when it is http', () => {
  expect(renderMessage('see https://x.example/a?b=c&d.')).toBe(
    '<p dir="auto">see <a href="https://x.example/a?b=c&amp;d" rel="noopener nofollow">https://x.example/a?b=c&amp;d</a>.</p>\n',
  );
  expect(renderMessage('https://hub.example/c/x', 'https://hub.example')).toContain('<a href="/c/x">');
  for (const text of ['www.x.example', 'x.example', 'ftp://x.example', '//x.example', 'a@b.example', 'javascript:x'])
    expect(renderMessage(text)).not.toContain('<a');
});

test('what may be linked to', () => {
  for (const href of ['https://x.example', 'http://x.example:8080/a?b#c', 'mailto:a@b.example', '#here', '/library/x', 'HTTPS://X.EXAMPLE/'])
    expect(safeLink(href), href).not.toBeNull();
  for (const href of [
    '',
    '#',
    '//x',
    '/\\x',
    'x',
    './x',
    '../x',
    '?q',
    'javascript:x',
    'data:,x',
    ' https://x.example',
    'https://',
    'https:x.example',
    'https://u:p@x.example',
    'https://[x',
    'mailto:a@b?subject=x',
    'mailto:',
    'java\nscript:x',
    'https://x.example/\u202egpj',
    `https://x.example/${'x'.repeat(3000)}`,
  ])
    expect(safeLink(href), href).toBeNull();
});

test('plain text keeps the words and drops the marks', () => {
  expect(
    plainText(
      '## Head *em*\n\nText [link](https://x.example) `code` :param[24 h]{#t}\nmore\n\n- [x] done\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n:::control[Title]{#c risk="r"}\nInside ![alt](p.png)\n:::\n\n```\nx = 1\n```\n',
    ),
  ).toBe('Head em\nText link code 24 h more\ndone\na b\n1 2\nTitle\nInside alt\nx = 1');
});

test('a directive line is read back as written', () => {
  const attributes = { kind: 'control', entity: ['mno', 'dfs-provider'], risk: 'A "quoted" & <odd>\nvalue', note: '' };
  const line = formatDirective('control', 'Title [with] \\ brackets', 'the-id', attributes);
  expect(line).toBe(
    ':::control[Title \\[with\\] \\\\ brackets]{#the-id kind="control" entity="mno dfs-provider" risk="A &quot;quoted&quot; &amp; <odd> value"}',
  );
  expect(parseDirective(line)).toEqual({
    name: 'control',
    title: 'Title [with] \\ brackets',
    id: 'the-id',
    attributes: { kind: 'control', entity: 'mno dfs-provider', risk: 'A "quoted" & <odd> value' },
    fault: '',
  });
  expect(parseDirective(':::hint')).toMatchObject({ name: 'hint', fault: '' });
  expect(parseDirective('::: hint')).toBeNull();
  expect(parseDirective(':::hint[open')).toMatchObject({ fault: 'title' });
  expect(parseDirective(':::hint{a="b}')).toMatchObject({ fault: 'attributes' });
});
