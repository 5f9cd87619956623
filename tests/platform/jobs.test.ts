import { Logger, run } from 'graphile-worker';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
const opened: Client[] = [];
beforeAll(async () => {
  database = await freshDatabase({ environment: false });
});
afterAll(() => Promise.all(opened.map((client) => client.end())));

async function as(url: string, role?: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  opened.push(client);
  if (role) await client.query(`set role ${role}`);
  return client;
}

test('the worker login runs, repeats and ends jobs that the keyring queued, with no more rights than db/jobs.sql gives', async () => {
  const keyring = await as(database.owner, 'indaba_keyring');
  await keyring.query(
    "select graphile_worker.add_job('count', json_build_object('n', 1)), graphile_worker.add_job('fail', '{}', 'one-at-a-time', max_attempts => 1)",
  );
  const seen: unknown[] = [];
  const failed = Promise.withResolvers<void>();
  const runner = await run({
    connectionString: database.worker,
    noHandleSignals: true,
    pollInterval: 100,
    crontab: '0 4 * * * count',
    logger: new Logger(() => () => {}),
    taskList: {
      count: (payload) => void seen.push(payload),
      fail: () => {
        failed.resolve();
        throw new Error('as planned');
      },
    },
  });
  await failed.promise;
  await keyring.query("select graphile_worker.add_job('count', json_build_object('n', 2))");
  await expect.poll(() => seen.length).toBe(2);
  await runner.stop();
  expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  const owner = await as(database.owner);
  const { rows } = await owner.query('select last_error, attempts, locked_at from graphile_worker._private_jobs');
  expect(rows).toEqual([{ last_error: 'as planned', attempts: 1, locked_at: null }]);
});

test('nobody else sees the queue or puts anything into it', async () => {
  const tries = ["select graphile_worker.add_job('count')", 'select * from graphile_worker._private_jobs', 'delete from graphile_worker._private_jobs'];
  for (const [url, role] of [
    [database.web, 'indaba_person'],
    [database.web, 'indaba_visitor'],
    [database.web, undefined],
    [database.stream, 'indaba_relay'],
    [database.stream, undefined],
    [database.worker, 'indaba_person'],
    [database.worker, 'indaba_clerk'],
  ] as const) {
    const client = await as(url, role);
    for (const sql of tries) await expect(client.query(sql), `${role ?? 'login'}: ${sql}`).rejects.toMatchObject({ code: '42501' });
  }
  // The worker's login keeps the queue, but reaches no row of the hub.
  const worker = await as(database.worker);
  await worker.query("select graphile_worker.add_job('recurring')");
  expect((await worker.query('select identifier from graphile_worker._private_known_crontabs')).rows).toEqual([{ identifier: 'count' }]);
  await expect(worker.query('select * from app.members')).rejects.toMatchObject({ code: '42501' });
});
