import type { Node } from 'prosemirror-model';
import { schema } from '#domains/library/visual/schema.ts';
import { tidy } from '#domains/library/visual/tidy.ts';

// Between a place in the editor and a letter of the Markdown. Letters and digits are the same in both; what else the Markdown has is passed over. Good enough for a cursor.

/** A paragraph that no Markdown can say: somebody is about to write in it. */
export const silent = (node: Node): boolean => node.type === schema.nodes.paragraph && !tidy(node).content.size;

const counts = (letter: string): boolean => /[\p{L}\p{N}]/u.test(letter);

/** Which letters of a block's Markdown are words of it: not the name and attributes of a directive, not the number of an item, not where a link leads. */
function spoken(slice: string): boolean[] {
  const out = Array.from({ length: slice.length }, (_, k) => counts(slice[k] as string));
  for (const [rule, keep] of [
    [/^:{3,}[ \t]*[\w-]+(?:\[([^\]\n]*)\])?[^\n]*$/gm, true],
    [/^[ \t>]*\d{1,9}[.)](?=\s)/gm, false],
    [/\]\([^)\n]*\)/g, false],
  ] as const)
    for (const found of slice.matchAll(rule)) {
      const title = keep ? (found[1] ?? '') : '';
      const from = found.index + found[0].indexOf(`[${title}]`) + 1;
      for (let k = found.index; k < found.index + found[0].length; k++) if (!title || k < from || k >= from + title.length) out[k] = false;
    }
  return out;
}

const words = (doc: Node): number[] => doc.content.content.flatMap((node, k) => (silent(node) && doc.childCount > 1 ? [] : [k]));

/** The letter of the Markdown at a place in the editor; `read` is what that Markdown is read as. */
export function letterAt(doc: Node, read: Node, place: number): number | undefined {
  const { index } = doc.resolve(place).node(0) === doc ? { index: doc.resolve(place).index(0) } : { index: 0 };
  const blocks = words(doc);
  const k = blocks.findIndex((at) => at >= index);
  if (k < 0 || k >= read.childCount) return read.content.content.reduce((sum, node) => sum + sizeOf(node), 0);
  const before = read.content.content.slice(0, k).reduce((sum, node) => sum + sizeOf(node), 0);
  if (blocks[k] !== index) return before;
  let start = 0;
  for (let at = 0; at < index; at++) start += doc.child(at).nodeSize;
  let left = [...doc.textBetween(start, place, '\n', ' ')].filter(counts).length;
  const slice = String(read.child(k).attrs['src'] ?? '');
  const mask = spoken(slice);
  let at = 0;
  while (at < slice.length && left > 0) if (mask[at++]) left--;
  return before + at;
}

const sizeOf = (node: Node): number => String(node.attrs['src'] ?? '').length;

/** The place in the editor of a letter of the Markdown. */
export function placeOf(doc: Node, read: Node, letter: number): number | undefined {
  let k = 0;
  let before = 0;
  while (k < read.childCount - 1 && before + sizeOf(read.child(k)) <= letter) before += sizeOf(read.child(k++));
  const index = words(doc)[k];
  if (index === undefined || k >= read.childCount) return undefined;
  const slice = String(read.child(k).attrs['src'] ?? '');
  const mask = spoken(slice);
  // Before a word, or right behind one.
  const ahead = !!mask[letter - before];
  let left = 0;
  for (let at = 0; at < Math.min(letter - before, slice.length); at++) if (mask[at]) left++;
  let start = 0;
  for (let at = 0; at < index; at++) start += doc.child(at).nodeSize;
  const block = doc.child(index);
  let found: number | undefined;
  let end = start + 1;
  doc.nodesBetween(start, start + block.nodeSize, (node, pos) => {
    if (found !== undefined) return false;
    if (node.isTextblock) end = pos + 1;
    if (node.isText) {
      const text = node.text ?? '';
      for (let at = 0; at < text.length && found === undefined; at++) {
        const letters = counts(text[at] as string);
        if (left === 0 && (letters || !ahead)) found = pos + at;
        else if (letters) left--;
      }
      end = pos + text.length;
      if (found === undefined && left === 0 && !ahead) found = end;
    }
    return true;
  });
  return found ?? end;
}
