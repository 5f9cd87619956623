import { createMarkdown } from './markdown.ts';
import { addDefang } from './defang.ts';
import { addMentions } from './mentions.ts';
import { addReferences } from './references.ts';
import { addRules } from './render-rules.ts';

// A message is talk: no pictures or tables of contents, and an address becomes a link by itself.
const md = createMarkdown({ breaks: true, linkify: true });
md.disable(['lheading', 'image', 'hr', 'reference']);
addRules(md);
// A heading is a line in bold: the page around has its own order of headings, which a message is no part of.
md.renderer.rules['heading_open'] = (tokens, i, _o, _e, self) => `<p${self.renderAttrs(tokens[i]!)}><strong>`;
md.renderer.rules['heading_close'] = () => '</strong></p>\n';
// Wider than a phone, it scrolls in itself.
md.renderer.rules['table_open'] = () => '<div class="scroll" dir="auto"><table>';
md.renderer.rules['th_open'] = md.renderer.rules['td_open'] = (tokens, i) => {
  const { tag } = tokens[i]!;
  return `<${tag}${String(tokens[i]!.attrGet('style') ?? '').endsWith('right') ? ' class="num"' : ''}>`;
};
md.renderer.rules['table_close'] = () => '</table></div>\n';
addMentions(md);
addReferences(md);
addDefang(md);

/** A message's Markdown as HTML: paragraphs, headings as bold lines, lists, quotes, code, tables, emphasis and safe links, nothing else. */
export function renderMessage(text: string, origin = ''): string {
  const env = { origin };
  const tokens = md.parse(text, env);
  // Who writes in another direction than the page is read in their own.
  for (const token of tokens) if (token.level === 0 && token.nesting >= 0 && token.tag) token.attrSet('dir', 'auto');
  return md.renderer.render(tokens, md.options, env);
}
