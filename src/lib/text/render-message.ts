import { createMarkdown } from './markdown.ts';
import { addRules } from './render-rules.ts';

// A message is talk: no headings, pictures or tables of contents, and an address becomes a link by itself.
const md = createMarkdown({ breaks: true, linkify: true });
md.disable(['heading', 'lheading', 'image', 'hr', 'table', 'reference']);
addRules(md);

/** A message's Markdown as HTML: paragraphs, lists, quotes, code, emphasis and safe links, nothing else. */
export function renderMessage(text: string, origin = ''): string {
  return md.render(text, { origin });
}
