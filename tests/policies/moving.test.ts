/** Moving a thread: who may, where to, what goes along; that no reader gains words the rule does not give, and nobody keeps them after they went. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeChannel } from '#domains/channels/change-channel.server.ts';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { findMovedThread, movedMessage, moveThread, planMove } from '#domains/conversations/move-thread.server.ts';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { listActs, listPins, listSaved, pinMessage, react, saveMessage } from '#domains/conversations/message-acts.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findThread, listMessages, listMovedFrom, listThreads, unreadCounts } from '#domains/conversations/queries.server.ts';
import { followThread } from '#domains/conversations/follow-thread.server.ts';
import { markRead } from '#domains/conversations/mark-read.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let c: Cast;
/** A second channel of the circle, for the members who are in it. */
let second: { id: string; conversation_id: string };
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  const { id } = await by('jonas', (tx) => openChannel(tx, { name: 'Second', audience_id: c.audience.circle, ceiling: 'TLP:AMBER', retry_key: newId() }));
  const [row] = await c.behind<{ id: string }>(`select id from app.conversations where subject_id = $1`, [id]);
  second = { id, conversation_id: row!.id };
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const by = <T>(name: Name, work: (tx: Tx) => Promise<T>) => as(c.as(name), work);
const said = (work: Promise<unknown>) =>
  work.then(
    () => 'yes',
    (error: { code: string }) => error.code,
  );
const talk = (slug: keyof Cast['channel']) => c.channel[slug].conversationId;
let nth = 0;
/** A thread of several, each message with its own word. */
async function thread(slug: keyof Cast['channel'], ...messages: Array<[who: Name, marking?: string]>) {
  nth += 1;
  const made: Array<{ id: string; thread_id: string; word: string }> = [];
  for (const [who, marking = null] of messages) {
    const word = `numbat${'abcdefghijklmnopqrstuvwxyz'[nth]}${'abcdefghijklmnopqrstuvwxyz'[made.length]}`;
    const post = { body: `The ${word} said`, marking, retry_key: newId() };
    const posted = await by(who, (tx) =>
      made[0] ? postMessage(tx, { ...post, thread_id: made[0].thread_id }) : startThread(tx, { ...post, conversation_id: talk(slug), title: `Thread ${nth}` }),
    );
    made.push({ id: posted.id, thread_id: posted.thread_id, word });
  }
  return { id: made[0]!.thread_id, messages: made };
}
async function move(who: Name | Actor, id: string, conversation_id: string, gaining?: number) {
  return as(typeof who === 'string' ? c.as(who) : who, async (tx) =>
    moveThread(tx, { id, conversation_id, gaining: gaining ?? (await planMove(tx, { id, conversation_id })).gaining }),
  );
}
const reads = (who: Name, id: string) => by(who, async (tx) => (await listMessages(tx, id)).map((each) => each.body));
const finds = (who: Name, word: string) => by(who, async (tx) => (await findHits(tx, word, 'messages', 10)).length);

describe('a move among the same readers', () => {
  test('takes everything along: words, writers, labels, times, earlier words, who read how far and who follows; the old place keeps a notice', async () => {
    const { id, messages } = await thread('sim-swap', ['mei'], ['amina', 'TLP:AMBER'], ['karim']);
    await by('mei', (tx) => editMessage(tx, { id: messages[0]!.id, body: 'The numbat said better' }));
    await by('jonas', (tx) => markRead(tx, { thread_id: id, number: 2 }));
    await by('jonas', (tx) => followThread(tx, { id, state: 'muted' }));
    const [, answer] = messages;
    await by('jonas', async (tx) => {
      await react(tx, { id: answer!.id, emoji: '👍', on: true });
      await saveMessage(tx, { id: answer!.id, on: true });
      await pinMessage(tx, { id: answer!.id, on: true });
    });
    const before = await by('mei', (tx) => listMessages(tx, id));
    expect(await by('mei', (tx) => planMove(tx, { id, conversation_id: second.conversation_id }))).toEqual({
      refusal: null,
      gaining: 0,
      losing: 0,
      messages: 3,
    });
    const moved = await move('mei', id, second.conversation_id);
    const strip = (list: typeof before) =>
      list.map(({ body, marking, byline_id, number, created_at, mine }) => ({ body, marking, byline_id, number, created_at, mine }));
    expect(strip(await by('mei', (tx) => listMessages(tx, moved.id)))).toEqual(strip(before));
    expect(await reads('mei', id)).toEqual(['', '', '']);
    expect(
      await by(
        'mei',
        async (tx) =>
          (await sql`select r.body from app.message_revisions r join app.messages m on m.id = r.message_id where m.thread_id = ${moved.id}`.execute(tx)).rows
            .length,
      ),
    ).toBe(1);
    expect((await by('jonas', (tx) => findThread(tx, moved.id)))?.unread).toBe(1);
    const copy = (await by('jonas', (tx) => listMessages(tx, moved.id)))[1]!.id;
    expect((await by('mei', (tx) => listActs(tx, [copy]))).get(copy)).toMatchObject({ pinned: true, reactions: [{ emoji: '👍', names: ['Jonas'] }] });
    expect((await by('jonas', listSaved)).filter((each) => !each.gone).map((each) => each.id)).toEqual([copy]);
    expect((await by('mei', (tx) => listPins(tx, talk('sim-swap')))).map((each) => each.message_id)).toEqual([]);
    expect((await by('amina', (tx) => findThread(tx, moved.id)))?.following).toBe('followed');
    expect((await by('jonas', (tx) => findThread(tx, moved.id)))?.following).toBe('muted');
    const [stub] = (await by('amina', (tx) => listThreads(tx, talk('sim-swap')))).filter((each) => each.id === id);
    expect(stub).toMatchObject({ moved_to: moved.id, unread: 0, may_change: false, title: `Thread ${nth}`, mover: 'Mei' });
    expect(await by('amina', (tx) => findMovedThread(tx, id))).toEqual({ id: moved.id, subject_kind: 'channel', subject_id: second.id });
    expect(Object.values(await by('amina', (tx) => listMovedFrom(tx, id))).sort()).toEqual(messages.map((each) => each.id).sort());
    const { rows } = await by('amina', (tx) =>
      sql<{
        kind: string;
      }>`select kind from app.events where subject_id in (${id}, ${moved.id}) and kind in ('thread.moved', 'thread.arrived') order by kind`.execute(tx),
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['thread.arrived', 'thread.moved']);
  });
  test('it is found once, in the new place; numbers of unread are those that a count of the rows gives', async () => {
    const { id, messages } = await thread('sim-swap', ['mei'], ['mei']);
    await move('mei', id, second.conversation_id);
    expect(await finds('jonas', messages[0]!.word)).toBe(1);
    for (const who of ['jonas', 'amina', 'mei'] as const) {
      const counts = Object.fromEntries((await by(who, (tx) => unreadCounts(tx))).map((row) => [row.conversation_id, row.unread]));
      const rows = await c.behind<{ id: string; n: number }>(
        `select t.conversation_id as id, sum(greatest(0, (select coalesce(max(m.thread_number), 0) from app.messages m where m.thread_id = t.id) - coalesce((select r.number from app.read_markers r where r.thread_id = t.id and r.member_id = $1), 0)))::int as n
           from app.threads t where t.moved_to is null and t.conversation_id = any($2::uuid[]) group by 1`,
        [c.member[who], [talk('sim-swap'), second.conversation_id]],
      );
      for (const row of rows) expect([who, counts[row.id]]).toEqual([who, row.n]);
    }
  });
});

describe('a move to fewer readers', () => {
  test('12: whoever does not read the new place keeps no word: not by page, search, statement, earlier words, mention or event', async () => {
    // All members read it; then only those of one authority.
    const { id, messages } = await thread('all-members', ['amina'], ['amina']);
    await by('amina', (tx) => editMessage(tx, { id: messages[0]!.id, body: `The ${messages[0]!.word} said again` }));
    expect(await finds('pita', messages[0]!.word)).toBe(1);
    const moved = await move('amina', id, talk('ta-lumaria'));
    for (const who of ['pita', 'lucia', 'mei', 'eve'] as const) {
      expect(await finds(who, messages[0]!.word)).toBe(0);
      expect((await reads(who, id)).join('')).toBe('');
      expect(await reads(who, moved.id)).toEqual([]);
      expect(await by(who, (tx) => findMovedThread(tx, id))).toBeUndefined();
      expect(await by(who, (tx) => movedMessage(tx, messages[1]!.id))).toEqual([]);
      const { rows } = await by(who, (tx) =>
        sql<{
          n: number;
        }>`select (select count(*) from app.messages where body like '%numbat%' and thread_id in (${id}, ${moved.id})) + (select count(*) from app.message_revisions r join app.messages m on m.id = r.message_id where m.thread_id in (${id}, ${moved.id}))
          + (select count(*) from app.events where subject_id = ${moved.id}) as n`.execute(tx),
      );
      expect([who, Number(rows[0]?.n)]).toEqual([who, 0]);
    }
    expect(await finds('amina', messages[0]!.word)).toBe(1);
    // 13: that it went, and by whom, its readers are told; not where to.
    const [stub] = (await by('pita', (tx) => listThreads(tx, talk('all-members')))).filter((each) => each.id === id);
    expect(stub?.mover).toBe('Amina');
    const { rows } = await by('pita', (tx) =>
      sql<{ kind: string; data: Record<string, string> }>`select kind, data from app.events where subject_id = ${id} and kind like 'thread.m%'`.execute(tx),
    );
    expect(rows).toEqual([{ kind: 'thread.moved', data: { conversation_id: talk('all-members'), thread_id: id } }]);
  });
  test('nobody posts behind it: who writes at that moment is told, and nothing is lost', async () => {
    const { id } = await thread('all-members', ['amina']);
    await move('amina', id, talk('ta-lumaria'));
    expect(await said(by('pita', (tx) => postMessage(tx, { thread_id: id, body: 'Too late', retry_key: newId() })))).toBe('conversations.thread.moved');
    expect(await said(move('amina', id, talk('all-members')))).toBe('conversations.thread.moved');
  });
  test('posting and moving at the same moment: each message is in the new place, or refused', async () => {
    const { id } = await thread('sim-swap', ['mei']);
    const keys = Array.from({ length: 12 }, () => newId());
    const answers = await Promise.all([
      ...keys.slice(0, 6).map((retry_key, i) => said(by('amina', (tx) => postMessage(tx, { thread_id: id, body: `Race ${i}`, retry_key })))),
      said(move('mei', id, second.conversation_id)),
      ...keys.slice(6).map((retry_key, i) => said(by('amina', (tx) => postMessage(tx, { thread_id: id, body: `Race ${i + 6}`, retry_key })))),
    ]);
    expect(answers[6]).toBe('yes');
    expect(answers.filter((each) => each !== 'yes' && each !== 'conversations.thread.moved')).toEqual([]);
    const there = (await by('mei', (tx) => findMovedThread(tx, id)))!;
    expect((await reads('mei', there.id)).length).toBe(answers.filter((each) => each === 'yes').length);
    expect((await reads('mei', id)).join('')).toBe('');
  });
});

describe('a move to more readers', () => {
  test.each<[string, Array<[Name, string?]>, string]>([
    ['others’ words without a label', [['mei'], ['amina']], 'conversations.move.not_to_pass_on'],
    ['a label that is not to be passed on', [['mei'], ['amina', 'TLP:AMBER']], 'conversations.move.label'],
    ['even one’s own, where the label does not admit the new readers', [['mei', 'TLP:AMBER']], 'conversations.move.label'],
  ])('%s: refused', async (_, messages, code) => {
    const { id } = await thread('sim-swap', ...messages);
    expect((await by('mei', (tx) => planMove(tx, { id, conversation_id: talk('all-members') }))).refusal).toBe(code);
    expect(await said(move('mei', id, talk('all-members')))).toBe(code);
    expect((await reads('jonas', id)).length).toBe(messages.length);
  });
  test('one’s own words, and what its label lets members pass on, go; how many will read is said before, and holds', async () => {
    const { id, messages } = await thread('sim-swap', ['mei'], ['amina', 'TLP:GREEN'], ['jonas', 'TLP:CLEAR']);
    const plan = await by('mei', (tx) => planMove(tx, { id, conversation_id: talk('all-members') }));
    expect(plan.refusal).toBe(null);
    expect(plan.gaining).toBeGreaterThan(0);
    expect(await said(move('mei', id, talk('all-members'), 0))).toBe('conversations.move.readers_changed');
    expect(await reads('pita', id)).toEqual([]);
    const moved = await move('mei', id, talk('all-members'), plan.gaining);
    expect((await reads('pita', moved.id)).length).toBe(3);
    // The guest of the circle does not read what is among members.
    expect(await reads('karim', moved.id)).toEqual([]);
    expect(await finds('karim', messages[0]!.word)).toBe(0);
  });
  test('earlier words stay behind: they were said to fewer', async () => {
    const { id, messages } = await thread('sim-swap', ['mei']);
    await by('mei', (tx) => editMessage(tx, { id: messages[0]!.id, body: 'Now without the name' }));
    const moved = await move('mei', id, talk('all-members'));
    const { rows } = await by('pita', (tx) =>
      sql`select 1 from app.message_revisions r join app.messages m on m.id = r.message_id where m.thread_id in (${moved.id}, ${id})`.execute(tx),
    );
    expect(rows).toEqual([]);
  });
  test('never before the public', async () => {
    const { id } = await thread('all-members', ['lucia', 'TLP:CLEAR']);
    expect(await said(move('lucia', id, talk('square')))).toBe('conversations.move.public');
  });
});

test('a link to its message goes on for whoever reads only the new place, and for nobody who does not', async () => {
  const { id, messages } = await thread('ta-lumaria', ['amina', 'TLP:GREEN']);
  const moved = await move('amina', id, talk('all-members'));
  const [now] = await by('amina', (tx) => listMessages(tx, moved.id));
  expect(await by('pita', (tx) => movedMessage(tx, messages[0]!.id))).toEqual([now!.id]);
  expect(await by('pita', (tx) => movedMessage(tx, newId()))).toEqual([]);
  for (const who of ['eve', 'karim'] as const) expect([who, await by(who, (tx) => movedMessage(tx, messages[0]!.id))]).toEqual([who, []]);
});

describe('14: nobody acts on what they cannot read', () => {
  test.each<[string, Name, keyof Cast['channel'], Name, string]>([
    ['a steward, a thread of an authority', 'lucia', 'ta-lumaria', 'amina', 'conversations.thread.not_found'],
    ['a reader who neither started it nor keeps it', 'mei', 'sim-swap', 'jonas', 'conversations.move.not_yours'],
    ['a guest', 'karim', 'sim-swap', 'mei', 'conversations.move.not_yours'],
    ['Eve', 'eve', 'sim-swap', 'mei', 'conversations.thread.not_found'],
  ])('%s', async (_, who, slug, starter, code) => {
    const { id } = await thread(slug, [starter]);
    expect(await said(move(who, id, talk('all-members'), 0))).toBe(who === 'eve' || who === 'karim' ? 'conversations.thread.not_found' : code);
    expect(await said(move(who, id, who === 'karim' ? second.conversation_id : talk('square'), 0))).toBe(code);
  });
  test('into a place one does not read: as if it were not there', async () => {
    const { id } = await thread('all-members', ['pita']);
    expect(await said(move('pita', id, talk('ta-lumaria'), 0))).toBe('conversations.thread.not_found');
    expect(await said(move('pita', id, newId(), 0))).toBe('conversations.thread.not_found');
  });
  test('among announcements only by who keeps them; never out of a direct conversation, nor into one', async () => {
    await by('lucia', (tx) => changeChannel(tx, c.channel['all-members'].id, { starters: 'keepers' }));
    const { id } = await thread('sim-swap', ['mei']);
    expect(await said(move('mei', id, talk('all-members'), 0))).toBe('conversations.move.not_there');
    await by('lucia', (tx) => changeChannel(tx, c.channel['all-members'].id, { starters: 'readers' }));
    const direct = await by('mei', (tx) => openDirect(tx, { people: ['jonas'] }));
    const private_ = await by('mei', (tx) =>
      startThread(tx, { conversation_id: direct.conversation_id, title: 'Mei, Jonas', body: 'Between us', retry_key: newId() }),
    );
    expect(await said(move('mei', private_.thread_id, talk('all-members'), 0))).toBe('conversations.move.not_yours');
    expect(await said(move('mei', id, direct.conversation_id, 0))).toBe('conversations.move.not_there');
  });
  test('a token that may not read a label does not move it; one that only reads moves nothing', async () => {
    const { id } = await thread('sim-swap', ['mei', 'TLP:AMBER']);
    expect(await said(move((await c.signIn('mei', ['read', 'write'])).actor, id, second.conversation_id, 0))).toBe('conversations.move.label');
    expect(await said(move((await c.signIn('mei', ['read', 'amber'])).actor, id, second.conversation_id, 0))).toBe('conversations.move.not_yours');
  });
  test('nobody says by statement that a thread moved, nor moves a message by hand', async () => {
    const { id, messages } = await thread('sim-swap', ['mei']);
    const tried = (text: string) => said(by('mei', (tx) => sql.raw(text).execute(tx)));
    expect(await tried(`update app.threads set moved_to = '${id}' where id = '${id}'`)).toBe('common.not_found');
    expect(await tried(`update app.messages set conversation_id = '${second.conversation_id}' where id = '${messages[0]!.id}'`)).toBe('common.not_found');
    expect(
      await tried(
        `insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) select 'thread.moved', audience_id, byline_id, 'thread', id, '{}' from app.threads where id = '${id}'`,
      ),
    ).toBe('common.not_found');
  });
});
