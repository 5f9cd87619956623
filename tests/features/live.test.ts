import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { stopRelay, theRelay } from '#domains/activity/stream.server.ts';
import { longPoll } from '#domains/activity/stream.server.ts';
import { readCursor } from '#domains/activity/cursor.ts';
import type { Connection } from '#domains/activity/relay.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { markRead } from '#domains/conversations/mark-read.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { closeBus, connectBus } from '#platform/bus/bus.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { wire } from '../../src/wiring.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

type Heard = Connection & {
  reads: number;
  frames: Array<{ kind: string; subject_id: string; data: { number?: number }; content?: { html: string; gone?: boolean } }>;
  last: string;
  told: boolean;
  resyncs: number;
  closed: boolean;
};
let db: FreshDatabase;
let c: Cast;
const thread: Record<string, string> = {};

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  wire();
  connectBus();
  for (const [slug, by] of [
    ['all-members', 'lucia'],
    ['sim-swap', 'jonas'],
  ] as const) {
    thread[slug] = (
      await as(c.as(by), (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: slug, body: 'first', retry_key: randomUUID() }))
    ).thread_id;
  }
});
afterEach(() => stopRelay());
afterAll(async () => {
  await closeBus();
  await closePools();
  await db.drop();
});

function listener(key: string, after?: string): Heard {
  const heard: Heard = {
    key,
    after: readCursor(after),
    reads: 0,
    frames: [],
    last: after ?? '',
    told: false,
    resyncs: 0,
    closed: false,
    send(text) {
      heard.told = true;
      for (const block of text.split('\n\n')) {
        const id = /^id: (.+)$/m.exec(block)?.[1];
        if (id) heard.last = id;
        if (/^event: resync$/m.test(block)) heard.resyncs++;
        else if (/^event: read$/m.test(block)) heard.reads++;
        else if (!/^event:/m.test(block) && block.includes('data: ')) heard.frames.push(JSON.parse(/^data: (.+)$/m.exec(block)?.[1] ?? ''));
      }
      return true;
    },
    close() {
      heard.closed = true;
    },
  };
  return heard;
}
async function listen(key: string, after?: string): Promise<Heard> {
  const heard = listener(key, after);
  theRelay().add(heard);
  await until(() => heard.told || heard.closed);
  return heard;
}
async function until(done: () => boolean, patience = 8_000): Promise<void> {
  const from = Date.now();
  while (!done()) {
    if (Date.now() - from > patience) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const post = (name: Name, slug: string, body: string = randomUUID()) =>
  as(c.as(name), (tx) => postMessage(tx, { thread_id: thread[slug], body, retry_key: randomUUID() }));
const settle = () => new Promise((resolve) => setTimeout(resolve, 300));

test('each hears what they may read, with the same words, and Eve hears nothing', async () => {
  const [mei, pita, karim, eve] = await Promise.all((['mei', 'pita', 'karim', 'eve'] as const).map(async (name) => listen((await c.signIn(name)).key)));
  const from = Date.now();
  await post('jonas', 'sim-swap', 'only **the circle**');
  await until(() => mei!.frames.length === 1);
  expect(Date.now() - from).toBeLessThan(1_000);
  await post('lucia', 'all-members', 'to all');
  await until(() => pita!.frames.length === 1 && mei!.frames.length === 2);
  await settle();
  expect(mei!.frames[0]).toEqual(karim!.frames[0]);
  expect(mei!.frames[0]!.content!.html).toContain('<strong>the circle</strong>');
  expect(karim!.frames).toHaveLength(1);
  expect(pita!.frames.map((frame) => frame.content!.html.trim())).toEqual([expect.stringContaining('to all')]);
  expect(eve!.frames).toEqual([]);
});

test('the place where somebody else stopped gives one nothing of theirs; a frame carries these fields and no other', async () => {
  const mei = await listen((await c.signIn('mei')).key);
  const place = mei.last;
  await post('jonas', 'sim-swap', 'between us');
  await post('lucia', 'all-members', 'for every member');
  await as(c.as('lucia'), (tx) =>
    startThread(tx, { conversation_id: c.channel['all-members'].conversationId, title: 'Begun now', body: 'a thread of its own', retry_key: randomUUID() }),
  );
  const hears = (heard: Heard, words: string) => heard.frames.some(({ content }) => content?.html.includes(words));
  const begun = () => mei.frames.some(({ kind }) => kind === 'thread.started') && hears(mei, 'a thread of its own');
  await until(() => hears(mei, 'between us') && hears(mei, 'for every member') && begun());
  const { key } = await c.signIn('eve');
  const [eve, pita, again] = await Promise.all([listen(key, place), listen((await c.signIn('pita')).key, place), listen((await c.signIn('mei')).key, place)]);
  await until(() => hears(pita, 'for every member') && hears(again, 'between us') && hears(again, 'for every member'));
  await settle();
  expect(eve.frames).toEqual([]);
  expect(hears(pita, 'between us')).toBe(false);
  const fields = new Set<string>();
  JSON.stringify([mei.frames, again.frames, pita.frames], (name, value) => {
    if (Number.isNaN(Number(name))) fields.add(name);
    return value;
  });
  // No address, no hash, no id of a person: nothing by which anybody is let in, written to or told apart. about_id is the channel or page of a thread that was begun.
  expect([...fields].sort()).toEqual([
    'about_id',
    'at',
    'content',
    'conversation_id',
    'data',
    'edited',
    'gone',
    'html',
    'kind',
    'marking',
    'name',
    'number',
    'organization',
    'pinned',
    'reactions',
    'subject_id',
    'subject_kind',
    'thread_id',
  ]);
});

test('reading in one window is told to the other windows of that person, and to nobody else', async () => {
  const [one, other, jonas] = await Promise.all([c.signIn('mei'), c.signIn('mei'), c.signIn('jonas')].map(async (session) => listen((await session).key)));
  const { number } = await post('jonas', 'sim-swap');
  await until(() => one!.frames.length > 0 && other!.frames.length > 0);
  const read = () => as(c.as('mei'), (tx) => markRead(tx, { thread_id: thread['sim-swap']!, number }));
  await read();
  await until(() => one!.reads === 1 && other!.reads === 1);
  // Read again: nothing moved, nobody is told.
  await read();
  await settle();
  expect([one!.reads, other!.reads, jonas!.reads]).toEqual([1, 1, 0]);
});

test('a message that commits late is not skipped, and delays nobody', async () => {
  const mei = await listen((await c.signIn('mei')).key);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = as(c.as('lucia'), async (tx) => {
    const posted = await postMessage(tx, { thread_id: thread['all-members'], body: 'slow', retry_key: randomUUID() });
    await held;
    return posted;
  });
  await settle();
  for (let i = 0; i < 5; i++) await post('jonas', 'sim-swap', `fast ${i}`);
  await until(() => mei.frames.length === 5, 2_000);
  release();
  const { id } = await slow;
  await until(() => mei.frames.length === 6);
  await settle();
  expect(mei.frames.filter((frame) => frame.subject_id === id)).toHaveLength(1);
  expect(new Set(mei.frames.map((frame) => frame.subject_id)).size).toBe(6);
});

test('someone removed from a circle hears nothing of it any more, also not on coming back', async () => {
  const [mei, karim] = await Promise.all([listen((await c.signIn('mei')).key), listen((await c.signIn('karim')).key)]);
  await post('jonas', 'sim-swap', 'before');
  await until(() => karim.frames.length === 1);
  await c.behind('delete from app.circle_members where circle_id = $1 and member_id = $2', [c.circle.id, c.member.karim]);
  await post('jonas', 'sim-swap', 'after');
  await until(() => mei.frames.length === 2);
  await settle();
  expect(karim.frames).toHaveLength(1);
  const back = await listen(karim.key, karim.last);
  await settle();
  expect(back.frames.some((frame) => frame.content?.html.includes('after'))).toBe(false);
  await c.behind('insert into app.circle_members (circle_id, member_id) values ($1, $2)', [c.circle.id, c.member.karim]);
});

test('a stream whose session is revoked, or whose member is suspended, ends within five seconds', async () => {
  const session = await c.signIn('pita');
  const [pita, noor] = [await listen(session.key), await listen((await c.signIn('noor')).key)];
  const from = Date.now();
  await c.behind('update app.sessions set revoked_at = now() where id = $1', [session.sessionId]);
  await c.behind("update app.members set status = 'suspended' where id = $1", [c.member.noor]);
  await until(() => pita.closed && noor.closed);
  expect(Date.now() - from).toBeLessThan(5_000);
  await c.behind("update app.members set status = 'active' where id = $1", [c.member.noor]);
  const dead = await listen(session.key, pita.last);
  expect(dead.closed).toBe(true);
});

test('after a restart one resumes by the last id: nothing lost, nothing twice', async () => {
  const { key } = await c.signIn('mei');
  const before = await listen(key);
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await post('jonas', 'sim-swap')).id);
  await until(() => before.frames.length === 5);
  stopRelay();
  for (let i = 0; i < 5; i++) ids.push((await post('jonas', 'sim-swap')).id);
  const after = await listen(key, before.last);
  ids.push((await post('jonas', 'sim-swap')).id);
  await until(() => after.frames.some((frame) => frame.subject_id === ids.at(-1)));
  await settle();
  // While somebody else's transaction holds the horizon back, what lies above it comes again; the reader knows its ids and drops it, as the island does.
  const heard = [...before.frames, ...after.frames].map((frame) => frame.subject_id);
  expect([...new Set(heard)]).toEqual(ids);
  expect(new Set(after.frames.map((frame) => frame.subject_id)).size).toBe(after.frames.length);
});

test('a line cut in the middle of many writers loses nothing', async () => {
  const { key } = await c.signIn('mei');
  const heard = new Map<string, number>();
  const posted: string[] = [];
  let last = (await listen(key)).last;
  const writers = (['amina', 'jonas', 'karim'] as const).map(async (name) => {
    for (let i = 0; i < 20; i++) posted.push((await post(name, 'sim-swap')).id);
  });
  let writing = true;
  void Promise.all(writers).then(() => {
    writing = false;
  });
  const collect = (one: Heard) => {
    for (const frame of one.frames) heard.set(frame.subject_id, (heard.get(frame.subject_id) ?? 0) + 1);
    last = one.last;
  };
  while (writing) {
    const one = await listen(key, last);
    await new Promise((resolve) => setTimeout(resolve, 40));
    theRelay().remove(one);
    collect(one);
  }
  const one = await listen(key, last);
  await settle();
  collect(one);
  expect(posted.filter((id) => !heard.has(id))).toEqual([]);
  expect(posted).toHaveLength(60);
});

test('a cursor of another hub, of the future or of nonsense gets one resync', async () => {
  const { key } = await c.signIn('mei');
  for (const cursor of [`${randomUUID()}:1`, (await listen(key)).last.replace(/:\d+$/, ':99999999999')]) {
    const one = await listen(key, cursor);
    await settle();
    expect([one.resyncs, one.frames.length]).toEqual([1, 0]);
  }
  const answer = await longPoll(key, 'nonsense', 3_000);
  expect(answer?.resync).toBe(true);
});

test('a restore changes the epoch: every stream is told once', async () => {
  const mei = await listen((await c.signIn('mei')).key);
  await c.behind('update app.hub set epoch = gen_random_uuid()');
  await theRelay().tick();
  await until(() => mei.resyncs === 1);
  await post('jonas', 'sim-swap', 'afterwards');
  await until(() => mei.frames.length === 1);
  expect(mei.resyncs).toBe(1);
});

test('the long poll answers the same frames', async () => {
  const { key } = await c.signIn('mei');
  const start = await longPoll(key, null, 3_000);
  expect(start?.frames).toEqual([]);
  let waiting = longPoll(key, start?.cursor, 5_000);
  await settle();
  const { id } = await post('jonas', 'sim-swap', 'polled');
  // While a transaction somewhere in the server is open, what came just before is said once more.
  for (let n = 0; n < 20; n++) {
    const answer = await waiting;
    const frame = (answer?.frames as Array<{ subject_id: string; kind: string }> | undefined)?.find((each) => each.subject_id === id);
    if (frame) return expect(frame).toMatchObject({ kind: 'message.posted' });
    waiting = longPoll(key, answer?.cursor, 5_000);
  }
  throw new Error('the message never came');
});

test('a relay that nobody listened to for a while serves the next who comes', async () => {
  const { key } = await c.signIn('mei');
  theRelay().remove(await listen(key));
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const back = await listen(key);
  await post('jonas', 'sim-swap', 'still here');
  await until(() => back.frames.length === 1);
});

test('a token without the scope amber is not told of AMBER, and others are', async () => {
  const token = await listen((await c.signIn('mei', ['read'])).key);
  const scoped = await listen((await c.signIn('mei', ['read', 'amber'])).key);
  await as(c.as('jonas'), (tx) => postMessage(tx, { thread_id: thread['sim-swap'], body: 'marked', marking: 'TLP:AMBER', retry_key: randomUUID() }));
  await post('jonas', 'sim-swap', 'plain');
  await until(() => scoped.frames.length === 2 && token.frames.length === 1);
  expect(token.frames[0]!.content!.html).toContain('plain');
});

test('an edit arrives with the new words', async () => {
  const mei = await listen((await c.signIn('mei')).key);
  const { id } = await post('jonas', 'sim-swap', 'wrogn');
  await as(c.as('jonas'), (tx) => editMessage(tx, { id, body: 'right' }));
  await until(() => mei.frames.length === 2);
  expect(mei.frames[1]).toMatchObject({ kind: 'message.edited', content: { html: expect.stringContaining('right'), edited: true } });
});

test('another process is heard through the bus, within the second', async () => {
  const mei = await listen((await c.signIn('mei')).key);
  const other = new Client({ connectionString: db.worker });
  await other.connect();
  await settle();
  const from = Date.now();
  await other.query('begin');
  await other.query("select set_config('role', 'indaba_clerk', true)");
  await other.query("insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id) values ('page.changed', 2, $1, 'page', $2)", [
    c.byline.jonas,
    randomUUID(),
  ]);
  await other.query('commit');
  await other.query("select pg_notify('indaba_events', '1')");
  await until(() => mei.frames.length === 1);
  expect(Date.now() - from).toBeLessThan(500);
  await other.end();
});

test('an event that names a message of another audience carries none of its words there', async () => {
  // Mei reads for all members and may see the circle too.
  const [mei, pita] = [await listen((await c.signIn('mei')).key), await listen((await c.signIn('pita')).key)];
  const { id } = await post('jonas', 'sim-swap', 'for the circle alone');
  await until(() => mei.frames.length === 1);
  await c.behind(`insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id) values ('message.edited', 2, $1, 'message', $2)`, [
    c.byline.jonas,
    id,
  ]);
  const after = await post('jonas', 'all-members', 'for all');
  await until(() => pita.frames.some((frame) => frame.subject_id === after.id));
  expect(JSON.stringify(pita.frames)).not.toContain(id);
});
