import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { migrate } from '#platform/database/migrate.server.ts';
import { freshDatabase } from '../support/database.ts';

const opened: Client[] = [];
const connect = async (url: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  opened.push(client);
  return client;
};
afterAll(() => Promise.all(opened.map((client) => client.end())));

test('a fresh database: each login becomes only who it may', async () => {
  const database = await freshDatabase({ environment: false });
  const may: Record<string, string[]> = { web: ['person', 'visitor'], worker: ['person', 'clerk'], stream: ['relay'] };
  for (const login of ['web', 'worker', 'stream'] as const) {
    const client = await connect(database[login]);
    for (const role of ['person', 'visitor', 'clerk', 'relay', 'keyring', 'owner']) {
      const attempt = client.query(`set role indaba_${role}`).then(
        () => true,
        () => false,
      );
      expect(await attempt, `${login} as ${role}`).toBe(may[login]?.includes(role));
      await client.query('reset role');
    }
    expect(
      await client.query('create temporary table t (x int)').then(
        () => true,
        () => false,
      ),
    ).toBe(false);
  }
});

test('a hub that lives is brought up to changed policies, and every right stands as before', async () => {
  const database = await freshDatabase({ environment: false });
  const behind = await connect(database.admin);
  const rights = async () => {
    const { rows } = await behind.query(
      "select p.oid::regprocedure::text as name, p.proowner::regrole::text as owner, array(select unnest(coalesce(p.proacl, acldefault('f', p.proowner)))::text order by 1) as acl from pg_proc p where pronamespace in ('app'::regnamespace, 'search'::regnamespace) order by 1",
    );
    return rows;
  };
  const before = await rights();
  await behind.query("update indaba_meta.reapplied set sha256 = 'of another version'");
  expect((await migrate({ url: database.owner })).policies).toBe(true);
  expect(await rights()).toEqual(before);
});
