/** Every check of the health page, with the fault really made; who sees it; that stewards are mailed once when something turns bad and once when it is well. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lackTerms } from '#domains/govern/agreements.server.ts';
import { publishAgreement } from '#domains/govern/publish-agreement.server.ts';
import { beat, factsHere } from '#domains/hub/health/beat.server.ts';
import { findings } from '#domains/hub/health/checks.ts';
import { addressSeen, healthFigures } from '#domains/hub/health/look.server.ts';
import { type Check, type Finding, isNote } from '#domains/hub/health/model.ts';
import { mailHealth, watchHealth } from '#domains/hub/health/watch.server.ts';
import { foundText, todoText } from '#domains/hub/ui/health-words.ts';
import { sealLog } from '#domains/audit/seal-log.server.ts';
import { makeBackup, noteBackup } from '#platform/backup/make-backup.server.ts';
import { config, forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { keptMails } from '#platform/mail.server.ts';
import { startWorker } from '../../src/worker.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { cleanUp, smallDisk } from '../support/process.ts';

let hub: Community;
let behind: Client;
const seen = { url: 'https://hub.example.org', certificate: { days: 80 } };
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
});
afterAll(async () => {
  await behind.end();
  await hub.database.drop();
  await cleanUp();
});
beforeEach(async () => {
  await behind.query('delete from app.nodes; delete from app.horizon_samples; delete from app.health_states; delete from graphile_worker._private_jobs');
  await behind.query("insert into app.backups (why, bytes) values ('asked', 1)");
  await behind.query('insert into app.recounts (counted, threads, conversations, markers, activity, audiences) values (0, 0, 0, 0, 0, 0)');
  await sealed();
  for (const kind of ['web', 'worker'] as const) await beat(kind, 'one:3000', Date.now, { ...factsHere(), smtp: true });
});

async function sealed(): Promise<void> {
  for (let n = 0; n < 100; n++) {
    await sealLog();
    if ((await behind.query('select from app.audit_notes')).rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const all = async (address: Parameters<typeof findings>[1] = seen) => findings(await as({ kind: 'clerk' }, healthFigures), address);
const found = async (check: Check, address = seen): Promise<Finding> => (await all(address)).find((each) => each.check === check)!;
/** What was found, and that it comes with words of what to do. */
async function wrong(check: Check, address = seen): Promise<string> {
  const finding = await found(check, address);
  expect(finding.bad, JSON.stringify(finding)).toBe(true);
  expect(foundText(finding)).not.toMatch(/[{}]|undefined/);
  expect(todoText(finding).length).toBeGreaterThan(20);
  return `${finding.code}: ${foundText(finding)}`;
}
const job = (values: string) =>
  behind.query(`select graphile_worker.add_job('people.mail-invitation', '{}'); update graphile_worker._private_jobs set ${values}`);

test('nothing is wrong where nothing is wrong, and each finding has words', async () => {
  const list = await all();
  expect(list.filter(({ bad }) => bad)).toEqual([]);
  for (const finding of list) expect(foundText(finding), finding.check).not.toMatch(/^$|[{}]|undefined/);
});

describe('the fault really made', () => {
  test('jobs: nobody takes them; somebody does and is slow', async () => {
    await job("run_at = now() - interval '9 minutes'");
    expect(await wrong('jobs')).toContain('slow: 1 job waits, the oldest for 9 minutes');
    await behind.query("delete from app.nodes where kind = 'worker'");
    expect(await wrong('jobs')).toContain('nobody:');
    await behind.query('delete from graphile_worker._private_jobs');
    expect(await wrong('jobs')).toContain('no_worker:');
  });
  test('mail: a server that does not take it, with its words; none set', async () => {
    process.env.SMTP_URL = 'smtp://127.0.0.1:9';
    forgetConfig();
    await behind.query(
      `insert into app.invitations (id, organization_id, email, invited_by) select gen_random_uuid(), '${hub.organizations['bank']}', 'x@example.org', id from app.bylines where member_id = '${hub.ids['jonas']}'`,
    );
    await behind.query(
      `select graphile_worker.add_job('people.mail-invitation', json_build_object('ids', json_build_object('invitation', id))) from app.invitations`,
    );
    const worker = await startWorker(hub.database.worker);
    for (let n = 0; n < 200; n++) {
      if ((await behind.query('select from graphile_worker._private_jobs where last_error is not null')).rowCount) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await worker!.stop();
    delete process.env.SMTP_URL;
    forgetConfig();
    expect((await found('mail')).bad).toBe(false);
    await behind.query("update graphile_worker._private_jobs set created_at = now() - interval '20 minutes'");
    expect(await wrong('mail')).toMatch(/stuck: 1 mail cannot be sent, for 20 minutes now. The mail server said: .*ECONNREFUSED/);
    await behind.query('delete from graphile_worker._private_jobs');
    await beat('worker', 'one:3000', Date.now, factsHere());
    expect(await wrong('mail')).toContain('no_server:');
  });
  test('a job that was given up', async () => {
    await job("attempts = max_attempts, last_error = 'no such thing'");
    expect(await wrong('failed')).toContain('people.mail-invitation: no such thing');
  });
  test('disk: a small one, really mounted', async () => {
    const disk = smallDisk(20);
    if (!disk) return;
    const before = process.env.INDABA_DATA;
    const facts = factsHere();
    process.env.INDABA_DATA = disk;
    forgetConfig();
    const { disk_free, disk_total } = factsHere();
    process.env.INDABA_DATA = before;
    forgetConfig();
    await beat('web', 'one:3000', Date.now, { ...facts, smtp: true, disk_free, disk_total });
    expect(await wrong('disk')).toMatch(/Only (19|20|21) MB are free on one:3000/);
  });
  test('backup: never, made, old', async () => {
    await behind.query('delete from app.backups');
    expect((await found('backup')).code).toBe('young');
    await behind.query("update app.members set joined_at = now() - interval '3 days'");
    expect(await wrong('backup')).toContain('never:');
    const path = join(mkdtempSync(join(tmpdir(), 'indaba-health-')), 'b');
    await makeBackup({
      url: hub.database.owner,
      passphrase: 'long enough a passphrase',
      path,
      seed: 'empty',
      folders: { files: '/nowhere', keys: config().keys },
    });
    await noteBackup(hub.database.owner, 'asked', statSync(path).size);
    expect(await found('backup')).toMatchObject({ bad: false, code: 'made' });
    await behind.query("update app.backups set made_at = now() - interval '4 days'");
    expect(await wrong('backup')).toContain('old: The last backup is 4 days old.');
  });
  test('clock: of one process against the database’s', async () => {
    await beat('worker', 'two:3000', () => Date.now() - 45_000, { ...factsHere(), smtp: true });
    expect(await wrong('clock')).toMatch(/two:3000 is -4[4-6] seconds off/);
  });
  test('a process that ended without a word; versions and keys that differ', async () => {
    await behind.query("update app.nodes set seen_at = now() - interval '7 minutes' where kind = 'web'");
    expect(await wrong('nodes')).toContain('one:3000 has not been heard of for 7 minutes');
    await beat('web', 'two:3000', Date.now, { ...factsHere(), smtp: true, migration: '9999-next.sql' });
    expect(await wrong('versions')).toContain('two:3000');
    await beat('web', 'two:3000', Date.now, { ...factsHere(), smtp: true, keys: { session: 7 } });
    expect(await wrong('keys')).toContain('two:3000');
  });
  test('the log is held back by a transaction left open, and both are said', async () => {
    const open = new Client({ connectionString: hub.database.admin });
    await open.connect();
    await open.query('begin');
    const { xid } = (await open.query('select pg_current_xact_id()::text as xid')).rows[0];
    // Other tests' transactions on this server may be older for a moment.
    for (let n = 0; n < 200; n++) {
      await as({ kind: 'clerk' }, (tx) => sql`select app.note_horizon()`.execute(tx));
      if ((await behind.query('select oldest::text from app.horizon_samples')).rows[0].oldest === xid) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await hub.cookie('amina');
    await sealLog();
    expect((await behind.query('select from app.audit_notes')).rowCount).toBeGreaterThan(0);
    await behind.query("update app.audit_notes set at = now() - interval '20 minutes'; update app.horizon_samples set since = now() - interval '20 minutes'");
    expect(await wrong('seal')).toContain('not been sealed for 20 minutes');
    expect(await wrong('transactions')).toContain('open on the database server for 20 minutes');
    await open.query('rollback');
    await open.end();
    await sealed();
    expect([(await found('seal')).bad, (await found('transactions')).bad]).toEqual([false, false]);
    // Nothing waits: nothing is late, however old the hub is.
    await behind.query("update app.hub set seeded_at = now() - interval '1 year'");
    expect((await found('seal')).bad).toBe(false);
    await behind.query('update app.hub set seeded_at = null');
  });
  test('a message that search does not find', async () => {
    const [audience] = (await behind.query("select id from app.audiences where kind = 'everyone'")).rows;
    await behind.query(`set session_replication_role = replica;
      insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash, created_at)
      select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), ${audience.id}, id, 'nobody finds this', gen_random_uuid(), '', now() - interval '5 minutes' from app.bylines limit 1;
      set session_replication_role = origin`);
    expect(await wrong('search')).toContain('1 of the latest messages');
    await behind.query('set session_replication_role = replica; delete from app.messages; set session_replication_role = origin');
  });
  test('address: http from outside, two of them, a certificate that is not one, one that ends', async () => {
    expect(await wrong('address', { ...seen, url: 'http://hub.example.org' })).toContain('http:');
    expect((await found('address', { ...seen, url: 'http://localhost:3000' })).bad).toBe(false);
    expect(await wrong('address', { ...seen, certificate: { days: 3 } })).toContain('ends in 3 days');
    await beat('web', 'two:3000', Date.now, { ...factsHere(), smtp: true, url: 'https://other.example.org' });
    expect(await wrong('address')).toContain('differ:');
    await behind.query("delete from app.nodes where name = 'two:3000'");
    const folder = mkdtempSync(join(tmpdir(), 'indaba-tls-'));
    try {
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-keyout', 'key', '-out', 'cert', '-days', '30', '-subj', '/CN=localhost'], {
        cwd: folder,
        stdio: 'ignore',
      });
    } catch {
      return;
    }
    const server = createServer({ key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) }, (line) => line.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = await addressSeen(`https://localhost:${(server.address() as { port: number }).port}`);
    expect(address.certificate).toMatchObject({ error: expect.stringMatching(/self.signed/i) });
    expect(await wrong('address', address as never)).toContain('certificate:');
    server.close();
    expect(await addressSeen('https://localhost:9')).toMatchObject({ certificate: { error: expect.stringContaining('ECONNREFUSED') } });
  });
});

test('stewards are told once when something turns bad, and once when it is well again', async () => {
  const queued = async () =>
    (
      await behind.query(
        `select j.payload -> 'ids' ->> 'check' as check from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'hub.mail-health'`,
      )
    ).rows;
  const look = async (times: number) => {
    for (let n = 0; n < times; n++) await watchHealth(Promise.resolve(seen));
  };
  await look(3);
  expect(await queued()).toEqual([]);
  await behind.query("update app.backups set made_at = now() - interval '4 days'");
  await look(1);
  expect(await queued()).toEqual([]);
  await look(4);
  expect(await queued()).toEqual([{ check: 'backup' }]);
  await mailHealth({ ids: { check: 'backup' } });
  const [mail, ...others] = keptMails().filter(({ subject }) => subject.includes('Backup'));
  expect([mail!.to, others.length]).toEqual(['lucia@example.test', 0]);
  expect(mail!.subject).toBe('Indaba: Backup needs somebody');
  expect(mail!.text).toContain('The last backup is 4 days old.');
  expect(mail!.text).toContain('/health');
  await behind.query('update app.backups set made_at = now()');
  await look(5);
  expect((await queued()).length).toBe(2);
  await mailHealth({ ids: { check: 'backup' } });
  expect(keptMails().filter(({ subject }) => subject === 'Indaba: Backup is well again').length).toBe(1);
});

test('stewards see it, nobody else; a process without the keys says nothing', async () => {
  for (const who of ['lucia', 'desta', 'jonas', 'amina', 'mei', 'karim', 'eve']) {
    const asked = as(await hub.be(who), healthFigures);
    if (who === 'lucia') expect((await asked).nodes.length).toBe(2);
    else await expect(asked, who).rejects.toMatchObject({ status: 404 });
  }
  await expect(as({ kind: 'visitor' }, healthFigures)).rejects.toBeTruthy();
  await expect(as({ kind: 'visitor' }, (tx) => sql`select app.beat('web', 'evil', now(), 0, '{}', '')`.execute(tx))).rejects.toMatchObject({ status: 403 });
});

test('a hub without terms or sharing rules says so, and is not ill for it', async () => {
  const said = async () => {
    const finding = await found('terms');
    expect(finding.bad).toBe(false);
    if (isNote(finding)) expect(todoText(finding)).toContain('/terms');
    return finding.code;
  };
  const publish = (document: string) =>
    as(lucia, (tx) => publishAgreement(tx, { document, title: 'Rules', body: 'What we promise each other.', changes: 'The first.' }));
  const lucia = await hub.be('lucia');
  expect(await said()).toBe('none');
  expect(await as(lucia, lackTerms)).toBe(true);
  for (const who of ['amina', 'eve']) expect(await as(await hub.be(who), lackTerms), who).toBe(false);
  await publish('sharing');
  expect(await said()).toBe('no_terms');
  await publish('terms');
  expect(await said()).toBe('well');
  expect(await as(lucia, lackTerms)).toBe(false);
});
