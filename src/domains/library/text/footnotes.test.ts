import { describe, expect, test } from 'vitest';
import { plainText } from '#lib/text/plain-text.ts';
import { HOSTILE } from '../../../../tests/features/hostile-corpus.ts';
import { splitBlocks } from './blocks.ts';
import { parseControls } from './controls.ts';
import { renderPage } from './render-page.ts';

const words = { notes: 'Notes', back: (place: string) => `Back to ${place}` };
const html = (text: string, more = {}) => renderPage(text, { words, ...more }).html.replaceAll('\n', '');
const section = (items: string) => `<section class="notes" role="doc-endnotes" aria-label="Notes"><ol class="rec">${items}</ol></section>`;

describe('footnotes', () => {
  test('are numbered as the text refers to them, stand at its end, and lead back', () => {
    expect(html('One[^b], two[^a].\n\n[^a]: A.\n[^b]: B.\n')).toBe(
      '<p class="rec">One<sup><a id="fr:1" href="#fn:1" role="doc-noteref">1</a></sup>, two<sup><a id="fr:2" href="#fn:2" role="doc-noteref">2</a></sup>.</p>' +
        section(
          '<li id="fn:1"><p>B. <a href="#fr:1" role="doc-backlink" aria-label="Back to 1">^</a></p></li>' +
            '<li id="fn:2"><p>A. <a href="#fr:2" role="doc-backlink" aria-label="Back to 2">^</a></p></li>',
        ),
    );
  });
  test('referred to twice, a note has two ways back', () => {
    expect(html('x[^a] y[^A]\n\n[^a]: A.')).toContain(
      '<a href="#fr:1" role="doc-backlink" aria-label="Back to 1.1">^<sup>1</sup></a> <a href="#fr:1:2" role="doc-backlink" aria-label="Back to 1.2">^<sup>2</sup></a>',
    );
  });
  test('a note nobody refers to is seen, and a reference to none stays as it was typed', () => {
    expect(html('x[^a]\n\n[^b]: B.')).toBe(`<p class="rec">x[^a]</p>${section('<li id="fn:1"><p>B.</p></li>')}`);
  });
  test('have the address of their block, and the mark of the talk about it', () => {
    const talk = (block: string) => ({ href: `/talk?part=${block}`, count: 0, label: 'Talk' });
    expect(html('x[^a]\n\n[^a]: A.', { blockIds: ['p1', 'n1'], talk })).toContain(
      '<li id="fn:1"><div id="b-n1"><p>A. <a href="#fr:1" role="doc-backlink" aria-label="Back to 1">^</a></p></div><p class="say"><a href="/talk?part=n1"',
    );
  });
  test('leave headings, contents and search words without numbers', () => {
    const { toc, html } = renderPage('## Scope[^a]\n\n[^a]: All of it.');
    expect(toc).toEqual([{ id: 'scope', level: 2, text: 'Scope', kind: 'heading' }]);
    expect(html).toContain('<h2 id="scope">Scope<sup>');
    expect(plainText('Wait 24 hours[^a].\n\n[^a]: Counted from the *request*.\n\nTerm\n: What it means')).toBe(
      'Wait 24 hours.\nCounted from the request.\nTerm\nWhat it means',
    );
  });
  test('a piece by itself says the label, and a page without notes is what it was', () => {
    expect(html('x[^Q]', { notes: new Map([['q', 'q']]) })).toBe('<p class="rec">x<sup>Q</sup></p>');
    expect(html('[^q]: Y', { notes: new Map([['q', 'q']]) })).toBe('<div class="fn"><sup>q</sup><p>Y</p></div>');
    expect(html('plain')).toBe('<p class="rec">plain</p>');
  });
  test('each is a block, and a control carries those it refers to', () => {
    const body = ':::control[T]{#t}\nHold[^a], not[^c] `x`.\n\n[^c]: Inside.\n:::\n\n[^a]: As in [^b].\n[^b]: The law.\n[^d]: Nobody.\n';
    expect(splitBlocks(body).map(({ kind }) => kind)).toEqual(['control', 'note', 'note', 'note']);
    expect(parseControls(body).controls[0]?.text).toBe('Hold[^a], not[^c] `x`.\n\n[^c]: Inside.\n\n[^a]: As in [^b].\n\n[^b]: The law.');
  });
  test('no name stands twice on a page and every link within the notes leads somewhere, whatever the text holds', () => {
    for (const { text } of HOSTILE.filter(({ name }) => name.startsWith('notes:'))) {
      const made = html(text, { blockIds: splitBlocks(text).map((_, k) => `n${k}`) });
      const ids = [...made.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size, text).toBe(ids.length);
      for (const [, to] of made.matchAll(/href="#(f[nr]:[^"]*)"/g)) expect(ids, text).toContain(to);
    }
  });
});

describe('terms', () => {
  test('are a list of what they mean, each with an address', () => {
    expect(html('Account takeover\n: Somebody else acts as the owner.\n  Often after a SIM swap.\n: Also *hijack*.\n')).toBe(
      '<dl class="terms"><dt id="account-takeover">Account takeover</dt><dd>Somebody else acts as the owner.Often after a SIM swap.</dd><dd>Also <em>hijack</em>.</dd></dl>',
    );
    expect(splitBlocks('A\n: a\n\nB\n: b\n').map(({ kind }) => kind)).toEqual(['terms', 'terms']);
  });
  test.each(['A\nB\n: no term of two lines', ': nothing before', '# Heading\n: no', '- item\n: no', 'A\n:no blank'])('%s', (text) =>
    expect(html(text)).not.toContain('<dl'),
  );
});
