import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it';

// Footnotes (`[^label]` in the text, `[^label]: words` at the beginning of a line) and defined terms (a line with the term, under it `: what it means`).

/** The labels of the notes that a text holds, filled while its blocks are read; references to others stay words. */
export type NotesEnv = { notes?: Map<string, string> };

const LABEL = String.raw`\[\^((?:\\[!-/:-@[-\`{-~]|[^\s\\[\]\u0000-\u001f]){1,60})\]`;
const REFERENCE = new RegExp(`^${LABEL}`);
// A reference may be followed by a parameter of the text.
const DEFINITION = new RegExp(`^${LABEL}:(?!param\\[)`);
const MEANING = /^:[ \t]+\S/;

/** Two labels are one when they differ in case alone. */
export const noteKey = (label: string): string => label.normalize('NFC').toLowerCase();

/** How many directives are open around the reader: terms begin there or at the top, never in lists, quotes or notes. */
const depths = new WeakMap<StateBlock, number>();
export const depthOf = (state: StateBlock): number => depths.get(state) ?? 0;
export const setDepth = (state: StateBlock, depth: number): unknown => depths.set(state, depth);

/** Teaches a reader both; a definition becomes `note_open` … `note_close` in its place, a reference `note_ref`, terms `terms_open` with `term` and `meaning`. */
export function addNotes(md: MarkdownIt): void {
  md.block.ruler.before('reference', 'note', noteBlock, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
  md.block.ruler.before('paragraph', 'terms', termsBlock);
  md.inline.ruler.before('link', 'note_ref', noteRef);
}

const lineOf = (state: StateBlock, line: number) =>
  state.src.slice((state.bMarks[line] as number) + (state.tShift[line] as number), state.eMarks[line] as number);

function noteBlock(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  const column = state.sCount[start] as number;
  // Less far in than the list or note that is open: it ends that one's paragraph. Further in: code by indentation.
  if (column < 0 || column - state.blkIndent > 3 || (column < state.blkIndent && !silent)) return false;
  const at = (state.bMarks[start] as number) + (state.tShift[start] as number);
  const hit = state.src.startsWith('[^', at) ? DEFINITION.exec(lineOf(state, start)) : null;
  if (!hit) return false;
  if (silent) return true;
  const label = hit[1] as string;
  const env = state.env as NotesEnv;
  env.notes ??= new Map();
  const key = noteKey(label);
  if (!env.notes.has(key)) env.notes.set(key, label);

  const was = { mark: state.bMarks[start], shift: state.tShift[start], count: column, parent: state.parentType };
  const after = at + hit[0].length;
  const words = /^[ \t]*/.exec(state.src.slice(after, state.eMarks[start]))?.[0].length ?? 0;
  const open = state.push('note_open', 'li', 1);
  open.block = true;
  open.meta = { label };
  state.bMarks[start] = after;
  state.tShift[start] = words;
  state.blkIndent += 4;
  state.sCount[start] = state.blkIndent;
  state.parentType = 'note' as typeof state.parentType;
  state.md.block.tokenize(state, start, end);
  state.blkIndent -= 4;
  state.parentType = was.parent;
  state.bMarks[start] = was.mark as number;
  state.tShift[start] = was.shift as number;
  state.sCount[start] = was.count;
  // A note without words still takes its line.
  state.line = Math.max(state.line, start + 1);
  while (state.line > start + 1 && state.isEmpty(state.line - 1)) state.line--;
  open.map = [start, state.line];
  const close = state.push('note_close', 'li', -1);
  close.block = true;
  return true;
}

function noteRef(state: StateInline, silent: boolean): boolean {
  if (state.linkLevel > 0 || !state.src.startsWith('[^', state.pos)) return false;
  const hit = REFERENCE.exec(state.src.slice(state.pos, state.pos + 130));
  if (!hit || !(state.env as NotesEnv).notes?.has(noteKey(hit[1] as string))) return false;
  if (!silent) state.push('note_ref', 'sup', 0).meta = { label: hit[1] };
  state.pos += hit[0].length;
  return true;
}

/** Term and meanings, one line each or more; a blank line ends them, so that every term has its own address and talk. */
function termsBlock(state: StateBlock, start: number, end: number): boolean {
  if (state.level !== depthOf(state) || !meaningAt(state, start + 1, end)) return false;
  let line = start;
  const rows: Array<{ type: 'term' | 'meaning'; from: number; to: number }> = [];
  while (line < end && !state.isEmpty(line) && (state.sCount[line] as number) >= state.blkIndent) {
    if (rows.length && meaningAt(state, line, end)) rows.push({ type: 'meaning', from: line, to: line + 1 });
    else if (meaningAt(state, line + 1, end) && (state.sCount[line] as number) - state.blkIndent < 2) {
      if (rows.length && ends(state, line, end)) break;
      rows.push({ type: 'term', from: line, to: line + 1 });
    } else {
      if (ends(state, line, end)) break;
      (rows.at(-1) as { to: number }).to = line + 1;
    }
    line++;
  }
  const list = state.push('terms_open', 'dl', 1);
  list.map = [start, line];
  list.block = true;
  for (const { type, from, to } of rows) {
    const open = state.push(`${type}_open`, type === 'term' ? 'dt' : 'dd', 1);
    open.map = [from, to];
    const inline = state.push('inline', '', 0);
    inline.content = Array.from({ length: to - from }, (_, k) => lineOf(state, from + k))
      .join('\n')
      .replace(type === 'meaning' ? /^:[ \t]+/ : /^/, '')
      .trim();
    inline.map = [from, to];
    inline.children = [];
    state.push(`${type}_close`, type === 'term' ? 'dt' : 'dd', -1);
  }
  state.push('terms_close', 'dl', -1);
  state.line = line;
  return true;
}

function meaningAt(state: StateBlock, line: number, end: number): boolean {
  return line < end && !state.isEmpty(line) && (state.sCount[line] as number) - state.blkIndent < 4 && MEANING.test(lineOf(state, line));
}

/** Whether a line begins what would end a paragraph. */
function ends(state: StateBlock, line: number, end: number): boolean {
  return state.md.block.ruler.getRules('paragraph').some((rule) => rule(state, line, end, true));
}
