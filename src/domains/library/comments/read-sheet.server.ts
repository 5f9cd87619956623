import { Unzip, UnzipInflate } from 'fflate';
import { Refusal } from '#platform/errors.ts';
import { COLUMNS, NEEDED, readHeadings, type SheetRow } from './sheet-columns.ts';

/** How large a file may be, as it comes and unpacked; and how many of its rows are looked at. */
export const SHEET_LIMIT = 1_500_000;
const UNPACKED_LIMIT = 8_000_000;
const FILES_LIMIT = 200;
export const ROWS_LIMIT = 500;
const HEADINGS_WITHIN = 20;

export type ReadSheet = { rows: SheetRow[] /** How many rows stand behind those that were looked at. */; beyond: number };

/**
 * Reads a filled template: cells as text, formulas as the value they had, never worked out; nothing is fetched.
 * Refuses: library.sheet.too_large, .not_xlsx, .unpacks, .columns.
 */
export async function readSheetFile(bytes: Uint8Array): Promise<ReadSheet> {
  if (bytes.length > SHEET_LIMIT) throw new Refusal('library.sheet.too_large', { status: 413, details: { limit: SHEET_LIMIT / 1_000_000 } });
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw new Refusal('library.sheet.not_xlsx');
  measure(bytes);
  const { readSheet } = await import('read-excel-file/node');
  let cells: unknown[][];
  try {
    cells = (await readSheet(Buffer.from(bytes), { trim: false })) as unknown[][];
  } catch {
    throw new Refusal('library.sheet.not_xlsx');
  }
  return rowsOf(cells.map((row) => row.map(asText)));
}

/** Unpacks it without keeping anything, to know how much it holds before somebody reads it: what a file says of itself is not believed. */
function measure(bytes: Uint8Array): void {
  let [size, files] = [0, 0];
  const over = () => new Refusal('library.sheet.unpacks', { status: 413, details: { limit: UNPACKED_LIMIT / 1_000_000 } });
  const unzip = new Unzip((file) => {
    if (++files > FILES_LIMIT) throw over();
    file.ondata = (error, chunk) => {
      // What was thrown below comes back here as an error of the file.
      if (error) throw error instanceof Refusal ? error : new Refusal('library.sheet.not_xlsx');
      size += chunk.length;
      if (size > UNPACKED_LIMIT) throw over();
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    // In pieces, so that a bomb is noticed before it has gone off.
    for (let at = 0; at < bytes.length; at += 4096) unzip.push(bytes.subarray(at, at + 4096), at + 4096 >= bytes.length);
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('library.sheet.not_xlsx');
  }
  if (!files) throw new Refusal('library.sheet.not_xlsx');
}

/** The rows under the line of headings, by the numbers a spreadsheet shows; empty ones are none. */
export function rowsOf(cells: string[][]): ReadSheet {
  const lines = cells.slice(0, HEADINGS_WITHIN).map(readHeadings);
  const head = lines.findIndex((found) => NEEDED.every((column) => found.has(column)));
  if (head < 0) throw new Refusal('library.sheet.columns');
  const places = lines[head]!;
  const filled = cells.flatMap((line, i) => {
    if (i <= head) return [];
    const one = Object.fromEntries(COLUMNS.map((column) => [column, (line[places.get(column) ?? -1] ?? '').replace(/\r\n?/g, '\n').trim()])) as Record<
      (typeof COLUMNS)[number],
      string
    >;
    return COLUMNS.some((column) => column !== 'member' && one[column]) ? [{ ...one, row: i + 1 }] : [];
  });
  return { rows: filled.slice(0, ROWS_LIMIT), beyond: Math.max(filled.length - ROWS_LIMIT, 0) };
}

const asText = (cell: unknown): string => (cell === null || cell === undefined ? '' : cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell));
