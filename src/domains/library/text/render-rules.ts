import type { MarkdownIt, RendererRule, Token } from 'markdown-it';
import type { Directive } from '#lib/text/directives.ts';
import { safeLink } from '#lib/text/links.ts';
import { createMarkdown, directiveOf, inlineText, printable } from '#lib/text/markdown.ts';
import { addRules } from '#lib/text/render-rules.ts';
import type { Footnote, NoteRef } from './footnotes.ts';
import type { Asset, ControlFacts, PageEnv } from './render-page.ts';

/** The markdown-it of library pages: directives, figures, tables in a scroller, task lists; no HTML from the text ever. */
export const pageMarkdown = createMarkdown({ directives: true });
addRules(pageMarkdown);
const esc = pageMarkdown.utils.escapeHtml;
const rules = pageMarkdown.renderer.rules;

const STYLES = ['info', 'warning', 'success', 'danger'] as const;

const id = (token: Token | undefined) => {
  const value = token?.attrGet('id');
  return value ? ` id="${esc(String(value))}"` : '';
};

rules.directive_open = (tokens, i, _o, env) => {
  const token = tokens[i] as Token;
  const directive = directiveOf(token) as Directive & { facts?: ControlFacts };
  const page = env as PageEnv;
  if (directive.name === 'control' && directive.facts) return controlOpen(directive, directive.facts, id(token));
  if (directive.name === 'hint') {
    const style = STYLES.find((s) => s === directive.attributes.style) ?? 'info';
    const word = directive.title || page.page.words?.hint?.[style] || '';
    return `<div class="hint hint-${style}"${id(token)}>${word ? `<b>${esc(word)}</b>\n` : '\n'}`;
  }
  if (directive.name === 'figure') {
    const { src = '', alt = '' } = directive.attributes;
    return `<figure${id(token)}>${picture(src, alt || directive.title, page)}<figcaption>\n`;
  }
  return `<div${id(token)}>${directive.title ? `<b>${esc(directive.title)}</b>\n` : '\n'}`;
};

rules.directive_close = (tokens, i, _o, env) => {
  const around = (env as PageEnv).page.around ?? '';
  const directive = directiveOf(tokens[i] as Token) as Directive;
  if (directive.name === 'figure') return '</figcaption></figure>\n';
  // The opening and closing tokens share one directive; facts hang on the opening one only.
  const facts = openingFacts(tokens, i);
  if (directive.name !== 'control' || !facts) return '</div>\n';
  const list = facts.facts.map(({ label, value }) => `<div><dt>${esc(label)}</dt><dd${around && ' dir="auto"'}>${esc(value)}</dd></div>`).join('');
  return `${list ? `<dl class="facts"${around}>${list}</dl>\n` : ''}</section>\n`;
};

function openingFacts(tokens: Token[], close: number): ControlFacts | undefined {
  const level = (tokens[close] as Token).level;
  for (let i = close - 1; i >= 0; i--) {
    const token = tokens[i] as Token;
    if (token.type === 'directive_open' && token.level === level) return (token.meta as { facts?: ControlFacts }).facts;
  }
  return undefined;
}

function controlOpen(directive: Directive, facts: ControlFacts, block: string): string {
  // One that has no record yet leads nowhere.
  const href = facts.href && safeLink(facts.href) ? facts.href : facts.code && `/c/${encodeURIComponent(facts.code)}`;
  const led = (words: string) => (href ? `<a class="no" href="${esc(href)}">${esc(words)}</a>` : esc(words));
  const number = facts.number ? `${href ? led(facts.number) : `<span class="no">${esc(facts.number)}</span>`} ` : '';
  const title = number || !directive.title ? esc(directive.title) : led(directive.title);
  return `<section class="ctl" id="c-${esc(directive.id)}">\n<h3${block}>${number}${title}</h3>\n`;
}

rules.heading_open = (tokens, i) => {
  const token = tokens[i] as Token;
  const { id: slug, block } = token.meta as { id: string; block: string | null };
  return `<${token.tag} id="${esc(slug)}">${block ? `<span id="${esc(block)}"></span>` : ''}`;
};

rules.table_open = (tokens, i, _o, env) => {
  const word = (env as PageEnv).page.words?.table;
  return `<div class="scroll"${id(tokens[i])} tabindex="0"${word ? ` role="region" aria-label="${esc(word)}"` : ''}><table>\n`;
};
rules.table_close = () => '</table></div>\n';
// The content policy refuses style attributes, so a column's side is a class.
const cell: RendererRule = (tokens, i) => {
  const token = tokens[i] as Token;
  const side = /right|center/.exec(String(token.attrGet('style') ?? ''))?.[0];
  return `<${token.tag}${token.tag === 'th' ? ' scope="col"' : ''}${side ? ` class="${side === 'right' ? 'num' : 'mid'}"` : ''}>`;
};
rules.th_open = cell;
rules.td_open = cell;

rules.image = (tokens, i, _o, env) => picture(String((tokens[i] as Token).attrGet('src') ?? ''), inlineText((tokens[i] as Token).children), env as PageEnv);

function picture(src: string, alt: string, env: PageEnv): string {
  const found = /^[a-z][a-z0-9+.-]*:|^[/\\]{2}/i.test(src) ? null : (env.page.asset?.(src) ?? null);
  const asset: Asset | null = typeof found === 'string' ? { src: found } : found;
  if (asset && safeLink(asset.src)) {
    const size = asset.width && asset.height ? ` width="${Math.round(asset.width)}" height="${Math.round(asset.height)}"` : '';
    return `<img src="${esc(asset.src)}" alt="${esc(alt)}"${size} loading="lazy">`;
  }
  // A picture elsewhere would tell its host who reads us: it is offered as a link, never loaded.
  const link = safeLink(src);
  return link?.kind === 'outside' ? `<a href="${esc(link.href)}" rel="noopener nofollow">${esc(alt || link.href)}</a>` : esc(alt);
}

// Where nothing was said yet the mark is for pointers alone: ears and the tabulator have the list of parts on the page of the talk.
function talkMark(page: PageEnv['page'], block: string, control?: ControlFacts): string {
  const talk = page.talk?.(block, control);
  if (!talk) return '';
  const inside = talk.count
    ? `><b class="n"${page.around ?? ''} aria-label="${esc(talk.label)}">${talk.count}</b>`
    : ` title="${esc(talk.label)}" aria-hidden="true" tabindex="-1">`;
  return `<p class="say"><a href="${esc(talk.href)}"${inside}</a></p>\n`;
}
rules.talk = (tokens, i, _o, env) => {
  const { block, control } = (tokens[i] as Token).meta as { block: string; control?: ControlFacts };
  return talkMark((env as PageEnv).page, block, control);
};

rules.param = (tokens, i) => `<span class="param">${esc((tokens[i] as Token).content)}</span>`;

rules.note_ref = (tokens, i) => {
  const { label, number, name } = (tokens[i] as Token).meta as NoteRef;
  if (!number) return `<sup>${esc(printable(label))}</sup>`;
  return `<sup><a${name ? ` id="${name}"` : ''} href="#fn:${number}" role="doc-noteref">${number}</a></sup>`;
};
// Only where a piece of a page is shown by itself; the page has its notes at the end.
rules.note_open = (tokens, i) => `<div class="fn"><sup>${esc(printable(((tokens[i] as Token).meta as NoteRef).label))}</sup>\n`;
rules.note_close = () => '</div>\n';

/** The notes of a page under it, each with its ways back. */
export function renderFootnotes(notes: readonly Footnote[], env: PageEnv): string {
  if (notes.length === 0) return '';
  const { words, around = '' } = env.page;
  const items = notes.map(({ number, tokens, block, back }) => {
    const ways = back.map((name, k) => {
      const [which, place] = back.length > 1 ? [`<sup>${k + 1}</sup>`, `${number}.${k + 1}`] : ['', `${number}`];
      const label = words?.back ? ` aria-label="${esc(words.back(place))}"` : '';
      return ` <a href="#${name}" role="doc-backlink"${around}${label}>^${which}</a>`;
    });
    const html = pageMarkdown.renderer.render(tokens, pageMarkdown.options, env);
    // The ways back follow the last words.
    const said = html.endsWith('</p>\n') ? `${html.slice(0, -5)}${ways.join('')}</p>` : `${html}${ways.length ? `<p>${ways.join('')}</p>` : ''}`;
    if (!block) return `<li id="fn:${number}">${said}</li>\n`;
    return `<li id="fn:${number}"><div id="${esc(block)}">${said}</div>${talkMark(env.page, block.slice(2))}</li>\n`;
  });
  const label = words?.notes ? ` aria-label="${esc(words.notes)}"` : '';
  return `<section class="notes" role="doc-endnotes"${label}><ol class="rec">\n${items.join('')}</ol></section>\n`;
}

rules.terms_open = (tokens, i) => `<dl class="terms"${id(tokens[i])}>\n`;
rules.terms_close = () => '</dl>\n';

taskLists(pageMarkdown);

function taskLists(md: MarkdownIt) {
  md.core.ruler.push('tasks', ({ tokens, Token }) => {
    for (let i = 2; i < tokens.length; i++) {
      const children = tokens[i]?.children;
      const first = children?.[0];
      if (tokens[i]?.type !== 'inline' || tokens[i - 2]?.type !== 'list_item_open' || first?.type !== 'text') continue;
      const box = /^\[([ xX])\](?:\s+|$)/.exec(first.content);
      if (!box || !children) continue;
      first.content = first.content.slice(box[0].length);
      const open = new Token('task_open', 'label', 1);
      open.meta = { done: box[1] !== ' ' };
      children.unshift(open);
      children.push(new Token('task_close', 'label', -1));
    }
  });
  rules.task_open = (tokens, i) => `<label><input type="checkbox" disabled${((tokens[i] as Token).meta as { done: boolean }).done ? ' checked' : ''}> `;
  rules.task_close = () => '</label>';
}
