import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { refuseOldServer } from '#platform/database/faults.server.ts';
import { bareServer } from '../support/cluster.ts';
import { cleanUp, type Ended, indaba, temporaryFolder } from '../support/process.ts';

// Real processes that each make a database: seconds alone, much longer beside others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let server: Awaited<ReturnType<typeof bareServer>>;
beforeAll(async () => {
  server = await bareServer();
});
afterAll(cleanUp);

const migrate = (url: string, more: Record<string, string> = {}, data = temporaryFolder()) =>
  indaba(['migrate'], { DATABASE_URL: url, INDABA_DATA: data, ...more }).ended;

function expectOneLine({ code, stderr }: Ended, pattern: RegExp): void {
  expect(stderr).toMatch(pattern);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).not.toBe(0);
}

async function namesIn(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "select nspname as name from pg_namespace where nspname in ('app', 'indaba_meta', 'graphile_worker') union all select rolname from pg_roles where rolname like 'indaba\\_%' and rolname <> 'indaba_admin'",
  );
  await client.end();
  return rows.map((row) => row.name);
}

test('a server too old', () => {
  expect(() => refuseOldServer(150_018)).toThrow('The database is PostgreSQL 15: Indaba needs 16 or newer.');
  expect(() => refuseOldServer(180_004, 190_000)).toThrow(/^The database is PostgreSQL 18: Indaba needs 19 or newer\. Upgrade it, or leave DATABASE_URL unset/);
  expect(() => refuseOldServer(160_000)).not.toThrow();
});

test('a server that is not there, a wrong password, a database that does not exist, an address that is none', async () => {
  await server.run("create role reader login password 'right'");
  expectOneLine(
    await migrate('postgres://someone:secret@127.0.0.1:1/hub'),
    /^The database at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\): check that it runs/,
  );
  expectOneLine(await migrate(server.at('reader', 'wrong')), /refuses the user "reader": check the name and password in DATABASE_URL/);
  expectOneLine(await migrate(server.at('reader', 'right', 'nowhere')), /The database "nowhere" does not exist .*: create it first/);
  const ended = await migrate('mysql://someone:secret@127.0.0.1/hub');
  expectOneLine(ended, /^DATABASE_URL cannot be read/);
  expect(ended.stderr).not.toContain('secret');
});

test('a user without the rights changes nothing; what --print-sql says makes it work', async () => {
  await server.run(["create role plain login password 'plain'", 'create database plain owner plain']);
  const url = server.at('plain', 'plain', 'plain');
  expectOneLine(await migrate(url), /The user "plain" of DATABASE_URL may not create roles: run "indaba migrate --print-sql"/);
  expect(await namesIn(url)).toEqual([]);

  const printed = await indaba(['migrate', '--print-sql'], { DATABASE_URL: url, INDABA_DATA: temporaryFolder() }).ended;
  expect(printed.code).toBe(0);
  await server.run(printed.stdout.replaceAll(/^\\password (\w+)$/gm, "alter role $1 password '$1';"), 'plain');

  expectOneLine(await migrate(url), /The login indaba_web exists but its password is not in .*: give INDABA_WEB_URL with it\./);
  const logins = Object.fromEntries(
    ['web', 'worker', 'stream'].map((login) => [`INDABA_${login.toUpperCase()}_URL`, server.at(`indaba_${login}`, `indaba_${login}`, 'plain')]),
  );
  const data = temporaryFolder();
  expect(await migrate(url, logins, data)).toMatchObject({ code: 0, stderr: '' });
  const address = await indaba(['start'], { DATABASE_URL: url, INDABA_DATA: data, ...logins }).ready;
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  expect(existsSync(join(data, 'postgres'))).toBe(false);
  await cleanUpRoles('plain');
});

test('a user that may create roles and owns the database needs nothing else', async () => {
  await server.run(["create role maker login createrole password 'maker'", 'create database made owner maker']);
  const url = server.at('maker', 'maker', 'made');
  const data = temporaryFolder();
  const first = await migrate(url, {}, data);
  expect(first.stderr).toBe('');
  expect(first.stdout).toMatch(/The database is up to date: [1-9]\d* migration/);
  expect(await migrate(url, {}, data)).toMatchObject({ code: 0, stdout: 'The database was up to date already.\n' });
  const doctor = await indaba(['doctor'], { DATABASE_URL: url, INDABA_DATA: data }).ended;
  expect(doctor.stdout).toMatch(/ok {5}database: DATABASE_URL, every login gets in, no migration missing; names of prepared statements can be read/);
});

/** Roles belong to the whole server: the next test begins without them. */
async function cleanUpRoles(database: string): Promise<void> {
  await server.run(`drop database ${database} with (force)`);
  await server.run(
    "do $$ declare r record; begin for r in select rolname from pg_roles where rolname like 'indaba\\_%' and rolname <> 'indaba_admin' loop execute format('drop owned by %I', r.rolname); execute format('drop role %I', r.rolname); end loop; end $$",
  );
}
