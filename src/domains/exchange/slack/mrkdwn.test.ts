import { expect, test } from 'vitest';
import { renderMessage } from '#lib/text/render-message.ts';
import { cut } from './cut.ts';
import { toMarkdown } from './mrkdwn.ts';

const names = { person: (id: string) => ({ U1: 'Amina', U2: 'Jo_nas *x*' })[id], place: (id: string) => ({ C1: 'general' })[id] };
const to = (text: string) => toMarkdown(text, names);

test.each([
  ['*bold* and _slanted_ and ~gone~', '**bold** and _slanted_ and ~~gone~~'],
  ['*bold _both_*', '**bold _both_**'],
  ['2 * 3 * 4 and a_b_c and *not', '2 \\* 3 \\* 4 and a_b_c and \\*not'],
  ['<@U1> <@U9> <@U9|ghost>', '@Amina @U9 @ghost'],
  ['<@U2>', '@Jo_nas \\*x\\*'],
  ['<#C1|old-name> <#C9|gone> <#C9>', '#general #gone #C9'],
  ['<!here> <!channel> <!subteam^S1|@team> <!subteam^S1> <!date^1392734382^{date}|18 Feb>', '@here @channel @team @group 18 Feb'],
  ['<https://example.org/a?b=1&amp;c=2|the rules>', '[the rules](<https://example.org/a?b=1&c=2>)'],
  ['<https://example.org>', '<https://example.org>'],
  ['<mailto:a@b.example|a@b.example>', '[a@b.example](<mailto:a@b.example>)'],
  ['<javascript:alert(1)|click>', 'click (javascript:alert(1))'],
  ['<https://x.example|[a](https://evil.example)>', '[\\[a\\](https://evil.example)](<https://x.example>)'],
  ['&lt;script&gt; &amp;amp;', '\\<script> \\&amp;'],
  [':tada: :+1::skin-tone-3: :our_own:', '🎉 👍 :our_own:'],
  ['at 10:30:45 sharp', 'at 10:30:45 sharp'],
  ['`a *b* <@U1> &lt;c&gt;`', '`a *b* @Amina <c>`'],
  ['before ```code *x*\n&lt;y&gt;``` after', 'before\n\n```\ncode *x*\n<y>\n```\n\nafter'],
  ['an open ``` fence', 'an open \\`\\`\\` fence'],
  ['&gt; quoted\nplain', '> quoted\n\nplain'],
  ['&gt;&gt;&gt; all\nof it', '> all\n> of it'],
  ['• one\n    ◦ two\n• three\nplain', '- one\n    - two\n- three\n\nplain'],
  ['1. one\n2. two', '1. one\n2. two'],
  ['[x](https://evil.example) ![y](z)', '\\[x\\](https://evil.example) !\\[y\\](z)'],
])('%s', (slack, ours) => {
  expect(to(slack)).toBe(ours);
});

test('what it makes reads as it did in Slack', () => {
  expect(renderMessage(to('*bold* <https://example.org/?a=1&amp;b=2|here>'))).toMatch(
    /<strong>bold<\/strong> <a href="https:\/\/example\.org\/\?a=1&amp;b=2"[^>]*>here<\/a>/,
  );
  expect(renderMessage(to('&lt;b&gt; [x](y) *a*'))).toContain('&lt;b&gt; [x](y) <strong>a</strong>');
  expect(renderMessage(to('<javascript:alert(1)|click>'))).not.toContain('href');
});

test('whatever is thrown together stays bounded, is quick, and never carries a link that Slack would not have linked', () => {
  const parts = [
    '*',
    '_',
    '~',
    '`',
    '```',
    '<',
    '>',
    '|',
    '<@U1>',
    '<https://x.example|',
    '&lt;',
    '&amp;',
    ':tada:',
    '\n',
    '> ',
    '• ',
    '1. ',
    'word',
    ' ',
    '\uE000',
    '\uE0001\uE000',
    '\0',
    '[',
    '](http://evil.example)',
    '\\',
    '<!',
    '^',
    'é',
    '围',
    '::: ',
  ];
  let seed = 20_261_123;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x7fffffff) * below);
  };
  for (let n = 0; n < Number(process.env.INDABA_FUZZ ?? 3000); n++) {
    const text = Array.from({ length: 1 + random(40) }, () => parts[random(parts.length)]).join('');
    const out = to(text);
    expect(out.length).toBeLessThan(text.length * 3 + 50);
    expect(out).not.toMatch(/[\uE000\0]/);
    expect(renderMessage(out), text).not.toMatch(/href="(?!https?:|mailto:)/);
  }
  const began = performance.now();
  for (const part of parts) to(part.repeat(20_000));
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('a long text is cut without losing a word', () => {
  const text = Array.from({ length: 9000 }, (_, n) => `w${n}`).join(' ');
  const pieces = cut(text, 20_000);
  expect(pieces.every((piece) => piece.length <= 20_000)).toBe(true);
  expect(pieces.join(' ')).toBe(text);
  expect(cut('😀'.repeat(10), 5).join('')).toBe('😀'.repeat(10));
  expect(cut('', 10)).toEqual([]);
});
