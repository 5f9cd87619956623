import { createReadStream, createWriteStream, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { asOwner, connectOnce } from '../database/connect.server.ts';
import { folderFault } from '../data-folder.server.ts';
import { seal } from './envelope.server.ts';
import { type Head, writeRecords } from './records.server.ts';
import { migrationsOf, SCHEMAS, tablesOf } from './tables.server.ts';

export type BackupInput = {
  /** An address whose user is indaba_owner or may become it. */
  url: string;
  passphrase: string;
  /** Where the backup is to stand; it appears there whole or not at all. */
  path: string;
  seed: string;
  folders: { files: string; keys: string };
  now?: Date;
};
export type Counts = { tables: number; files: number; keys: number };

/**
 * Writes one sealed file with every row as of one moment, while the hub goes on, and all files and keys. Throws a Fault when it cannot be written.
 */
export async function makeBackup(input: BackupInput): Promise<Counts> {
  const client = await connectOnce(asOwner(input.url));
  const counts = { tables: 0, files: 0, keys: 0 };
  const draft = `${input.path}.new-${process.pid}`;
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; begin transaction isolation level repeatable read read only');
    const bytes = Readable.from(writeRecords(records(client, input, counts)));
    await pipeline(
      bytes,
      createGzip({ level: 6 }),
      (source) => seal(source, input.passphrase),
      createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }),
    );
    renameSync(draft, input.path);
    return counts;
  } catch (error) {
    rmSync(draft, { force: true });
    throw (error as NodeJS.ErrnoException).syscall ? folderFault(dirname(input.path), error) : error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Writes down that a backup was made, as the owner, who makes them; the health page asks how old the last one is. */
export async function noteBackup(url: string, why: 'asked' | 'before_upgrade', bytes: number): Promise<void> {
  const client = await connectOnce(asOwner(url));
  try {
    await client.query('insert into app.backups (why, bytes) values ($1, $2)', [why, bytes]);
  } finally {
    await client.end().catch(() => {});
  }
}

async function* records(client: Client, input: BackupInput, counts: Counts): AsyncGenerator<{ head: Head; body?: AsyncIterable<Uint8Array> }> {
  const made_at = (input.now ?? new Date()).toISOString();
  yield { head: { kind: 'hub', format: 1, made_at, migrations: await migrationsOf(client), seed: input.seed } };
  // Keys first: whoever tries to open the file learns at once whether it is theirs.
  for (const name of namesIn(input.folders.keys, /^[a-z-]+\.json$/)) {
    counts.keys++;
    yield { head: { kind: 'key', name }, body: createReadStream(join(input.folders.keys, name)) };
  }
  for (const { name, columns } of await tablesOf(client)) {
    counts.tables++;
    yield { head: { kind: 'table', name, columns }, body: client.query(copyTo(`copy (select ${columns.join()} from ${name}) to stdout`)) };
  }
  const { rows } = await client.query<{ name: string; value: string }>(
    "select format('%I.%I', schemaname, sequencename) as name, last_value::text as value from pg_sequences where schemaname = any($1) and last_value is not null order by 1",
    [SCHEMAS],
  );
  for (const { name, value } of rows) yield { head: { kind: 'sequence', name, value } };
  // After the rows: a file is kept before the row that names it, so every row's file is here.
  for (const name of namesIn(input.folders.files, /^[0-9a-f]{64}$/)) {
    counts.files++;
    yield { head: { kind: 'file', name }, body: createReadStream(join(input.folders.files, name)) };
  }
}

function namesIn(folder: string, wanted: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => wanted.test(name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw folderFault(folder, error);
  }
}
