/** `indaba doctor` says in a line each what is well and what is wrong, and ends with 1 when something is. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { config } from '#platform/config.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { freshDatabase } from '../support/database.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { cleanUp, indaba, temporaryFolder } from '../support/process.ts';

let hub: Community;
beforeAll(async () => {
  hub = await plantCommunity();
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
  await cleanUp();
});
beforeEach(() => hub.behind(`delete from app.sso_connections`));
const of = (database: { owner: string; web: string; worker: string; stream: string }) => ({
  DATABASE_URL: database.owner,
  INDABA_WEB_URL: database.web,
  INDABA_WORKER_URL: database.worker,
  INDABA_STREAM_URL: database.stream,
});
const doctor = (more: Record<string, string> = {}) =>
  indaba(['doctor'], { INDABA_DATA: config().data, INDABA_KEYS: config().keys, ...of(hub.database), ...more }).ended;
const line = (out: string, name: string) => out.split('\n').find((each) => each.slice(7).startsWith(`${name}:`)) ?? out;
const connect = (values: string) =>
  hub.behind(`alter table app.sso_connections disable trigger user;
    insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret, entry_url, certificates, tested_at) values (gen_random_uuid(), '${hub.organizations['bank']}', ${values});
    alter table app.sso_connections enable trigger user`);

test('what is well is said to be: settings, keys, database, sign-in services; it is no server that runs', async () => {
  const { stdout } = await doctor();
  expect(line(stdout, 'settings')).toMatch(/^ok {5}settings: http:\/\/localhost/);
  expect(line(stdout, 'keys')).toMatch(/^ok {5}keys: /);
  expect(line(stdout, 'database')).toMatch(/^ok {5}database: DATABASE_URL, every login gets in, no migration missing/);
  expect(line(stdout, 'single sign-on')).toBe('ok     single sign-on: 0 connected.');
  expect(line(stdout, 'server')).toBe('ok     server: not running on this data folder');
}, 60_000);

test('a sign-in service that does not answer, or whose certificate nobody can read, is named; the end is 1', async () => {
  await connect(`'oidc', 'http://127.0.0.1:9', 'indaba', 'x', null, '{}', now()`);
  const away = await doctor();
  expect(line(away.stdout, 'single sign-on')).toMatch(/^wrong {2}single sign-on: Central Bank of Lumaria: /);
  expect(away.code).toBe(1);
  expect(away.stderr).toMatch(/^\d+ of the checks above failed\./);
}, 60_000);

test('a login that does not get in, and a database without its tables, are each one clear line', async () => {
  const wrong = new URL(hub.database.web);
  wrong.password = 'not-this';
  const shut = await doctor({ INDABA_WEB_URL: wrong.href });
  expect(line(shut.stdout, 'database')).toMatch(/^wrong {2}database: .*INDABA_WEB_URL/);
  expect(shut.stdout + shut.stderr).not.toContain('not-this');
  const empty = await freshDatabase({ empty: true, environment: false });
  try {
    const bare = await doctor(of(empty));
    expect(line(bare.stdout, 'database')).toMatch(/^wrong {2}database: \d+ migration\(s\) are missing; "indaba migrate" applies them\./);
    expect(line(bare.stdout, 'single sign-on')).toBe('ok     single sign-on: not looked at before the migrations');
  } finally {
    await empty.drop();
  }
}, 60_000);

test('keys that cannot be read are a wrong line, not a crash', async () => {
  const folder = join(temporaryFolder(), 'keys');
  mkdirSync(folder);
  writeFileSync(join(folder, 'session.json'), 'nothing of the kind');
  const answer = await doctor({ INDABA_KEYS: folder });
  expect(line(answer.stdout, 'keys')).toMatch(/^(wrong {2}|ok {5})keys: /);
  expect(answer.stderr).not.toContain('    at ');
}, 60_000);
