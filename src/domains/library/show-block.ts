import { parseDirective } from '#lib/text/directives.ts';
import { diffWords, type WordDiff } from '#lib/text/diff-words.ts';
import { linesOf } from '#lib/text/lines.ts';

/** A changed block as a reader wants to see it: for a control its title, what is said about it, and its text, each word by word. */
export type ShownBlock = { title: WordDiff[]; attributes: Array<{ key: string; words: WordDiff[] }>; text: WordDiff[] };
/** What an attribute's value is called; the library does not know the lists its ids come from. */
export type SayValue = (key: string, value: string) => string;

/** Takes the marks of a control, hint or figure away before comparing; `given` are the words already compared, for every other block. */
export function showBlock(before: string, after: string, given?: WordDiff[], say: SayValue = (_, value) => value): ShownBlock {
  const [old, now] = [openUp(before), openUp(after)];
  if ((before && !old) || (after && !now) || (!old && !now)) {
    const marked = /^:{3,}|:param\[/m.test(before + after);
    return { title: [], attributes: [], text: given && !marked ? given : diffPlain(before, after) };
  }
  const keys = new Set([...Object.keys(old?.attributes ?? {}), ...Object.keys(now?.attributes ?? {})]);
  const attributes = [...keys].flatMap((key) => {
    const [x, y] = [old?.attributes[key] ?? '', now?.attributes[key] ?? ''];
    return x === y ? [] : [{ key, words: diffPlain(x && say(key, x), y && say(key, y)) }];
  });
  return { title: diffWords(old?.title ?? '', now?.title ?? ''), attributes, text: diffPlain(old?.text ?? '', now?.text ?? '') };
}

/** A text without the marks that only machines need: a parameter is its value, the first line of a control or note its title. */
export function withoutMarks(text: string): string {
  const lines = linesOf(text).flatMap((line) => {
    if (/^:{3,}\s*$/.test(line)) return [];
    const directive = parseDirective(line);
    if (!directive || directive.fault) return [line];
    return directive.title ? [directive.title] : [];
  });
  return lines.join('\n').replace(/:param\[((?:[^\\[\]]|\\.){1,200})\]\{#[a-z0-9-]+\}/g, (_, value: string) => value.replace(/\\([\\[\]])/g, '$1'));
}

/** Where nothing but a mark changed, the mark is what has to be seen. */
function diffPlain(before: string, after: string): WordDiff[] {
  const [x, y] = [withoutMarks(before), withoutMarks(after)];
  return before !== after && x === y ? diffWords(before, after) : diffWords(x, y);
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
