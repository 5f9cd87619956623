/** A table of outcomes that stands in a document for people to read, and is held against what was found. */
import { readFileSync, writeFileSync } from 'node:fs';

/** The lines as found and as written. With INDABA_WRITE=1 the document is written anew below its words, which stay. */
export function writtenTable(file: string, columns: readonly string[], rows: Map<string, string[]>): { now: string[]; written: string[] } {
  const words = readFileSync(file, 'utf8').split('\n| ')[0];
  const lines = [...rows].map(([name, row]) => `| ${name} | ${row.join(' | ')} |`);
  const now = `${words}\n| asked | ${columns.join(' | ')} |\n| --- |${columns.map(() => ' --- |').join('')}\n${lines.join('\n')}\n`;
  if (process.env.INDABA_WRITE) writeFileSync(file, now);
  return { now: now.split('\n'), written: readFileSync(file, 'utf8').split('\n') };
}
