/** A value in a cell. What a table program would take for a formula gets an apostrophe before it: texts come from people. */
function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : Array.isArray(value) ? value.map(plain).join(' ') : plain(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const plain = (value: unknown): string =>
  value instanceof Date ? value.toISOString() : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

/** Rows as CSV (RFC 4180), the names of the columns first; nothing where there are no rows. */
export function csv(rows: Record<string, unknown>[]): string {
  if (!rows[0]) return '';
  const names = Object.keys(rows[0]);
  return [names.join(','), ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].map((line) => `${line}\r\n`).join('');
}
