import { unzipSync, zipSync } from 'fflate';
import type { ListedComment } from './list-view.server.ts';
import { COLUMNS, type Column, kindCode, sayColumn, sayObservation } from './sheet-columns.ts';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const widths: Record<Column, number> = { member: 24, place: 28, kind: 8, comment: 60, proposed: 60, observation: 48, quote: 32, reference: 16 };

/** How a place is written so that it is found again, whatever else is called the same: `[slug]`, `[#block]`, `[/path]`, `[request 4]`. */
export function placeCell(comment: ListedComment): string {
  if (comment.subject_kind === 'control') return `${comment.place} [${comment.control_slug ?? ''}]`;
  if (comment.subject_kind === 'change_request') return `${comment.request_title ?? ''} [request ${comment.request_number}]`;
  return `${comment.page_title ?? ''} [${comment.block ? `#${comment.block}` : `/${comment.page_path}`}]`;
}

/** What stands in one row of the sheet; what was taken back has no words. */
export const cellsOf = (comment: ListedComment): Record<Column, string> => ({
  // Of a country the country is the member, not the authority that speaks for it.
  member: (comment.country ? null : comment.organization) ?? comment.name ?? '',
  place: placeCell(comment),
  kind: kindCode(comment.kind),
  comment: comment.words,
  proposed: comment.proposed,
  observation: sayObservation(comment.disposition, comment.reason, comment.answer_number),
  quote: comment.quote,
  reference: `${comment.id}/${comment.version}`,
});

/** The resolution table as a spreadsheet. Every cell is text, also one that begins as a formula does. */
export async function writeSheet(comments: readonly ListedComment[]): Promise<Buffer> {
  const { default: write } = await import('write-excel-file/node');
  // No signs that XML cannot carry.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones.
  const text = (value: string) => ({
    type: String,
    value: value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''),
    format: '@',
    wrap: true,
    alignVertical: 'top' as const,
  });
  const head = COLUMNS.map((column) => ({ ...text(sayColumn(column)), fontWeight: 'bold' as const }));
  const rows = comments.map((comment) => COLUMNS.map((column) => text(cellsOf(comment)[column])));
  const sheet = { columns: COLUMNS.map((column) => ({ width: widths[column] })), stickyRowsCount: 1, orientation: 'landscape' as const };
  const made = await write([head, ...rows], sheet).toBuffer();
  // The same comments are the same bytes, whenever they are asked for: no moment stands in it.
  return Buffer.from(zipSync(unzipSync(new Uint8Array(made)), { mtime: '2000-01-01T12:00:00' }));
}
