import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { asOwner, connectOnce } from '../database/connect.server.ts';
import { folderFault } from '../data-folder.server.ts';
import { Fault } from '../fault.ts';
import { unseal } from './envelope.server.ts';
import type { Counts } from './make-backup.server.ts';
import { type Entry, readRecords } from './records.server.ts';
import { migrationsOf, SCHEMAS, tablesOf } from './tables.server.ts';

export type RestoreInput = {
  /** An address whose user is indaba_owner or may become it; the database is migrated to this version and empty of people. */
  url: string;
  passphrase: string;
  path: string;
  folders: { files: string; keys: string };
};
export type Restored = Counts & { made_at: string; seed: string };

/**
 * Reads a backup from end to end and keeps nothing, so that nothing is made for one that could not be restored.
 * Throws a Fault when there is no such file, or it is damaged, cut off or sealed with another passphrase.
 */
export async function checkBackup(input: Pick<RestoreInput, 'path' | 'passphrase'>): Promise<void> {
  try {
    let hub = false;
    for await (const { head, body } of readRecords(plain(input))) {
      hub ||= head.kind === 'hub';
      for await (const _ of body);
    }
    if (!hub) throw new Fault('The backup is empty. Nothing was restored.');
  } catch (error) {
    throw inWords(error, input.path);
  }
}

/**
 * Puts a backup into an empty hub: all rows in one transaction, then files and keys. The hub gets a new epoch, so that every open page reads anew, and every session and token ends.
 * Throws a Fault, with nothing restored, when the hub is not empty, the versions differ, or the file is damaged, cut off or sealed with another passphrase.
 */
export async function restoreBackup(input: RestoreInput): Promise<Restored> {
  const client = await connectOnce(asOwner(input.url));
  const drafts: [draft: string, path: string][] = [];
  try {
    await client.query('set statement_timeout = 0; set lock_timeout = 60000; begin');
    const restored = await fill(client, input, drafts);
    for (const [draft, path] of drafts) renameSync(draft, path);
    await client.query('commit');
    return restored;
  } catch (error) {
    for (const [draft] of drafts) rmSync(draft, { force: true });
    throw inWords(error, input.path);
  } finally {
    await client.end().catch(() => {});
  }
}

function inWords(error: unknown, path: string): unknown {
  const { code, path: missing } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && missing === path) return new Fault(`There is no file ${path}.`, { cause: error });
  return String(code).startsWith('Z_')
    ? new Fault('The backup does not say what it should: it was made by another version, or is damaged. Nothing was restored.', { cause: error })
    : error;
}

async function fill(client: Client, input: RestoreInput, drafts: [string, string][]): Promise<Restored> {
  const counts = { tables: 0, files: 0, keys: 0 };
  let hub: { made_at: string; seed: string } | undefined;
  const tables = new Set((await tablesOf(client)).map((table) => table.name));
  const bonds = await loosen(client, [...tables]);
  for await (const { head, body } of readRecords(plain(input))) {
    if (head.kind === 'hub') {
      refuseOther(head.migrations, await migrationsOf(client));
      hub = head;
    } else if (head.kind === 'table') {
      if (!tables.has(head.name)) throw new Fault(`The backup holds a table ${head.name} that this version does not know. Nothing was restored.`);
      await pipeline(Readable.from(body), client.query(copyFrom(`copy ${head.name} (${head.columns.join()}) from stdin`)));
      counts.tables++;
    } else if (head.kind === 'sequence') await client.query('select setval($1::regclass, $2::bigint)', [head.name, head.value]);
    else if (head.kind === 'file' || head.kind === 'key') {
      const many = head.kind === 'file' ? 'files' : 'keys';
      await keep(input.folders[many], head.name, body, drafts);
      counts[many]++;
    }
  }
  if (!hub) throw new Fault('The backup is empty. Nothing was restored.');
  await client.query('update app.hub set epoch = gen_random_uuid()');
  // A session or token that was ended after the backup must not come back to life; so none does.
  await client.query('update app.sessions set revoked_at = now() where revoked_at is null');
  await tighten(client, [...tables], bonds);
  return { ...counts, made_at: hub.made_at, seed: hub.seed };
}

async function* plain({ path, passphrase }: Pick<RestoreInput, 'path' | 'passphrase'>): AsyncGenerator<Buffer> {
  const opened = createGunzip();
  // What fails on the way reaches whoever reads the opened end.
  pipeline(Readable.from(unseal(createReadStream(path), passphrase)), opened).catch(() => {});
  yield* opened;
}

function refuseOther(theirs: string[], ours: string[]): void {
  if (theirs.join() !== ours.join())
    throw new Fault(
      `The backup was made by another version (its last migration is ${theirs.at(-1)}, this version has ${ours.at(-1)}): restore it with that version and upgrade afterwards. Nothing was restored.`,
    );
}

type Bond = { table: string; name: string; rule: string };

/*
 * The owner is held by the policies too, and triggers would write again what the rows already say. For this one transaction both are off, and
 * references are taken away, for tables come in the order of their names; all of it is put back before the commit, which checks every reference.
 */
async function loosen(client: Client, tables: string[]): Promise<Bond[]> {
  for (const table of tables) await client.query(`alter table ${table} no force row level security, disable row level security, disable trigger user`);
  const { rows: hub } = await client.query('select seeded_at is not null or exists (select from app.members) as used from app.hub');
  if (hub[0]?.used) throw new Fault('This hub has members or texts already: restore into an empty database and a new INDABA_DATA. Nothing was restored.');
  const { rows: bonds } = await client.query<Bond>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as rule from pg_constraint
      where contype = 'f' and conparentid = 0 and connamespace = any($1::regnamespace[]) order by 1, 2`,
    [SCHEMAS],
  );
  for (const { table, name } of bonds) await client.query(`alter table ${table} drop constraint ${name}`);
  await client.query(`truncate ${tables.join()}`);
  return bonds;
}

async function tighten(client: Client, tables: string[], bonds: Bond[]): Promise<void> {
  for (const { table, name, rule } of bonds) await client.query(`alter table ${table} add constraint ${name} ${rule}`);
  for (const table of tables) await client.query(`alter table ${table} enable trigger user, enable row level security, force row level security`);
}

/** Beside its place first: it is moved there when all the rest is right. */
async function keep(folder: string, name: string, body: Entry['body'], drafts: [string, string][]): Promise<void> {
  if (!/^([0-9a-f]{64}|[a-z-]+\.json)$/.test(name)) throw new Fault(`The backup names a file "${name}" that cannot be. Nothing was restored.`);
  const path = join(folder, name);
  const draft = `${path}.new-${process.pid}`;
  drafts.push([draft, path]);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await pipeline(Readable.from(body), createWriteStream(draft, { mode: 0o600, flush: true }));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall ? folderFault(folder, error) : error;
  }
}
