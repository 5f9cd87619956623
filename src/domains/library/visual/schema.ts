import { type DOMOutputSpec, type Node, Schema } from 'prosemirror-model';
import { safeLink } from '#lib/text/links.ts';

/**
 * What a page may hold in the visual editor. Every block carries `src`, the exact slice of the page it was read from; it is a hint only:
 * `writeBody` uses it where the block still says the same. Nothing of it is written into the DOM, so copied blocks lose it.
 */
const src = { src: { default: '' } };
const dir = { dir: 'auto' };
const plain = (tag: string, attrs: Record<string, string> = {}): DOMOutputSpec => [tag, attrs, 0];
const at = (node: Node, name: string): string => String(node.attrs[name] ?? '');
const cell = {
  attrs: { colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null }, align: { default: '' } },
  content: 'inline*',
  isolating: true,
};
const cellDom =
  (tag: 'td' | 'th') =>
  (node: Node): DOMOutputSpec => [tag, { ...dir, ...(node.attrs['align'] && { 'data-align': at(node, 'align') }) }, 0];
const alignOf = (dom: HTMLElement) => ({ align: /^(left|center|right)$/.exec(dom.dataset['align'] ?? dom.getAttribute('align') ?? '')?.[0] ?? '' });

export const HINTS = ['info', 'warning', 'success', 'danger'] as const;

export const schema = new Schema({
  nodes: {
    // Terms stand by themselves: in lists, quotes and notes Markdown has no way to say them.
    doc: { content: '(block | terms)+' },
    paragraph: { content: 'inline*', group: 'block', attrs: src, parseDOM: [{ tag: 'p' }], toDOM: () => plain('p', dir) },
    heading: {
      content: 'inline*',
      group: 'block',
      defining: true,
      attrs: { ...src, level: { default: 2 } },
      parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level } })),
      toDOM: (node) => plain(`h${node.attrs['level']}`, dir),
    },
    rule: { group: 'block', attrs: src, parseDOM: [{ tag: 'hr' }], toDOM: () => ['hr'] },
    code_block: {
      content: 'text*',
      group: 'block',
      marks: '',
      code: true,
      defining: true,
      attrs: { ...src, params: { default: '' } },
      parseDOM: [{ tag: 'pre', preserveWhitespace: 'full' }],
      toDOM: () => ['pre', { dir: 'ltr' }, ['code', 0]],
    },
    quote: { content: 'block+', group: 'block', defining: true, attrs: src, parseDOM: [{ tag: 'blockquote' }], toDOM: () => plain('blockquote') },
    bullet_list: {
      content: 'item+',
      group: 'block list',
      attrs: { ...src, tight: { default: true }, mark: { default: '-' } },
      parseDOM: [{ tag: 'ul' }],
      toDOM: () => plain('ul', dir),
    },
    ordered_list: {
      content: 'item+',
      group: 'block list',
      attrs: { ...src, tight: { default: true }, mark: { default: '.' }, start: { default: 1 } },
      parseDOM: [{ tag: 'ol', getAttrs: (dom) => ({ start: Math.min(999_999_999, Math.max(0, Number(dom.getAttribute('start') ?? 1) || 1)) }) }],
      toDOM: (node) => plain('ol', { ...dir, ...(node.attrs['start'] !== 1 && { start: at(node, 'start') }) }),
    },
    item: {
      content: 'block+',
      defining: true,
      attrs: { done: { default: null } },
      parseDOM: [{ tag: 'li', getAttrs: (dom) => ({ done: { true: true, false: false }[dom.dataset['done'] ?? ''] ?? null }) }],
      toDOM: (node) => plain('li', node.attrs['done'] === null ? {} : { 'data-done': at(node, 'done') }),
    },
    table: {
      content: 'table_row+',
      group: 'block',
      tableRole: 'table',
      isolating: true,
      attrs: src,
      parseDOM: [{ tag: 'table' }],
      toDOM: () => ['table', ['tbody', 0]],
    },
    table_row: { content: '(table_cell | table_header)+', tableRole: 'row', parseDOM: [{ tag: 'tr' }], toDOM: () => plain('tr') },
    table_cell: { ...cell, tableRole: 'cell', parseDOM: [{ tag: 'td', getAttrs: alignOf }], toDOM: cellDom('td') },
    table_header: { ...cell, tableRole: 'header_cell', parseDOM: [{ tag: 'th', getAttrs: alignOf }], toDOM: cellDom('th') },
    hint: {
      content: '(block | terms)+',
      group: 'block',
      defining: true,
      attrs: { ...src, open: { default: '' }, close: { default: ':::' }, style: { default: 'info' }, title: { default: '' } },
      parseDOM: [{ tag: 'div[data-hint]', getAttrs: (dom) => ({ style: HINTS.find((each) => each === dom.dataset['hint']) ?? 'info' }) }],
      toDOM: (node) => plain('div', { class: `hint hint-${HINTS.find((each) => each === node.attrs['style']) ?? 'info'}`, 'data-hint': at(node, 'style') }),
    },
    figure: {
      content: 'paragraph+',
      group: 'block',
      defining: true,
      isolating: true,
      attrs: { ...src, open: { default: '' }, close: { default: ':::' }, file: { default: '' }, alt: { default: '' } },
      toDOM: (node) => ['figure', { 'data-file': at(node, 'file') }, ['figcaption', 0]],
      parseDOM: [{ tag: 'figure[data-file]', getAttrs: (dom) => ({ file: dom.dataset['file'] ?? '' }), contentElement: 'figcaption' }],
    },
    control: {
      content: 'control_title (block | terms)+',
      group: 'block',
      defining: true,
      isolating: true,
      attrs: { ...src, open: { default: '' }, close: { default: ':::' }, slug: { default: '' }, attributes: { default: '{}' } },
      toDOM: (node) => plain('section', { class: 'ctl', 'data-slug': at(node, 'slug'), 'data-attributes': at(node, 'attributes') }),
      parseDOM: [{ tag: 'section.ctl', getAttrs: (dom) => ({ slug: dom.dataset['slug'] ?? '', attributes: asAttributes(dom.dataset['attributes']) }) }],
    },
    control_title: {
      content: 'text*',
      marks: '',
      defining: true,
      parseDOM: [{ tag: 'h3.ctl-title' }],
      toDOM: () => plain('h3', { ...dir, class: 'ctl-title' }),
    },
    /** A footnote's words, wherever they stand in the Markdown; readers find them at the end of the page. */
    footnote: {
      content: 'block+',
      group: 'block',
      defining: true,
      attrs: { ...src, label: { default: '' } },
      toDOM: (node) => plain('aside', { class: 'fn', 'data-note': at(node, 'label') }),
      parseDOM: [{ tag: 'aside[data-note]', getAttrs: (dom) => ({ label: noteLabel(dom.dataset['note']) }) }],
    },
    /** What words mean: each term with what is said of it. */
    terms: {
      content: '(term meaning+)+',
      defining: true,
      attrs: src,
      toDOM: () => plain('dl', { class: 'terms' }),
      parseDOM: [{ tag: 'dl' }],
    },
    term: { content: 'inline*', defining: true, parseDOM: [{ tag: 'dt' }], toDOM: () => plain('dt', dir) },
    meaning: { content: 'inline*', defining: true, parseDOM: [{ tag: 'dd' }], toDOM: () => plain('dd', dir) },
    /** What the editor has no picture of: shown as its Markdown, never rewritten. */
    source: {
      content: 'text*',
      group: 'block',
      marks: '',
      code: true,
      defining: true,
      isolating: true,
      attrs: src,
      parseDOM: [{ tag: 'pre.source', preserveWhitespace: 'full', priority: 60 }],
      toDOM: () => ['pre', { class: 'source', ...dir }, ['code', 0]],
    },
    text: { group: 'inline' },
    soft_break: {
      inline: true,
      group: 'inline',
      selectable: false,
      leafText: () => ' ',
      toDOM: () => ['span', { class: 'soft' }, ' '],
      parseDOM: [{ tag: 'span.soft' }],
    },
    hard_break: {
      inline: true,
      group: 'inline',
      selectable: false,
      attrs: { mark: { default: '\\' } },
      leafText: () => '\n',
      parseDOM: [{ tag: 'br' }],
      toDOM: () => ['br'],
    },
    image: {
      inline: true,
      group: 'inline',
      attrs: { file: { default: '' }, alt: { default: '' }, title: { default: '' } },
      leafText: (node) => at(node, 'alt'),
      toDOM: (node) => ['span', { class: 'pic', 'data-file': at(node, 'file'), 'data-alt': at(node, 'alt') }, at(node, 'alt') || at(node, 'file')],
      parseDOM: [{ tag: 'span.pic', getAttrs: (dom) => ({ file: dom.dataset['file'] ?? '', alt: dom.dataset['alt'] ?? '' }) }],
    },
    footnote_ref: {
      inline: true,
      group: 'inline',
      attrs: { label: { default: '' } },
      leafText: () => '',
      toDOM: (node) => ['sup', { 'data-ref': at(node, 'label') }, at(node, 'label')],
      parseDOM: [{ tag: 'sup[data-ref]', getAttrs: (dom) => ({ label: noteLabel(dom.dataset['ref']) }) }],
    },
    param: {
      inline: true,
      group: 'inline',
      attrs: { value: { default: '' }, slug: { default: '' } },
      leafText: (node) => at(node, 'value'),
      toDOM: (node) => ['span', { class: 'param', 'data-slug': at(node, 'slug'), 'data-value': at(node, 'value') }, at(node, 'value')],
      parseDOM: [{ tag: 'span.param', getAttrs: (dom) => ({ slug: dom.dataset['slug'] ?? '', value: dom.dataset['value'] ?? '' }) }],
    },
  },
  marks: {
    link: {
      attrs: { href: { default: '' }, title: { default: '' } },
      inclusive: false,
      parseDOM: [{ tag: 'a[href]', getAttrs: (dom) => (safeLink(dom.getAttribute('href') ?? '') ? { href: dom.getAttribute('href') } : false) }],
      // What a reader could not follow is no link here either; the words and, unless they are touched, the Markdown stay.
      toDOM: (mark) => ['a', safeLink(String(mark.attrs['href'])) ? { href: String(mark.attrs['href']), rel: 'noopener nofollow' } : { class: 'dead' }, 0],
    },
    strong: {
      parseDOM: [{ tag: 'strong' }, { tag: 'b' }, { style: 'font-weight', getAttrs: (value) => (/^(bold(er)?|[6-9]\d{2})$/.test(value) ? null : false) }],
      toDOM: () => ['strong', 0],
    },
    em: { parseDOM: [{ tag: 'em' }, { tag: 'i' }, { style: 'font-style=italic' }], toDOM: () => ['em', 0] },
    strike: { parseDOM: [{ tag: 's' }, { tag: 'del' }, { tag: 'strike' }], toDOM: () => ['s', 0] },
    code: { code: true, parseDOM: [{ tag: 'code' }], toDOM: () => ['code', { dir: 'ltr' }, 0] },
  },
});

/** A label as the text can hold it. */
export const noteLabel = (text: string | undefined): string => (text ?? '').replace(/[\s\\[\]\u0000-\u001f]/g, '').slice(0, 60) || '1';

function asAttributes(text: string | undefined): string {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    const entries = Object.entries(value as object).filter(([key, each]) => /^[A-Za-z_][\w-]*$/.test(key) && typeof each === 'string');
    return JSON.stringify(Object.fromEntries(entries));
  } catch {
    return '{}';
  }
}
