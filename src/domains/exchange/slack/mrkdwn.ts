import { emoji } from './emoji.ts';

/** How people and channels are called that a text names by their ids. */
export type Names = { person(id: string): string | undefined; place(id: string): string | undefined };

/** A piece of a line that is finished and must not be read again. */
const HOLD = '\uE000';

/**
 * Slack's mrkdwn as the hub's Markdown: mentions and channels by name, links, emphasis, lists, quotes, code, emoji. What Slack shows as plain characters
 * stays plain. Mentions are words: nobody is called by what was said elsewhere.
 */
export function toMarkdown(source: string, names: Names): string {
  const text = source.replace(/\r\n?/g, '\n').replaceAll(HOLD, '\uFFFD').replaceAll('\0', '');
  // Code comes first: nothing in it means anything.
  const parts = text.split('```');
  const closed = parts.length % 2 === 1;
  return parts
    .map((part, n) => {
      if (n % 2 === 1 && (closed || n < parts.length - 1)) return block(part, names);
      const said = prose(n % 2 === 1 ? `\`\`\`${part}` : part, names);
      return parts.length > 1 && closed ? said.replace(/^ +| +$/g, '') : said;
    })
    .join('')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\s+$/g, '');
}

function block(part: string, names: Names): string {
  const words = plain(inCode(part, names)).replace(/^\n+|\n+$/g, '');
  if (!words) return '';
  const fence = '`'.repeat(Math.max(3, ...[...words.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `\n\n${fence}\n${words}\n${fence}\n\n`;
}

function prose(part: string, names: Names): string {
  const lines = part.split('\n');
  const out: string[] = [];
  let rest = false;
  for (const [n, line] of lines.entries()) {
    const quoted = /^(?:&gt;|>){3}\s?(.*)$/.exec(line);
    if (quoted) rest = true;
    const one = quoted ? quoted[1]! : /^(?:&gt;|>)\s?(.*)$/.exec(line)?.[1];
    if (rest || one !== undefined) {
      out.push(`> ${oneLine(one ?? line, names)}`.trimEnd());
      continue;
    }
    // Behind a quote or a list a line that belongs to neither needs a line of nothing, or it would become part of it.
    if (n > 0 && line.trim() && /^(?:>|\s*(?:[-*]|\d+\.) )/.test(out.at(-1) ?? '') && !/^\s*(?:[•◦▪‣*-]|\d+[.)])\s/.test(line)) out.push('');
    out.push(oneLine(line, names));
  }
  return out.join('\n');
}

function oneLine(line: string, names: Names): string {
  const bullet = /^(\s*)[•◦▪‣]\s+(.*)$/.exec(line);
  if (bullet) return `${bullet[1]!.replace(/\t/g, '    ').slice(0, 12)}- ${inline(bullet[2]!, names)}`;
  const item = /^(\s*)([-*]|\d{1,9}[.)])\s+(.*)$/.exec(line);
  if (item) return `${item[1]!.slice(0, 12)}${item[2]!} ${inline(item[3]!, names)}`;
  return inline(line, names)
    .replace(/^(\s*)\+(?=\s)/, '$1\\+')
    .replace(/^ {4,}/, '   ');
}

function inline(line: string, names: Names): string {
  const held: string[] = [];
  const hold = (markdown: string): string => `${HOLD}${held.push(markdown) - 1}${HOLD}`;
  let text = line
    .replace(/`([^`\n]+)`/g, (_, code: string) => hold(codeSpan(plain(inCode(code, names)))))
    .replace(/<([^<>\n]*)>/g, (_, inner: string) => hold(reference(inner, names)))
    .replace(/:([a-z0-9_+'-]{1,80})(?:::skin-tone-[2-6])?:/g, (whole, name: string) => {
      const sign = emoji(name);
      return sign ? hold(sign) : hold(safe(whole));
    });
  text = emphasis(text, hold);
  text = safe(plain(text));
  // From the outside in: what is held may hold something itself.
  for (let deep = 0; deep < 8 && text.includes(HOLD); deep++) text = text.replace(/\uE000(\d+)\uE000/g, (_, n: string) => held[Number(n)] ?? '');
  return text.replaceAll(HOLD, '');
}

/** Marks count at the edges of words only, as in Slack. */
function emphasis(text: string, hold: (markdown: string) => string): string {
  const edge = (mark: string) => new RegExp(`(^|[^\\p{L}\\p{N}\\\\${mark}])[${mark}](?=\\S)([^${mark}\\n]*?\\S)[${mark}](?![\\p{L}\\p{N}${mark}])`, 'gu');
  return [
    { mark: '*', ours: '**' },
    { mark: '_', ours: '_' },
    { mark: '~', ours: '~~' },
  ].reduce((line, { mark, ours }) => line.replace(edge(mark), (_, before: string, inner: string) => `${before}${hold(ours)}${inner}${hold(ours)}`), text);
}

function reference(inner: string, names: Names): string {
  const [target = '', ...labels] = inner.split('|');
  const label = labels.join('|');
  const sign = target[0];
  if (sign === '@') return safe(`@${names.person(target.slice(1)) ?? (label.replace(/^@/, '') || target.slice(1))}`);
  if (sign === '#') return safe(`#${names.place(target.slice(1)) ?? (label.replace(/^#/, '') || target.slice(1))}`);
  if (sign === '!') return safe(plain(special(target.slice(1), label)));
  return link(plain(target), plain(label));
}

function special(target: string, label: string): string {
  if (/^(?:here|channel|everyone)$/.test(target)) return `@${target}`;
  if (target.startsWith('subteam^')) return label ? `@${label.replace(/^@/, '')}` : '@group';
  return label || (target.startsWith('date^') ? (target.split('^')[1] ?? '') : target);
}

function link(target: string, label: string): string {
  const address = /^(?:https?:\/\/|mailto:)/i.test(target) ? target : '';
  const words = label || target.replace(/^mailto:/i, '');
  // An address of its own kind, or one that would break out of a link, is shown and not linked.
  if (!address || /[\s<>\\]/.test(address) || address.length > 2000) return safe(label ? `${label} (${target})` : words);
  if ((!label || label === address) && /^http/i.test(address)) return `<${address}>`;
  return `[${safe(words).replace(/([[\]])/g, (each, _, at: number, all: string) => (all[at - 1] === '\\' ? each : `\\${each}`))}](<${address}>)`;
}

/** In code Slack still writes references; there they are words. */
const inCode = (text: string, names: Names): string =>
  text.replace(/<([^<>\n]*)>/g, (_, inner: string) => {
    const [target = '', label] = inner.split('|');
    if (target.startsWith('@')) return `@${names.person(target.slice(1)) ?? label ?? target.slice(1)}`;
    if (target.startsWith('#')) return `#${names.place(target.slice(1)) ?? label ?? target.slice(1)}`;
    return label ?? target;
  });

function codeSpan(code: string): string {
  return code.trim() ? `\`${code}\`` : code;
}

const plain = (text: string): string => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
/** Characters that Slack shows and Markdown would take for marks. Underscores inside words mean nothing to either. */
const safe = (text: string): string =>
  text.replace(/[\\`*[\]<]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|~(?=~)|(?<=~)~|&(?=#?\w+;)/gu, '\\$&').replace(/:::/g, '\\:::');
