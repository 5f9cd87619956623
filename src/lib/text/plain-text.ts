import { createMarkdown, directiveOf, inlineText } from './markdown.ts';

const md = createMarkdown({ directives: true });

/** The words of a Markdown text without its marks, one line a block: for search, mail and snippets. */
export function plainText(text: string): string {
  const lines: string[] = [];
  let row: string[] | null = null;
  for (const token of md.parse(text, {})) {
    if (token.type === 'tr_open') row = [];
    else if (token.type === 'tr_close') {
      lines.push((row ?? []).join(' '));
      row = null;
    } else if (token.type === 'inline') {
      const words = inlineText(token.children)
        .replace(/^\[[ xX]\]\s+/, '')
        .trim();
      if (row) row.push(words);
      else if (words) lines.push(words);
    } else if (token.type === 'fence' || token.type === 'code_block') lines.push(token.content.trimEnd());
    else if (token.type === 'directive_open' && directiveOf(token).title) lines.push(directiveOf(token).title);
  }
  return lines.join('\n');
}
