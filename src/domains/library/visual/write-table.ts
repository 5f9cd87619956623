import type { Node } from 'prosemirror-model';
import { type Care, writeInline } from './write-inline.ts';

/** Rows between bars, without padding; the first of them is the head. */
export function writeTable(node: Node, care: Care): string {
  const rows = node.content.content.map((row) => row.content.content.map((cell) => writeInline(cell, care).replace(/\s*\n\s*/g, ' ')));
  const width = Math.max(...rows.map((row) => row.length));
  const line = (cells: string[]) => `| ${Array.from({ length: width }, (_, k) => cells[k] ?? '').join(' | ')} |`;
  const sides = Array.from(
    { length: width },
    (_, k) => ({ left: ':---', right: '---:', center: ':---:' })[String(node.firstChild?.maybeChild(k)?.attrs['align'])] ?? '---',
  );
  return [line(rows[0] ?? []), line(sides), ...rows.slice(1).map(line)].join('\n');
}
