/** Direct messages, who × what: between those named, and nobody else; stewards and moderators by no screen, call, search or statement. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDirect, listDirect, openDirect } from '#domains/conversations/direct.server.ts';
import { findConversation, listMessages, listThreads, unreadCounts } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findReaders } from '#domains/people/audiences.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { asker } from '../support/trying.ts';

let hub: Community;
let behind: Client;
let direct: { id: string; conversation_id: string };
let posted: { id: string; thread_id: string };
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** lucia is steward and moderator, desta a focal point and colleague of Amina, karim a guest; Eve belongs nowhere. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor'];
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
  for (const slug of everyone.slice(0, -1)) actors[slug] = await hub.be(slug);
  direct = await be('amina', (tx) => openDirect(tx, { people: ['jonas'] }));
  posted = await be('amina', (tx) =>
    startThread(tx, { conversation_id: direct.conversation_id, title: 'Amina, Jonas', body: 'quokkas only here', marking: null, retry_key: newId() }),
  );
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});

const be = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const whoMay = asker(actors, everyone, { no: [false, undefined] });
const rowsOf = (statement: string) => async (tx: Tx) => (await sql.raw(statement).execute(tx)).rows.length > 0;
const two = ['amina', 'jonas'];

test.each<[string, (tx: Tx) => Promise<unknown>]>([
  ['the list', async (tx) => (await listDirect(tx)).length > 0],
  ['its page', (tx) => findDirect(tx, direct.id)],
  ['the conversation', (tx) => findConversation(tx, direct.conversation_id)],
  ['its threads', async (tx) => (await listThreads(tx, direct.conversation_id)).length > 0],
  ['its messages', async (tx) => (await listMessages(tx, posted.thread_id)).length > 0],
  ['what is unread', async (tx) => (await unreadCounts(tx, ['direct'])).length > 0],
  ['search', async (tx) => (await findHits(tx, 'quokkas', 'messages', 10)).length > 0],
  ['a statement on messages', rowsOf("select 1 from app.messages where body like '%quokkas%'")],
  ['a statement on events', rowsOf("select 1 from app.events e join app.conversations c on c.audience_id = e.audience_id where c.subject_kind = 'direct'")],
  ['a statement on audiences', rowsOf("select 1 from app.audiences where kind = 'named'")],
  [
    'who reads it',
    async (tx) =>
      findReaders(
        tx,
        (
          await sql<{
            id: number;
          }>`select max(id) as id from app.audience_members am join app.audiences a on a.id = am.audience_id where a.kind = 'named'`.execute(tx)
        ).rows[0]?.id ?? 0,
      ),
  ],
  ['posting', (tx) => postMessage(tx, { thread_id: posted.thread_id, body: 'Me too', marking: null, retry_key: newId() })],
])('%s: the two of them, nobody else', async (_, work) => expect(await whoMay(work)).toEqual(two));

test('nobody comes in: not by hand, and no third person is ever added', async () => {
  const { rows } = await behind.query("select id from app.audiences where kind = 'named'");
  expect(await whoMay((tx) => sql`insert into app.audience_members values (${rows[0].id}, app.me())`.execute(tx))).toEqual([]);
  const three = await be('amina', (tx) => openDirect(tx, { people: ['jonas', 'mei'] }));
  expect(three.id).not.toBe(direct.id);
  expect(await whoMay((tx) => findDirect(tx, three.id))).toEqual(['amina', 'jonas', 'mei']);
  expect(await whoMay((tx) => findDirect(tx, direct.id))).toEqual(two);
});
test('the same people meet in the same conversation, whoever begins, even at the same moment', async () => {
  expect(await be('jonas', (tx) => openDirect(tx, { people: ['amina', 'jonas'] }))).toEqual(direct);
  const both = await Promise.all([be('mei', (tx) => openDirect(tx, { people: ['desta'] })), be('desta', (tx) => openDirect(tx, { people: ['mei'] }))]);
  expect(both[0]).toEqual(both[1]);
});
test('two who say the first word at the same moment say it in one thread, and each of them once', async () => {
  const { conversation_id } = await be('mei', (tx) => openDirect(tx, { people: ['lucia'] }));
  const first = (body: string) => ({ conversation_id, title: 'Mei, Lucia', body, marking: null, retry_key: newId() });
  const [one, other] = [first('from Mei'), first('from Lucia')];
  const say = () => Promise.all([be('mei', (tx) => startThread(tx, one, { one: true })), be('lucia', (tx) => startThread(tx, other, { one: true }))]);
  const said = await say();
  expect(new Set(said.map(({ thread_id }) => thread_id)).size).toBe(1);
  // The answers were lost: the same again.
  expect((await say()).map(({ id, repeated }) => [id, repeated])).toEqual(said.map(({ id }) => [id, true]));
  expect(await be('mei', (tx) => listThreads(tx, conversation_id))).toHaveLength(1);
  expect((await be('mei', (tx) => listMessages(tx, said[0]!.thread_id))).map(({ number }) => number)).toEqual([1, 2]);
});
test('it may carry up to TLP:RED: these people are named and nobody is added', async () =>
  expect((await be('amina', (tx) => findConversation(tx, direct.conversation_id)))?.ceiling).toBe('TLP:RED'));
test.each([
  ['whom one cannot see: a guest beyond the circles', 'karim', ['mei'], 'people.member.not_found'],
  ['whoever belongs nowhere', 'amina', ['eve'], 'people.member.not_found'],
  ['by whoever belongs nowhere', 'eve', ['amina'], 'people.member.not_found'],
  ['nobody there is', 'amina', ['nobody'], 'people.member.not_found'],
  ['oneself', 'amina', ['amina'], 'conversations.direct.oneself'],
  ['nobody', 'amina', [], 'conversations.direct.nobody'],
])('%s is refused', async (_, who, people, code) => expect(be(who, (tx) => openDirect(tx, { people }))).rejects.toMatchObject({ code }));
test('whoever is suspended reads nothing more and cannot be written to; the words stay', async () => {
  await behind.query("update app.members set status = 'suspended' where slug = 'jonas'");
  expect(await whoMay((tx) => findDirect(tx, direct.id))).toEqual(['amina']);
  await expect(be('mei', (tx) => openDirect(tx, { people: ['jonas'] }))).rejects.toMatchObject({ code: 'people.member.not_found' });
  expect((await be('amina', (tx) => listMessages(tx, posted.thread_id))).length).toBeGreaterThan(0);
});
