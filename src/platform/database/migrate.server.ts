import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Client } from 'pg';
import { Fault } from '../fault.ts';
import { asOwner, connectOnce } from './connect.server.ts';
import { refuseOldServer } from './faults.server.ts';

const DB_FOLDER = new URL('../../../db/', import.meta.url);
// Any number will do, as long as every starter of every version uses the same one.
const ONE_AT_A_TIME = 7_203_411_905;

export type MigrateOptions = {
  /** An address whose user is indaba_owner or may become it. */
  url: string;
  /** The folder with migrations/, policies/ and jobs.sql; another one in tests only. */
  folder?: URL;
  say?: (line: string) => void;
};
export type Migrated = { applied: string[]; policies: boolean };
type Piece = { name: string; sql: string; sha256: string };

/**
 * Brings the database to the state of db/: the job queue, then every new migration in order, each in a transaction of its
 * own, then all policies in one transaction if any changed. Two starters wait for each other. Throws a Fault in one line
 * when the server is too old, an applied file was changed, or a file fails; nothing of the failing file is kept.
 */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const folder = options.folder ?? DB_FOLDER;
  const client = await connectOnce(asOwner(options.url));
  try {
    const { rows } = await client.query("select current_setting('server_version_num')::int as version");
    refuseOldServer(rows[0].version);
    await client.query("set statement_timeout = '120s'; set lock_timeout = '120s'");
    await client.query(`select pg_advisory_lock(${ONE_AT_A_TIME})`);
    await client.query('set statement_timeout = 0');
    await prepareMeta(client);
    const queue = await installQueue(client, options.url, folder);
    const applied = await applyMigrations(client, folder, options.say);
    const policies = await applyPolicies(client, folder, queue || applied.length > 0);
    return { applied, policies };
  } finally {
    await client.end().catch(() => {});
  }
}

/** The hash of everything that `migrate` would apply: names a template database in tests. */
export function migrationHash(folder: URL = DB_FOLDER): string {
  return hash(
    [...pieces(folder, 'migrations'), ...pieces(folder, 'policies'), piece(folder, 'jobs.sql'), piece(folder, 'roles.sql')].map((each) => each.sha256).join(),
  );
}

/** The migrations that the database has not had yet, by name. */
export async function pendingMigrations(url: string, folder: URL = DB_FOLDER): Promise<string[]> {
  const client = await connectOnce(asOwner(url));
  try {
    await prepareMeta(client);
    const known = await recorded(client, 'migrations');
    return pieces(folder, 'migrations')
      .filter((each) => !known.has(each.name))
      .map((each) => each.name);
  } finally {
    await client.end();
  }
}

async function prepareMeta(client: Client): Promise<void> {
  const { rows } = await client.query("select to_regclass('indaba_meta.reapplied') is not null as there");
  if (rows[0].there) return;
  await inTransaction(
    client,
    'indaba_meta',
    `
		create schema if not exists indaba_meta;
		revoke all on schema indaba_meta from public;
		alter default privileges revoke execute on functions from public;
		create table if not exists indaba_meta.migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now());
		create table if not exists indaba_meta.reapplied (name text primary key, sha256 text not null, applied_at timestamptz not null default now());
		comment on schema indaba_meta is 'Which files of db/ this database has had.';
		alter table indaba_meta.migrations enable row level security, force row level security;
		alter table indaba_meta.reapplied enable row level security, force row level security;
		create policy owner_keeps on indaba_meta.migrations to indaba_owner using (true);
		create policy owner_keeps on indaba_meta.reapplied to indaba_owner using (true);`,
  );
}

/** The job queue brings its own migrations; its rights are ours (db/jobs.sql). */
async function installQueue(client: Client, url: string, folder: URL): Promise<boolean> {
  const rights = piece(folder, 'jobs.sql');
  const program = createRequire(import.meta.url).resolve('graphile-worker');
  const { version } = JSON.parse(readFileSync(join(dirname(program), '../package.json'), 'utf8')) as { version: string };
  const state = hash(`${version} ${rights.sha256}`);
  if ((await recorded(client, 'reapplied')).get('jobs.sql') === state) return false;
  const { runMigrations } = await import('graphile-worker');
  await runMigrations({ connectionString: asOwner(url) });
  await inTransaction(client, rights.name, rights.sql, remember('jobs.sql', state));
  return true;
}

async function applyMigrations(client: Client, folder: URL, say?: (line: string) => void): Promise<string[]> {
  const known = await recorded(client, 'migrations');
  const files = pieces(folder, 'migrations');
  const numbers = files.map((file) => file.name.slice(0, 4));
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
  if (twice) throw new Fault(`Two migrations carry the number ${twice}: give one of them the next free number.`);
  for (const file of files) {
    const before = known.get(file.name);
    if (before !== undefined && before !== file.sha256)
      throw new Fault(`Migration ${file.name} was changed after this database had it: put it back as it was and write a new migration instead.`);
  }
  for (const name of known.keys())
    if (!files.some((file) => file.name === name))
      throw new Fault(`This database has had migration ${name}, which this version of Indaba does not know: start the newer version again.`);
  const applied: string[] = [];
  for (const file of files) {
    if (known.has(file.name)) continue;
    say?.(`Applying ${file.name}`);
    await inTransaction(client, file.name, file.sql, ['insert into indaba_meta.migrations (name, sha256) values ($1, $2)', [file.name, file.sha256]]);
    applied.push(file.name);
  }
  return applied;
}

/** Policies are today's whole truth: all files again in the order of their names, all or none. */
async function applyPolicies(client: Client, folder: URL, force: boolean): Promise<boolean> {
  const files = pieces(folder, 'policies');
  const state = hash(files.map((file) => `${file.name} ${file.sha256}`).join());
  if (!force && (await recorded(client, 'reapplied')).get('policies') === state) return false;
  await client.query('begin');
  for (const file of files) await run(client, file.name, file.sql);
  await client.query(...remember('policies', state));
  await commit(client, 'policies');
  return true;
}

type Statement = [text: string, values: unknown[]];

async function inTransaction(client: Client, name: string, sql: string, record?: Statement): Promise<void> {
  await client.query('begin');
  await run(client, name, sql);
  if (record) await client.query(...record);
  await commit(client, name);
}

async function run(client: Client, name: string, sql: string): Promise<void> {
  try {
    if (sql.trim()) await client.query(sql);
  } catch (error) {
    await client.query('rollback').catch(() => {});
    const { message, position, code, hint } = error as { message: string; position?: string; code?: string; hint?: string };
    if (code === '53100') throw new Fault('The disk of the database is full: free some space and run the command again.', { cause: error });
    const line = position ? `, line ${sql.slice(0, Number(position)).split('\n').length}` : '';
    throw new Fault(`${name}${line} failed and nothing of it was kept: ${message}${hint ? ` (${hint})` : ''}.`, { cause: error });
  }
}

async function commit(client: Client, name: string): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') throw new Fault(`${name} failed and nothing of it was kept: the transaction was rolled back.`);
}

function remember(name: string, sha256: string): Statement {
  return [
    'insert into indaba_meta.reapplied (name, sha256) values ($1, $2) on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()',
    [name, sha256],
  ];
}

async function recorded(client: Client, table: 'migrations' | 'reapplied'): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>(`select name, sha256 from indaba_meta.${table}`);
  return new Map(rows.map((row) => [row.name, row.sha256]));
}

function pieces(folder: URL, kind: 'migrations' | 'policies'): Piece[] {
  const pattern = kind === 'migrations' ? /^\d{4}-[a-z0-9-]+\.sql$/ : /^[a-z0-9-]+\.sql$/;
  const names = readdirSync(new URL(`${kind}/`, folder))
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const odd = names.find((name) => !pattern.test(name));
  if (odd) throw new Fault(`The file db/${kind}/${odd} is not named like 0001-people.sql: rename it.`);
  return names.map((name) => piece(folder, `${kind}/${name}`, name));
}

function piece(folder: URL, path: string, name = path): Piece {
  const sql = readFileSync(new URL(path, folder), 'utf8');
  return { name, sql, sha256: hash(sql) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
