/** Numbers are information: of a thread that holds a label beyond its scopes a token is told none, and what is said there under such a label changes nothing it hears. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listChannels } from '#domains/channels/queries.server.ts';
import { listDirect, openDirect } from '#domains/conversations/direct.server.ts';
import { countMessages } from '#domains/conversations/found.server.ts';
import { markRead } from '#domains/conversations/mark-read.server.ts';
import { removeMessage } from '#domains/conversations/moderation/decide.server.ts';
import { listAboutMe, listMyReports } from '#domains/conversations/moderation/queries.server.ts';
import { reportMessage } from '#domains/conversations/moderation/report-message.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { listThreads, unreadCounts, unreadThreads } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { countCalls, countNew, listNewThreads } from '#domains/conversations/telling/catch-up.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

type Session = 'browser' | 'reading token' | 'writing token' | 'amber token' | 'visitor';
let db: FreshDatabase;
let c: Cast;
const mei = {} as Record<Session, Actor>;
const threads: Record<'mixed' | 'open' | 'red', string> = { mixed: '', open: '', red: '' };
let red: string;
let circle: string;

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  circle = c.channel['sim-swap'].conversationId;
  mei.browser = (await c.signIn('mei')).actor;
  mei['reading token'] = (await c.signIn('mei', ['read'])).actor;
  mei['writing token'] = (await c.signIn('mei', ['read', 'write'])).actor;
  mei['amber token'] = (await c.signIn('mei', ['read', 'write', 'amber'])).actor;
  mei.visitor = { kind: 'visitor' };
  const begin = (conversation_id: string, title: string) =>
    as(c.as('jonas'), (tx) => startThread(tx, { conversation_id, title, body: 'plain', marking: null, retry_key: randomUUID() })).then(
      (made) => made.thread_id,
    );
  red = (await as(c.as('jonas'), (tx) => openDirect(tx, { people: ['mei'] }))).conversation_id;
  threads.mixed = await begin(circle, 'Mixed');
  threads.open = await begin(circle, 'Open');
  threads.red = await begin(red, 'Between us');
  await say('mixed', 'TLP:AMBER');
  await say('mixed', null);
  await say('open', null);
  await say('red', 'TLP:RED');
  await tell();
}, 120_000);
afterAll(async () => {
  await closePools();
  await db?.drop();
});

const say = (thread: keyof typeof threads, marking: string | null) =>
  as(c.as('jonas'), (tx) => postMessage(tx, { thread_id: threads[thread], body: `said ${marking}`, marking, retry_key: randomUUID() }));
/** Everything that counts, as this session hears it. */
const numbers = (session: Session) =>
  as(mei[session], async (tx: Tx) => ({
    unread: (await unreadCounts(tx)).map(({ conversation_id, unread, fresh, last_at }) => ({ conversation_id, unread, fresh, last_at })),
    threads: await unreadThreads(tx, circle),
    listed: (await listThreads(tx, circle)).map(({ id, unread, last_number, last_at }) => ({ id, unread, last_number, last_at })),
    waiting: await countNew(tx),
    calls: session === 'visitor' ? 0 : await countCalls(tx),
    caught: (await listNewThreads(tx)).map(({ id, unread }) => ({ id, unread })),
    channels: (await listChannels(tx)).map(({ id, unread, fresh, last_at }) => ({ id, unread, fresh, last_at })),
    direct: session === 'visitor' ? [] : (await listDirect(tx)).map(({ id, unread, last_at }) => ({ id, unread, last_at })),
    said: await countMessages(tx, { kind: 'channel', id: c.channel['sim-swap'].id }),
    rows: (await sql`select scope_id, last_number from app.counters order by scope_id`.execute(tx)).rows,
    markers: (await sql`select thread_id, number from app.read_markers order by thread_id`.execute(tx)).rows,
  }));

test.each<[session: Session, mixed: number, open: number, red: boolean, said: number]>([
  ['browser', 3, 2, true, 5],
  ['reading token', 0, 2, false, 0],
  ['writing token', 0, 2, false, 0],
  ['amber token', 3, 2, false, 5],
  ['visitor', 0, 0, false, 0],
])('%s: what is unread', async (session, mixed, open, direct, said) => {
  const heard = await numbers(session);
  const of = (id: string) => heard.threads.find((each) => each.id === id)?.unread ?? 0;
  expect([of(threads.mixed), of(threads.open), heard.said]).toEqual([mixed, open, said]);
  expect(heard.unread.find((each) => each.conversation_id === circle)?.unread ?? 0).toBe(mixed + open);
  expect(heard.unread.some((each) => each.conversation_id === red)).toBe(direct);
  expect(heard.rows.some((row) => (row as { scope_id: string }).scope_id === threads.red)).toBe(direct);
});

test('what is said under a label beyond its scopes changes nothing that a token hears; in a browser everything', async () => {
  const sessions: Session[] = ['browser', 'reading token', 'writing token', 'amber token', 'visitor'];
  const before = new Map(await Promise.all(sessions.map(async (each) => [each, await numbers(each)] as const)));
  await say('red', 'TLP:RED');
  for (const session of sessions.slice(1)) expect(await numbers(session), session).toEqual(before.get(session));
  expect(await numbers('browser')).not.toEqual(before.get('browser'));
  await say('mixed', 'TLP:AMBER');
  await tell();
  for (const session of ['reading token', 'writing token', 'visitor'] as const) expect(await numbers(session), session).toEqual(before.get(session));
  expect(await numbers('amber token')).not.toEqual(before.get('amber token'));
});

test('a token marks read what it is told of, and how far its owner has read elsewhere is not told', async () => {
  await as(mei.browser, (tx) => markRead(tx, { thread_id: threads.mixed, number: 2 }));
  await as(mei['writing token'], (tx) => markRead(tx, { thread_id: threads.mixed, number: 4 }));
  await as(mei['writing token'], (tx) => markRead(tx, { thread_id: threads.open, number: 1 }));
  const markers = async (session: Session) =>
    (await numbers(session)).markers.map((row) => Object.values(row as { thread_id: string; number: number })) as Array<[string, number]>;
  expect((await markers('browser')).sort()).toEqual([[threads.mixed, 2] as [string, number], [threads.open, 1] as [string, number]].sort());
  expect(await markers('writing token')).toEqual([[threads.open, 1]]);
});

test('a report and a decision about what a token may not read are not told by it', async () => {
  const { id } = await as(mei.browser, (tx) => postMessage(tx, { thread_id: threads.mixed, body: 'mine', marking: 'TLP:AMBER', retry_key: randomUUID() }));
  const theirs = await say('mixed', 'TLP:AMBER');
  await as(mei.browser, (tx) => reportMessage(tx, { message_id: theirs.id, reason: 'label', words: 'w' }));
  await as(c.as('jonas'), (tx) => removeMessage(tx, { message_id: id, reason: 'label', words: 'w' }));
  for (const [session, n] of [
    ['browser', 1],
    ['reading token', 0],
    ['amber token', 1],
  ] as const) {
    expect((await as(mei[session], listMyReports)).length, session).toBe(n);
    expect((await as(mei[session], listAboutMe)).length, session).toBe(n);
  }
});
