/** Reports, removals, restrictions: who × what. A moderator sees what they read anyway, and of other places exactly what somebody hands over. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEligible } from '#domains/channels/queries.server.ts';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { loadConversation } from '#domains/conversations/load-conversation.server.ts';
import { listVersions, pinMessage, react } from '#domains/conversations/message-acts.server.ts';
import { answerDecision } from '#domains/conversations/moderation/answer-decision.server.ts';
import {
  dismissReport,
  liftRestriction,
  removeMessage,
  restoreMessage,
  restrictMember,
  upholdDecision,
} from '#domains/conversations/moderation/decide.server.ts';
import { findMayKeep, findModerating, listAboutMe, listDecisions, listMyReports, listQueue } from '#domains/conversations/moderation/queries.server.ts';
import { reportMessage } from '#domains/conversations/moderation/report-message.server.ts';
import { askPoll, vote } from '#domains/conversations/polls.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { renameThread } from '#domains/conversations/change-thread.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

type Who = Name | 'visitor' | 'reading token' | 'writing token' | 'suspended';
let db: FreshDatabase;
let c: Cast;
const actors = {} as Record<Who, Actor>;
const everybody: Who[] = [...NAMES, 'visitor', 'reading token', 'writing token', 'suspended'];

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const name of NAMES) actors[name] = (await c.signIn(name)).actor;
  actors.visitor = { kind: 'visitor' };
  actors['reading token'] = (await c.signIn('pita', ['read'])).actor;
  actors['writing token'] = (await c.signIn('pita', ['read', 'write'])).actor;
  // Noor keeps order in the hub; Mei keeps the channel of all members; Lucía is a steward and neither.
  await c.behind(`insert into app.hub_roles values ($1, 'moderator')`, [c.member.noor]);
  await c.behind(`update app.channels set byline_id = $1 where slug = 'all-members'`, [c.byline.mei]);
  const gone = randomUUID();
  await c.behind(`insert into app.members (id, slug, name) values ($1, 'gone', 'Gone')`, [gone]);
  await c.behind(`insert into app.audience_members values (2, $1)`, [gone]);
  const key = (await c.signIn('eve')).key;
  await c.behind(`update app.sessions set member_id = $1 where token_hash = sha256(convert_to($2, 'UTF8'))`, [gone, key]);
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [gone]);
  actors.suspended = { kind: 'person', key };
}, 120_000);
afterAll(async () => {
  await closePools();
  await db.drop();
});

const be = <T>(who: Who, work: (tx: Tx) => Promise<T>) => as(actors[who], work);
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const say = (who: Name, channel: 'square' | 'all-members' | 'sim-swap' | 'ta-lumaria', body: string, marking: string | null = null) =>
  be(who, (tx) => startThread(tx, { conversation_id: c.channel[channel].conversationId, title: 'T', body, marking, retry_key: randomUUID() }));
const report = (who: Who, message_id: string, hand_over = false) =>
  be(who, (tx) => reportMessage(tx, { message_id, reason: 'insult', words: `by ${who}`, hand_over }));
const queue = (who: Who) => be(who, listQueue);
const jobs = () =>
  c.behind<{ payload: { ids: Record<string, string> } }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'conversations.mail-moderation'`,
  );

describe('who reports', () => {
  test.each<[who: Who, answer: string]>([
    ['amina', 'done'],
    ['pita', 'conversations.report.open'],
    ['lucia', 'done'],
    ['noor', 'done'],
    ['jonas', 'conversations.report.own'],
    ['karim', 'conversations.message.not_found'],
    ['eve', 'conversations.message.not_found'],
    ['reading token', 'common.not_found'],
    ['writing token', 'conversations.report.open'],
    ['suspended', 'conversations.message.not_found'],
  ])('%s: %s', async (who, answer) => {
    const { id } = await say('jonas', 'all-members', 'You are all fools');
    if (answer.endsWith('.open')) await report('pita', id);
    expect(await code(report(who, id))).toBe(answer);
    const may = await be(who, (tx) => findMayKeep(tx, id));
    expect(may.may_report).toBe(answer === 'done' || answer.endsWith('.open'));
  });
  test('a visitor reads the square and reports nothing', async () => {
    const { id } = await say('jonas', 'square', 'Public fools');
    expect(await code(report('visitor', id))).toBe('common.not_found');
    expect(await code(report('eve', id))).toBe('done');
  });
  test('absent and not mine are one answer', async () => {
    const { id } = await say('amina', 'ta-lumaria', 'At home');
    expect(await code(report('pita', id))).toBe(await code(report('pita', randomUUID())));
  });
  test('thirty a day, and not what is gone', async () => {
    const { id } = await say('jonas', 'all-members', 'Gone soon');
    await be('jonas', (tx) => takeBackMessage(tx, { id }));
    expect(await code(report('amina', id))).toBe('conversations.message.not_found');
    const { id: other } = await say('jonas', 'all-members', 'Many');
    await c.behind(
      `insert into app.message_reports (id, message_id, conversation_id, audience_id, byline_id, author_id, reason, handed, closed_at, outcome)
      select gen_random_uuid(), m.id, m.conversation_id, m.audience_id, $1, m.byline_id, 'spam', false, now(), 'dismissed' from app.messages m, generate_series(1, 30) where m.id = $2`,
      [c.byline.amina, other],
    );
    expect(await code(report('amina', other))).toBe('conversations.report.too_many');
    await c.behind(`delete from app.message_reports where outcome = 'dismissed'`);
  });
});

describe('who decides', () => {
  test('in a channel its keepers and the moderators who read it; not the author, the reporter, a steward, anybody else', async () => {
    await c.behind('delete from app.message_reports');
    const { id } = await say('jonas', 'all-members', 'You again');
    await report('pita', id);
    const seen: string[] = [];
    for (const who of everybody) if (who !== 'visitor' && (await queue(who)).length) seen.push(who);
    expect(seen.sort()).toEqual(['mei', 'noor']);
    await expect(queue('visitor')).rejects.toThrow();
    const [row] = await queue('mei');
    expect(row).toMatchObject({ said: 'You again', author: 'Jonas', reporter: 'Pita', words: 'by pita', handed: false, reason: 'insult' });
    for (const who of everybody.filter((each) => each !== 'mei' && each !== 'noor' && each !== 'visitor'))
      expect(await code(be(who, (tx) => dismissReport(tx, { id: row!.id }))), who).toBe('conversations.report.not_found');
    expect(await code(be('noor', (tx) => dismissReport(tx, { id: row!.id })))).toBe('done');
    expect(await code(be('mei', (tx) => dismissReport(tx, { id: row!.id })))).toBe('conversations.report.closed');
    expect(await be('pita', listMyReports)).toMatchObject([{ outcome: 'dismissed' }]);
  });
  test('nobody about themselves: a keeper does not see what is said of their own words', async () => {
    const { id } = await say('mei', 'all-members', 'I keep this place');
    await report('pita', id);
    expect((await queue('mei')).map(({ message_id }) => message_id)).not.toContain(id);
    expect((await queue('noor')).map(({ message_id }) => message_id)).toContain(id);
    expect(await code(be('mei', (tx) => removeMessage(tx, { message_id: id, reason: 'other' })))).toBe('conversations.moderation.own');
  });
  test('a private place is decided about within: its keeper sees it, a moderator of the hub does not', async () => {
    const { id } = await say('karim', 'sim-swap', 'Inside words');
    expect(await code(report('amina', id))).toBe('done');
    expect((await queue('jonas')).map(({ message_id }) => message_id)).toContain(id);
    expect((await queue('noor')).map(({ message_id }) => message_id)).not.toContain(id);
    expect(await code(be('noor', (tx) => removeMessage(tx, { message_id: id, reason: 'other' })))).toBe('conversations.message.not_found');
  });
  test('taken back after it was reported: those who decide see what it said', async () => {
    const { id } = await say('jonas', 'all-members', 'Said and regretted');
    await report('pita', id);
    await be('jonas', (tx) => takeBackMessage(tx, { id }));
    expect((await queue('mei')).find(({ message_id }) => message_id === id)).toMatchObject({ said: 'Said and regretted', gone: true });
  });
  test('the table shows everybody their own reports alone, and nobody what was handed over', async () => {
    for (const who of NAMES)
      expect(
        (await be(who, (tx) => sql<{ byline_id: string }>`select byline_id from app.message_reports`.execute(tx))).rows.filter(
          ({ byline_id }) => byline_id !== c.byline[who],
        ),
        who,
      ).toEqual([]);
    await expect(be('noor', (tx) => sql`select handed_words from app.message_reports`.execute(tx))).rejects.toThrow();
    await expect(be('noor', (tx) => sql`select author_id, closed_by from app.message_reports`.execute(tx))).rejects.toThrow();
    await expect(be('noor', (tx) => sql`insert into app.message_reports select * from app.message_reports`.execute(tx))).rejects.toThrow();
    await expect(be('noor', (tx) => sql`insert into app.moderation_acts select * from app.moderation_acts`.execute(tx))).rejects.toThrow();
  });
  test('keeps order: who', async () => {
    const keeps: string[] = [];
    for (const who of everybody) if (who !== 'visitor' && (await be(who, findModerating)).moderates) keeps.push(who);
    // Amina, Jonas, Lucía and Mei opened channels; Noor has the duty. Tokens decide nothing.
    expect(keeps.sort()).toEqual(['amina', 'jonas', 'lucia', 'mei', 'noor']);
    for (const who of ['lucia', 'amina', 'eve', 'karim'] as const) expect((await be(who, findModerating)).hub).toBe(false);
  });
});

describe('handing over', () => {
  test('where only the author keeps order, the reporter hands over exactly the message', async () => {
    // Nobody runs the circle any more but whoever opened the channel.
    await c.behind("set session_replication_role = 'replica'; delete from app.circle_runners");
    const { id } = await say('jonas', 'sim-swap', 'The keeper insults');
    expect(await code(report('amina', id))).toBe('conversations.report.not_handed');
    expect(await code(report('amina', id, true))).toBe('done');
    const row = (await queue('noor')).find(({ message_id }) => message_id === id)!;
    expect(row).toMatchObject({ handed: true, said: 'The keeper insults', subject_id: null, conversation_id: null, author: 'Jonas' });
    // The place stays closed to the moderator, before and after.
    expect((await be('noor', (tx) => sql`select from app.messages where id = ${id}`.execute(tx))).rows).toEqual([]);
    await be('noor', (tx) => removeMessage(tx, { message_id: id, reason: 'insult' }));
    expect(
      (await be('amina', (tx) => sql<{ moderated_as: string; body: string }>`select moderated_as, body from app.messages where id = ${id}`.execute(tx))).rows,
    ).toEqual([{ moderated_as: 'insult', body: '' }]);
    expect((await be('noor', listDecisions)).find((each) => each.who === 'Jonas' && each.handed)).toMatchObject({
      message_id: null,
      subject_id: null,
      said: 'The keeper insults',
    });
    const other = await say('jonas', 'sim-swap', 'Another one');
    expect(await code(be('noor', (tx) => removeMessage(tx, { message_id: other.id, reason: 'insult' })))).toBe('conversations.message.not_found');
  });
  test('the label binds: AMBER goes without its words, RED not at all', async () => {
    const amber = await say('jonas', 'sim-swap', 'Amber words', 'TLP:AMBER');
    await report('amina', amber.id, true);
    expect((await queue('noor')).find(({ message_id }) => message_id === amber.id)).toMatchObject({ said: null, marking: 'TLP:AMBER' });
    expect((await c.behind('select handed_words from app.message_reports where message_id = $1', [amber.id]))[0]).toEqual({ handed_words: null });
    const direct = await be('amina', (tx) => openDirect(tx, { people: ['pita'] }));
    const red = await be('amina', (tx) =>
      startThread(tx, { conversation_id: direct.conversation_id, title: 'R', body: 'Red words', marking: 'TLP:RED', retry_key: randomUUID() }),
    );
    expect(await code(report('pita', red.id, true))).toBe('conversations.report.red');
    const plain = await be('amina', (tx) => postMessage(tx, { thread_id: red.thread_id, body: 'Plain words', retry_key: randomUUID() }));
    expect(await code(report('pita', plain.id))).toBe('conversations.report.not_handed');
    expect(await code(report('pita', plain.id, true))).toBe('done');
    expect((await queue('noor')).find(({ message_id }) => message_id === plain.id)).toMatchObject({ said: 'Plain words', subject_id: null });
    expect((await queue('lucia')).length).toBe(0);
  });
  test('no moderator but the author: nobody to hand it to', async () => {
    const direct = await be('noor', (tx) => openDirect(tx, { people: ['pita'] }));
    const said = await be('noor', (tx) =>
      startThread(tx, { conversation_id: direct.conversation_id, title: 'N', body: 'Moderator speaks', retry_key: randomUUID() }),
    );
    expect(await code(report('pita', said.id, true))).toBe('conversations.report.nobody');
  });
});

describe('removing', () => {
  test('who', async () => {
    for (const who of everybody.filter((each) => each !== 'visitor')) {
      const { id } = await say('jonas', 'all-members', 'Remove me');
      const expected = { mei: 'done', noor: 'done', jonas: 'conversations.message.not_found' }[who as string] ?? 'conversations.message.not_found';
      expect(await code(be(who, (tx) => removeMessage(tx, { message_id: id, reason: 'rules' }))), who).toBe(expected);
    }
  });
  test('the place says so, the words are gone from everywhere but for its author and those who decide; putting back is exact', async () => {
    const { id, thread_id } = await say('jonas', 'all-members', 'walrus words');
    await report('pita', id);
    const before = (await jobs()).length;
    const act = await be('mei', (tx) => removeMessage(tx, { message_id: id, reason: 'personal', words: 'Names a customer.' }));
    expect((await jobs()).length).toBe(before + 2);
    const view = await be('amina', (tx) => loadConversation(tx, { kind: 'channel', id: c.channel['all-members'].id }, { thread: thread_id }));
    expect(view.messages[0]).toMatchObject({ gone: true, html: '', moderated: expect.stringContaining('personal data') });
    for (const who of ['amina', 'pita', 'lucia', 'mei'] as const) {
      expect(await be(who, (tx) => listVersions(tx, id)), who).toEqual([]);
      expect((await be(who, (tx) => sql`select from app.message_revisions where message_id = ${id}`.execute(tx))).rows, who).toEqual([]);
      expect(await be(who, (tx) => findHits(tx, 'walrus', 'messages', 10)), who).toEqual([]);
    }
    const removed = (who: Who) =>
      be(who, async (tx) => (await sql<{ said: string | null }>`select app.words_removed(${act.id}) as said`.execute(tx)).rows[0]!.said);
    for (const who of everybody.filter((each) => each !== 'visitor'))
      expect(await removed(who), who).toBe(['jonas', 'mei', 'noor'].includes(who) ? 'walrus words' : null);
    expect(await be('jonas', listAboutMe)).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: act.id, words: 'Names a customer.', said: 'walrus words', may_answer: true })]),
    );
    expect(await be('pita', listAboutMe)).toEqual([]);
    expect((await be('pita', listMyReports)).find(({ message_id }) => message_id === id)).toMatchObject({ outcome: 'removed' });
    // Nor does the author bring it back by another way.
    expect(await code(be('jonas', (tx) => editMessage(tx, { id, body: 'again' })))).toBe('conversations.message.not_found');
    expect((await be('jonas', (tx) => sql`update app.messages set body = 'again', deleted_at = null where id = ${id}`.execute(tx))).numAffectedRows).toBe(0n);
    await expect(be('jonas', (tx) => sql`update app.messages set moderated_as = null where id = ${id}`.execute(tx))).rejects.toThrow();
    for (const who of everybody.filter((each) => !['mei', 'noor', 'visitor'].includes(each)))
      expect(await code(be(who, (tx) => restoreMessage(tx, { id: act.id }))), who).toBe('conversations.moderation.not_found');
    await be('noor', (tx) => restoreMessage(tx, { id: act.id, words: 'It was their own.' }));
    const again = await be('amina', (tx) => loadConversation(tx, { kind: 'channel', id: c.channel['all-members'].id }, { thread: thread_id }));
    expect(again.messages[0]).toMatchObject({ gone: false, moderated: null, edited: false, html: expect.stringContaining('walrus words') });
    expect(await be('amina', (tx) => findHits(tx, 'walrus', 'messages', 10))).toHaveLength(1);
    expect(await be('amina', (tx) => listVersions(tx, id))).toHaveLength(1);
    expect(await code(be('noor', (tx) => restoreMessage(tx, { id: act.id })))).toBe('conversations.moderation.settled');
    // Every step stands in the log that waits to be sealed; the report without whoever made it.
    const notes = await c.behind<{ kind: string; actor_id: string | null; member_id: string | null }>(
      `select kind, actor_id, member_id from app.audit_notes where kind like 'moderation.%'`,
    );
    expect(notes).toEqual(
      expect.arrayContaining([
        { kind: 'moderation.reported', actor_id: null, member_id: null },
        { kind: 'moderation.removed', actor_id: c.member.mei, member_id: c.member.jonas },
        { kind: 'moderation.restored', actor_id: c.member.noor, member_id: c.member.jonas },
      ]),
    );
  });
  test('an answer, once, is read by somebody else', async () => {
    const { id } = await say('jonas', 'all-members', 'answer me');
    const act = await be('mei', (tx) => removeMessage(tx, { message_id: id, reason: 'rules' }));
    for (const who of everybody.filter((each) => each !== 'jonas' && each !== 'visitor'))
      expect(await code(be(who, (tx) => answerDecision(tx, { id: act.id, answer: 'No' }))), who).toBe('conversations.moderation.not_found');
    expect(await code(be('mei', (tx) => upholdDecision(tx, { id: act.id })))).toBe('conversations.moderation.settled');
    expect(await code(be('jonas', (tx) => answerDecision(tx, { id: act.id, answer: '' })))).toBe('conversations.moderation.no_answer');
    expect(await code(be('jonas', (tx) => answerDecision(tx, { id: act.id, answer: 'It was a joke.' })))).toBe('done');
    expect(await code(be('jonas', (tx) => answerDecision(tx, { id: act.id, answer: 'Again.' })))).toBe('conversations.moderation.answered');
    expect(await code(be('mei', (tx) => upholdDecision(tx, { id: act.id })))).toBe('conversations.moderation.another');
    expect(await code(be('lucia', (tx) => upholdDecision(tx, { id: act.id })))).toBe('conversations.moderation.not_found');
    expect(await code(be('noor', (tx) => upholdDecision(tx, { id: act.id, words: 'Not a funny one.' })))).toBe('done');
    expect((await be('jonas', listAboutMe)).find((each) => each.id === act.id)).toMatchObject({
      undone: false,
      settled_words: 'Not a funny one.',
      may_answer: false,
    });
  });
});

test('whom one could name as keepers: who writes there and does not keep it yet', async () => {
  const names = async (who: Name, channel: 'all-members' | 'sim-swap') =>
    (await be(who, (tx) => listEligible(tx, c.channel[channel].id))).map(({ slug }) => slug);
  expect(await names('mei', 'all-members')).toEqual(expect.arrayContaining(['amina', 'jonas', 'lucia', 'noor', 'pita']));
  for (const not of ['mei', 'karim', 'eve', 'gone']) expect(await names('mei', 'all-members')).not.toContain(not);
  expect(await names('pita', 'sim-swap')).toEqual([]);
});

describe('restricting', () => {
  const restrict = (who: Who, whom: Name, conversation_id: string | null, days = 3) =>
    be(who, (tx) => restrictMember(tx, { byline_id: c.byline[whom], conversation_id, reason: 'insult', words: 'Enough.', days }));
  test('who, whom and where', async () => {
    const all = c.channel['all-members'].conversationId;
    for (const who of everybody.filter((each) => !['mei', 'noor', 'visitor'].includes(each))) {
      expect(await code(restrict(who, 'pita', all)), who).toBe('conversations.conversation.not_found');
      expect(await code(restrict(who, 'pita', null)), who).toBe('conversations.conversation.not_found');
    }
    // A keeper, in their channel alone.
    expect(await code(restrict('mei', 'pita', null))).toBe('conversations.conversation.not_found');
    expect(await code(restrict('noor', 'amina', c.channel['sim-swap'].conversationId))).toBe('conversations.conversation.not_found');
    expect(await code(restrict('mei', 'karim', all))).toBe('conversations.restriction.nobody');
    expect(await code(restrict('mei', 'mei', all))).toBe('conversations.moderation.own');
    expect(await code(restrict('mei', 'noor', all))).toBe('conversations.restriction.keeper');
    expect(await code(restrict('noor', 'lucia', null))).toBe('conversations.restriction.keeper');
    expect(await code(restrict('mei', 'pita', all, 0))).toBe('conversations.restriction.until');
    expect(await code(restrict('mei', 'pita', all, 400))).toBe('conversations.restriction.until');
  });
  test('in one place: read, and nothing else by any way; elsewhere as ever', async () => {
    const all = c.channel['all-members'];
    const own = await say('pita', 'all-members', 'my own');
    const poll = await say('amina', 'all-members', 'which');
    await be('amina', (tx) =>
      postMessage(tx, { thread_id: poll.thread_id, body: 'asked', retry_key: randomUUID() }).then((posted) =>
        askPoll(tx, posted.id, { options: ['a', 'b'], multiple: false, named: true, hours: null }).then(() => (poll.id = posted.id)),
      ),
    );
    const pinned = await say('amina', 'all-members', 'pinned');
    await be('amina', (tx) => pinMessage(tx, { id: pinned.id, on: true }));
    const act = await restrict('mei', 'pita', all.conversationId);
    expect(await code(restrict('noor', 'pita', all.conversationId))).toBe('conversations.restriction.stands');
    const tries: Record<string, (tx: Tx) => Promise<unknown>> = {
      post: (tx) => postMessage(tx, { thread_id: own.thread_id, body: 'x', retry_key: randomUUID() }),
      start: (tx) => startThread(tx, { conversation_id: all.conversationId, title: 'x', body: 'x', retry_key: randomUUID() }),
      edit: (tx) => editMessage(tx, { id: own.id, body: 'x' }),
      'edit behind the command': (tx) => sql`update app.messages set body = 'x' where id = ${own.id}`.execute(tx),
      react: (tx) => react(tx, { id: poll.id, emoji: '👍', on: true }),
      pin: (tx) => pinMessage(tx, { id: poll.id, on: true }),
      vote: (tx) => vote(tx, { id: poll.id, places: [1] }),
      unpin: (tx) => pinMessage(tx, { id: pinned.id, on: false }),
      rename: (tx) => renameThread(tx, { id: own.thread_id, title: 'x' }),
    };
    for (const who of ['pita', 'writing token'] as const)
      for (const [way, work] of Object.entries(tries))
        expect(await code(be(who, work)), `${who}: ${way}`).toMatch(
          /conversations\.member\.restricted|common\.not_allowed|conversations\.thread\.(not_yours|not_found|not_mine)|conversations\.conversation\.keepers_start/,
        );
    expect(await code(be('pita', tries['post']!))).toBe('conversations.member.restricted');
    const view = await be('pita', (tx) => loadConversation(tx, { kind: 'channel', id: all.id }, { thread: own.thread_id }));
    expect(view).toMatchObject({ may_talk: false, may_start: false, restriction: { id: act.id, reason: 'insult', words: 'Enough.' } });
    expect(view.messages).toHaveLength(1);
    // Taking back one's own always goes; elsewhere one writes.
    expect(await code(be('pita', (tx) => takeBackMessage(tx, { id: own.id })))).toBe('done');
    expect(await code(say('pita', 'square', 'elsewhere'))).toBe('done');
    expect(await code(be('amina', tries['react']!))).toBe('done');
    for (const who of everybody.filter((each) => !['mei', 'noor', 'visitor'].includes(each)))
      expect(await code(be(who, (tx) => liftRestriction(tx, { id: act.id }))), who).toBe('conversations.moderation.not_found');
    await be('noor', (tx) => liftRestriction(tx, { id: act.id, words: 'Talked it over.' }));
    expect(await code(say('pita', 'all-members', 'back'))).toBe('done');
    expect(await be('pita', listAboutMe)).toMatchObject([{ kind: 'restricted', undone: true, settled_words: 'Talked it over.' }]);
  });
  test('in all of the hub: direct messages too, until its day is over', async () => {
    const direct = await be('pita', (tx) => openDirect(tx, { people: ['amina'] }));
    const act = await restrict('noor', 'pita', null);
    expect(
      await code(be('pita', (tx) => startThread(tx, { conversation_id: direct.conversation_id, title: 'x', body: 'x', retry_key: randomUUID() }))),
    ).toMatch(/restricted|not_allowed|keepers_start/);
    expect(await code(say('pita', 'square', 'x'))).toMatch(/restricted|not_allowed|keepers_start/);
    expect(await code(be('pita', (tx) => openDirect(tx, { people: ['jonas'] })))).toBe('conversations.member.restricted');
    await c.behind(`update app.moderation_acts set ends_at = now() where id = $1`, [act.id]);
    expect(await code(say('pita', 'square', 'over'))).toBe('done');
  });
  test('whoever is restricted everywhere keeps no channel meanwhile', async () => {
    const rename = (name: string) =>
      be('jonas', (tx) => sql`update app.channels set name = ${name} where slug = 'sim-swap'`.execute(tx)).then(({ numAffectedRows }) =>
        Number(numAffectedRows),
      );
    expect(await rename('Before')).toBe(1);
    const act = await restrict('noor', 'jonas', null);
    expect(await rename('Meanwhile')).toBe(0);
    expect((await be('jonas', findModerating)).moderates).toBe(false);
    await be('noor', (tx) => liftRestriction(tx, { id: act.id }));
    expect(await rename('After')).toBe(1);
  });
  test('a report about somebody ends with it', async () => {
    const { id } = await say('jonas', 'all-members', 'restrict me');
    const made = await report('pita', id);
    expect(
      await code(
        be('mei', (tx) =>
          restrictMember(tx, {
            byline_id: c.byline.amina,
            conversation_id: c.channel['all-members'].conversationId,
            reason: 'rules',
            days: 2,
            report_id: made.id,
          }),
        ),
      ),
    ).toBe('conversations.report.not_found');
    await be('mei', (tx) =>
      restrictMember(tx, { byline_id: c.byline.jonas, conversation_id: c.channel['all-members'].conversationId, reason: 'rules', days: 2, report_id: made.id }),
    );
    expect((await be('pita', listMyReports)).find((each) => each.id === made.id)).toMatchObject({ outcome: 'restricted' });
  });

  test('the mail about a decision waits for the end of quiet hours, told once of what stands; the bell and whoever keeps order do not wait', async () => {
    const { id } = await say('pita', 'all-members', 'said at night');
    const hour = new Date().getUTCHours() * 60;
    await c.behind(`update app.members set time_zone = 'UTC' where id = any($1)`, [[c.member.pita, c.member.noor]]);
    await c.behind(
      `insert into app.telling_choices (member_id, quiet_from, quiet_until) select m, $2, $3 from unnest($1::uuid[]) m on conflict (member_id) do update set quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until`,
      [[c.member.pita, c.member.noor], (hour + 1380) % 1440, (hour + 120) % 1440],
    );
    await c.behind(
      `delete from graphile_worker._private_jobs where task_id = (select id from graphile_worker._private_tasks where identifier = 'conversations.mail-moderation')`,
    );
    await report('mei', id);
    await be('noor', (tx) => removeMessage(tx, { message_id: id, reason: 'insult' }));
    const [act] = await c.behind<{ id: string }>(`select id from app.moderation_acts where message_id = $1`, [id]);
    await be('noor', (tx) => restoreMessage(tx, { id: act!.id }));
    const waiting = await c.behind<{ whom: string; only: string | null; late: boolean }>(
      `select j.payload #>> '{ids,whom}' as whom, j.payload #>> '{ids,only}' as only, j.run_at > now() + interval '30 minutes' as late from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'conversations.mail-moderation' order by 1, 2, 3`,
    );
    expect(waiting.map(({ whom, only, late }) => [whom, only, late])).toEqual([
      ['author', 'bell', false],
      ['author', 'bell', false],
      ['author', null, true],
      ['keepers', null, false],
      ['reporter', null, false],
    ]);
    await c.behind(`delete from app.telling_choices where member_id = any($1)`, [[c.member.pita, c.member.noor]]);
  });
});
