/** What one hears of: levels, joining, following and muting. Who × what, and that nobody reads another's. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followThread } from '#domains/conversations/follow-thread.server.ts';
import { involve } from '#domains/conversations/involve.server.ts';
import { listChannels } from '#domains/channels/queries.server.ts';
import { findConversation, findThread, unreadCounts, unreadThreads } from '#domains/conversations/queries.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { everybody, WHO, type Who } from '../support/who.ts';

let db: FreshDatabase;
let c: Cast;
let actors: Record<Who, Actor>;
const slugs = ['square', 'all-members', 'sim-swap', 'ta-lumaria'] as const;
const thread: Record<string, string> = {};
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  actors = await everybody(c);
  for (const [slug, by] of [
    ['square', 'lucia'],
    ['all-members', 'lucia'],
    ['sim-swap', 'jonas'],
    ['ta-lumaria', 'amina'],
  ] as const)
    thread[slug] = (
      await as(c.as(by), (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: `In ${slug}`, body: 'First', retry_key: newId() }))
    ).thread_id;
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const said = (work: Promise<unknown>) =>
  work.then(
    () => 'yes',
    (error: { code: string }) => error.code,
  );
async function able(work: (tx: Tx, who: Who) => Promise<unknown>): Promise<Who[]> {
  const yes: Who[] = [];
  for (const who of WHO) if ((await said(as(actors[who], (tx) => work(tx, who)))) === 'yes') yes.push(who);
  return yes;
}
const full: Who[] = ['member', 'no amber', 'focal point', 'editor', 'reviewer', 'moderator', 'steward', 'trustee'];
const table: Array<[(typeof slugs)[number], Who[]]> = [
  ['square', ['nowhere', 'guest', ...full]],
  ['all-members', full],
  ['sim-swap', ['guest', 'member', 'no amber', 'focal point', 'reviewer']],
  ['ta-lumaria', ['member', 'no amber']],
];
test.each(table)('%s is followed, muted and put at a level by whoever reads it and may keep their own', async (slug, who) => {
  expect(await able((tx) => followThread(tx, { id: thread[slug], state: 'muted' }))).toEqual(who);
  expect(await able((tx) => involve(tx, { conversation_id: c.channel[slug].conversationId, level: 'nothing' }))).toEqual(who);
});

test('nobody reads what another hears of, steward and moderator neither; nor writes it', async () => {
  for (const who of WHO) {
    const mine = (
      {
        member: 'amina',
        'no amber': 'amina',
        'reading token': 'amina',
        'focal point': 'jonas',
        reviewer: 'mei',
        guest: 'karim',
        editor: 'noor',
        steward: 'lucia',
        nowhere: 'eve',
      } as Record<string, string>
    )[who];
    for (const name of ['involvements', 'thread_follows']) {
      const { rows } = await as(actors[who], (tx) => sql<{ member_id: string }>`select distinct member_id from ${sql.table(`app.${name}`)}`.execute(tx));
      if (mine) expect([who, rows.filter((row) => row.member_id !== c.member[mine as 'amina'])]).toEqual([who, []]);
      else expect(rows.length, who).toBeLessThanOrEqual(1);
    }
  }
  const forge = (tx: Tx) =>
    sql`insert into app.thread_follows (member_id, thread_id, audience_id, state) values (${c.member.pita}, ${thread['all-members']}, 2, 'muted')`.execute(tx);
  expect(await able(forge)).toEqual([]);
  expect(
    await able((tx) =>
      sql`insert into app.involvements (member_id, conversation_id, audience_id, level) values (${c.member.pita}, ${c.channel['all-members'].conversationId}, 2, 'nothing')`.execute(
        tx,
      ),
    ),
  ).toEqual([]);
});

test('posting follows, unless it was muted; stopping and posting again follows again', async () => {
  const post = () => as(c.as('pita'), (tx) => postMessage(tx, { thread_id: thread['all-members'], body: 'I too', retry_key: newId() }));
  const state = () => as(c.as('pita'), async (tx) => (await findThread(tx, thread['all-members']!))!.following);
  const set = (to: string | null) => as(c.as('pita'), (tx) => followThread(tx, { id: thread['all-members'], state: to }));
  expect(await state()).toBe(null);
  await post();
  expect(await state()).toBe('followed');
  await set('muted');
  await post();
  expect(await state()).toBe('muted');
  await set(null);
  expect(await state()).toBe(null);
  await post();
  expect(await state()).toBe('followed');
});

test('a level nobody set is mentions; what is left out stays; an unknown one is refused', async () => {
  const id = c.channel['all-members'].conversationId;
  const level = () => as(c.as('pita'), async (tx) => (await findConversation(tx, id))!.level);
  expect(await level()).toBe('mentions');
  await as(c.as('pita'), (tx) => involve(tx, { conversation_id: id, level: 'everything' }));
  await as(c.as('pita'), (tx) => involve(tx, { conversation_id: id, joined: false }));
  expect(await level()).toBe('everything');
  expect(await said(as(c.as('pita'), (tx) => involve(tx, { conversation_id: id, level: 'all' })))).toBe('common.bad_input');
  const told = await as(
    { kind: 'clerk' },
    async (tx) =>
      (
        await sql<{
          l: string;
          f: string;
        }>`select app.level_of(${c.member.pita}, ${id}) as l, app.follow_of(${c.member.pita}, ${thread['all-members']}) as f`.execute(tx)
      ).rows[0],
  );
  expect(told).toEqual({ l: 'everything', f: 'followed' });
});

test('whoever was removed from the readers neither sees nor changes what they set there; back again, it still holds', async () => {
  const count = () =>
    as(c.as('mei'), async (tx) => (await sql`select 1 from app.thread_follows where thread_id = ${thread['sim-swap']}`.execute(tx)).rows.length);
  expect(await count()).toBe(1);
  const [row] = await c.behind<{ id: number }>(`select audience_id as id from app.threads where id = $1`, [thread['sim-swap']]);
  await c.behind(`delete from app.audience_members where audience_id = $1 and member_id = $2`, [row!.id, c.member.mei]);
  expect(await count()).toBe(0);
  expect(await said(as(c.as('mei'), (tx) => followThread(tx, { id: thread['sim-swap'], state: 'followed' })))).toBe('conversations.thread.not_found');
  await c.behind(`insert into app.audience_members values ($1, $2)`, [row!.id, c.member.mei]);
  expect(await count()).toBe(1);
});

test('a thread I muted adds nothing to the number of its channel, and keeps its own', async () => {
  const numbers = () =>
    as(c.as('mei'), async (tx) => ({
      list: (await listChannels(tx)).find(({ slug }) => slug === 'all-members')!.fresh,
      live: (await unreadCounts(tx, ['channel'])).find(({ conversation_id }) => conversation_id === c.channel['all-members'].conversationId)!.fresh,
      thread: (await unreadThreads(tx, c.channel['all-members'].conversationId)).find(({ id }) => id === thread['all-members'])!.unread,
    }));
  await as(c.as('mei'), (tx) => followThread(tx, { id: thread['all-members'], state: null }));
  const before = await numbers();
  expect(before.thread).toBeGreaterThan(0);
  await as(c.as('mei'), (tx) => followThread(tx, { id: thread['all-members'], state: 'muted' }));
  expect(await numbers()).toEqual({ list: before.list - before.thread, live: before.live - before.thread, thread: before.thread });
});
