/** Reactions, pins, saved messages, earlier versions: who × what. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { messageFrames } from '#domains/conversations/frames.server.ts';
import {
  isSaved,
  listActs,
  listPins,
  listSaved,
  listVersions,
  pinMessage,
  react,
  saveMessage,
  toggleReaction,
} from '#domains/conversations/message-acts.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
const message: Record<string, string> = {};
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const [slug, by] of [
    ['square', 'lucia'],
    ['all-members', 'lucia'],
    ['sim-swap', 'jonas'],
  ] as const)
    message[slug] = await say(by, slug);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});
const say = async (by: Name, slug: keyof Cast['channel'], body = 'words') =>
  (await as(c.as(by), (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: slug, body, retry_key: randomUUID() }))).id;
const tried = (actor: Actor, work: (tx: Tx) => Promise<unknown>) =>
  as(actor, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const events = (kind: string) => c.behind<{ n: number }>('select count(*)::int as n from app.events where kind = $1', [kind]).then((rows) => rows[0]!.n);
const no = 'conversations.message.not_found';

const table: Array<[slug: 'square' | 'all-members' | 'sim-swap', can: Name[], reads: Name[]]> = [
  // Before the public only full members speak, react and pin; a guest and Eve read.
  ['square', ['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor'], NAMES],
  ['all-members', ['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor'], ['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor']],
  ['sim-swap', CIRCLE, CIRCLE],
];
describe.each(table)('in %s', (slug, can, reads) => {
  test.each(NAMES)('%s', async (who) => {
    const id = message[slug]!;
    const refused = (why: string) => (can.includes(who) ? 'done' : reads.includes(who) ? why : no);
    expect(await tried(c.as(who), (tx) => react(tx, { id, emoji: '👍', on: true }))).toBe(refused('conversations.message.not_reacting'));
    expect(await tried(c.as(who), (tx) => pinMessage(tx, { id, on: true }))).toBe(refused('conversations.message.not_pinning'));
    expect(await tried(c.as(who), (tx) => saveMessage(tx, { id, on: true }))).toBe(reads.includes(who) ? 'done' : no);
    const seen = await as(c.as(who), async (tx) => ({
      acts: (await listActs(tx, [id])).get(id),
      pins: (await listPins(tx, c.channel[slug].conversationId)).length,
      saved: await isSaved(tx, id),
    }));
    if (!reads.includes(who)) expect(seen).toEqual({ acts: undefined, pins: 0, saved: false });
    else expect(seen).toMatchObject({ acts: { pinned: can.includes(who) }, pins: can.includes(who) ? 1 : 0, saved: true });
    expect(await tried(c.as(who), (tx) => pinMessage(tx, { id, on: false }))).toBe(refused('conversations.message.not_pinning'));
  });
});

test('whoever only reads by token, is suspended, or is nobody, does nothing', async () => {
  const id = message['all-members']!;
  const token = (await c.signIn('mei', ['read'])).actor;
  expect(await tried(token, (tx) => react(tx, { id, emoji: '🎉', on: true }))).toBe('conversations.message.not_reacting');
  expect(await tried(token, (tx) => saveMessage(tx, { id: message['all-members']!, on: true }))).not.toBe('done');
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [c.member.pita]);
  expect(await tried(c.as('pita'), (tx) => react(tx, { id, emoji: '🎉', on: true }))).toBe(no);
  expect(await tried(c.as('pita'), (tx) => saveMessage(tx, { id, on: true }))).toBe(no);
  await c.behind(`update app.members set status = 'active' where id = $1`, [c.member.pita]);
  expect(await tried({ kind: 'visitor' }, (tx) => react(tx, { id: message['square']!, emoji: '🎉', on: true }))).not.toBe('done');
});

test('in the name of another, or beside a message of another place, nothing is written', async () => {
  const id = message['all-members']!;
  const insert = (table: string, columns: string, values: string) =>
    tried(c.as('amina'), (tx) => sql.raw(`insert into app.${table} (${columns}) values (${values})`).execute(tx));
  expect(await insert('reactions', 'message_id, audience_id, byline_id, emoji', `'${id}', 2, '${c.byline.mei}', '👎'`)).not.toBe('done');
  expect(await insert('reactions', 'message_id, audience_id, byline_id, emoji', `'${message['sim-swap']}', 2, '${c.byline.amina}', '👎'`)).not.toBe('done');
  expect(
    await insert('pins', 'message_id, conversation_id, audience_id, byline_id', `'${id}', '${c.channel['sim-swap'].conversationId}', 2, '${c.byline.amina}'`),
  ).not.toBe('done');
  expect(await insert('saved_messages', 'member_id, message_id, audience_id', `'${c.member.mei}', '${id}', 2`)).not.toBe('done');
  await as(c.as('mei'), (tx) => react(tx, { id, emoji: '👀', on: true }));
  await as(c.as('amina'), (tx) => react(tx, { id, emoji: '👀', on: false }));
  expect((await as(c.as('amina'), (tx) => listActs(tx, [id]))).get(id)!.reactions.find(({ emoji }) => emoji === '👀')?.names).toEqual(['Mei']);
});

test.each(['', 'ok', '<b>', '👍👍', ':+1:', 'a', '1', ' '])('"%s" is no reaction', async (emoji) =>
  expect(await tried(c.as('mei'), (tx) => react(tx, { id: message['all-members']!, emoji, on: true }))).toBe('conversations.message.unknown_emoji'),
);

test('a reaction is told once, twice changes nothing, and the frame says the same to everybody', async () => {
  const id = await say('jonas', 'sim-swap');
  const before = await events('message.reacted');
  for (const on of [true, true, false, true]) await as(c.as('mei'), (tx) => react(tx, { id, emoji: '✅', on }));
  await as(c.as('karim'), (tx) => toggleReaction(tx, { id, emoji: '✅' }));
  expect(await events('message.reacted')).toBe(before + 4);
  const frame = await as(c.as('amina'), (tx) => messageFrames(tx, [id]));
  expect(frame.get(id)!.content).toMatchObject({ pinned: false, reactions: [{ emoji: '✅', by: [c.byline.mei, c.byline.karim], names: ['Mei', 'Karim'] }] });
  expect(await as(c.as('mei'), (tx) => messageFrames(tx, [id]))).toEqual(frame);
  expect((await as(c.as('pita'), (tx) => messageFrames(tx, [id]))).size).toBe(0);
});

test('what I saved is mine alone: no steward, no focal point reads it; and it goes with the right to read', async () => {
  const id = await say('jonas', 'sim-swap');
  await as(c.as('mei'), (tx) => saveMessage(tx, { id, on: true }));
  for (const who of NAMES)
    expect((await as(c.as(who), (tx) => sql`select from app.saved_messages where message_id = ${id}`.execute(tx))).rows.length).toBe(who === 'mei' ? 1 : 0);
  await c.behind(`delete from app.circle_members where member_id = $1`, [c.member.mei]);
  expect((await as(c.as('mei'), listSaved)).map((each) => each.id)).not.toContain(id);
  expect(await tried(c.as('mei'), (tx) => saveMessage(tx, { id, on: false }))).toBe(no);
  await c.behind(`insert into app.circle_members (circle_id, member_id) values ($1, $2)`, [c.circle.id, c.member.mei]);
});

test('every version is there for those who read now, with what a label covers; nothing once it was taken back', async () => {
  const id = await say('jonas', 'sim-swap', 'one');
  await as(c.as('jonas'), (tx) => editMessage(tx, { id, body: 'two' }));
  await as(c.as('jonas'), (tx) => editMessage(tx, { id, body: 'three', marking: 'TLP:AMBER' }));
  const versions = (actor: Actor) => as(actor, async (tx) => (await listVersions(tx, id)).map(({ body }) => body));
  expect(await versions(c.as('mei'))).toEqual(['one', 'two', 'three']);
  for (const who of ['pita', 'lucia', 'eve'] as const) expect(await versions(c.as(who))).toEqual([]);
  expect(await versions((await c.signIn('mei', ['read'])).actor)).toEqual([]);
  await as(c.as('mei'), (tx) => react(tx, { id, emoji: '👍', on: true }));
  await as(c.as('jonas'), (tx) => pinMessage(tx, { id, on: true }));
  await as(c.as('jonas'), (tx) => takeBackMessage(tx, { id }));
  expect(await versions(c.as('mei'))).toEqual([]);
  expect((await as(c.as('mei'), (tx) => listActs(tx, [id]))).get(id)).toEqual({ reactions: [], pinned: false });
  expect(await tried(c.as('mei'), (tx) => react(tx, { id, emoji: '👎', on: true }))).toBe(no);
});
