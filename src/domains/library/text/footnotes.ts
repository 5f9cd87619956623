import type { Token } from 'markdown-it';
import { noteKey } from '#lib/text/notes.ts';

/** A note as readers meet it: its number on this page, its tokens, and the names of the places that refer to it (none: nobody does). */
export type Footnote = { number: number; tokens: Token[]; block: string | null; back: string[] };
export type NoteRef = { label: string; number?: number; name?: string };

/** Ways back that a note shows; who refers to one note a thousand times cannot fill a page with arrows. */
const WAYS_BACK = 20;

/**
 * Takes the notes out of a text and gives them their numbers, in the order in which the text refers to them; notes that nothing refers to
 * follow, so that what stands in a text is seen. References learn their note's number. Names hold a colon, which no heading's name has.
 */
export function takeFootnotes(tokens: Token[]): { tokens: Token[]; notes: Footnote[] } {
  const rest: Token[] = [];
  const found: Array<{ key: string; tokens: Token[]; block: string | null }> = [];
  const open: Array<(typeof found)[number]> = [];
  for (const token of tokens) {
    if (token.type === 'note_open') {
      const note = { key: noteKey((token.meta as NoteRef).label), tokens: [], block: token.attrGet('id') as string | null };
      found.push(note);
      open.push(note);
    } else if (token.type === 'note_close') open.pop();
    else (open.at(-1)?.tokens ?? rest).push(token);
  }
  if (found.length === 0) return { tokens, notes: [] };
  const first = new Map<string, (typeof found)[number]>();
  for (const note of found) if (!first.has(note.key)) first.set(note.key, note);
  const notes: Footnote[] = [];
  const numbered = new Map<(typeof found)[number], Footnote>();
  const take = (note: (typeof found)[number]): Footnote => {
    const made = { number: notes.length + 1, tokens: note.tokens, block: note.block, back: [] };
    numbered.set(note, made);
    notes.push(made);
    return made;
  };
  const refer = (list: readonly Token[]) => {
    for (const token of list.flatMap(({ children }) => children ?? [])) {
      if (token.type !== 'note_ref') continue;
      const meta = token.meta as NoteRef;
      const note = first.get(noteKey(meta.label));
      if (!note) continue;
      const to = numbered.get(note) ?? take(note);
      const name = `fr:${to.number}${to.back.length ? `:${to.back.length + 1}` : ''}`;
      token.meta = { ...meta, number: to.number, ...(to.back.length < WAYS_BACK && { name }) };
      if (to.back.length < WAYS_BACK) to.back.push(name);
    }
  };
  refer(rest);
  // Notes refer to notes; each is read once, however they refer to each other.
  let read = 0;
  const readOn = () => {
    while (read < notes.length) refer((notes[read++] as Footnote).tokens);
  };
  readOn();
  for (const note of found)
    if (!numbered.has(note)) {
      take(note);
      readOn();
    }
  return { tokens: rest, notes };
}
