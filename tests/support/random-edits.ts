import { paragraph, randomBlock, sentence } from './random-text.ts';

/** A block of a page under edit; `key` follows it through changes, so that a test can say which block is which. */
export type Live = { key: number; text: string; slug?: string };
export type Edit = 'words' | 'rewrite' | 'insert' | 'delete' | 'move' | 'split' | 'merge' | 'swap';

const slugIn = (text: string) => /^:::control\[[^\]]*\]\{#([^\s}]+)/.exec(text)?.[1];
let keys = 0;

/** A page of blocks to edit. */
export function livePage(random: () => number, blocks: number): Live[] {
  return apart(Array.from({ length: blocks }, (_, n) => live(randomBlock(random, n))));
}

const MARKS = ['-', '*', '+'];

/** Two lists with one mark in a row would be read as one list: the second takes another mark. */
export function apart(page: readonly Live[]): Live[] {
  const out: Live[] = [];
  for (const block of page) {
    const mark = MARKS.indexOf(block.text[0] as string);
    const before = MARKS.indexOf(out.at(-1)?.text[0] ?? '');
    out.push(mark >= 0 && mark === before ? { ...block, text: block.text.replace(/^[-*+] /gm, `${MARKS[(mark + 1) % 3]} `) } : block);
  }
  return out;
}

/** A block with a key of its own. */
export function live(text: string): Live {
  const slug = slugIn(text);
  return { key: ++keys, text, ...(slug && { slug }) };
}

/** The page's Markdown. */
export function written(page: readonly Live[]): string {
  return `${page.map((block) => block.text).join('\n\n')}\n`;
}

/** Changes some words inside a block; about `share` of the letters-only words outside markup. */
export function changeWords(random: () => number, text: string, share: number): string {
  const other = () => sentence(random, 1).toLowerCase().replace('.', '');
  let changed = false;
  const maybe = (word: string) => {
    if (random() >= share) return word;
    changed = true;
    return other();
  };
  const lines = text.split('\n');
  const markup = (line: string) => line.startsWith(':::') || line.startsWith('```') || /^\|[-|]+$/.test(line);
  const out = lines.map((line) => (markup(line) ? line : line.replace(/\b[a-z]{3,}\b/g, maybe))).join('\n');
  if (changed) return out;
  const last = lines.length > 2 ? 1 : 0;
  return lines.map((line, i) => (i === last ? line.replace(/\w+(?=\W*$)/, other()) : line)).join('\n');
}

/** One random edit; returns the new page and says what was done. Keys follow the block, and the larger part of a cut one. */
export function editOnce(random: () => number, page: readonly Live[], kind: Edit): Live[] {
  const at = Math.floor(random() * page.length);
  const block = page[at] as Live;
  const rest = page.slice();
  const plain = /^[A-Z]/.test(block.text) && !block.text.includes('\n');
  if (kind === 'words') rest[at] = { ...block, text: changeWords(random, block.text, 0.12) };
  else if (kind === 'rewrite')
    rest[at] = block.slug ? { ...block, text: block.text.replace(/\n[\s\S]*\n:::$/, `\n${paragraph(random)}\n:::`) } : live(paragraph(random));
  else if (kind === 'insert') rest.splice(at, 0, live(randomBlock(random, 1000 + keys)));
  else if (kind === 'delete') rest.splice(at, 1);
  else if (kind === 'move') {
    rest.splice(at, 1);
    rest.splice(Math.floor(random() * (rest.length + 1)), 0, block);
  } else if (kind === 'swap' && at + 1 < page.length) {
    rest[at] = page[at + 1] as Live;
    rest[at + 1] = block;
  } else if (kind === 'split' && plain) {
    const cut = block.text.indexOf('. ', block.text.length * 0.2);
    if (cut > 0 && cut < block.text.length - 3) {
      const parts = [block.text.slice(0, cut + 1), block.text.slice(cut + 2)] as [string, string];
      const first = parts[0].length >= parts[1].length;
      rest.splice(at, 1, first ? { ...block, text: parts[0] } : live(parts[0]), first ? live(parts[1]) : { ...block, text: parts[1] });
    }
  } else if (kind === 'merge' && plain) {
    const next = page[at + 1];
    if (next && /^[A-Z]/.test(next.text) && !next.text.includes('\n'))
      rest.splice(at, 2, { ...(block.text.length >= next.text.length ? block : next), text: `${block.text} ${next.text}` });
  }
  return apart(rest);
}
