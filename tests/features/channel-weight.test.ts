/** Opening a channel with 50 unread messages costs at most 30 KB on the line, all that its first visit needs counted: all threads, one thread, or one timeline. What every page shares (style, script) comes once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { involve } from '#domains/conversations/involve.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { unreadCounts } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { as } from '#platform/database/open.server.ts';
import { total, weigh } from '../../bin/weigh.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { paragraph, seeded, sentence } from '../support/random-text.ts';

const LIMIT = 30_000;
let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let thread: string;
const talk = () => c.channel['all-members'].conversationId;

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  const random = seeded(50);
  const post = (name: Name, thread_id: string) =>
    as(c.as(name), (tx) => postMessage(tx, { thread_id, body: paragraph(random), marking: random() < 0.3 ? 'TLP:GREEN' : null, retry_key: randomUUID() }));
  // Fifty in one thread, by five people; and nineteen other threads beside it.
  for (let n = 0; n < 20; n++) {
    const made = await as(c.as('lucia'), (tx) =>
      startThread(tx, { conversation_id: talk(), title: sentence(random), body: paragraph(random), retry_key: randomUUID() }),
    );
    thread = made.thread_id;
  }
  for (let n = 1; n < 50; n++) await post((['amina', 'jonas', 'pita', 'noor', 'lucia'] as const)[n % 5]!, thread);
  hub = await openHub();
}, 120_000);
afterAll(async () => {
  await hub?.close();
  await db?.drop();
});

test.each([
  ['the threads of the channel', (): string => '/channels/all-members', false],
  ['the thread with fifty new messages', (): string => `/channels/all-members/${thread}`, false],
  ['the channel as one timeline', (): string => '/channels/all-members', true],
] as const)('%s', async (name, path, timeline) => {
  const { cookie, actor } = await c.signIn(timeline ? 'noor' : 'mei');
  if (timeline) await as(actor, (tx) => involve(tx, { conversation_id: talk(), view: 'timeline' }));
  const unread = await as(actor, async (tx) => (await unreadCounts(tx)).find((each) => each.conversation_id === talk())?.unread);
  expect(unread).toBeGreaterThanOrEqual(timeline ? 19 : 50);
  const weights = await weigh(hub.base + path(), cookie);
  const page = total(weights, 'document');
  console.log(
    `${name}: ${(page / 1_000).toFixed(1)} KB; with all it needs on the first visit ${(total(weights) / 1_000).toFixed(1)} KB, of it script ${(total(weights, 'script') / 1_000).toFixed(1)} KB`,
  );
  expect(weights[0]?.status).toBe(200);
  expect(total(weights)).toBeLessThanOrEqual(LIMIT);
  expect(total(weights, 'script')).toBeLessThanOrEqual(15_000);
});
