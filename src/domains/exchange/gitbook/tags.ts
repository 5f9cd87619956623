import type { Reason } from './model.ts';

/** Marks that stand for a directive until the page is printed; taken out of what people wrote beforehand. */
export const OPEN = '\uE000';
export const SHUT = '\uE001';

type Tell = (list: 'changed' | 'leftOut', reason: Reason, what: string, data?: Record<string, string | number>) => void;

const TAG = /\{%\s*(end)?([a-z][a-z-]*)\s*((?:[^%{]|%(?!\})|\{(?!%)){0,2000})%\}/g;
const STYLES: Record<string, string> = { info: 'info', warning: 'warning', success: 'success', danger: 'danger', tip: 'success', working: 'info' };

/** Turns GitBook's `{% … %}` blocks into marks and plain Markdown, outside of code. */
export function replaceTags(text: string, tell: Tell): string {
  const out: string[] = [];
  let fence: string | null = null;
  let reference: string | null = null;
  let raw: string | null = null;
  const closed = new Set([...text.matchAll(/\{%\s*end([a-z-]{1,40})/g)].map((end) => end[1]!));
  for (const line of text.replace(/[\uE000-\uE0FF]/g, '').split('\n')) {
    const mark = /^\s*(?:[*+-]\s+|\d+[.)]\s+)*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence) {
      if (mark && mark[0] === fence[0] && mark.length >= fence.length && /^\s*[`~]+\s*$/.test(line)) fence = null;
      out.push(line);
      continue;
    }
    if (mark) {
      fence = mark;
      out.push(line);
      continue;
    }
    if (!line.includes('{%')) {
      if (raw) continue;
      if (reference !== null && line.trim()) reference = '';
      out.push(line);
      continue;
    }
    const indent = /^\s*/.exec(line)![0];
    let rest = '';
    const blocks: string[] = [];
    const say = (words: string): void => {
      blocks.push('', indent + words, '');
    };
    let last = 0;
    for (const match of line.matchAll(TAG)) {
      if (!raw) rest += line.slice(last, match.index);
      last = match.index + match[0].length;
      const [, end, name, attributesText] = match;
      const attributes = readAttributes(attributesText!);
      if (raw) {
        if (end && name === raw) raw = null;
        continue;
      }
      switch (name) {
        case 'hint':
          if (!end) tell('changed', 'hint', attributes.style ?? 'info');
          say(end ? `${OPEN}end hint${SHUT}` : `${OPEN}hint ${STYLES[attributes.style ?? 'info'] ?? 'info'}${SHUT}`);
          break;
        case 'tabs':
          if (!end) tell('changed', 'tabs', 'tabs');
          say('');
          break;
        case 'tab':
          say(end ? '' : `**${(attributes.title ?? '').replace(/\*/g, '') || '–'}**`);
          break;
        case 'code':
          say(!end && attributes.title ? `**${attributes.title.replace(/\*/g, '')}**` : '');
          break;
        case 'content-ref':
          if (end && reference) say(`[${reference}](<${reference}>)`);
          if (!end) tell('changed', 'content_ref', attributes.url ?? '');
          reference = end ? null : (attributes.url ?? '');
          say('');
          break;
        case 'embed':
        case 'file':
          if (!end) {
            tell('changed', 'embed', attributes.url ?? attributes.src ?? '');
            say(linkTo(attributes.url ?? attributes.src ?? ''));
          } else say('');
          break;
        case 'swagger':
        case 'openapi':
        case 'openapi-operation':
        case 'api-method':
          if (!end) {
            tell('leftOut', 'api_block', `${attributes.method ?? ''} ${attributes.path ?? attributes.src ?? ''}`.trim());
            if (closed.has(name!)) raw = name!;
          }
          say('');
          break;
        case 'include':
          tell('leftOut', 'include', match[0].slice(0, 120));
          say('');
          break;
        default:
          if (!end) tell('changed', 'tag_dropped', name!);
          say(!end && attributes.title ? `**${attributes.title.replace(/\*/g, '')}**` : '');
      }
    }
    rest += raw ? '' : line.slice(last);
    if (rest.trim() && last === 0)
      out.push(line); // `{%` without its end: words
    else out.push(...blocks, ...(rest.trim() ? [indent + rest.trim(), ''] : []));
  }
  return out.join('\n');
}

const linkTo = (address: string): string => (address ? `[${address.replace(/[[\]]/g, '')}](<${address.replace(/[<>]/g, '')}>)` : '');

function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  for (const [, key, a, b] of text.matchAll(/([a-z][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)) found[key!.toLowerCase()] = a ?? b ?? '';
  return found;
}
