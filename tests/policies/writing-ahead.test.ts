/** Drafts, scheduled messages, polls: who × what. Nobody reads what somebody has not said; what is sent later is sent with the rights of then. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dropDraft, findDraft, keepDraft, listDrafts } from '#domains/conversations/drafts.server.ts';
import { messageFrames } from '#domains/conversations/frames.server.ts';
import { askPoll, findPoll, vote } from '#domains/conversations/polls.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { cancelScheduled, changeScheduled, listScheduled, scheduleMessage } from '#domains/conversations/schedule-message.server.ts';
import { sendScheduled } from '#domains/conversations/send-scheduled.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
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
  ] as const)
    thread[slug] = (
      await as(c.as(by), (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: slug, body: 'first', retry_key: randomUUID() }))
    ).thread_id;
});
afterAll(async () => {
  await closePools();
  await db.drop();
});
const tried = (actor: Actor, work: (tx: Tx) => Promise<unknown>) =>
  as(actor, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const rowsSeen = (who: Name, table: string) => as(c.as(who), async (tx) => (await sql.raw(`select from ${table}`).execute(tx)).rows.length);

describe('drafts', () => {
  const subject = () => ({ kind: 'channel' as const, id: c.channel['sim-swap'].id });
  test('one for each place, kept, changed, let go by being emptied', async () => {
    const keep = (body: string, thread_id: string | null = null) =>
      as(c.as('mei'), (tx) => keepDraft(tx, { subject: subject(), thread_id, body, title: 'T', marking: 'TLP:AMBER' }));
    await keep('one');
    await keep('two');
    await keep('in the thread', thread['sim-swap']);
    expect((await as(c.as('mei'), listDrafts)).map(({ body }) => body).sort()).toEqual(['in the thread', 'two']);
    expect(await as(c.as('mei'), (tx) => findDraft(tx, subject(), null))).toMatchObject({ body: 'two', title: 'T', marking: 'TLP:AMBER' });
    await as(c.as('mei'), (tx) => dropDraft(tx, subject(), null));
    expect(await as(c.as('mei'), (tx) => findDraft(tx, subject(), null))).toBeUndefined();
  });
  test('read by their writer alone: no steward, no focal point, not by a token without the scope', async () => {
    for (const who of NAMES) expect([who, await rowsSeen(who, 'app.drafts')]).toEqual([who, who === 'mei' ? 1 : 0]);
    for (const [scopes, n] of [
      [['read'], 0],
      [['read', 'amber'], 1],
    ] as const)
      expect((await as((await c.signIn('mei', [...scopes])).actor, listDrafts)).length).toBe(n);
    const other = (work: string) => tried(c.as('lucia'), (tx) => sql.raw(work).execute(tx));
    await other(`update app.drafts set body = 'x'`);
    await other('delete from app.drafts');
    expect(
      await other(
        `insert into app.drafts (id, member_id, subject_kind, subject_id, body) values (gen_random_uuid(), '${c.member.mei}', 'channel', gen_random_uuid(), 'x')`,
      ),
    ).not.toBe('done');
    expect((await as(c.as('mei'), listDrafts)).map(({ body }) => body)).toEqual(['in the thread']);
    expect(await tried((await c.signIn('mei', ['read'])).actor, (tx) => keepDraft(tx, { subject: subject(), body: 'x' }))).not.toBe('done');
  });
});

const soon = () => new Date(Date.now() + 3_600_000).toISOString();
const schedule = async (who: Name, slug: string, body = `later in ${slug}`, more: Record<string, unknown> = {}) =>
  (await as(c.as(who), (tx) => scheduleMessage(tx, { thread_id: thread[slug], body, send_at: soon(), retry_key: randomUUID(), ...more }))).id;
const due = (id: string) => c.behind(`update app.scheduled_messages set send_at = now() - interval '1 minute' where id = $1`, [id]);
const stateOf = async (id: string) =>
  (await c.behind<{ state: string; why: string | null }>(`select state, why from app.scheduled_messages where id = $1`, [id]))[0];
const said = async (body: string) => (await c.behind<{ n: number }>(`select count(*)::int as n from app.messages where body = $1`, [body]))[0]!.n;

describe('sent later', () => {
  test.each<[Name, string, string]>([
    ['amina', 'sim-swap', 'done'],
    ['karim', 'sim-swap', 'done'],
    ['pita', 'sim-swap', 'conversations.thread.not_found'],
    ['lucia', 'sim-swap', 'conversations.thread.not_found'],
    ['eve', 'sim-swap', 'conversations.thread.not_found'],
    ['eve', 'square', 'common.not_found'],
    ['karim', 'square', 'common.not_found'],
    ['pita', 'square', 'done'],
  ])('%s in %s: %s', async (who, slug, answer) =>
    expect(await tried(c.as(who), (tx) => scheduleMessage(tx, { thread_id: thread[slug], body: 'b', send_at: soon(), retry_key: randomUUID() }))).toBe(answer),
  );
  test('not by a token that only reads, nor above what its scopes are for', async () => {
    const by = async (scopes: Array<'read' | 'write' | 'amber'>) =>
      tried((await c.signIn('jonas', scopes)).actor, (tx) =>
        scheduleMessage(tx, { thread_id: thread['sim-swap'], body: 'b', marking: 'TLP:AMBER', send_at: soon(), retry_key: randomUUID() }),
      );
    expect([await by(['read']), await by(['read', 'write']), await by(['read', 'write', 'amber'])]).toEqual(['common.not_found', 'common.not_found', 'done']);
  });
  test('not in the past, not in ten years, not at no moment', async () => {
    const at = (send_at: string) =>
      tried(c.as('amina'), (tx) => scheduleMessage(tx, { thread_id: thread['sim-swap'], body: 'b', send_at, retry_key: randomUUID() }));
    expect([await at('2020-01-01T10:00'), await at('2099-01-01T10:00'), await at('tomorrow')]).toEqual([
      'conversations.scheduled.past',
      'conversations.scheduled.too_far',
      'conversations.scheduled.no_moment',
    ]);
  });
  test('read, changed and cancelled by its writer alone', async () => {
    await c.behind('delete from app.scheduled_messages');
    const id = await schedule('mei', 'sim-swap', 'only mine');
    for (const who of NAMES) {
      expect([who, await rowsSeen(who, 'app.scheduled_messages')]).toEqual([who, who === 'mei' ? 1 : 0]);
      if (who === 'mei') continue;
      expect(await tried(c.as(who), (tx) => changeScheduled(tx, { id, body: 'x', send_at: soon() }))).toBe('common.not_found');
      expect(await tried(c.as(who), (tx) => cancelScheduled(tx, { id }))).toBe('common.not_found');
      expect(await tried(c.as(who), (tx) => sql`select app.vote(${id}, '{}')`.execute(tx))).toBe('conversations.poll.not_found');
    }
    expect(await tried(c.as('mei'), (tx) => changeScheduled(tx, { id, body: 'changed', send_at: soon() }))).toBe('done');
    expect((await as(c.as('mei'), listScheduled))[0]).toMatchObject({ body: 'changed', state: 'waiting', thread: 'sim-swap' });
    // The job's own hands see whose it is and when, not a word.
    await expect(as({ kind: 'clerk' }, (tx) => sql`select body from app.scheduled_messages`.execute(tx))).rejects.toBeTruthy();
    expect(await tried(c.as('mei'), (tx) => cancelScheduled(tx, { id }))).toBe('done');
  });
  test('a poll waits with its message, and closes so many hours after it was sent', async () => {
    const poll = { options: ['Monday', 'Tuesday', 'Monday', ' '], multiple: true, named: false, hours: 24 };
    const id = await schedule('mei', 'sim-swap', 'Which day?', { poll });
    const titled = (
      await as(c.as('mei'), (tx) =>
        scheduleMessage(tx, {
          conversation_id: c.channel['sim-swap'].conversationId,
          title: 'Days',
          anchor: 'abcd1234',
          body: 'And which week?',
          poll: { options: ['a', 'b'] },
          send_at: soon(),
          retry_key: randomUUID(),
        }),
      )
    ).id;
    expect((await as(c.as('mei'), listScheduled)).find((each) => each.id === id)?.poll).toMatchObject({ options: ['Monday', 'Tuesday'], multiple: true });
    for (const who of NAMES.filter((each) => each !== 'mei')) expect((await as(c.as(who), listScheduled)).filter((each) => each.poll)).toEqual([]);
    // Told at once, not at its moment.
    const refused = (options: string[]) =>
      tried(c.as('mei'), (tx) =>
        scheduleMessage(tx, { thread_id: thread['sim-swap'], body: 'b', poll: { options }, send_at: soon(), retry_key: randomUUID() }),
      );
    expect(await refused(['one'])).toBe('conversations.poll.few_options');
    expect((await c.behind(`select from app.polls p join app.messages m on m.id = p.message_id where m.body = 'Which day?'`)).length).toBe(0);
    await due(id);
    await due(titled);
    await sendScheduled();
    await sendScheduled();
    const [sent] = await c.behind<{ id: string; hours: number; n: number }>(
      `select m.id, round(extract(epoch from p.closes_at - m.created_at) / 3600)::int as hours, (select count(*) from app.messages x where x.body = m.body)::int as n from app.messages m join app.polls p on p.message_id = m.id where m.body = 'Which day?'`,
    );
    expect(sent).toMatchObject({ hours: 24, n: 1 });
    expect(await as(c.as('jonas'), (tx) => findPoll(tx, sent!.id))).toMatchObject({ multiple: true, named: false, may_vote: true, closed: false });
    expect((await as(c.as('jonas'), (tx) => findPoll(tx, sent!.id))).options.map(({ words }) => words)).toEqual(['Monday', 'Tuesday']);
    expect(await tried(c.as('jonas'), (tx) => vote(tx, { id: sent!.id, places: [1, 2] }))).toBe('done');
    expect(await tried(c.as('pita'), (tx) => findPoll(tx, sent!.id))).toBe('conversations.poll.not_found');
    const [began] = await c.behind<{ anchor: string }>(
      `select t.anchor from app.threads t join app.messages m on m.thread_id = t.id join app.polls p on p.message_id = m.id where m.body = 'And which week?'`,
    );
    expect(began).toEqual({ anchor: 'abcd1234' });
  });
  test('a browser cannot say how one ended', async () => {
    const id = await schedule('mei', 'sim-swap', 'ended by hand');
    expect(await tried((await c.signIn('mei')).actor, (tx) => sql`select app.end_scheduled(${id}, 'sent', null, null)`.execute(tx))).toBe('common.job.refused');
  });
  test('at its time it is there once, under its writer’s name; twice two jobs at once change nothing', async () => {
    const id = await schedule('mei', 'sim-swap', 'at its time');
    const titled = (
      await as(c.as('mei'), (tx) =>
        scheduleMessage(tx, {
          conversation_id: c.channel['sim-swap'].conversationId,
          title: 'A new one',
          body: 'opens a thread',
          send_at: soon(),
          retry_key: randomUUID(),
        }),
      )
    ).id;
    await sendScheduled();
    expect(await said('at its time')).toBe(0);
    await due(id);
    await due(titled);
    await Promise.allSettled([sendScheduled(), sendScheduled()]);
    await sendScheduled();
    expect([await said('at its time'), await said('opens a thread')]).toEqual([1, 1]);
    expect((await stateOf(id))?.state).toBe('sent');
    expect((await c.behind<{ b: string }>(`select byline_id as b from app.messages where body = 'at its time'`))[0]!.b).toBe(c.byline.mei);
  });
  test.each<[string, () => Promise<unknown>, () => Promise<unknown>, string]>([
    [
      'let go from the circle',
      () => c.behind(`delete from app.circle_members where member_id = $1`, [c.member.mei]),
      () => c.behind(`insert into app.circle_members (circle_id, member_id) values ($1, $2)`, [c.circle.id, c.member.mei]),
      'conversations.thread.not_found',
    ],
    [
      'suspended',
      () => c.behind(`update app.members set status = 'suspended' where id = $1`, [c.member.mei]),
      () => c.behind(`update app.members set status = 'active' where id = $1`, [c.member.mei]),
      'conversations.scheduled.writer_gone',
    ],
    [
      'the ceiling lowered',
      () => c.behind(`update app.conversations set ceiling = 'TLP:GREEN' where id = $1`, [c.channel['sim-swap'].conversationId]),
      () => c.behind(`update app.conversations set ceiling = 'TLP:AMBER' where id = $1`, [c.channel['sim-swap'].conversationId]),
      'conversations.message.above_ceiling',
    ],
  ])('%s before the moment: not said, and its writer is told', async (what, before, after, why) => {
    const id = await schedule('mei', 'sim-swap', `secretly ${what}`, { marking: 'TLP:AMBER' });
    await due(id);
    await before();
    await sendScheduled();
    await after();
    expect(await said(`secretly ${what}`)).toBe(0);
    expect(await stateOf(id)).toEqual({ state: 'refused', why });
    expect((await as(c.as('mei'), listScheduled)).find((each) => each.id === id)).toMatchObject({ state: 'refused', why, body: `secretly ${what}` });
  });
});

const ask = (who: Name, slug: string, more: Record<string, unknown> = {}) =>
  as(c.as(who), async (tx) => {
    const { id } = await postMessage(tx, { thread_id: thread[slug], body: 'Which day?', retry_key: randomUUID() });
    await askPoll(tx, id, { options: ['Monday', 'Tuesday', 'Monday', ' '], ...more });
    return id;
  });

describe('polls', () => {
  test('who may answer is who reads and is a member', async () => {
    const [circle, square] = [await ask('amina', 'sim-swap'), await ask('amina', 'square')];
    for (const who of NAMES) {
      expect([who, await tried(c.as(who), (tx) => vote(tx, { id: circle, places: [1] }))]).toEqual([
        who,
        CIRCLE.includes(who) ? 'done' : 'conversations.poll.not_found',
      ]);
      expect([who, await tried(c.as(who), (tx) => vote(tx, { id: square, places: [1] }))]).toEqual([
        who,
        ['karim', 'eve'].includes(who) ? 'conversations.poll.not_voting' : 'done',
      ]);
    }
    expect(await as(c.as('mei'), (tx) => findPoll(tx, circle))).toMatchObject({
      voters: 4,
      mine: [1],
      options: [
        { words: 'Monday', votes: 4, names: null },
        { words: 'Tuesday', votes: 0 },
      ],
    });
    expect(await tried(c.as('pita'), (tx) => findPoll(tx, circle))).toBe('conversations.poll.not_found');
    expect(await tried((await c.signIn('mei', ['read'])).actor, (tx) => vote(tx, { id: circle, places: [2] }))).toBe('conversations.poll.not_voting');
  });
  test('who chose what is nobody’s to know, not by a row, not by an event; where it is asked openly, everybody’s who reads', async () => {
    const [secret, open] = [await ask('jonas', 'sim-swap'), await ask('jonas', 'sim-swap', { named: true })];
    for (const id of [secret, open]) await as(c.as('karim'), (tx) => vote(tx, { id, places: [2] }));
    const votes = (who: Name, id: string) =>
      as(c.as(who), async (tx) => (await sql`select from app.poll_votes where message_id = ${id}`.execute(tx)).rows.length);
    for (const who of NAMES)
      expect([who, await votes(who, secret), await votes(who, open)]).toEqual([who, who === 'karim' ? 1 : 0, CIRCLE.includes(who) ? 1 : 0]);
    const events = await c.behind<{ id: string; byline_id: string | null }>(
      `select subject_id as id, byline_id from app.events where kind = 'message.voted' and subject_id = any($1::uuid[])`,
      [[secret, open]],
    );
    expect(new Map(events.map(({ id, byline_id }) => [id, byline_id]))).toEqual(
      new Map([
        [secret, null],
        [open, c.byline.karim],
      ]),
    );
    const frame = await as(c.as('mei'), (tx) => messageFrames(tx, [secret, open]));
    expect(JSON.stringify(frame.get(secret)!.content)).not.toContain('Karim');
    expect(JSON.stringify(frame.get(open)!.content)).toContain('Karim');
  });
  test('one answer or several, changed, taken back, and none after the end', async () => {
    const [one, many] = [await ask('mei', 'sim-swap', { hours: 1 }), await ask('mei', 'sim-swap', { multiple: true })];
    const say = (id: string, ...places: number[]) => tried(c.as('jonas'), (tx) => vote(tx, { id, places }));
    expect([await say(one, 1, 2), await say(one, 1), await say(one, 2), await say(many, 1, 2, 7)]).toEqual([
      'conversations.poll.only_one',
      'done',
      'done',
      'done',
    ]);
    expect((await as(c.as('jonas'), (tx) => findPoll(tx, one))).mine).toEqual([2]);
    expect((await as(c.as('jonas'), (tx) => findPoll(tx, many))).mine).toEqual([1, 2]);
    expect([await say(many), (await as(c.as('jonas'), (tx) => findPoll(tx, many))).voters]).toEqual(['done', 0]);
    await c.behind(`update app.polls set closes_at = now() - interval '1 second' where message_id = $1`, [one]);
    expect(await say(one, 1)).toBe('conversations.poll.closed');
    expect(await as(c.as('jonas'), (tx) => findPoll(tx, one))).toMatchObject({ closed: true, may_vote: false, mine: [2] });
  });
  test('a poll is made with its message and never changed; nobody votes past the function', async () => {
    const { id } = await as(c.as('mei'), (tx) => postMessage(tx, { thread_id: thread['sim-swap'], body: 'no poll', retry_key: randomUUID() }));
    expect(await tried(c.as('mei'), (tx) => askPoll(tx, id, { options: ['a', 'b'] }))).not.toBe('done');
    const poll = await ask('mei', 'sim-swap');
    expect(await tried(c.as('mei'), (tx) => sql`insert into app.poll_options values (${poll}, ${c.circle.audienceId}, 9, 'late')`.execute(tx))).not.toBe(
      'done',
    );
    expect(await tried(c.as('mei'), (tx) => sql`update app.poll_options set words = 'other'`.execute(tx))).not.toBe('done');
    expect(
      await tried(c.as('mei'), (tx) => sql`insert into app.poll_votes values (${poll}, ${c.circle.audienceId}, 1, ${c.byline.jonas})`.execute(tx)),
    ).not.toBe('done');
    await as(c.as('mei'), (tx) => takeBackMessage(tx, { id: poll }));
    for (const who of NAMES)
      expect(await as(c.as(who), async (tx) => (await sql`select from app.poll_options where message_id = ${poll}`.execute(tx)).rows.length)).toBe(0);
    expect(await tried(c.as('jonas'), (tx) => vote(tx, { id: poll, places: [1] }))).toBe('conversations.poll.not_found');
  });
  test.each([[['one']], [[]], [Array.from({ length: 21 }, (_, i) => `o${i}`)], [['x'.repeat(201), 'b']]])('%j are no answers', async (options) =>
    expect(await tried(c.as('mei'), async (tx) => askPoll(tx, randomUUID(), { options }))).toMatch(/^conversations\.poll\./),
  );
});
