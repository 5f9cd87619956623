/** The trace of a renamed, resolved or reopened thread: who leaves one, who reads it, and that nobody writes one by hand or reads it where the words went away. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { renameThread, resolveThread } from '#domains/conversations/change-thread.server.ts';
import { moveThread } from '#domains/conversations/move-thread.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findConversationFor, findThread } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { asker } from '../support/trying.ts';
import { everybody, WHO, type Who } from '../support/who.ts';

let db: FreshDatabase;
let c: Cast;
let actors: Record<Who, Actor>;
let id: string;
let able: ReturnType<typeof asker>;
const CIRCLE: Who[] = ['guest', 'member', 'reading token', 'no amber', 'focal point', 'reviewer'];
const start = (title: string) =>
  as(c.as('jonas'), (tx) => startThread(tx, { conversation_id: c.channel['sim-swap'].conversationId, title, body: 'First', retry_key: newId() }));
const traces = (tx: Tx) => sql<{ was: string }>`select was from app.thread_changes where thread_id = ${id}`.execute(tx).then(({ rows }) => rows.length > 0);

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  actors = await everybody(c);
  able = asker(actors, WHO, { undo: true });
  id = (await start('The numbat')).thread_id;
});
afterAll(async () => {
  await closePools();
  await db?.drop();
});

test('who renamed it, when, from what to what, and where between the messages: all who read the thread read it, and nobody else', async () => {
  await as(c.as('mei'), (tx) => postMessage(tx, { thread_id: id, body: 'Second', retry_key: newId() }));
  await as(c.as('jonas'), (tx) => renameThread(tx, { id, title: 'The quoll' }));
  await as(c.as('jonas'), (tx) => renameThread(tx, { id, title: 'The quoll' }));
  await as(c.as('jonas'), (tx) => resolveThread(tx, { id, resolved: true }));
  await as(c.as('jonas'), (tx) => resolveThread(tx, { id, resolved: false }));
  const changes = (await as(c.as('mei'), (tx) => findThread(tx, id)))!.changes;
  expect(changes.map(({ kind, was, became, name, after }) => [kind, was, became, name, after])).toEqual([
    ['renamed', 'The numbat', 'The quoll', 'Jonas', 2],
    ['resolved', null, null, 'Jonas', 2],
    ['reopened', null, null, 'Jonas', 2],
  ]);
  expect(await able(traces)).toEqual(CIRCLE);
});

test('by hand nobody writes, changes or removes one; and only who may rename leaves one', async () => {
  const forged = sql`insert into app.thread_changes (id, thread_id, audience_id, kind, byline_id, after_number) values (gen_random_uuid(), ${id}, ${c.audience.circle}, 'resolved', ${c.byline.mei}, 0)`;
  for (const hand of [forged, sql`update app.thread_changes set was = 'x'`, sql`delete from app.thread_changes`])
    expect(await able((tx) => hand.execute(tx))).toEqual([]);
  expect(await able((tx) => renameThread(tx, { id, title: 'Mine' }))).toEqual(['member', 'no amber', 'focal point']);
});

test('a label that may not leave through a session takes the trace with it, since it tells how many messages there were', async () => {
  await as(c.as('jonas'), (tx) => postMessage(tx, { thread_id: id, body: 'Third', marking: 'TLP:AMBER', retry_key: newId() }));
  const session = async (scopes?: Array<'read' | 'amber'>) => as((await c.signIn('mei', scopes)).actor, traces);
  expect([await session(), await session(['read']), await session(['read', 'amber'])]).toEqual([true, false, true]);
});

test('moved away, the old titles are gone from both places', async () => {
  id = (await start('Says too much')).thread_id;
  await as(c.as('jonas'), (tx) => renameThread(tx, { id, title: 'Says enough' }));
  const second = await as(c.as('jonas'), (tx) => openChannel(tx, { name: 'Second', audience_id: c.audience.circle, ceiling: 'TLP:AMBER', retry_key: newId() }));
  const conversation_id = (await as(c.as('jonas'), (tx) => findConversationFor(tx, { kind: 'channel', id: second.id })))!.id;
  expect(await able(traces)).toEqual(CIRCLE);
  const moved = await as(c.as('jonas'), (tx) => moveThread(tx, { id, conversation_id, gaining: 0 }));
  expect(await able(traces)).toEqual([]);
  expect((await as(c.as('mei'), (tx) => findThread(tx, moved.id)))!.changes).toEqual([]);
});
