import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { listMessages, listThreads, unreadCounts } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
const thread: Record<string, string> = {};
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const [slug, by] of [
    ['square', 'lucia'],
    ['all-members', 'lucia'],
    ['sim-swap', 'jonas'],
    ['ta-lumaria', 'amina'],
  ] as const) {
    const made = await as(c.as(by), (tx) =>
      startThread(tx, { conversation_id: c.channel[slug].conversationId, title: `In ${slug}`, body: `planted in ${slug}`, retry_key: randomUUID() }),
    );
    thread[slug] = made.thread_id;
  }
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const post = (name: Name, slug: string) =>
  as(c.as(name), (tx) => postMessage(tx, { thread_id: thread[slug], body: `${name} was here`, retry_key: randomUUID() })).then(
    () => 'yes',
    (error) => error.code as string,
  );
const read = (name: Name, slug: string) => as(c.as(name), async (tx) => (await listMessages(tx, thread[slug]!)).length > 0);

test('Eve is an outsider: she belongs to nothing but the public', async () => {
  expect(await as(c.as('eve'), async (tx) => (await sql<{ a: number }>`select my_audiences as a from app.my_audiences()`.execute(tx)).rows)).toEqual([
    { a: 1 },
  ]);
});

const no = 'conversations.thread.not_found';
const table: Array<[slug: string, who: Name, reads: boolean, posts: string]> = [
  ['square', 'amina', true, 'yes'],
  ['square', 'karim', true, 'common.not_found'],
  ['square', 'eve', true, 'common.not_found'],
  ['all-members', 'amina', true, 'yes'],
  ['all-members', 'pita', true, 'yes'],
  ['all-members', 'karim', false, no],
  ['all-members', 'eve', false, no],
  ['sim-swap', 'jonas', true, 'yes'],
  ['sim-swap', 'mei', true, 'yes'],
  ['sim-swap', 'karim', true, 'yes'],
  ['sim-swap', 'pita', false, no],
  ['sim-swap', 'lucia', false, no],
  ['sim-swap', 'eve', false, no],
  ['ta-lumaria', 'amina', true, 'yes'],
  ['ta-lumaria', 'jonas', false, no],
  ['ta-lumaria', 'mei', false, no],
  ['ta-lumaria', 'karim', false, no],
  ['ta-lumaria', 'lucia', false, no],
  ['ta-lumaria', 'eve', false, no],
];
describe('who may read and post where', () => {
  test.each(table)('%s: %s reads %s, posts %s', async (slug, who, reads, posts) => {
    expect(await read(who, slug)).toBe(reads);
    expect(await post(who, slug)).toBe(posts);
    const conversationId = c.channel[slug as keyof Cast['channel']].conversationId;
    const listed = await as(c.as(who), (tx) => listThreads(tx, conversationId));
    expect(listed.length > 0).toBe(reads);
    const unread = await as(c.as(who), (tx) => unreadCounts(tx));
    expect(unread.some((row) => row.conversation_id === conversationId)).toBe(reads);
  });
  test.each([
    [['read'], null, 'common.not_found'],
    [['read', 'write'], null, 'yes'],
    [['read', 'write'], 'TLP:AMBER', 'common.not_found'],
    [['read', 'write', 'amber'], 'TLP:AMBER', 'yes'],
  ] as const)('a token with %s posts %s: %s', async (scopes, marking, said) => {
    const { actor } = await c.signIn('jonas', [...scopes]);
    const answer = await as(actor, (tx) => postMessage(tx, { thread_id: thread['sim-swap'], body: 'by a program', marking, retry_key: randomUUID() })).then(
      () => 'yes',
      (error) => error.code as string,
    );
    expect(answer).toBe(said);
  });

  test('a visitor reads the public channel and nothing else, and posts nowhere', async () => {
    const visible = await as({ kind: 'visitor' }, async (tx) =>
      Promise.all(Object.keys(thread).map(async (slug) => [slug, (await listMessages(tx, thread[slug]!)).length > 0])),
    );
    expect(Object.fromEntries(visible)).toEqual({ square: true, 'all-members': false, 'sim-swap': false, 'ta-lumaria': false });
    await expect(as({ kind: 'visitor' }, (tx) => postMessage(tx, { thread_id: thread.square, body: 'x', retry_key: randomUUID() }))).rejects.toMatchObject({
      status: 404,
    });
  });
});
