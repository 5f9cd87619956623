/**
 * Unread counts after random operations are what a count by hand gives, and a nightly recount leaves them as they are; what somebody put wrong it finds, says and mends.
 * 10,000 operations with INDABA_LONG, fewer otherwise; the seed is printed, INDABA_SEED_NUMBER takes one again.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { renameThread, resolveThread } from '#domains/conversations/change-thread.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { followThread } from '#domains/conversations/follow-thread.server.ts';
import { involve } from '#domains/conversations/involve.server.ts';
import { markRead } from '#domains/conversations/mark-read.server.ts';
import { moveThread, planMove } from '#domains/conversations/move-thread.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findConversationFor, unreadCounts, unreadThreads } from '#domains/conversations/queries.server.ts';
import { recount } from '#domains/conversations/recount.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { readUp } from '#domains/conversations/telling/read-up.server.ts';
import { findings } from '#domains/hub/health/checks.ts';
import { healthFigures } from '#domains/hub/health/look.server.ts';
import type { Figures } from '#domains/hub/health/model.ts';
import { foundText, todoText } from '#domains/hub/ui/health-words.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, CIRCLE, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { seeded } from '../support/random-text.ts';

const OPERATIONS = process.env.INDABA_LONG ? 10_000 : 2_000;
const seed = Number(process.env.INDABA_SEED_NUMBER ?? Math.floor(Math.random() * 2 ** 31));
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

/** What is known of a thread without asking the hub: how many messages it has, where it is, how far each has read. */
type Known = { id: string; talk: string; messages: Array<{ id: string; by: Name; gone: boolean }>; starter: Name; read: Map<Name, number>; gone: boolean };
const MEMBERS: Name[] = ['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor'];
let db: FreshDatabase;
let c: Cast;
const talks: Array<{ id: string; circle: boolean }> = [];
const threads: Known[] = [];
const inCircle = new Set<Name>(CIRCLE);
const counts: Record<string, number> = {};
const random = seeded(seed);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const one = (name: Name, work: (tx: Tx) => Promise<unknown>) => as(c.as(name), work);
const reads = (talk: string): Name[] => (talks.find(({ id }) => id === talk)!.circle ? [...inCircle] : MEMBERS);

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  for (const slug of ['all-members', 'sim-swap'] as const) talks.push({ id: c.channel[slug].conversationId, circle: slug === 'sim-swap' });
  for (const [audience_id, by, ceiling] of [
    [2, 'pita', 'TLP:GREEN'],
    [c.audience.circle, 'mei', 'TLP:AMBER'],
  ] as const) {
    const opened = await as(c.as(by), async (tx) => {
      const { id } = await openChannel(tx, { name: `Second of ${by}`, audience_id, ceiling, retry_key: randomUUID() });
      return findConversationFor(tx, { kind: 'channel', id });
    });
    talks.push({ id: opened!.id, circle: audience_id !== 2 });
  }
  for (const talk of talks) for (let n = 0; n < 3; n++) await start(talk.id);
});
afterAll(async () => {
  await closePools();
  await db?.drop();
});

async function start(talk = pick(talks).id): Promise<void> {
  const starter = pick(reads(talk));
  const retry_key = randomUUID();
  const made = await as(c.as(starter), (tx) => startThread(tx, { conversation_id: talk, title: `Thread ${threads.length}`, body: 'Begin', retry_key }));
  threads.push({ id: made.thread_id, talk, starter, messages: [{ id: made.id, by: starter, gone: false }], read: new Map([[starter, 1]]), gone: false });
}
const forward = (thread: Known, who: Name, number: number) =>
  thread.read.set(who, Math.max(thread.read.get(who) ?? 0, Math.min(number, thread.messages.length)));

type Operation = (thread: Known, who: Name) => Promise<unknown>;
const operations: Record<string, [weight: number, run: Operation]> = {
  post: [
    40,
    async (thread, who) => {
      const { id, number } = await as(c.as(who), (tx) => postMessage(tx, { thread_id: thread.id, body: `Words ${random()}`, retry_key: randomUUID() }));
      thread.messages.push({ id, by: who, gone: false });
      expect(number).toBe(thread.messages.length);
      forward(thread, who, number);
    },
  ],
  twice: [
    3,
    async (thread, who) => {
      const message = { thread_id: thread.id, body: 'Twice', retry_key: randomUUID() };
      const both = await Promise.all([1, 2].map(() => as(c.as(who), (tx) => postMessage(tx, message))));
      expect(both[0]!.id).toBe(both[1]!.id);
      thread.messages.push({ id: both[0]!.id, by: who, gone: false });
      forward(thread, who, thread.messages.length);
    },
  ],
  read: [
    18,
    async (thread, who) => {
      const number = Math.floor(random() * (thread.messages.length + 3));
      await one(who, (tx) => markRead(tx, { thread_id: thread.id, number }));
      forward(thread, who, number);
    },
  ],
  'read up': [
    4,
    async (thread, who) => {
      const wanted = [thread, ...threads.filter((each) => !each.gone && reads(each.talk).includes(who)).slice(-3)];
      const shown = new Map(wanted.map((each) => [each, each.messages.length]));
      await one(who, (tx) => readUp(tx, { threads: [...shown].map(([{ id }, number]) => ({ id, number })) }));
      for (const [each, number] of shown) forward(each, who, number);
    },
  ],
  'take back': [
    8,
    async (thread) => {
      const message = pick(thread.messages);
      if (!reads(thread.talk).includes(message.by)) return;
      await one(message.by, (tx) => takeBackMessage(tx, { id: message.id }));
      message.gone = true;
    },
  ],
  edit: [
    6,
    async (thread) => {
      const message = pick(thread.messages);
      if (message.gone || !reads(thread.talk).includes(message.by)) return;
      await one(message.by, (tx) => editMessage(tx, { id: message.id, body: `Other words ${random()}` }));
    },
  ],
  follow: [6, (thread, who) => one(who, (tx) => followThread(tx, { id: thread.id, state: pick(['followed', 'muted', null]) }))],
  involve: [
    5,
    (thread, who) =>
      one(who, (tx) => involve(tx, { conversation_id: thread.talk, level: pick(['nothing', 'mentions', 'everything']), joined: random() < 0.5 })),
  ],
  tend: [
    3,
    async (thread) => {
      if (!reads(thread.talk).includes(thread.starter)) return;
      await one(thread.starter, (tx) =>
        random() < 0.5 ? renameThread(tx, { id: thread.id, title: `Renamed ${random()}` }) : resolveThread(tx, { id: thread.id, resolved: random() < 0.5 }),
      );
    },
  ],
  start: [2, () => start()],
  move: [
    3,
    async (thread) => {
      const target = pick(talks);
      if (target.id === thread.talk || !reads(thread.talk).includes(thread.starter) || !reads(target.id).includes(thread.starter)) return;
      const moved = await as(c.as(thread.starter), async (tx) => {
        const plan = await planMove(tx, { id: thread.id, conversation_id: target.id });
        return plan.refusal ? undefined : moveThread(tx, { id: thread.id, conversation_id: target.id, gaining: plan.gaining });
      });
      if (!moved) return;
      counts.moved = (counts.moved ?? 0) + 1;
      thread.gone = true;
      const rows = await c.behind<{ id: string }>('select id from app.messages where thread_id = $1 order by thread_number', [moved.id]);
      const messages = thread.messages.map((message, i) => ({ ...message, id: rows[i]!.id }));
      const read = new Map([...thread.read].filter(([who]) => (target.circle ? inCircle.has(who) : MEMBERS.includes(who))));
      threads.push({ ...thread, id: moved.id, talk: target.id, messages, read, gone: false });
    },
  ],
  'leave or come': [
    2,
    async () => {
      const who = pick(['mei', 'karim'] as const);
      if (inCircle.delete(who)) await c.behind('delete from app.circle_members where circle_id = $1 and member_id = $2', [c.circle.id, c.member[who]]);
      else {
        inCircle.add(who);
        await c.behind('insert into app.circle_members (circle_id, member_id) values ($1, $2)', [c.circle.id, c.member[who]]);
      }
    },
  ],
};
const all = Object.entries(operations).flatMap(([name, [weight]]) => Array.from({ length: weight }, () => name));

/** What everybody has not read, thread by thread and place by place, as the hub says it. */
async function said(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const who of [...MEMBERS, 'karim' as const]) {
    await as(c.as(who), async (tx) => {
      for (const { conversation_id, unread } of await unreadCounts(tx)) found[`${who} ${conversation_id}`] = unread;
      for (const { id } of talks) for (const { id: thread, unread } of await unreadThreads(tx, id)) found[`${who} ${thread}`] = unread;
    });
  }
  return found;
}
/** The same, counted by hand from what was done; of each place the hub lists its latest hundred threads. */
function counted(among: Record<string, number>): Record<string, number> {
  const found: Record<string, number> = {};
  for (const who of [...MEMBERS, 'karim' as const]) {
    for (const { id: talk } of talks.filter(({ id }) => reads(id).includes(who))) {
      const here = threads.filter((thread) => thread.talk === talk);
      const unread = (thread: Known) => (thread.gone ? 0 : thread.messages.length - (thread.read.get(who) ?? 0));
      for (const thread of here) if (`${who} ${thread.id}` in among) found[`${who} ${thread.id}`] = unread(thread);
      found[`${who} ${talk}`] = here.reduce((sum, thread) => sum + unread(thread), 0);
    }
  }
  return found;
}
const figures = (): Promise<Figures> => as({ kind: 'clerk' }, healthFigures);
const drift = ({ recount: last }: Figures) => [last!.threads, last!.conversations, last!.markers, last!.activity, last!.audiences];
const finding = async () => findings(await figures(), { url: 'http://localhost' }).find(({ check }) => check === 'counts')!;

test(`${OPERATIONS} random operations: unread is exact, and a recount in the middle and at the end changes nothing (seed ${seed})`, async () => {
  console.log(`seed ${seed}`);
  const began = Date.now();
  let counting: Promise<void> | undefined;
  for (let n = 0; n < OPERATIONS; n++) {
    const name = pick(all);
    const living = threads.filter(({ gone }) => !gone);
    const thread = pick(living);
    counts[name] = (counts[name] ?? 0) + 1;
    await operations[name]![1](thread, pick(reads(thread.talk)));
    // While people talk: what is on its way is no drift.
    if (n % (OPERATIONS / 5) === 100) {
      await counting;
      counting = recount();
    }
  }
  await counting;
  const before = await said();
  expect(before).toEqual(counted(before));
  await recount();
  expect(drift(await figures())).toEqual([0, 0, 0, 0, 0]);
  expect(await said()).toEqual(before);
  const history = await c.behind<{ sum: number }>('select sum(threads + conversations + markers + activity + audiences)::int as sum from app.recounts');
  expect(history[0]!.sum).toBe(0);
  console.log(
    `${OPERATIONS} operations in ${Math.round((Date.now() - began) / 1_000)} s, ${threads.length} threads, ${Object.values(before).length} counts held: ${JSON.stringify(counts)}`,
  );
  expect(Math.min(...Object.keys(operations).map((name) => counts[name] ?? 0))).toBeGreaterThan(0);
  expect(counts.moved).toBeGreaterThan(0);
});

test('what stands otherwise is found, said in words, and put right; the next night all is well', async () => {
  const before = await said();
  const [a, b] = threads.filter(({ gone, messages }) => !gone && messages.length > 2).slice(-2);
  await c.behind(`update app.counters set last_number = last_number + 4 where scope_id = $1`, [a!.id]);
  await c.behind(`update app.counters set last_at = now() - interval '1 year' where scope_id = $1`, [b!.id]);
  await c.behind(`update app.counters set last_number = 1 where scope_id = $1`, [talks[0]!.id]);
  await c.behind(
    `insert into app.read_markers (member_id, thread_id, audience_id, number) select $1, id, audience_id, 10000 from app.threads where id = $2
    on conflict (member_id, thread_id) do update set number = 10000`,
    [c.member.jonas, b!.id],
  );
  await c.behind(`update app.audiences set size = size + 1 where id = 2`);
  expect(await said()).not.toEqual(before);
  await recount();
  expect(drift(await figures())).toEqual([1, 1, 1, 1, 1]);
  forward(b!, 'jonas', b!.messages.length);
  const after = await said();
  expect(after).toEqual(counted(after));
  const found = await finding();
  expect(found).toMatchObject({ bad: true, code: 'drift' });
  expect(foundText(found)).toContain('1 threads and 1 conversations');
  expect(todoText(found).length).toBeGreaterThan(20);
  await recount();
  expect(await finding()).toMatchObject({ bad: false, code: 'well' });
  await c.behind(`update app.recounts set at = at - interval '3 days'`);
  expect(foundText(await finding())).toBe('The last recount was 3 days ago.');
  await c.behind('delete from app.recounts');
  expect(await finding()).toMatchObject({ bad: false, code: 'young' });
  await c.behind(`update app.members set joined_at = now() - interval '3 days'`);
  expect(await finding()).toMatchObject({ bad: true, code: 'never' });
});

test('nobody but the job counts anew', async () => {
  for (const name of ['lucia', 'eve'] as const) {
    const { actor } = await c.signIn(name);
    await expect(as(actor, (tx) => sql`select app.recount()`.execute(tx))).rejects.toMatchObject({ code: 'common.not_found' });
    await expect(as(actor, (tx) => sql`select * from app.recounts`.execute(tx))).rejects.toMatchObject({ code: 'common.not_found' });
  }
});
