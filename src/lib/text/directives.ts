// Generic directives (`:::name[title]{#id key="value"}` … `:::`): how they are written and where they begin and end.

export type Directive = { name: string; title: string; id: string; attributes: Record<string, string>; fault: string };
export type DirectivePlan = { ends: Map<number, number>; unterminated: number[]; tooDeep: number[] };

const OPEN = /^(:{3,})([a-z][a-z0-9-]{0,31})(?=[[{\s]|$)/;
const CLOSE = /^(:{3,})[ \t]*$/;
const FENCE = /^(`{3,})[^`]*$|^(~{3,})/;
const MAX_DEPTH = 4;

/**
 * Pairs opening and closing lines, once and in linear time; lines count from 0. A directive begins in the first column, outside
 * fenced code. What is never closed is no directive: otherwise one forgotten `:::` would swallow the rest of the page.
 */
export function planDirectives(lines: readonly string[]): DirectivePlan {
  const plan: DirectivePlan = { ends: new Map(), unterminated: [], tooDeep: [] };
  const open: Array<{ line: number; colons: number }> = [];
  const waiting = new Map<number, number>();
  const pop = () => {
    const top = open.pop() as { line: number; colons: number };
    waiting.set(top.colons, (waiting.get(top.colons) ?? 1) - 1);
    return top;
  };
  let fence: RegExp | null = null;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const first = line[0];
    if (fence) {
      if (fence.test(line)) fence = null;
      continue;
    }
    if (first === '`' || first === '~') {
      const mark = FENCE.exec(line);
      if (mark) fence = new RegExp(`^ {0,3}${first}{${(mark[1] ?? mark[2] ?? '').length},}[ \\t]*$`);
      continue;
    }
    if (first !== ':') continue;
    const opening = OPEN.exec(line);
    if (opening) {
      const colons = (opening[1] as string).length;
      open.push({ line: i, colons });
      waiting.set(colons, (waiting.get(colons) ?? 0) + 1);
      continue;
    }
    const closing = CLOSE.exec(line);
    if (!closing || open.length === 0) continue;
    const colons = (closing[1] as string).length;
    if ((waiting.get(colons) ?? 0) > 0) {
      let top = pop();
      while (top.colons !== colons) {
        plan.unterminated.push(top.line);
        top = pop();
      }
      if (open.length < MAX_DEPTH) plan.ends.set(top.line, i);
      else plan.tooDeep.push(top.line);
    } else if (colons > (open[open.length - 1] as { colons: number }).colons) {
      const top = pop();
      if (open.length < MAX_DEPTH) plan.ends.set(top.line, i);
      else plan.tooDeep.push(top.line);
    }
  }
  for (const { line } of open) plan.unterminated.push(line);
  plan.unterminated.sort((x, y) => x - y);
  return plan;
}

/** Reads an opening line; `fault` says in one word what could not be read (`title`, `attributes`), empty when all was. */
export function parseDirective(line: string): Directive | null {
  const head = OPEN.exec(line);
  if (!head) return null;
  const out: Directive = { name: head[2] as string, title: '', id: '', attributes: {}, fault: '' };
  let at = head[0].length;
  if (line[at] === '[') {
    const end = closingBracket(line, at);
    if (end < 0) return { ...out, title: line.slice(at + 1).trim(), fault: 'title' };
    out.title = line
      .slice(at + 1, end)
      .replace(/\\([\\[\]])/g, '$1')
      .trim();
    at = end + 1;
  }
  const rest = line.slice(at).trim();
  if (rest !== '') readAttributes(rest, out);
  return out;
}

/** The index of the bracket that closes the one at `at`, or -1. */
export function closingBracket(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '[') depth++;
    else if (c === ']' && --depth === 0) return i;
  }
  return -1;
}

const ATTRIBUTE = /\s*(?:#([\p{L}\p{M}\p{N}_-]{1,100})|\.([\w-]+)|([A-Za-z_][\w-]*)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+)))?)(?=[\s}#.]|$)/uy;

function readAttributes(text: string, out: Directive) {
  if (text[0] !== '{' || text[text.length - 1] !== '}') {
    out.fault = 'attributes';
    return;
  }
  const inner = text.slice(1, -1);
  ATTRIBUTE.lastIndex = 0;
  let at = 0;
  while (inner.slice(at).trim() !== '') {
    ATTRIBUTE.lastIndex = at;
    const hit = ATTRIBUTE.exec(inner);
    if (!hit) {
      out.fault = 'attributes';
      return;
    }
    at = ATTRIBUTE.lastIndex;
    if (hit[1] !== undefined) out.id = hit[1];
    else if (hit[3] !== undefined && hit[3] !== '__proto__') out.attributes[hit[3]] = unescapeAttribute(hit[4] ?? hit[5] ?? hit[6] ?? '');
  }
}

const ENTITIES: Record<string, string> = { quot: '"', amp: '&', lt: '<', gt: '>', '#39': "'" };

function unescapeAttribute(value: string): string {
  return value.replace(/&(quot|amp|lt|gt|#39);/g, (_, name: string) => ENTITIES[name] as string);
}

/** Writes an opening line that `parseDirective` reads back; newlines become spaces, empty values are left out. */
export function formatDirective(
  name: string,
  title: string,
  id: string,
  attributes: Record<string, string | readonly string[] | undefined>,
  colons = 3,
): string {
  const flat = (s: string) => s.replace(/\s+/g, ' ').trim();
  let inner = id ? `#${id}` : '';
  for (const [key, given] of Object.entries(attributes)) {
    const value = flat(typeof given === 'string' ? given : (given ?? []).join(' '));
    if (value !== '') inner += `${inner ? ' ' : ''}${key}="${value.replace(/&/g, '&amp;').replace(/"/g, '&quot;')}"`;
  }
  const label = title ? `[${flat(title).replace(/[\\[\]]/g, '\\$&')}]` : '';
  return `${':'.repeat(colons)}${name}${label}${inner ? `{${inner}}` : ''}`;
}
