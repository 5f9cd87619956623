import makeMarkdown, { type MarkdownIt, type StateBlock, type StateInline, type Token } from 'markdown-it';
import { closingBracket, type Directive, type DirectivePlan, parseDirective, planDirectives } from './directives.ts';
import { linesOf } from './lines.ts';
import { type SafeLink, safeLink } from './links.ts';
import { addNotes, depthOf, setDepth, type NotesEnv } from './notes.ts';

export type MarkdownEnv = NotesEnv & { origin?: string; link?: (href: string) => string | null };

/** One markdown-it for text that may be hostile: no HTML, links filtered on the way out, `style` attributes never written. */
export function createMarkdown(options: { directives?: boolean; breaks?: boolean; linkify?: boolean } = {}): MarkdownIt {
  const md = makeMarkdown({ html: false, linkify: options.linkify ?? false, breaks: options.breaks ?? false, typographer: false, maxNesting: 40 });
  // Every address is let through the parser and judged by safeLink afterwards: one gate, and a refused link leaves its words behind.
  md.validateLink = () => true;
  if (options.linkify) {
    md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
    for (const scheme of ['ftp:', '//', 'mailto:']) md.linkify.add(scheme, null);
  }
  if (options.directives) {
    md.block.ruler.before('fence', 'directive', directiveBlock, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
    md.inline.ruler.before('emphasis', 'param', paramInline);
    addNotes(md);
  }
  md.core.ruler.push('clean', (state) => {
    for (const token of state.tokens) if (token.children) cleanInline(token.children, state.env as MarkdownEnv);
  });
  return md;
}

const plans = new WeakMap<StateBlock, DirectivePlan>();

function planOf(state: StateBlock): DirectivePlan {
  let plan = plans.get(state);
  if (!plan) plans.set(state, (plan = planDirectives(linesOf(state.src))));
  return plan;
}

function directiveBlock(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  if (state.src.charCodeAt(state.bMarks[start] as number) !== 58 || state.tShift[start] !== 0) return false;
  const close = planOf(state).ends.get(start);
  if (close === undefined || close >= end) return false;
  if (silent) return true;
  const line = state.src.slice(state.bMarks[start], state.eMarks[start]);
  const directive = parseDirective(line);
  if (!directive) return false;
  const outer = { parent: state.parentType, max: state.lineMax };
  const open = state.push('directive_open', 'div', 1);
  open.block = true;
  open.map = [start, close + 1];
  open.meta = directive;
  state.parentType = 'directive';
  state.lineMax = close;
  const depth = depthOf(state);
  setDepth(state, depth + 1);
  state.md.block.tokenize(state, start + 1, close);
  setDepth(state, depth);
  state.parentType = outer.parent;
  state.lineMax = outer.max;
  const shut = state.push('directive_close', 'div', -1);
  shut.block = true;
  shut.meta = directive;
  state.line = close + 1;
  return true;
}

function paramInline(state: StateInline, silent: boolean): boolean {
  if (!state.src.startsWith(':param[', state.pos)) return false;
  // A value is short; the limit also keeps a row of unclosed brackets from being read again and again.
  const text = state.src.slice(state.pos + 6, Math.min(state.posMax, state.pos + 300));
  const end = closingBracket(text, 0);
  if (end < 0) return false;
  const id = /^\{#([a-z0-9][a-z0-9-]{0,79})\}/.exec(text.slice(end + 1));
  if (!silent) {
    const token = state.push('param', 'span', 0);
    token.content = text.slice(1, end).replace(/\\([\\[\]])/g, '$1');
    token.meta = { id: id?.[1] ?? '' };
  }
  state.pos += 6 + end + 1 + (id ? id[0].length : 0);
  return true;
}

// Overrides turn words round ("exe.fdp" for "pdf.exe"); Arabic and Hebrew text needs none of them. C0 controls have no picture.
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\ufff9-\ufffb]/g;

/** A text without control characters and direction overrides. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '');
}

function cleanInline(children: Token[], env: MarkdownEnv) {
  const open: boolean[] = [];
  for (const token of children) {
    if (token.type === 'text' || token.type === 'code_inline' || token.type === 'param') token.content = printable(token.content);
    else if (token.type === 'link_open') {
      const link = resolve(String(token.attrGet('href') ?? ''), env);
      open.push(link !== null);
      token.attrs = null;
      token.meta = link;
      if (link) {
        token.attrs = [['href', link.href]];
        if (link.kind === 'outside') token.attrs.push(['rel', 'noopener nofollow']);
      } else silence(token);
    } else if (token.type === 'link_close' && open.pop() === false) silence(token);
  }
}

function resolve(href: string, env: MarkdownEnv): SafeLink | null {
  const known = env.link?.(href);
  return safeLink(typeof known === 'string' ? known : href, env.origin);
}

function silence(token: Token) {
  token.type = 'text';
  token.tag = '';
  token.content = '';
  token.nesting = 0;
}

/** The words of inline tokens, without marks; images give their description. */
export function inlineText(children: readonly Token[] | null): string {
  let out = '';
  for (const token of children ?? []) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') out += ' ';
    else if (token.type === 'image') out += inlineText(token.children);
    else out += token.content;
  }
  return out;
}

/** What the opening line of a directive said, on a `directive_open` or `directive_close` token. */
export function directiveOf(token: Token): Directive {
  return token.meta as Directive;
}
