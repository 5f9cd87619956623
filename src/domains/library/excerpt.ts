import { type Block, splitBlocks } from './text/blocks.ts';
import { splitPage } from './text/page.ts';

/** One control cut out of the text of its page: what stands before and after it, and the line it begins on. */
export type Excerpt = { before: string; text: string; after: string; line: number };

/** Cuts a control out of a page, so that a small change is made in a small field. */
export function cutControl(page: string, slug: string): Excerpt | undefined {
  const { body, bodyLine } = splitPage(page);
  let at = page.length - body.length;
  for (const block of splitBlocks(body)) {
    if (block.kind === 'control' && block.slug === slug) {
      const text = block.text.trimEnd();
      return { before: page.slice(0, at), text, after: page.slice(at + text.length), line: bodyLine + block.line - 1 };
    }
    at += block.text.length;
  }
  return undefined;
}

/** Cuts one part of a page out by its permanent id (`ids`: the sidecar of this very text). */
export function cutBlock(page: string, ids: ReadonlyArray<string | { id: string }>, id: string): (Excerpt & { block: Block }) | undefined {
  const { body, bodyLine } = splitPage(page);
  const blocks = splitBlocks(body);
  if (blocks.length !== ids.length) return undefined;
  let at = page.length - body.length;
  for (const [k, block] of blocks.entries()) {
    const one = ids[k]!;
    if ((typeof one === 'string' ? one : one.id) === id) {
      const text = block.text.trimEnd();
      return { before: page.slice(0, at), text, after: page.slice(at + text.length), line: bodyLine + block.line - 1, block };
    }
    at += block.text.length;
  }
  return undefined;
}

/** Browsers send CR LF from a text field, and drop a line end it begins with; the text of record keeps the line ends it has. */
export function asTyped(typed: string, base: string): string {
  const lines = typed.replace(/\r\n?/g, '\n');
  const was = base.replace(/\r\n?/g, '\n');
  return lines === was || lines === was.replace(/^\n/, '') ? base : lines;
}
