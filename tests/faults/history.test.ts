/**
 * People write and read over two nodes of one database while nodes are killed, connections to the database are cut, streams are dropped and a member is removed.
 * Afterwards every acknowledged message is there once, everybody saw the same order without gaps, and the one who was removed saw nothing five seconds later.
 * A minute with INDABA_LONG; otherwise a quarter of it, with each fault all the same.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { findFaults, GRACE, type Stored } from '../support/history.ts';
import { FoldingReader, type Person, Writer } from '../support/history-clients.ts';
import { ownKeys } from '../support/keys.ts';
import { cleanUp, indaba, type Running, nodeOf } from '../support/process.ts';

const SECONDS = process.env.INDABA_LONG ? 60 : 15;
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

let db: FreshDatabase;
let c: Cast;
let folder: string;
type Node = { name: string; process?: Running; address?: string };
const nodes: Node[] = [{ name: 'one' }, { name: 'two' }];
const living = () => nodes.flatMap(({ address }) => address ?? []);
const done = { kills: 0, cuts: 0, drops: 0, removals: 0 };

async function start(node: Node): Promise<void> {
  node.process = indaba(['web'], {
    ...nodeOf(db, folder),
    INDABA_DATA: `${folder}/${node.name}`,
    INDABA_LIMITS: 'writes=99999 address-writes=99999 streams=9999 reads=99999 address-reads=99999',
  });
  node.address = await node.process.ready;
}

beforeAll(async () => {
  db = await freshDatabase();
  folder = await ownKeys(db.owner);
  c = await cast(db);
  await Promise.all(nodes.map(start));
});
afterAll(async () => {
  await cleanUp();
  await db?.drop();
});

/** Ends a node in the middle of whatever it does. Clients go on calling it until they notice. */
async function kill(node: Node): Promise<void> {
  const ended = node.process!.ended;
  node.process!.child.kill('SIGKILL');
  await ended;
  done.kills++;
  node.address = undefined;
  await wait(300);
  await start(node);
}

/** Every connection that a node has to the database ends at once, in the middle of transactions too. */
async function cut(): Promise<void> {
  const ended = await c.behind(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename in ('indaba_web', 'indaba_stream')`,
  );
  done.cuts += ended.length;
}

/** By whichever node answers; the moment counts from the answer. */
async function remove(who: Name, bearer: string): Promise<number> {
  for (let n = 0; ; n++) {
    const node = living()[n % Math.max(1, living().length)];
    const status = await fetch(`${node}/api/v1/organizations/ta-lumaria/membership-acts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ member: who, act: 'suspended', reason: 'Left the house' }),
      signal: AbortSignal.timeout(8_000),
    }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 204) {
      done.removals++;
      return Date.now();
    }
    // Cut off in the middle, it may have been done all the same.
    const [row] = await c.behind<{ status: string }>('select status from app.members where id = $1', [c.member[who]]);
    if (row?.status === 'suspended') return Date.now();
    if (n > 200) throw new Error(`could not remove: ${status}`);
    await wait(100);
  }
}

test(`${SECONDS} s of posts and reads under faults: nothing lost, doubled, reordered or shown after removal`, async () => {
  const threads: string[] = [];
  const before: string[] = [];
  for (const [slug, by] of [
    ['all-members', 'lucia'],
    ['all-members', 'pita'],
    ['sim-swap', 'jonas'],
  ] as const) {
    const retry_key = randomUUID();
    before.push(retry_key);
    const input = { conversation_id: c.channel[slug].conversationId, title: `History ${threads.length}`, body: 'Begin', retry_key };
    threads.push((await as(c.as(by), (tx) => startThread(tx, input))).thread_id);
  }
  const person = async (who: Name): Promise<Person> => ({
    who,
    cookie: (await c.signIn(who)).cookie,
    bearer: (await c.signIn(who, ['read', 'write', 'amber'])).cookie,
  });
  const people = {
    amina: await person('amina'),
    jonas: await person('jonas'),
    mei: await person('mei'),
    pita: await person('pita'),
    lucia: await person('lucia'),
  };
  const steward = (await c.signIn('lucia', ['read', 'write', 'amber'])).cookie;
  const open = threads.slice(0, 2);
  // In the circle are Amina, Jonas and Mei. Amina writes and reads until she is removed.
  const writers = [
    new Writer(people.amina, living, threads),
    new Writer(people.jonas, living, threads),
    new Writer(people.mei, living, threads.toReversed()),
    new Writer(people.pita, living, open),
    new Writer(people.pita, living, open.toReversed()),
  ];
  const readers = [
    new FoldingReader(people.amina, living, threads, false),
    new FoldingReader(people.amina, living, threads, true),
    new FoldingReader(people.jonas, living, threads, false),
    new FoldingReader(people.mei, living, threads, true),
    new FoldingReader(people.pita, living, open, false),
    new FoldingReader(people.lucia, living, open, false),
  ];
  const drop = () => {
    for (const reader of readers) reader.drop();
    done.drops += readers.length;
  };
  const writing = writers.map((writer) => writer.write(60));
  const reading = readers.map((reader) => reader.read());
  await vi.waitFor(() => expect(readers.every(({ heard }) => heard.length > 3)).toBe(true), { timeout: 60_000, interval: 200 });

  const from = Date.now();
  let removedAt = 0;
  const faults = [() => kill(nodes[0]!), cut, async () => drop(), () => kill(nodes[1]!), async () => void (removedAt ||= await remove('amina', steward)), cut];
  // Each once, however long it takes; then again and again until the time is over.
  for (let n = 0; n < faults.length || Date.now() - from < SECONDS * 1_000; n++) {
    await faults[n % faults.length]!();
    await wait(((SECONDS * 1_000) / faults.length) * Math.min(1, 15 / SECONDS) * (0.3 + Math.random() * 0.4));
  }
  await wait(Math.max(0, removedAt + GRACE + 1_000 - Date.now()));
  for (const writer of writers) writer.stop();
  await Promise.all(writing);

  const stored = await c.behind<Stored>(
    `select m.id, n.slug as by, m.retry_key as key, m.thread_id as thread, m.conversation_id as conversation, m.thread_number as number, m.number as "inConversation"
       from app.messages m join app.bylines b on b.id = m.byline_id join app.members n on n.id = b.member_id`,
  );
  const size = (thread: string) => stored.filter((row) => row.thread === thread).length;
  await vi
    .waitFor(
      () => {
        for (const reader of readers.filter(({ who }) => who !== 'amina'))
          for (const [thread, list] of Object.entries(reader.shows())) expect(list.length).toBeGreaterThanOrEqual(size(thread));
      },
      { timeout: 60_000, interval: 200 },
    )
    // Who stays behind is named by the checker.
    .catch(() => {});
  for (const reader of readers) reader.stop();
  await Promise.all(reading);

  const history = {
    acknowledged: writers.flatMap(({ acknowledged }) => acknowledged),
    sent: [...before, ...writers.flatMap(({ sent }) => sent)],
    stored,
    readers: readers.map((reader) => ({ who: reader.who, shows: reader.shows(), heard: reader.heard })),
    removed: [{ who: 'amina', at: removedAt }],
  };
  const sum = (of: (reader: FoldingReader) => number) => readers.reduce((all, each) => all + of(each), 0);
  const last = Math.max(...history.readers.filter(({ who }) => who === 'amina').flatMap(({ heard }) => heard.map(({ at }) => at))) - removedAt;
  console.log(
    `${Math.round((Date.now() - from) / 1_000)} s, ${done.kills} kills, ${done.cuts} connections cut, ${done.drops} streams dropped, ${done.removals} removed (last word ${last} ms after): ` +
      `${history.acknowledged.length} acknowledged of ${history.sent.length} sent, ${stored.length} stored, ${writers.reduce((all, { retries }) => all + retries, 0)} tries again; ` +
      `${readers.length} readers, ${sum(({ counts }) => counts.frames)} frames over ${sum(({ counts }) => counts.streams)} connections, ${sum(({ counts }) => counts.loads)} loads, ${sum(({ counts }) => counts.resyncs)} resyncs`,
  );
  expect(done.kills).toBeGreaterThanOrEqual(2);
  expect(done.cuts).toBeGreaterThan(2);
  expect(history.acknowledged.length).toBeGreaterThan(50);
  expect(history.readers.every(({ heard }) => heard.length > 10)).toBe(true);
  expect(findFaults(history).slice(0, 20)).toEqual([]);
});
