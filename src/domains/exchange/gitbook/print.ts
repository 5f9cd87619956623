import type { Block, Item } from './blocks.ts';
import { guardLines } from './inline.ts';

/** Value of a directive attribute: quoted by the caller, one line, quotes and ampersands as references. */
export const attribute = (value: string): string => value.replace(/\s+/g, ' ').trim().replace(/&/g, '&amp;').replace(/"/g, '&quot;');

/** Writes blocks in the library's Markdown: one blank line between blocks, `-` lists, directives on lines of their own. */
export function printBlocks(blocks: Block[]): string {
  return blocks.map(printBlock).filter(Boolean).join('\n\n');
}

function printBlock(block: Block): string {
  switch (block.t) {
    case 'heading':
      return block.text ? `${'#'.repeat(block.level)} ${block.text.replace(/\\?\n/g, ' ').replace(/(\s#+)$/, '')}` : '';
    case 'para':
      return guardLines(block.text);
    case 'list':
      return printList(block);
    case 'code': {
      const fence = '`'.repeat(Math.max(3, ...[...block.text.matchAll(/`{3,}/g)].map((run) => run[0].length + 1)));
      return `${fence}${block.info.replace(/`/g, '')}\n${block.text.replace(/\n$/, '')}\n${fence}`;
    }
    case 'quote':
      return printBlocks(block.blocks).replace(/^/gm, '> ').replace(/^> $/gm, '>');
    case 'rule':
      return '---';
    case 'table':
      return printTable(block);
    case 'hint': {
      const inside = printBlocks(block.blocks);
      return `:::hint{style="${block.style}"}\n${inside}${inside ? '\n' : ''}:::`;
    }
    case 'figure':
      return `:::figure{src="${attribute(block.src)}" alt="${attribute(block.alt)}"}\n${block.caption ? `${guardLines(block.caption.replace(/\s*\n\s*/g, ' '))}\n` : ''}:::`;
    case 'control': {
      const inside = printBlocks(block.blocks);
      return `${block.open}\n${inside}${inside ? '\n' : ''}:::`;
    }
    case 'html':
      return '';
  }
}

function printList(list: Extract<Block, { t: 'list' }>): string {
  const loose = list.items.some((item) => item.blocks.filter((block) => block.t !== 'list').length > 1);
  return list.items.map((item, index) => printItem(item, list.ordered ? `${list.start + index}.` : '-')).join(loose ? '\n\n' : '\n');
}

function printItem(item: Item, marker: string): string {
  const indent = ' '.repeat(marker.length + 1);
  const box = item.task === null ? '' : item.task ? '[x] ' : '[ ] ';
  const parts = item.blocks.map(printBlock);
  let body = parts[0] ?? '';
  // A list right under its paragraph stays tight; anything else gets its blank line.
  for (let i = 1; i < parts.length; i++) body += (item.blocks[i]!.t === 'list' && item.blocks[i - 1]!.t === 'para' ? '\n' : '\n\n') + parts[i];
  return `${marker} ${box}${body.replace(/\n(?=[^\n])/g, `\n${indent}`)}`.trimEnd();
}

function printTable(table: Extract<Block, { t: 'table' }>): string {
  const width = Math.max(...table.rows.map((row) => row.length), 1);
  const line = (row: string[]): string =>
    `| ${Array.from({ length: width }, (_, i) => (row[i] ?? '').replace(/\\?\n/g, ' ').replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  const rule = `| ${Array.from({ length: width }, (_, i) => ({ left: ':---', center: ':---:', right: '---:' })[table.align[i] ?? ''] ?? '---').join(' | ')} |`;
  const [head = [], ...body] = table.rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}
