import type { MarkdownIt } from 'markdown-it';

/** Renderer rules that pages and messages share: code without language classes, no `style` anywhere. */
export function addRules(md: MarkdownIt) {
  const { escapeHtml } = md.utils;
  md.renderer.rules.fence = (tokens, i, _o, _e, self) => {
    const token = tokens[i]!;
    return `<pre${self.renderAttrs(token)}><code>${escapeHtml(printableCode(token.content))}</code></pre>\n`;
  };
  md.renderer.rules.code_block = md.renderer.rules.fence;
}

function printableCode(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/g, '');
}
