/** A backup made while the hub is written to, brought back elsewhere: the same rows and files, and nothing of it readable, changed or cut off. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { makeBackup } from '#platform/backup/make-backup.server.ts';
import { restoreBackup } from '#platform/backup/restore-backup.server.ts';
import { tablesOf } from '#platform/backup/tables.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const passphrase = 'a passphrase for tests only';
let from: FreshDatabase;
let c: Cast;
let folder: string;
let path: string;
const folders = (name: string) => ({ files: join(folder, name, 'files'), keys: join(folder, name, 'keys') });
beforeAll(async () => {
  from = await freshDatabase();
  c = await cast(from);
  folder = mkdtempSync(join(tmpdir(), 'indaba-backup-'));
  path = join(folder, 'hub.backup');
  const { files, keys } = folders('from');
  for (const each of [files, keys]) mkdirSync(each, { recursive: true });
  const picture = Buffer.alloc(200_000, 'picture ');
  writeFileSync(join(files, createHash('sha256').update(picture).digest('hex')), picture);
  writeFileSync(join(files, 'half.new-77'), 'not a file yet');
  writeFileSync(join(keys, 'session.json'), '{"key":"very secret indeed"}');
  const { thread_id } = await as(c.as('jonas'), (tx) =>
    startThread(tx, {
      conversation_id: c.channel['sim-swap'].conversationId,
      title: 'Before',
      body: 'unmistakable-words in the text',
      retry_key: randomUUID(),
    }),
  );
  await c.signIn('amina', ['read', 'write']);
  let writing = true;
  const load = (async () => {
    while (writing)
      await as(c.as('mei'), (tx) => postMessage(tx, { thread_id, body: `while it is copied\n\ttab \\ ${randomUUID()}`, retry_key: randomUUID() }));
  })();
  await makeBackup({ url: from.owner, passphrase, path, seed: 'empty', folders: folders('from') });
  writing = false;
  await load;
}, 60_000);
afterAll(async () => {
  await closePools();
  await from.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A hash of all rows of each table, in an order that does not depend on where they stand. */
async function rowsOf(url: string): Promise<Record<string, string>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found: Record<string, string> = {};
    for (const { name, columns } of await tablesOf(client)) {
      const kept = columns.filter((column) => !(name === 'app.hub' && column === 'epoch'));
      const { rows } = await client.query(
        `select count(*) || ' ' || coalesce(md5(string_agg(r, E'\\n' order by r)), '') as hash from (select (row(${kept.join()}))::text as r from ${name}) t`,
      );
      found[name] = rows[0].hash;
    }
    return found;
  } finally {
    await client.end();
  }
}
const faultOf = async (url: string, file: string, word = passphrase, name = 'never') =>
  restoreBackup({ url, passphrase: word, path: file, folders: folders(name) }).then(
    () => 'restored',
    (error: Error) => error.message,
  );
const empty = async () => {
  const db = await freshDatabase();
  return db;
};

describe('a backup taken under load', () => {
  test('brings back one moment: every row, file and key, with all rules in force again, and a new epoch', async () => {
    const to = await empty();
    const before = await rowsOf(to.admin);
    const restored = await restoreBackup({ url: to.owner, passphrase, path, folders: folders('to') });
    expect(restored).toMatchObject({ files: 1, keys: 1, seed: 'empty' });
    const [theirs, ours] = [await rowsOf(from.admin), await rowsOf(to.admin)];
    expect(ours).not.toEqual(before);
    // What was written on after the moment of the backup is in these tables only.
    const moved = Object.keys(theirs).filter((name) => theirs[name] !== ours[name]);
    expect(
      moved.every((name) =>
        ['app.messages', 'app.sessions', 'app.events', 'app.counters', 'app.read_markers', 'app.thread_follows', 'search.entries'].includes(name),
      ),
      String(moved),
    ).toBe(true);
    const ask = async (url: string, text: string) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query({ text, rowMode: 'array' });
      await client.end();
      return rows;
    };
    // Of one moment: the counter of the thread says exactly how many messages there are.
    expect(
      await ask(to.admin, 'select k.last_number - count(*) from app.messages m join app.counters k on k.scope_id = m.thread_id group by k.last_number'),
    ).toEqual([['0']]);
    const rules = `select 'fk', conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'app'::regnamespace and contype = 'f'
      union all select 'rls', oid::regclass::text, relrowsecurity::text, relforcerowsecurity::text from pg_class where relnamespace in ('app'::regnamespace,'search'::regnamespace,'sealed'::regnamespace) and relkind in ('r','p')
      union all select 'trigger', tgrelid::regclass::text, tgname, tgenabled::text from pg_trigger where not tgisinternal order by 1, 2, 3, 4`;
    expect(await ask(to.admin, rules)).toEqual(await ask(from.admin, rules));
    expect(await ask(to.admin, 'select epoch from app.hub')).not.toEqual(await ask(from.admin, 'select epoch from app.hub'));
    expect(await ask(to.admin, 'select count(*) > 0, count(*) filter (where revoked_at is null) from app.sessions')).toEqual([[true, '0']]);
    expect(await ask(to.admin, 'select count(*) from app.events where xid > pg_snapshot_xmax(pg_current_snapshot())')).toEqual([['0']]);
    for (const kind of ['files', 'keys'] as const)
      for (const name of readdirSync(folders('to')[kind]))
        expect(readFileSync(join(folders('to')[kind], name))).toEqual(readFileSync(join(folders('from')[kind], name)));
    // Into the same hub again: refused, and nothing is changed.
    expect(await faultOf(to.owner, path)).toMatch(/^This hub has members or texts already/);
    expect(await rowsOf(to.admin)).toEqual(ours);
    await to.drop();
  }, 60_000);

  test('nothing in it can be read without its passphrase', () => {
    const bytes = readFileSync(path);
    for (const word of ['unmistakable-words', 'very secret', 'amina', 'app.members', 'session.json']) expect(bytes.includes(word), word).toBe(false);
  });
});

describe('a backup that is not as it was made is refused, and leaves the hub as it was', () => {
  test('another passphrase, a flipped byte anywhere, a cut at any place, bytes added, no backup, no file', async () => {
    const to = await empty();
    const before = await rowsOf(to.admin);
    const whole = readFileSync(path);
    const file = join(folder, 'broken.backup');
    const broken = async (bytes: Buffer) => {
      writeFileSync(file, bytes);
      return faultOf(to.owner, file);
    };
    expect(await faultOf(to.owner, path, 'another passphrase')).toMatch(/cannot be opened/);
    for (const at of [20, 40, Math.floor(whole.length / 2), whole.length - 1]) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      expect(await broken(bytes), `flipped ${at}`).toMatch(/was changed|cannot be opened/);
    }
    for (const size of [10, 32, 100, Math.floor(whole.length / 2), whole.length - 1])
      expect(await broken(whole.subarray(0, size)), `cut at ${size}`).toMatch(/cut off|no backup|cannot be opened|changed/);
    expect(await broken(Buffer.concat([whole, Buffer.from('x')]))).toMatch(/changed/);
    expect(await broken(Buffer.from('PK not ours at all'.repeat(10)))).toMatch(/no backup of Indaba/);
    expect(await faultOf(to.owner, join(folder, 'absent'))).toMatch(/There is no file/);
    expect(await rowsOf(to.admin)).toEqual(before);
    expect(existsSync(folders('never').keys) ? readdirSync(folders('never').keys) : []).toEqual([]);
    await to.drop();
  }, 120_000);
});
