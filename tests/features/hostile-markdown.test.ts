import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { describe, expect, test } from 'vitest';
import { splitBlocks } from '../../src/domains/library/text/blocks.ts';
import { assignBlockIds } from '../../src/domains/library/text/block-ids.ts';
import { parseControls } from '../../src/domains/library/text/controls.ts';
import { diffPages } from '../../src/domains/library/text/diff-pages.ts';
import { mergeBlocks } from '../../src/domains/library/text/merge-blocks.ts';
import { splitPage } from '../../src/domains/library/text/page.ts';
import { renderPage } from '../../src/domains/library/text/render-page.ts';
import { plainText } from '../../src/lib/text/plain-text.ts';
import { renderMessage } from '../../src/lib/text/render-message.ts';
import { highlight, toSearchQuery, toSearchVectorInput } from '../../src/lib/text/search-words.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { randomSoup, seeded } from '../support/random-text.ts';
import { HOSTILE, PATHOLOGICAL } from './hostile-corpus.ts';

const COMMON = 'p ul ol li blockquote pre code em strong s a br';
const PAGE = new Set(`${COMMON} sup h2 h3 h4 h5 h6 section div span b dl dt dd figure figcaption img table thead tbody tr th td hr label input`.split(' '));
const MESSAGE = new Set(`${COMMON} span div table thead tbody tr th td`.split(' '));
const ATTRIBUTES: Record<string, RegExp> = {
  // Set by us on every block of a message, never by its text.
  dir: /^(?:auto|ltr)$/,
  // Indicators, shown defanged.
  translate: /^no$/,
  id: /^[^\s"'<>&]+$/u,
  class: /^(?:rec|ctl|no|facts|hint hint-(?:info|warning|success|danger)|scroll|param|num|mid|ioc|notes|terms|fn)$/,
  href: /^(?:https?:\/\/(?![^/]*@)[^\s"'<>\\]+|mailto:[^\s?:"<>]+@[^\s?:"<>]+|#[^\s"<>]+|\/(?![/\\])[^\s"<>\\]*)$/i,
  rel: /^noopener nofollow$/,
  src: /^\/files\/[^\s"<>]*$/,
  alt: /^[\s\S]*$/,
  loading: /^lazy$/,
  width: /^\d+$/,
  height: /^\d+$/,
  scope: /^col$/,
  tabindex: /^0$/,
  role: /^(?:region|doc-noteref|doc-backlink|doc-endnotes)$/,
  'aria-label': /^(?:Table|Notes|Back to [\d.]+)$/,
  type: /^checkbox$/,
  disabled: /^$/,
  checked: /^$/,
  start: /^\d+$/,
};
const OWNERS: Record<string, string> = { href: 'a', rel: 'a', src: 'img', alt: 'img', type: 'input', start: 'ol' };

type Node = DefaultTreeAdapterTypes.ChildNode;

/** What stands in the HTML that may not; parsed as a browser parses it. */
function strangers(html: string, tags: Set<string>): string[] {
  const found: string[] = [];
  const walk = (nodes: readonly Node[]) => {
    for (const node of nodes) {
      if (node.nodeName === '#text') {
        const text = (node as DefaultTreeAdapterTypes.TextNode).value;
        if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e]/.test(text)) found.push(`control character in ${JSON.stringify(text.slice(0, 40))}`);
        continue;
      }
      if (!('attrs' in node) || !tags.has(node.tagName) || node.namespaceURI !== 'http://www.w3.org/1999/xhtml') {
        found.push(node.nodeName);
        continue;
      }
      for (const { name, value } of node.attrs) {
        if (!ATTRIBUTES[name]?.test(value) || (OWNERS[name] && OWNERS[name] !== node.tagName)) found.push(`${node.tagName}[${name}=${JSON.stringify(value)}]`);
      }
      walk(node.childNodes);
    }
  };
  walk(parseFragment(html).childNodes);
  return found;
}

const page = (text: string) =>
  renderPage(text, {
    asset: (src) => (/^[\w-]+\.png$/.test(src) ? `/files/${src}` : null),
    words: { hint: { info: 'Note' }, table: 'Table', notes: 'Notes', back: (place) => `Back to ${place}` },
    blockIds: splitBlocks(text).map((_, n) => n.toString(32)),
  }).html;

describe('nothing gets out', () => {
  test('the corpus is large and its names are its own', () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(170);
    expect(new Set(HOSTILE.map((vector) => vector.name)).size).toBe(HOSTILE.length);
  });

  test.each(HOSTILE.map((vector) => [vector.name, vector.text] as const))('%s', (_name, text) => {
    expect(strangers(page(text), PAGE)).toEqual([]);
    expect(strangers(renderMessage(text), MESSAGE)).toEqual([]);
    const { body } = splitPage(text);
    expect(strangers(page(body), PAGE)).toEqual([]);
    expect(JSON.stringify(parseControls(body)).includes('polluted')).toBe(false);
  });

  test('vectors glued together at random, and heaps of signs', () => {
    const random = seeded(13);
    for (let n = 0; n < 400; n++) {
      const parts = Array.from({ length: 3 }, () => (HOSTILE[Math.floor(random() * HOSTILE.length)]?.text ?? '') + randomSoup(random, 40));
      const text = parts.join(n % 2 ? '' : '\n\n');
      expect(strangers(page(text), PAGE), text).toEqual([]);
      expect(strangers(renderMessage(text), MESSAGE), text).toEqual([]);
    }
  });

  test('callbacks that answer badly open nothing', () => {
    const bad = 'javascript:pwned()';
    const { html } = renderPage(':::control[T]{#t}\nx\n:::\n\n[a](b) ![p](p.png)', {
      asset: () => bad,
      link: () => bad,
      control: () => ({ code: '"><script>', number: '<b>', href: bad, facts: [{ label: '<i>', value: '"' }] }),
      blockIds: ['"x', 'y z'],
    });
    expect(strangers(html, PAGE)).toEqual([]);
  });

  test('the prototype is as it was', () => {
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('no text takes the renderer’s time', () => {
  test.each(PATHOLOGICAL.map((vector) => [vector.name, vector.make] as const))('%s', (_name, make) => {
    const text = make();
    expect(
      cpuTime(() => renderPage(text)),
      'page',
    ).toBeLessThan(1000);
    expect(
      cpuTime(() => renderMessage(text)),
      'message',
    ).toBeLessThan(1000);
    expect(
      cpuTime(() => parseControls(text)),
      'controls',
    ).toBeLessThan(1000);
    expect(
      cpuTime(() => splitPage(text)),
      'front matter',
    ).toBeLessThan(1000);
    expect(
      cpuTime(() => plainText(text)),
      'plain',
    ).toBeLessThan(1000);
    expect(
      cpuTime(() => [toSearchVectorInput(text), toSearchQuery(text), highlight(text, 'a b')]),
      'search',
    ).toBeLessThan(1000);
    // A third of the text is enough to show what grows with its square, and keeps the run short.
    const part = text.slice(0, 33_000);
    const other = `${part.slice(0, -20)}\n\nchanged\n`;
    expect(
      cpuTime(() => diffPages(part, other)),
      'diff',
    ).toBeLessThan(1000);
    expect(
      cpuTime(() => mergeBlocks(part, other, `new\n\n${part}`)),
      'merge',
    ).toBeLessThan(1000);
    let n = 0;
    const ids = assignBlockIds([], null, part, () => String(++n));
    expect(
      cpuTime(() => assignBlockIds(ids, part, other, () => String(++n))),
      'ids',
    ).toBeLessThan(1000);
  });
});
