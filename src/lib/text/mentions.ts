import type { MarkdownIt, StateInline } from 'markdown-it';
import { printable } from './markdown.ts';

export const MENTIONED = ['person', 'organization', 'circle', 'channel'] as const;
export type MentionKind = (typeof MENTIONED)[number];
/** `here` stands for the conversation the message is in; everything else has an id. */
export type Mention = { kind: MentionKind; id: string; name: string };

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ONE = `@\\[([^\\[\\]\\n]{1,200})\\]\\((?:(person|organization|circle):(${UUID})|(channel):(here))\\)`;

/** The mentions in a text, as they stand: @[name](person:id), @[name](organization:id), @[name](circle:id), @[channel](channel:here). */
export function mentionsIn(text: string): Mention[] {
  return Array.from(text.matchAll(new RegExp(ONE, 'g')), (found) => mentionOf(found));
}

/** The same text with each mention as `say` wants it. */
export function replaceMentions(text: string, say: (mention: Mention) => string): string {
  return text.replace(new RegExp(ONE, 'g'), (...found) => say(mentionOf(found as unknown as RegExpMatchArray)));
}

/** A mention as it is written in Markdown. A name cannot close its own bracket. */
export function writeMention({ kind, id, name }: Mention): string {
  return `@[${name.replace(/[[\]\n]/g, ' ').slice(0, 200)}](${kind}:${id})`;
}

/** The text as one reads it aloud: for search and excerpts. */
export function sayMentions(text: string): string {
  return text.includes('@[') ? replaceMentions(text, ({ name }) => `@${name}`) : text;
}

function mentionOf(found: RegExpMatchArray): Mention {
  return { name: found[1] ?? '', kind: (found[2] ?? found[4]) as MentionKind, id: found[3] ?? found[5] ?? '' };
}

/** Teaches a renderer to show mentions as names: no link, since what a name leads to depends on who reads. */
export function addMentions(md: MarkdownIt): void {
  const at = new RegExp(ONE, 'y');
  md.inline.ruler.before('link', 'mention', (state: StateInline, silent: boolean) => {
    if (state.src.charCodeAt(state.pos) !== 64 || state.src.charCodeAt(state.pos + 1) !== 91) return false;
    at.lastIndex = state.pos;
    const found = at.exec(state.src);
    if (!found || at.lastIndex > state.posMax) return false;
    if (!silent) {
      const token = state.push('mention', 'span', 0);
      token.meta = mentionOf(found);
      token.content = `@${found[1]}`;
    }
    state.pos = at.lastIndex;
    return true;
  });
  md.renderer.rules['mention'] = (tokens, i) => {
    const token = tokens[i]!;
    const { kind, id } = token.meta as Mention;
    return `<bdi class="at" data-at="${kind}:${id}">${md.utils.escapeHtml(printable(token.content))}</bdi>`;
  };
}
