import { diffWords } from '#lib/text/diff-words.ts';
import { createMarkdown } from '#lib/text/markdown.ts';
import { addRules } from '#lib/text/render-rules.ts';

const md = createMarkdown();
md.disable(['image']);
addRules(md);

/** The words of a document as HTML. */
export const agreementHtml = (body: string): string => md.render(body);

/** What changed between two versions, word by word. */
export const agreementDiff = (before: string, after: string): { value: string; added?: boolean; removed?: boolean }[] =>
  diffWords(before, after).map(({ kind, text }) => ({ value: text, ...(kind === 'ins' ? { added: true } : kind === 'del' ? { removed: true } : {}) }));
