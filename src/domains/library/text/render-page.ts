import type { Token } from 'markdown-it';
import { countWords } from '#lib/text/count-words.ts';
import { slugger } from '#lib/text/heading-slugs.ts';
import { directiveOf, inlineText, type MarkdownEnv, printable } from '#lib/text/markdown.ts';
import { blockSpans } from './blocks.ts';
import { takeFootnotes } from './footnotes.ts';
import { pageMarkdown, renderFootnotes } from './render-rules.ts';

export type ControlFacts = { code: string; number: string; facts: Array<{ label: string; value: string }>; href?: string };
export type Asset = { src: string; width?: number; height?: number };
export type PageWords = {
  hint?: Partial<Record<'info' | 'warning' | 'success' | 'danger', string>>;
  table?: string;
  /** What the list of notes is called, and the way from a note back to the text. */
  notes?: string;
  back?: (place: string) => string;
};
export type BlockTalk = { href: string; count: number; label: string };
export type RenderOptions = {
  /** Ids of the top-level blocks in order (the sidecar); without them no `b-` anchors. */
  blockIds?: ReadonlyArray<string | { id: string }>;
  /** The record behind a control; without it number and code come from the directive's aliases and id. */
  control?: (slug: string) => ControlFacts | null | undefined;
  /** The address an asset of ours is served from; null = not ours. */
  asset?: (src: string) => Asset | string | null;
  /** Turns a link of the text into an address of this site (pages renamed, relative links); null leaves it as it is. */
  link?: (href: string) => string | null;
  /** This site's origin: links to it count as inner links. */
  origin?: string;
  words?: PageWords;
  /** Attributes of the words around the text, where those are in another language. */
  around?: string;
  /** The talk about a block of the page, by its id and, of a control, its record; a mark behind the block leads there. */
  talk?: (block: string, control?: ControlFacts) => BlockTalk | null;
  /** Anchors the page around the text uses already. */
  reserved?: Iterable<string>;
  /** The labels of the notes of the page that this piece stands on: it is shown by itself, references by their label, and a note where it stands. */
  notes?: ReadonlyMap<string, string>;
};
export type TocEntry = { id: string; level: number; text: string; kind: 'heading' | 'control'; number?: string };
export type RenderedPage = { html: string; toc: TocEntry[]; words: number };
export type PageEnv = MarkdownEnv & { page: RenderOptions; toc: TocEntry[] };

const RESERVED = ['main', 'contents', 'toc-h', 'tree-h', 'q', 'life', 'talk', 'history'];

/** A body's Markdown in the markup of the identity, safe whatever the text holds. */
export function renderPage(body: string, options: RenderOptions = {}): RenderedPage {
  const env: PageEnv = { page: options, toc: [], origin: options.origin, link: options.link };
  if (options.notes) env.notes = new Map(options.notes);
  const tokens = pageMarkdown.parse(body, env);
  anchorBlocks(tokens, body, options.blockIds ?? []);
  const slug = slugger([...RESERVED, ...(options.reserved ?? [])]);
  const plain: string[] = [];
  const inside: string[] = [];
  tokens.forEach((token, i) => {
    if (token.type === 'inline') plain.push(inlineText(token.children));
    else if (token.type === 'fence' || token.type === 'code_block') plain.push(token.content);
    else if (token.type === 'directive_open') openDirective(token, env, inside, plain);
    else if (token.type === 'directive_close' || token.type === 'note_close') inside.pop();
    else if (token.type === 'note_open') inside.push('note');
    else if (token.type === 'term_open') token.attrs = [['id', slug(printable(inlineText(tokens[i + 1]?.children ?? null)).trim())]];
    else if (token.type === 'heading_open') {
      const level = Math.min(6, Math.max(inside.includes('control') ? 4 : 2, Number(token.tag.slice(1))));
      const text = printable(inlineText(tokens[i + 1]?.children ?? null)).trim();
      const id = slug(text);
      token.tag = `h${level}`;
      const block = token.attrGet('id');
      token.meta = { id, block };
      token.attrs = [['id', id]];
      if (tokens[i + 2]) (tokens[i + 2] as Token).tag = token.tag;
      if (inside.length === 0) env.toc.push({ id, level, text, kind: 'heading' });
    } else if (/^(?:bullet_list|ordered_list|blockquote)_open$/.test(token.type)) {
      if (!inside.includes('list')) token.attrs = [['class', 'rec'], ...(token.attrs ?? [])];
      inside.push('list');
    } else if (/^(?:bullet_list|ordered_list|blockquote)_close$/.test(token.type)) inside.pop();
    else if (token.type === 'paragraph_open' && !token.hidden && !inside.includes('list') && !/^(?:figure|note)$/.test(inside.at(-1) ?? ''))
      token.attrs = [['class', 'rec'], ...(token.attrs ?? [])];
  });
  const { tokens: text, notes } = options.notes ? { tokens, notes: [] } : takeFootnotes(tokens);
  if (options.talk) markTalk(text);
  const html = pageMarkdown.renderer.render(text, pageMarkdown.options, env) + renderFootnotes(notes, env);
  return { html, toc: env.toc, words: countWords(plain.join('\n')) };
}

function anchorBlocks(tokens: Token[], body: string, ids: ReadonlyArray<string | { id: string }>) {
  if (ids.length === 0) return;
  const spans = blockSpans(tokens, body);
  // A sidecar of another text would put every anchor on the wrong block.
  if (spans.length !== ids.length) return;
  spans.forEach((span, k) => {
    const given = ids[k] as string | { id: string };
    const id = typeof given === 'string' ? given : given.id;
    if (/^[0-9a-z]{1,16}$/.test(id)) span.token?.attrSet('id', `b-${id}`);
  });
}

/** Behind each block that has an id, a token that leads to the talk about it. */
function markTalk(tokens: Token[]) {
  let block = '';
  let control: ControlFacts | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.level !== 0) continue;
    if (token.nesting >= 0) {
      const meta = token.meta as { block?: string | null; facts?: ControlFacts } | null;
      block = String(meta?.block ?? token.attrGet('id') ?? '').slice(2);
      control = meta?.facts;
    }
    if (token.nesting > 0 || !block) continue;
    const mark = new (token.constructor as new (type: string, tag: string, nesting: 0) => Token)('talk', '', 0);
    mark.meta = { block, control };
    tokens.splice(++i, 0, mark);
    block = '';
  }
}

function openDirective(token: Token, env: PageEnv, inside: string[], plain: string[]) {
  const directive = directiveOf(token);
  inside.push(directive.name);
  directive.title = printable(directive.title);
  if (directive.title) plain.push(directive.title);
  if (directive.name !== 'control' || directive.id === '') return;
  const facts = env.page.control?.(directive.id) ?? defaultFacts(directive.attributes.alias ?? '');
  token.meta = { ...directive, facts };
  env.toc.push({ id: `c-${directive.id}`, level: 3, text: directive.title, kind: 'control', ...(facts.number && { number: facts.number }) });
}

/** Of a control that has no record: the number its text gives it. */
function defaultFacts(alias: string): ControlFacts {
  const aliases = alias.split(/\s+/).filter(Boolean);
  const first = aliases.find((a) => a.startsWith('gitbook:')) ?? aliases[0] ?? '';
  return { code: '', number: first.slice(first.indexOf(':') + 1), facts: [] };
}
