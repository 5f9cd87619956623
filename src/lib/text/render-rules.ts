import type { MarkdownIt } from 'markdown-it';
import { printable } from './markdown.ts';

/** Renderer rules that pages and messages share: code without language classes, no `style` anywhere. */
export function addRules(md: MarkdownIt) {
  const { escapeHtml } = md.utils;
  md.renderer.rules.fence = (tokens, i, _o, _e, self) => {
    const token = tokens[i]!;
    return `<pre${self.renderAttrs(token)}><code>${escapeHtml(printable(token.content))}</code></pre>\n`;
  };
  md.renderer.rules.code_block = md.renderer.rules.fence;
}
