import { describe, expect, test } from 'vitest';
import { renderMessage } from './render-message.ts';
import { briefly, sayMessage } from './say-message.ts';

const said = (text: string) => renderMessage(text).replace(/^<p dir="auto">|<\/p>\n$/g, '');
const bare = (text: string) => said(text).replace(/<span class="ioc" dir="ltr" translate="no">|<\/span>/g, '');

describe('indicators are shown defanged, never as links', () => {
  test.each([
    ['evil.com', 'evil[.]com'],
    ['see login.bank-secure.co.ke/pay now', 'see login[.]bank-secure[.]co[.]ke/pay now'],
    ['xn--80ak6aa92e.com', 'xn--80ak6aa92e[.]com'],
    ['пример.рф', 'пример[.]рф'],
    ['www.evil.example.', 'www[.]evil[.]example.'],
    ['203.0.113.7:8080', '203[.]0[.]113[.]7:8080'],
    ['2001:db8::1', '2001[:]db8[:][:]1'],
    ['::1 at 10:42:07', '::1 at 10:42:07'],
    ['call +254712345678', 'call [+]254712345678'],
    ['call +254 712 345 678.', 'call [+]254 712 345 678.'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['hxxps://evil.com/a', 'hxxps://evil[.]com/a'],
    ['ftp://evil.com/a', 'ftp://evil[.]com/a'],
    ['see http://198.51.100.7/login now', 'see http://198[.]51[.]100[.]7/login now'],
    ['https://203.0.113.9:8443', 'https://203[.]0[.]113[.]9:8443'],
  ])('%s', (typed, shown) => {
    expect(bare(typed)).toBe(shown);
    expect(said(typed)).not.toContain('<a ');
  });
  test.each(['evil[.]com', '203[.]0[.]113[.]7', 'hxxp://evil[.]com/x', '[+]254712345678'])('%s stays', (typed) => expect(bare(typed)).toBe(typed));
  test.each([
    'e.g. this',
    'We hold 24 hours. And you?',
    'mei@ta.example',
    'version 1.2',
    '`evil.com`',
    'on 23.11.2026',
    'It is 10:42:07',
    'U+0041',
    'control 8.9.2',
  ])('%s is no indicator', (typed) => expect(said(typed)).not.toContain('ioc'));
  test('a link that was written as one stays a link, words and all', () => {
    expect(said('https://example.org/a and [x.com](https://example.org)')).toBe(
      '<a href="https://example.org/a" rel="noopener nofollow">https://example.org/a</a> and <a href="https://example.org" rel="noopener nofollow">x.com</a>',
    );
  });
  test('a hash is set apart', () => expect(said('d41d8cd98f00b204e9800998ecf8427e')).toContain('class="ioc"'));
  test('a long text takes no time', () => {
    const start = performance.now();
    renderMessage(`${'a.'.repeat(5_000)} ${'1.'.repeat(3_000)} ${'ab:'.repeat(2_000)} ${'+1 '.repeat(2_000)}`);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

test('where no renderer stands between, words are said with their indicators defanged, names for mentions and nothing for a quotation', () => {
  const id = '01900000-0000-7000-8000-000000000001';
  expect(
    sayMessage(
      `[quote](quote:${id})\n\n@[Mei](person:${id}) saw evil.example and http://198.51.100.7/x, see https://example.org/a and [control](control:${id})`,
    ),
  ).toBe('@Mei saw evil[.]example and http://198[.]51[.]100[.]7/x, see https://example.org/a and control');
  expect(briefly('**Call** `+254712345678` about\n\n- evil.com', 200)).toBe('Call [+]254712345678 about evil[.]com');
  expect(briefly('one two three', 9)).toBe('one two…');
  expect(briefly('Donaudampfschiff', 5)).toBe('Donau…');
});

test('a table stands in a message as one, its indicators defanged, and carries no style', () => {
  expect(renderMessage('| a | n |\n|:--|--:|\n| evil.com | 2 |').replaceAll('\n', '')).toBe(
    '<div class="scroll" dir="auto"><table><thead><tr><th>a</th><th class="num">n</th></tr></thead><tbody><tr><td><span class="ioc" dir="ltr" translate="no">evil[.]com</span></td><td class="num">2</td></tr></tbody></table></div>',
  );
});

describe('mentions', () => {
  const id = '01900000-0000-7000-8000-000000000001';
  test('are names, not links, and can carry no markup', () => {
    expect(said(`@[Mei](person:${id}) and @[channel](channel:here)`)).toBe(
      `<bdi class="at" data-at="person:${id}">@Mei</bdi> and <bdi class="at" data-at="channel:here">@channel</bdi>`,
    );
    expect(said(`@[<img src=x>](person:${id})`)).toContain('@&lt;img src=x&gt;');
    expect(said(`\`@[Mei](person:${id})\``)).toContain('<code>');
    expect(said('@[Mei](javascript:alert)')).not.toContain('<a href="javascript');
  });
});
