import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import * as v from 'valibot';
import { type Mark, Mark as MarkShape, type Root, Root as RootShape } from '#domains/audit/model.ts';
import { sealLog } from '#domains/audit/seal-log.server.ts';
import { readLog, verifyLog } from '#domains/audit/verify-log.server.ts';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import type { Command } from './command.ts';
import { runShutdownList } from './life.ts';
import { refusePending } from './web.ts';

export const command: Command = {
  summary: 'Check, export or seal the log of what happened.',
  usage: 'verify [--from-root <file>] | export [--after <row>] | seal | forget <row> --reason <words>',
  help: [
    'verify  computes every hash anew; names the first row that was removed, altered or put there and ends with 1.',
    '        --from-root: a file with roots as /api/v1/audit-roots gives them, or lines {"day", "root"}, or what verify printed, {"position", "hash"}.',
    'export  prints the log as JSON lines, oldest first; --after continues behind a row.',
    'seal    chains what waits; the running hub does it every minute.',
    'forget  erases what a row is about. The row stays, and so does who asked and why.',
  ].join('\n'),
  options: { 'from-root': { type: 'string' }, after: { type: 'string' }, reason: { type: 'string' } },
  positionals: true,
  run: async ({ values, positionals: [what = '', row, ...more] }) => {
    const work = Object.hasOwn(works, what) ? works[what as keyof typeof works] : undefined;
    if (!work || more.length || (row !== undefined && what !== 'forget'))
      throw new Fault('Say verify, export, seal or forget: see "indaba audit --help".', { exitCode: 2 });
    // Read before the database is opened: a file that is not there is said at once.
    const kept = readKept(values['from-root'] as string | undefined);
    const database = await openDatabase(config());
    try {
      await refusePending(database.urls.owner);
      await work({ kept, row, after: values.after as string | undefined, reason: values.reason as string | undefined });
    } finally {
      await runShutdownList();
      await database.close();
    }
  },
};

type Kept = { roots: Root[]; marks: Mark[] };
type Asked = { kept: Kept; row: string | undefined; after: string | undefined; reason: string | undefined };

const works = {
  async verify({ kept }: Asked) {
    const verdict = await verifyLog(kept);
    if (verdict.fault !== undefined) throw new Fault(verdict.fault);
    const { rows, forgotten, roots, last } = verdict;
    const beside = kept.roots.length + kept.marks.length;
    console.log(
      `The log is whole: ${rows} rows, ${forgotten} of them forgotten, ${roots} roots of days${beside ? `, and all ${beside} that were kept elsewhere` : ''}.`,
    );
    // Kept elsewhere, this line is a mark for --from-root.
    console.log(JSON.stringify({ position: rows, hash: last }));
  },
  async export({ after = '0' }: Asked) {
    if (!/^\d{1,15}$/.test(after)) throw new Fault(`--after is "${after}": it must be the number of a row.`, { exitCode: 2 });
    for await (const { pos, source, source_id, kind, at, payload_hash, previous, hash, body } of readLog(Number(after))) {
      const hashes = { payload_hash: payload_hash.toString('hex'), previous: previous.toString('hex'), hash: hash.toString('hex') };
      const line = JSON.stringify({ position: Number(pos), kind, at, source, source_id, ...hashes, payload: body && JSON.parse(body) });
      // Whoever reads slowly is waited for; once whoever read has gone, as `head` does, the rest is for nobody.
      if (!(await written(`${line}\n`))) return;
    }
  },
  async seal() {
    console.log(`${await sealLog()} rows were added to the log.`);
  },
  async forget({ row = '', reason = '' }: Asked) {
    if (!/^\d{1,15}$/.test(row) || !reason.trim()) throw new Fault('Name the row and the reason: indaba audit forget 12 --reason "…"', { exitCode: 2 });
    const done = await as({ kind: 'clerk' }, (tx) => sql<{ done: boolean }>`select app.audit_forget(${row}::bigint, ${reason}) as done`.execute(tx));
    if (!done.rows[0]?.done) throw new Fault(`Row ${row} of the log holds nothing to forget.`);
    console.log(`What row ${row} was about is forgotten; the chain stays whole.`);
  },
};

/** Writes to standard output and waits until it is taken; false when nobody is there to take it. */
const written = (text: string) => new Promise<boolean>((done) => void process.stdout.write(text, (error) => done(!error)));

function readKept(file: string | undefined): Kept {
  if (file === undefined) return { roots: [], marks: [] };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault(`The file "${file}" cannot be read.`, { cause: error });
  }
  const found = parseKept(text);
  if (!found.length) throw new Fault(`The file "${file}" holds no root: it must be JSON with "day" and "root", or "position" and "hash".`);
  const roots = found.flatMap((each) => (v.is(RootShape, each) ? [each] : []));
  const marks = found.flatMap((each) => (v.is(MarkShape, each) ? [each] : []));
  if (roots.length + marks.length !== found.length)
    throw new Fault(`The file "${file}" holds something that is no root: each needs "day" and "root", or "position" and "hash", in full.`);
  return { roots, marks };
}

/** One JSON document (a root, a list, an answer of the API) or one per line; other lines, such as a sentence above, say nothing. */
function parseKept(text: string): unknown[] {
  const read = (part: string): unknown[] => {
    try {
      const value = JSON.parse(part) as { items?: unknown };
      return Array.isArray(value) ? value : Array.isArray(value?.items) ? value.items : value && typeof value === 'object' ? [value] : [];
    } catch {
      return [];
    }
  };
  const whole = read(text);
  return whole.length ? whole : text.split('\n').flatMap(read);
}
