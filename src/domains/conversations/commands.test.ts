import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, type Name } from '../../../tests/support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.ts';
import { renameThread, resolveThread } from './change-thread.server.ts';
import { editMessage } from './edit-message.server.ts';
import { loadConversation } from './load-conversation.server.ts';
import { markRead } from './mark-read.server.ts';
import { openConversation } from './open-conversation.server.ts';
import { postMessage } from './post-message.server.ts';
import { findMessage, findThread, listMessages, unreadCounts } from './queries.server.ts';
import { startThread } from './start-thread.server.ts';
import { takeBackMessage } from './take-back-message.server.ts';

let db: FreshDatabase;
let c: Cast;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const start = (name: Name, slug: keyof Cast['channel'], body = 'first') =>
  as(c.as(name), (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: 'A thread', body, retry_key: randomUUID() }));
const post = (name: Name, thread_id: string, more: Record<string, unknown> = {}) =>
  as(c.as(name), (tx) => postMessage(tx, { thread_id, body: 'words', retry_key: randomUUID(), ...more }, { last: true }));
const events = (kind: string) => c.behind<{ n: number }>('select count(*)::int as n from app.events where kind = $1', [kind]).then((rows) => rows[0]?.n);

describe('posting', () => {
  test('the same key with the same words is one message; with other words it is refused', async () => {
    const { thread_id } = await start('jonas', 'sim-swap');
    const retry_key = randomUUID();
    const before = await events('message.posted');
    const first = await post('mei', thread_id, { retry_key, body: 'one\r\ntwo' });
    expect(await post('mei', thread_id, { retry_key, body: 'one\ntwo' })).toEqual({ ...first, repeated: true });
    await expect(post('mei', thread_id, { retry_key, body: 'three' })).rejects.toMatchObject({ code: 'conversations.message.key_reused', status: 409 });
    // The key is one's own: somebody else's form may carry the same.
    expect((await post('jonas', thread_id, { retry_key, body: 'one\ntwo' })).id).not.toBe(first.id);
    expect(await events('message.posted')).toBe((before ?? 0) + 2);
  });
  test('many at once: numbers are dense, twins are one', async () => {
    const { thread_id } = await start('jonas', 'sim-swap');
    const twin = randomUUID();
    const done = await Promise.all(
      [...Array(12)].map((_, i) => post((['mei', 'jonas', 'karim', 'amina'] as const)[i % 4]!, thread_id, i % 4 === 0 ? { retry_key: twin } : {})),
    );
    const numbers = [...new Set(done.map((each) => each.number))].sort((a, b) => a - b);
    expect(numbers).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
  test.each([
    ['TLP:RED', 'sim-swap', 'mei', 'conversations.message.above_ceiling'],
    ['TLP:AMBER+STRICT', 'sim-swap', 'mei', 'conversations.message.above_ceiling'],
    ['TLP:AMBER', 'all-members', 'lucia', 'conversations.message.above_ceiling'],
    ['TLP:PURPLE', 'all-members', 'lucia', 'conversations.message.unknown_label'],
  ] as const)('%s in %s is refused before it is stored', async (marking, slug, who, code) => {
    const { thread_id } = await start(who, slug);
    const before = await c.behind<{ n: number }>('select count(*)::int as n from app.messages');
    await expect(post(who, thread_id, { marking })).rejects.toMatchObject({ code });
    expect(await c.behind('select count(*)::int as n from app.messages')).toEqual(before);
    expect((await post(who, thread_id, { marking: 'TLP:GREEN' })).number).toBe(2);
  });
  test('the refusal names what is allowed', async () => {
    const { thread_id } = await start('mei', 'sim-swap');
    await expect(post('mei', thread_id, { marking: 'TLP:RED' })).rejects.toMatchObject({
      details: { label: 'TLP:RED', allowed: 'TLP:CLEAR, TLP:GREEN, TLP:AMBER' },
    });
  });
  test.each([
    ['', 'conversations.message.empty'],
    ['  \n ', 'conversations.message.empty'],
    ['x'.repeat(20_001), 'conversations.message.too_long'],
  ])('a body like %.5s is refused', async (body, code) => {
    const { thread_id } = await start('mei', 'sim-swap');
    await expect(post('mei', thread_id, { body })).rejects.toMatchObject({ code });
  });
  test('a thread is started once by a form sent twice', async () => {
    const retry_key = randomUUID();
    const make = (title: string) =>
      as(c.as('mei'), (tx) => startThread(tx, { conversation_id: c.channel['sim-swap'].conversationId, title, body: 'b', retry_key }));
    const first = await make('Once');
    expect((await make('Once')).thread_id).toBe(first.thread_id);
    await expect(make('Twice')).rejects.toMatchObject({ code: 'conversations.message.key_reused' });
  });
});

describe('one’s own message', () => {
  test('is edited by its writer only, and its earlier words are kept', async () => {
    const { id, thread_id } = await start('mei', 'sim-swap', 'before');
    await expect(as(c.as('jonas'), (tx) => editMessage(tx, { id, body: 'mine now' }))).rejects.toMatchObject({
      code: 'conversations.message.not_mine',
      status: 403,
    });
    await expect(as(c.as('eve'), (tx) => editMessage(tx, { id, body: 'mine now' }))).rejects.toMatchObject({
      code: 'conversations.message.not_found',
      status: 404,
    });
    await as(c.as('mei'), (tx) => editMessage(tx, { id, body: 'after' }));
    const [message] = await as(c.as('jonas'), (tx) => listMessages(tx, thread_id));
    expect(message).toMatchObject({ body: 'after', may_edit: false });
    expect(message?.edited_at).not.toBeNull();
    expect(await c.behind('select body from app.message_revisions where message_id = $1', [id])).toEqual([{ body: 'before' }]);
    await expect(as(c.as('mei'), (tx) => editMessage(tx, { id, body: 'after', marking: 'TLP:RED' }))).rejects.toMatchObject({
      code: 'conversations.message.above_ceiling',
    });
  });
  test('is taken back: place kept, words gone, also from search; twice changes nothing', async () => {
    const { id } = await start('mei', 'sim-swap', 'zanzibarword');
    await expect(as(c.as('jonas'), (tx) => takeBackMessage(tx, { id }))).rejects.toMatchObject({ code: 'conversations.message.not_mine' });
    const before = await events('message.taken_back');
    await as(c.as('mei'), (tx) => takeBackMessage(tx, { id }));
    await as(c.as('mei'), (tx) => takeBackMessage(tx, { id }));
    expect(await as(c.as('mei'), (tx) => findMessage(tx, id))).toMatchObject({ body: '', number: 1, may_edit: false });
    expect(await c.behind('select 1 as x from search.entries where subject_id = $1', [id])).toEqual([]);
    expect(await events('message.taken_back')).toBe((before ?? 0) + 1);
    await expect(as(c.as('mei'), (tx) => editMessage(tx, { id, body: 'back' }))).rejects.toMatchObject({ code: 'conversations.message.not_found' });
  });
});

test('unread is last minus marker; the marker moves forward only and not past the end', async () => {
  const { thread_id } = await start('jonas', 'sim-swap');
  for (let i = 0; i < 4; i++) await post('jonas', thread_id);
  const unread = (name: Name) => as(c.as(name), async (tx) => (await findThread(tx, thread_id))?.unread);
  expect([await unread('mei'), await unread('jonas')]).toEqual([5, 0]);
  const mark = (number: number) => as(c.as('mei'), (tx) => markRead(tx, { thread_id, number }));
  await mark(3);
  await mark(1);
  expect(await unread('mei')).toBe(2);
  await mark(999);
  await post('jonas', thread_id);
  expect(await unread('mei')).toBe(1);
  await as(c.as('eve'), (tx) => markRead(tx, { thread_id, number: 3 }));
  expect(await c.behind('select 1 as x from app.read_markers where member_id = $1', [c.member.eve])).toEqual([]);
  const view = await as(c.as('mei'), (tx) => loadConversation(tx, { kind: 'channel', id: c.channel['sim-swap'].id }, { thread: thread_id }));
  expect(view.since).toMatchObject({ count: 1, from: 6 });
  expect(await unread('mei')).toBe(0);
  const total = await as(c.as('mei'), (tx) => unreadCounts(tx));
  expect(total.map((each) => each.conversation_id).sort()).not.toContain(c.channel['ta-lumaria'].conversationId);
});

test('a long thread is shown by fifties', async () => {
  const { thread_id } = await start('jonas', 'sim-swap');
  for (let i = 0; i < 59; i++) await post('jonas', thread_id, { body: `m${i + 2}` });
  const load = (before?: number) =>
    as(c.as('mei'), (tx) => loadConversation(tx, { kind: 'channel', id: c.channel['sim-swap'].id }, { thread: thread_id, before }));
  // More is new than a page holds: it begins where she stopped, and what she was not shown stays new.
  const first = await load();
  expect([first.messages.length, first.messages[0]?.number, first.messages.at(-1)?.number, first.latest, first.later]).toEqual([50, 1, 50, false, null]);
  expect(await as(c.as('mei'), async (tx) => (await findThread(tx, thread_id))?.unread)).toBe(10);
  const end = await load();
  expect([end.messages.length, end.messages[0]?.number, end.earlier, end.latest]).toEqual([50, 11, 11, true]);
  const begin = await load(11);
  expect([begin.messages.length, begin.messages.at(-1)?.number, begin.earlier, begin.latest]).toEqual([10, 10, null, false]);
  for (let i = 0; i < 51; i++) await post('jonas', thread_id);
  const on = await load();
  expect([on.messages[0]?.number, on.messages.at(-1)?.number, on.since?.count, on.since?.from, on.since?.zone]).toEqual([59, 108, 51, 61, expect.any(String)]);
  const skip = await as(c.as('mei'), (tx) => loadConversation(tx, { kind: 'channel', id: c.channel['sim-swap'].id }, { thread: thread_id, before: 'end' }));
  expect([skip.messages.at(-1)?.number, skip.latest, await as(c.as('mei'), async (tx) => (await findThread(tx, thread_id))?.unread)]).toEqual([111, true, 0]);
});

test('a thread is renamed and resolved by its starter', async () => {
  const { thread_id: id } = await start('jonas', 'sim-swap');
  await expect(as(c.as('mei'), (tx) => renameThread(tx, { id, title: 'Other' }))).rejects.toMatchObject({ code: 'conversations.thread.not_found' });
  await as(c.as('jonas'), (tx) => renameThread(tx, { id, title: 'Other' }));
  await as(c.as('jonas'), (tx) => resolveThread(tx, { id, resolved: true }));
  expect(await as(c.as('mei'), (tx) => findThread(tx, id))).toMatchObject({ title: 'Other', resolved_at: expect.any(Date), may_change: false });
});

test('a conversation is opened once, with the audience of its subject; not by somebody outside it', async () => {
  const subject = { kind: 'channel' as const, id: c.channel['sim-swap'].id };
  expect((await as(c.as('mei'), (tx) => openConversation(tx, { subject }))).id).toBe(c.channel['sim-swap'].conversationId);
  await expect(as(c.as('eve'), (tx) => openConversation(tx, { subject }))).rejects.toMatchObject({ status: 404 });
  await expect(as(c.as('mei'), (tx) => openConversation(tx, { subject: { kind: 'page', id: randomUUID() } }))).rejects.toMatchObject({ status: 404 });
});
