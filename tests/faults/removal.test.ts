/**
 * People are removed while streams are open on two nodes of one database: nothing reaches them five seconds later, and everybody else misses nothing.
 * 1,000 streams and 50 people with INDABA_LONG, fewer otherwise.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { cleanUp, indaba, nodeOf } from '../support/process.ts';
import type { Told } from '../support/stream-readers.ts';

const [STREAMS, REMOVED, RATE] = process.env.INDABA_LONG ? [1_000, 50, 20] : [80, 8, 10];
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let db: FreshDatabase;
let c: Cast;
let nodes: string[];
let readers: ChildProcess;
type Person = { slug: string; cookie: string; bearer: string };
let people: Person[];

beforeAll(async () => {
  db = await freshDatabase();
  const folder = await ownKeys(db.owner);
  c = await cast(db);
  people = await admit(STREAMS);
  const env = {
    ...nodeOf(db, folder),
    INDABA_LIMITS: 'writes=99999 address-writes=99999 streams=9999',
  };
  nodes = await Promise.all(['one', 'two'].map((name) => indaba(['web'], { ...env, INDABA_DATA: `${folder}/${name}` }).ready));
  readers = fork(resolve(import.meta.dirname, '../support/stream-readers.ts'), { execArgv: [] });
});
afterAll(async () => {
  readers?.kill();
  await cleanUp();
  await db?.drop();
});

/** Members of one authority, each with a browser and a token. Written behind the triggers and brought up to date once: a thousand times would take a minute. */
async function admit(count: number): Promise<Person[]> {
  const sha = (text: string) => createHash('sha256').update(text).digest();
  const made = Array.from({ length: count }, (_, i) => ({ id: randomUUID(), slug: `person-${i}`, cookie: secret(), bearer: secret() }));
  const client = new Client({ connectionString: db.admin });
  await client.connect();
  await client.query(`set session_replication_role = replica`);
  const ids = made.map(({ id }) => id);
  await client.query(`insert into app.members (id, slug, name) select id, slug, slug from unnest($1::uuid[], $2::text[]) x(id, slug)`, [
    ids,
    made.map(({ slug }) => slug),
  ]);
  await client.query(
    `insert into app.accounts (member_id, email, email_key) select id, slug || '@example.org', slug || '@example.org' from app.members where slug like 'person-%'`,
  );
  await client.query(
    `insert into app.bylines (id, kind, member_id, organization_id, name) select gen_random_uuid(), 'person', id, $1, name from app.members where slug like 'person-%'`,
    [c.organization['tavola-regulator']],
  );
  await client.query(`insert into app.memberships (member_id, organization_id) select id, $1 from app.members where slug like 'person-%'`, [
    c.organization['tavola-regulator'],
  ]);
  await client.query(`set session_replication_role = origin`);
  await client.query(`select app.sync_audiences(array(select id from app.audiences where kind in ('everyone', 'organization')))`);
  for (const kind of ['browser', 'token'] as const) {
    await client.query(
      `insert into app.sessions (id, token_hash, member_id, kind, name, scopes, expires_at)
       select gen_random_uuid(), h, id, $3, 'test', case when $3 = 'token' then '{read,write}'::text[] else '{}' end, now() + interval '1 day' from unnest($1::uuid[], $2::bytea[]) x(id, h)`,
      [ids, made.map((each) => sha(sha(kind === 'browser' ? each.cookie : each.bearer).toString('hex'))), kind],
    );
  }
  await client.query('analyze');
  await client.end();
  return made;
}
const secret = () => randomBytes(32).toString('base64url');

const call = (node: string, bearer: string, path: string, body?: unknown) =>
  fetch(`${node}/api/v1${path}`, {
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
const answer = <T>() => new Promise<T>((done) => readers.once('message', (said) => done(said as T)));

test(`${STREAMS} streams over two nodes, ${REMOVED} people removed`, async () => {
  const lucia = await c.signIn('lucia', ['read', 'write']);
  const { thread_id } = await as(c.as('lucia'), (tx) =>
    startThread(tx, { conversation_id: c.channel['all-members'].conversationId, title: 'Removal', body: 'Begin', retry_key: randomUUID() }),
  );
  const ready = answer();
  readers.send({ open: people.map(({ cookie }, i) => ({ url: `${nodes[i % 2]}/events`, cookie: `indaba=${cookie}` })) });
  await ready;

  // Somebody talks all the while, through both nodes in turn.
  let said = 0;
  const sent = new Map<number, number>();
  let talking = true;
  const talk = (async () => {
    const from = Date.now();
    while (talking) {
      const number = ++said;
      const { status } = await call(nodes[number % 2]!, lucia.cookie, `/threads/${thread_id}/messages`, { body: `said ${number} said` });
      expect(status).toBe(201);
      sent.set(number, Date.now());
      await wait(Math.max(0, from + (said * 1_000) / RATE! - Date.now()));
    }
  })();
  // However busy the machine: everybody listens before anybody is removed.
  await vi.waitFor(async () => expect((await reports()).filter(({ frames }) => frames.length <= 5)).toEqual([]), { timeout: 60_000, interval: 1_000 });

  // The ones on either node, by whichever node: suspended and let go in turn.
  const removed = new Map<number, number>();
  const step = Math.floor(STREAMS! / REMOVED!);
  for (let i = 0; i < REMOVED!; i++) {
    const which = i * step + (i % 2);
    const { status } = await call(nodes[i % 2]!, lucia.cookie, '/organizations/tavola-regulator/membership-acts', {
      member: people[which]!.slug,
      act: i % 3 ? 'suspended' : 'ended',
      reason: 'Left the house',
    });
    expect(status).toBe(204);
    removed.set(which, Date.now());
  }
  await wait(6_000);
  talking = false;
  await talk;
  await vi.waitFor(
    async () => {
      const report = await reports();
      const others = report.filter((_, i) => !removed.has(i));
      expect(others.every(({ frames }) => new Set(frames.map(([number]) => number)).size === said)).toBe(true);
    },
    { timeout: 30_000, interval: 1_000 },
  );

  const report = await reports();
  const late: number[] = [];
  const cut: number[] = [];
  for (const [which, at] of removed) {
    const { frames, ended } = report[which]!;
    expect(frames.length, 'it did listen before').toBeGreaterThan(5);
    late.push(Math.max(...frames.map(([, when]) => when)) - at);
    expect(ended).not.toBeNull();
    cut.push(ended! - at);
  }
  console.log(
    `${STREAMS} streams, ${REMOVED} removed: cut ${Math.min(...cut)} to ${Math.max(...cut)} ms after the answer, last word ${Math.max(...late)} ms after it; the others ${said} of ${said} messages`,
  );
  expect(Math.max(...late)).toBeLessThan(5_000);
  expect(Math.max(...cut)).toBeLessThan(5_000);
  for (const [i, { ended }] of report.entries()) if (!removed.has(i)) expect(ended).toBeNull();

  // And there is no way back in, on either node, by browser, program or address of a file.
  for (const which of removed.keys()) {
    const { cookie, bearer } = people[which]!;
    for (const node of nodes) {
      const at = (path: string) => fetch(node + path, { headers: { cookie: `indaba=${cookie}` }, redirect: 'manual' });
      expect((await at('/events')).status).toBe(401);
      expect((await at('/account')).status).toBe(303);
      expect((await at('/channels/all-members')).status).toBe(404);
      expect((await call(node, bearer, '/me')).status).toBe(401);
    }
  }
});

async function reports(): Promise<Told[]> {
  const told = answer<{ streams: Told[] }>();
  readers.send({ report: true });
  return (await told).streams;
}
