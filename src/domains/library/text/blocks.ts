import type { Token } from 'markdown-it';
import { lineStarts } from '#lib/text/lines.ts';
import { createMarkdown, directiveOf } from '#lib/text/markdown.ts';
import type { NotesEnv } from '#lib/text/notes.ts';
import { plainText } from '#lib/text/plain-text.ts';

export type BlockKind =
  | 'heading'
  | 'paragraph'
  | 'list'
  | 'table'
  | 'hint'
  | 'figure'
  | 'control'
  | 'directive'
  | 'code'
  | 'quote'
  | 'rule'
  | 'html'
  | 'note'
  | 'terms'
  | 'definition';

/** One top-level block: `text` is its exact slice of the body (blank lines after it included), `line` counts from 1. */
export type Block = {
  kind: BlockKind;
  text: string;
  line: number;
  level?: number;
  title?: string;
  slug?: string;
  attributes?: Record<string, string>;
};

export type Span = { start: number; end: number; token: Token | null; index: number };

const outline = createMarkdown({ directives: true });
outline.core.ruler.enableOnly(['normalize', 'block']);

/** The top-level blocks of a body; their slices joined give the body back byte for byte. */
export function splitBlocks(body: string): Block[] {
  if (body === '') return [];
  const tokens = outline.parse(body, {});
  const starts = lineStarts(body);
  const spans = blockSpans(tokens, body, starts);
  if (spans.length === 0) return [{ kind: 'paragraph', text: body, line: 1 }];
  return spans.map((span, k) => {
    const from = k === 0 ? 0 : (starts[span.start] as number);
    const next = spans[k + 1];
    const text = body.slice(from, next ? starts[next.start] : body.length);
    return { ...describe(span, tokens, text), text, line: span.start + 1 };
  });
}

/** The labels of the notes that stand anywhere in a body. */
export function noteLabels(body: string): ReadonlyMap<string, string> {
  const env: NotesEnv = {};
  if (body.includes('[^')) outline.parse(body, env);
  return env.notes ?? new Map();
}

/** Where each top-level block begins and ends (lines from 0). Lines that leave no token (link definitions) are blocks too. */
export function blockSpans(tokens: readonly Token[], body: string, starts = lineStarts(body)): Span[] {
  const spans: Span[] = [];
  let line = 0;
  const last = starts.length - 1;
  const gap = (to: number) => {
    let from = -1;
    for (let i = line; i < to && i < last; i++) {
      const blank = body.slice(starts[i], starts[i + 1]).trim() === '';
      if (!blank && from < 0) from = i;
      if (blank && from >= 0) {
        spans.push({ start: from, end: i, token: null, index: -1 });
        from = -1;
      }
    }
    if (from >= 0) spans.push({ start: from, end: to, token: null, index: -1 });
  };
  for (const [index, token] of tokens.entries()) {
    // Definitions leave a token in one of markdown-it's modes and none in the other: they are always found by the gap.
    if (token.level !== 0 || token.nesting < 0 || !token.map || token.type === 'reference_definition') continue;
    gap(token.map[0]);
    spans.push({ start: token.map[0], end: token.map[1], token, index });
    line = token.map[1];
  }
  gap(last);
  return spans;
}

/** Most headings hold no marks and need no second reading. */
function headingText(content: string): string {
  return /[\\`*_[\]<&!~:]/.test(content) ? plainText(`# ${content}`) : content;
}

function describe(span: Span, tokens: readonly Token[], text: string): Omit<Block, 'text' | 'line'> {
  const token = span.token;
  switch (token?.type) {
    case undefined:
      return { kind: 'definition' };
    case 'heading_open': {
      const inline = tokens[span.index + 1];
      return { kind: 'heading', level: Number(token.tag.slice(1)), title: headingText(inline?.content ?? '') };
    }
    case 'bullet_list_open':
    case 'ordered_list_open':
      return { kind: 'list' };
    case 'table_open':
      return { kind: 'table' };
    case 'fence':
    case 'code_block':
      return { kind: 'code' };
    case 'blockquote_open':
      return { kind: 'quote' };
    case 'hr':
      return { kind: 'rule' };
    case 'note_open':
      return { kind: 'note' };
    case 'terms_open':
      return { kind: 'terms' };
    case 'directive_open': {
      const { name, title, id, attributes } = directiveOf(token as Token);
      const kind = name === 'control' || name === 'hint' || name === 'figure' ? name : 'directive';
      return { kind, ...(title && { title }), ...(id && { slug: id }), attributes };
    }
    default:
      return { kind: /^\s{0,3}<[a-z!?/][^:@]*$/im.test(text.trimStart().split('\n', 1)[0] as string) ? 'html' : 'paragraph' };
  }
}
