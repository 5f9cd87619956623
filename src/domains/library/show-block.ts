import { parseDirective } from '#lib/text/directives.ts';
import { diffWords, type WordDiff } from '#lib/text/diff-words.ts';
import { linesOf } from '#lib/text/lines.ts';

/** A changed block as a reader wants to see it: for a control its title, what is said about it, and its text, each word by word. */
export type ShownBlock = { title: WordDiff[]; attributes: Array<{ key: string; words: WordDiff[] }>; text: WordDiff[] };

/** Takes the marks of a control, hint or figure away before comparing; `given` are the words already compared, for every other block. */
export function showBlock(before: string, after: string, given?: WordDiff[]): ShownBlock {
  const [old, now] = [openUp(before), openUp(after)];
  if ((before && !old) || (after && !now) || (!old && !now)) return { title: [], attributes: [], text: given ?? diffWords(before, after) };
  const keys = new Set([...Object.keys(old?.attributes ?? {}), ...Object.keys(now?.attributes ?? {})]);
  const attributes = [...keys].flatMap((key) => {
    const [x, y] = [old?.attributes[key] ?? '', now?.attributes[key] ?? ''];
    return x === y ? [] : [{ key, words: diffWords(x, y) }];
  });
  return { title: diffWords(old?.title ?? '', now?.title ?? ''), attributes, text: diffWords(old?.text ?? '', now?.text ?? '') };
}

function openUp(block: string): { title: string; attributes: Record<string, string>; text: string } | undefined {
  const lines = linesOf(block.trim());
  const directive = parseDirective(lines[0] ?? '');
  if (!directive || directive.fault || !/^:{3,}\s*$/.test(lines.at(-1) ?? '')) return undefined;
  return {
    title: directive.title,
    attributes: { ...directive.attributes, ...(directive.id && { '#': directive.id }) },
    text: lines.slice(1, -1).join('\n').trim(),
  };
}
