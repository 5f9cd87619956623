import type { Block } from './blocks.ts';
import { piecesOf } from './html.ts';

/** Reads an HTML table; a cell is a list of paragraphs, still with its inline tags. */
export function readHtmlTable(html: string): { head: string[][] | null; rows: string[][][]; rest: string } {
  const rows: string[][][] = [];
  let head: string[][] | null = null;
  let row: string[][] | null = null;
  let cell: string[] | null = null;
  let inHead = false;
  let depth = 0;
  let rest = '';
  for (const piece of piecesOf(html)) {
    if ('comment' in piece) continue;
    const name = 'tag' in piece ? piece.tag.name : '';
    if ('tag' in piece && name === 'table') {
      depth += piece.tag.close ? -1 : 1;
      continue;
    }
    if (depth < 1) {
      rest += 'tag' in piece ? piece.tag.raw : piece.text;
      continue;
    }
    if ('tag' in piece && ['thead', 'tr', 'td', 'th', 'tbody', 'tfoot', 'colgroup', 'col', 'caption'].includes(name)) {
      const { close } = piece.tag;
      if (name === 'thead') inHead = !close;
      if (name === 'tr') {
        if (row) {
          if (inHead && !head) head = row;
          else rows.push(row);
        }
        row = close ? null : [];
        cell = null;
      }
      if (name === 'td' || name === 'th') {
        cell = null;
        if (!close) {
          row ??= [];
          cell = [''];
          row.push(cell);
        }
      }
      continue;
    }
    if (!cell) {
      if ('text' in piece && piece.text.trim()) rest += piece.text;
      continue;
    }
    if ('tag' in piece && ['p', 'li', 'div'].includes(name)) {
      if (cell.at(-1)!.trim()) cell.push('');
      continue;
    }
    if ('tag' in piece && ['ul', 'ol'].includes(name)) continue;
    cell[cell.length - 1] += 'tag' in piece ? piece.tag.raw : piece.text;
  }
  if (row?.length) rows.push(row);
  return { head, rows, rest };
}

/**
 * A Markdown table where every cell is one paragraph; otherwise a list by first column, because a Markdown cell holds
 * no paragraphs and nothing may be lost.
 */
export function tableBlocks(html: string, clean: (inline: string) => string): { blocks: Block[]; asList: boolean; rest: string } {
  const { head, rows, rest } = readHtmlTable(html);
  const cells = rows.map((row) => row.map((cell) => cell.map((part) => clean(part.replace(/\s*\n\s*/g, ' '))).filter(Boolean)));
  const titles = (head ?? []).map((cell) => clean(cell.join(' ')));
  if (!cells.length && !titles.some(Boolean)) return { blocks: [], asList: false, rest };
  if (cells.every((row) => row.every((cell) => cell.length <= 1 && !cell[0]?.includes('\n')))) {
    const width = Math.max(titles.length, ...cells.map((row) => row.length), 1);
    const first = titles.length ? titles : Array.from({ length: width }, () => '');
    return { blocks: [{ t: 'table', align: [], rows: [first, ...cells.map((row) => row.map((cell) => cell[0] ?? ''))] }], asList: false, rest };
  }
  const heading: Block[] = titles.some(Boolean) ? [{ t: 'para', text: `*${titles.filter(Boolean).join(': ').replace(/[*_]/g, '')}*` }] : [];
  const blocks: Block[] = cells.flatMap((row): Block[] => {
    const [name = [], ...others] = row;
    const items = others.flatMap((cell, column) =>
      cell.map((part) => {
        const words = part.replace(/^[•·▪]\s*/, '');
        return {
          task: null,
          blocks: [{ t: 'para', text: others.length > 1 && titles[column + 1] ? `${titles[column + 1]}: ${words}` : words } satisfies Block],
        };
      }),
    );
    const lead: Block = { t: 'para', text: `**${name.join(' ').replace(/\*\*/g, '') || '–'}**` };
    return items.length ? [lead, { t: 'list', ordered: false, start: 1, items }] : [lead];
  });
  return { blocks: [...heading, ...blocks], asList: true, rest };
}
