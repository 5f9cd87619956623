import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { migrate } from '#platform/database/migrate.server.ts';
import { freshDatabase } from '../support/database.ts';
import { cleanUp, temporaryFolder } from '../support/process.ts';

afterAll(cleanUp);

const DB = join(import.meta.dirname, '../../db');
let folder: string;
let url: string;

beforeEach(async () => {
  folder = temporaryFolder();
  for (const kind of ['migrations', 'policies']) mkdirSync(join(folder, kind));
  for (const file of ['jobs.sql', 'roles.sql']) cpSync(join(DB, file), join(folder, file));
  ({ owner: url } = await freshDatabase({ empty: true, environment: false }));
});

const put = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
const run = () => migrate({ url, folder: pathToFileURL(`${folder}/`) });
async function one<T>(sql: string): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query({ text: sql, rowMode: 'array' });
  await client.end();
  return rows[0]?.[0] as T;
}

test('a failing migration keeps what came before it and nothing of itself; put right, it goes on', async () => {
  put('migrations/0001-first.sql', 'create schema app; create table app.first (n int);');
  put('migrations/0002-second.sql', 'create table app.half (n int);\ninsert into app.half values (1);\ncreate table app.second (n nosuchtype);');
  put('migrations/0003-third.sql', 'create table app.third (n int);');
  await expect(run()).rejects.toThrow('0002-second.sql, line 3 failed and nothing of it was kept: type "nosuchtype" does not exist.');
  expect(await one("select array[to_regclass('app.first'), to_regclass('app.half'), to_regclass('app.third')]::text")).toBe('{app.first,NULL,NULL}');
  put('migrations/0002-second.sql', 'create table app.second (n int);');
  expect(await run()).toMatchObject({ applied: ['0002-second.sql', '0003-third.sql'] });
  expect(await run()).toEqual({ applied: [], policies: false });
});

test('failing policies leave the earlier ones in force', async () => {
  put('migrations/0001-first.sql', 'create schema app; create table app.first (n int);');
  put('policies/first.sql', 'drop policy if exists reads on app.first; create policy reads on app.first using (n = 1);');
  await run();
  put('policies/first.sql', 'drop policy if exists reads on app.first; create policy reads on app.first using (n = 2);');
  put('policies/second.sql', 'create policy other on app.nowhere using (true);');
  await expect(run()).rejects.toThrow(/^second\.sql.* failed and nothing of it was kept: relation "app\.nowhere" does not exist/);
  expect(await one("select pg_get_expr(polqual, polrelid) from pg_policy where polname = 'reads'")).toBe('(n = 1)');
  rmSync(join(folder, 'policies/second.sql'));
  expect(await run()).toEqual({ applied: [], policies: true });
  expect(await one("select pg_get_expr(polqual, polrelid) from pg_policy where polname = 'reads'")).toBe('(n = 2)');
});

test('an applied file that was changed, a number given twice, a database newer than the program, an odd name', async () => {
  put('migrations/0001-first.sql', 'create schema app;');
  put('migrations/0002-second.sql', 'create table app.second (n int);');
  await run();
  put('migrations/0001-first.sql', 'create schema app; -- later');
  await expect(run()).rejects.toThrow(/^Migration 0001-first\.sql was changed after this database had it: put it back/);
  put('migrations/0001-first.sql', 'create schema app;');
  put('migrations/0002-other.sql', 'create table app.other (n int);');
  await expect(run()).rejects.toThrow('Two migrations carry the number 0002');
  rmSync(join(folder, 'migrations/0002-other.sql'));
  rmSync(join(folder, 'migrations/0002-second.sql'));
  await expect(run()).rejects.toThrow('This database has had migration 0002-second.sql, which this version of Indaba does not know');
  put('migrations/notes.sql', '');
  await expect(run()).rejects.toThrow('db/migrations/notes.sql is not named like 0001-people.sql');
});

test('two starters at once: each migration runs once, both succeed', async () => {
  put('migrations/0001-first.sql', 'create schema app; create table app.first (n int); select pg_sleep(0.3);');
  const results = await Promise.all([run(), run(), run()]);
  expect(results.flatMap((result) => result.applied)).toEqual(['0001-first.sql']);
});
