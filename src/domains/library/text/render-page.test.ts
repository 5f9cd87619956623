import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { splitBlocks } from './blocks.ts';
import { newBlockId } from './block-ids.ts';
import { splitPage } from './page.ts';
import { renderPage } from './render-page.ts';

const html = (text: string, options = {}) => renderPage(text, options).html.trim();

test('paragraphs of record, headings with anchors, block anchors', () => {
  const text = '## Scope\n\nOne.\n\n- a\n- b\n\n## Scope\n';
  expect(html(text, { blockIds: ['1a', '2b', '3c', '4d'] })).toBe(
    [
      '<h2 id="scope"><span id="b-1a"></span>Scope</h2>',
      '<p class="rec" id="b-2b">One.</p>',
      '<ul class="rec" id="b-3c">',
      '<li>a</li>',
      '<li>b</li>',
      '</ul>',
      '<h2 id="scope-2"><span id="b-4d"></span>Scope</h2>',
    ].join('\n'),
  );
  expect(html(text, { blockIds: ['1a'] })).not.toContain('b-1a');
});

test('headings in any script have anchors, the page’s own stay free, h1 is the page’s', () => {
  const { toc, html: out } = renderPage('# مقدمة في الأمن\n\n## 安全 措施\n\n## Contents\n\n## b-side\n\n## ***\n\n#### Deep `code`', { reserved: ['tree'] });
  expect(toc.map((entry) => [entry.level, entry.id])).toEqual([
    [2, 'مقدمة-في-الأمن'],
    [2, '安全-措施'],
    [2, 'contents-2'],
    [2, 'h-b-side'],
    [2, 'part'],
    [4, 'deep-code'],
  ]);
  expect(out).not.toContain('<h1');
});

test('a control with its record, with aliases only, and without a number', () => {
  const text = ':::control[Check <identity>]{#check alias="x1150:13.1 gitbook:10.1"}\nHold :param[24 h]{#time}.\n\n- a\n:::\n';
  const control = (slug: string) => ({ code: 'C-7', number: '10.1', facts: [{ label: 'For', value: `operators & ${slug}` }] });
  expect(html(text, { control, blockIds: ['zz'] })).toBe(
    [
      '<section class="ctl" id="c-check">',
      '<h3 id="b-zz"><a class="no" href="/c/C-7">10.1</a> Check &lt;identity&gt;</h3>',
      '<p class="rec">Hold <span class="param">24 h</span>.</p>',
      '<ul class="rec">',
      '<li>a</li>',
      '</ul>',
      '<dl class="facts"><div><dt>For</dt><dd>operators &amp; check</dd></div></dl>',
      '</section>',
    ].join('\n'),
  );
  expect(html(text)).toContain('<span class="no">10.1</span> Check');
  expect(html(text, { control: () => ({ code: 'x', number: '', facts: [], href: '/fr/c/x' }) })).toContain('<h3><a class="no" href="/fr/c/x">Check');
  expect(renderPage(text).toc).toEqual([{ id: 'c-check', level: 3, text: 'Check <identity>', kind: 'control', number: '10.1' }]);
});

test('hints say their style in a word; figures, tables and tasks', () => {
  const words = { hint: { warning: 'Warning' }, table: 'Table' };
  expect(html(':::hint{style="warning"}\nMind.\n:::', { words })).toBe('<div class="hint hint-warning"><b>Warning</b>\n<p class="rec">Mind.</p>\n</div>');
  expect(html(':::hint{style="x"}\nMind.\n:::', { words })).toContain('class="hint hint-info"');
  const asset = (src: string) => ({ src: `/files/${src}`, width: 20, height: 10 });
  expect(html(':::figure{src="a.png" alt="A &quot;b&quot;"}\nSeen *here*.\n:::', { asset })).toBe(
    '<figure><img src="/files/a.png" alt="A &quot;b&quot;" width="20" height="10" loading="lazy"><figcaption>\n<p>Seen <em>here</em>.</p>\n</figcaption></figure>',
  );
  expect(html('| a | b |\n|---|--:|\n| 1 | 2 |', { words })).toMatch(
    /^<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>[\s\S]*<th scope="col" class="num">b<\/th>[\s\S]*<\/table><\/div>$/,
  );
  expect(html('- [x] done **now**\n- [ ] open')).toContain('<li><label><input type="checkbox" disabled checked> done <strong>now</strong></label></li>');
});

test('links: ours, outside, refused; pictures only of ours', () => {
  expect(html('[a](/library/x) [b](https://x.example) [c](other.md) [d](#here) [e](mailto:a@b.example)')).toBe(
    '<p class="rec"><a href="/library/x">a</a> <a href="https://x.example" rel="noopener nofollow">b</a> c <a href="#here">d</a> <a href="mailto:a@b.example">e</a></p>',
  );
  expect(html('[c](other.md)', { link: (href: string) => (href === 'other.md' ? '/library/s/other' : null) })).toContain('<a href="/library/s/other">c</a>');
  expect(html('[o](https://hub.example/c/x?y#z)', { origin: 'https://hub.example' })).toContain('<a href="/c/x?y#z">o</a>');
  expect(html('![i](https://x.example/p.png) ![j](p.png)')).toBe('<p class="rec"><a href="https://x.example/p.png" rel="noopener nofollow">i</a> j</p>');
});

test('directives left open stay visible as text', () => {
  expect(html(':::control[A]{#a}\ntext')).toBe('<p class="rec">:::control[A]{#a}\ntext</p>');
});

test('a page of 3,000 words and 144 blocks leaves room in the first flight', () => {
  const folder = 'seeds/library/security-assurance-framework';
  const pages = readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => splitPage(readFileSync(`${folder}/${file}`, 'utf8')).body);
  const blocks = pages.flatMap((body) => splitBlocks(body));
  // Real blocks in their real mixture, until the page has both its words and its blocks.
  const some = blocks.filter((_, n) => n % Math.floor(blocks.length / 144) === 0).slice(0, 144);
  const body = some.map((block) => block.text.trim()).join('\n\n');
  const control = (slug: string) => ({
    code: slug,
    number: '10.1',
    facts: [
      { label: 'For', value: 'operators' },
      { label: 'Dimension', value: 'authentication' },
      { label: 'Also known as', value: 'C52, X.1150 13.10' },
    ],
  });
  const page = renderPage(body, { blockIds: splitBlocks(body).map(() => newBlockId()), control });
  const bytes = brotliCompressSync(page.html).length;
  // 14.6 KB less chrome and style (4.4 KB) and headers.
  expect(bytes / page.words).toBeLessThan(9500 / 3000);
});

test('behind each part that has an id a mark leads to the talk about it; of a control to its own', () => {
  const text = '## Scope\n\nOne.\n\n- a\n- b\n\n:::control[Check]{#check}\nDo.\n\n- it\n:::\n\n```\ncode\n```\n\n[a]: http://x.example\n';
  const asked: Array<[string, string | undefined]> = [];
  const out = html(text, {
    blockIds: ['1a', '2b', '3c', '4d', '5e', '6f'],
    control: () => ({ code: 'C-7', number: '', facts: [] }),
    talk: (block: string, control?: { code: string }) => {
      asked.push([block, control?.code]);
      return block === '1a' ? null : { href: `/t?part=${block}&x`, count: block === '3c' ? 2 : 0, label: '"L"' };
    },
  });
  expect(asked).toEqual([
    ['1a', undefined],
    ['2b', undefined],
    ['3c', undefined],
    ['4d', 'C-7'],
    ['5e', undefined],
  ]);
  expect(out).toContain(
    '<p class="rec" id="b-2b">One.</p>\n<p class="say"><a href="/t?part=2b&amp;x" title="&quot;L&quot;" aria-hidden="true" tabindex="-1"></a></p>\n',
  );
  expect(out).toContain('</ul>\n<p class="say"><a href="/t?part=3c&amp;x"><b class="n" aria-label="&quot;L&quot;">2</b></a></p>\n<section');
  expect(out).toMatch(/<\/section>\n<p class="say">/);
  expect(out.match(/class="say"/g)).toHaveLength(4);
});
