import type { MarkdownIt, StateInline, Token } from 'markdown-it';

export const REFERRED = ['page', 'control', 'change', 'message', 'quote'] as const;
export type ReferenceKind = (typeof REFERRED)[number];
export type Reference = { kind: ReferenceKind; id: string };

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ONE = new RegExp(`\\[([^\\[\\]\\n]{1,200})\\]\\((page|control|change|message|quote):(${UUID})\\)`, 'y');
const PLACE = new RegExp(`<(span|div) class="(?:chip|quoted)" data-ref="(page|control|change|message|quote):(${UUID})">…</\\1>`, 'g');

/** A reference as it stands in Markdown. Its word says what kind of thing it is, never what it is called: not every reader may know. */
export const writeReference = ({ kind, id }: Reference): string => `[${kind === 'change' ? 'change request' : kind}](${kind}:${id})`;

/** Every reference of a text with other words in its brackets: those that `name` gives, or the one that says what kind of thing it is. */
export function nameReferences(text: string, name: (reference: Reference) => string | undefined = () => undefined): string {
  return text.replace(new RegExp(ONE.source, 'g'), (_, __, kind: ReferenceKind, id: string) => {
    const words = name({ kind, id })
      ?.replace(/[[\]\s]+/g, ' ')
      .trim()
      .slice(0, 80);
    return words ? `[${words}](${kind}:${id})` : writeReference({ kind, id });
  });
}

/** A text to be read as it was typed: each reference is what stands in its brackets, without the id behind. */
export const withoutIds = (text: string): string => text.replace(new RegExp(ONE.source, 'g'), '[$1]');

/** The references that stand in a text. */
export function referencesIn(text: string): Reference[] {
  return Array.from(text.matchAll(new RegExp(ONE.source, 'g')), (found) => ({ kind: found[2] as ReferenceKind, id: found[3] as string }));
}

/** A text without its references: a quotation leaves nothing behind, any other the word that says what it is. */
export function dropReferences(text: string): string {
  return text.replace(new RegExp(ONE.source, 'g'), (_, word: string, kind: ReferenceKind) => (kind === 'quote' ? '' : word));
}

/** The places left for references in a rendered text. No words of a person can look like one: their quotation marks are escaped. */
export function placesIn(html: string): Reference[] {
  return Array.from(html.matchAll(PLACE), (found) => ({ kind: found[2] as ReferenceKind, id: found[3] as string }));
}

/** The same rendered text with something in each of those places. */
export function fillPlaces(html: string, fill: (reference: Reference) => string): string {
  return html.includes('data-ref=') ? html.replace(PLACE, (_, __, kind: ReferenceKind, id: string) => fill({ kind, id })) : html;
}

/** Teaches a renderer to leave a place for each reference, the same for every reader: what stands there each of them is told apart. A quotation alone in its paragraph is a block. */
export function addReferences(md: MarkdownIt): void {
  md.inline.ruler.before('link', 'reference', (state: StateInline, silent: boolean) => {
    if (state.src.charCodeAt(state.pos) !== 91) return false;
    ONE.lastIndex = state.pos;
    const found = ONE.exec(state.src);
    if (!found || ONE.lastIndex > state.posMax) return false;
    if (!silent) state.push('reference', 'span', 0).meta = { kind: found[2], id: found[3] } as Reference;
    state.pos = ONE.lastIndex;
    return true;
  });
  md.core.ruler.push('quotations', (state) => {
    state.tokens.forEach((token, i) => {
      const only = token.children?.length === 1 ? (token.children[0] as Token) : undefined;
      if (only?.type !== 'reference' || (only.meta as Reference).kind !== 'quote' || state.tokens[i - 1]?.type !== 'paragraph_open') return;
      state.tokens[i - 1]!.hidden = true;
      state.tokens[i + 1]!.hidden = true;
      only.tag = 'div';
    });
  });
  md.renderer.rules['reference'] = (tokens, i) => {
    const { tag, meta } = tokens[i]!;
    const { kind, id } = meta as Reference;
    return `<${tag} class="${tag === 'div' ? 'quoted' : 'chip'}" data-ref="${kind}:${id}">…</${tag}>`;
  };
}
