import { writeFileSync } from 'node:fs';
import { Fault } from '#platform/fault.ts';

/** A word of the command line, or nothing. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() ? value.trim() : undefined);

/** Writes what was said as JSON, readable by its owner only; throws a Fault naming the file. */
export function writeReport(file: string, report: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new Fault(`The import is done, but its report could not be written to ${file} (${(error as Error).message}).`, { cause: error });
  }
}
