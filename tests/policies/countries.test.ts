/** Speaking as a country: who comments, reads, counts and drafts within it; what is submitted of it; and that nobody else learns of the rest, not even how much there is. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findConversationFor } from '#domains/conversations/queries.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { withdrawComment } from '#domains/library/comments/close-comment.server.ts';
import { disposeComment } from '#domains/library/comments/dispose-comment.server.ts';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { viewComments } from '#domains/library/comments/list-view.server.ts';
import { cellsOf } from '#domains/library/comments/write-sheet.server.ts';
import { parseFilters } from '#domains/library/comments/model.ts';
import { countComments, findComment, listCommenters, listComments } from '#domains/library/comments/queries.server.ts';
import { keepSubmission } from '#domains/library/countries/keep-submission.server.ts';
import { findWithin, listCountries } from '#domains/library/countries/queries.server.ts';
import { submitCountry } from '#domains/library/countries/submit.server.ts';
import { openProcedure } from '#domains/library/deciding/procedure.server.ts';
import { listPositions } from '#domains/library/deciding/positions.server.ts';
import { setRules } from '#domains/library/deciding/set-rules.server.ts';
import { findChangeRequest } from '#domains/library/queries/change-requests.server.ts';
import { declineChangeRequest } from '#domains/library/close-change-request.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { NAMES } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ask, rulesOf } from '../support/deciding.ts';
import { decidingCast, passDays } from '../support/deciding-stage.ts';
import { ownKeys } from '../support/keys.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';
import { trier } from '../support/trying.ts';

const EVERYONE = ['visitor', ...NAMES, 'reading token', 'no amber', 'amber', 'suspended'];
/** Lumaria has two authorities: Amina leads for the one, Jonas works for the other. Kite Money of the same country is a guest. */
const LUMARIA = ['amina', 'jonas', 'amber'];
/** By these tokens one reads of it what their scopes let out: not these words. */
const READERS = [...LUMARIA, 'reading token', 'no amber'];
let db: FreshDatabase;
let c: Awaited<ReturnType<typeof decidingCast>>;
let space: MadeSpace;
let circle: MadeSpace;
const actors: Record<string, Actor> = {};
let tried: ReturnType<typeof trier>;
const run = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await decidingCast(db, { agreed: true });
  for (const name of NAMES) actors[name] = c.as(name);
  actors['visitor'] = { kind: 'visitor' };
  actors['reading token'] = (await c.signIn('jonas', ['read'])).actor;
  actors['no amber'] = (await c.signIn('amina', ['read', 'write'])).actor;
  actors['amber'] = (await c.signIn('amina', ['read', 'write', 'amber'])).actor;
  const [{ id }] = (await c.behind<{ id: string }>(`insert into app.members (id, slug, name) values (gen_random_uuid(), 'sus', 'Sus') returning id`)) as [
    { id: string },
  ];
  await c.behind(`insert into app.memberships (member_id, organization_id) values ($1, $2)`, [id, c.organization['ta-lumaria']]);
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [id]);
  actors['suspended'] = { kind: 'clerk', as: id };
  tried = trier(actors);
  space = await makeSpace('all', 2, { page: pageText('Page', 'First words.') });
  circle = await makeSpace('ours', c.audience.circle, { page: pageText('Page', 'First words.') });
  await run('lucia', (tx) => setRules(tx, 'all', { rules: rulesOf({ preset: 'formal' }) }));
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const within = (jurisdiction: string) => c.jurisdiction[jurisdiction]!;
const comment = (id: string, more: object = {}) => ({
  subject: { kind: 'change_request' as const, id },
  kind: 'technical' as const,
  body: 'Quillwort says too little.',
  proposed: 'Quillwort in whose name',
  retry_key: randomUUID(),
  ...more,
});
const make = (who: string, id: string, jurisdiction: string | null, more: object = {}) =>
  run(who, async (tx) => (await makeComment(tx, comment(id, { within: jurisdiction && within(jurisdiction), ...more }))).thread_id);
const whole = async (id: string) => (await run('pita', (tx) => findChangeRequest(tx, { id })))!;
const code = 'lumaria';
const point = (id: string, more: object = {}) => ({
  id,
  take: true,
  kind: 'technical',
  words: 'Lumaria finds that it says too little.',
  proposed: 'in whose name',
  ...more,
});
const submit = (who: string, request: string, submission: object, position = false) =>
  tried(who, (tx) => submitCountry(tx, { request, country: code, submission, position }));
/** How many rows of talk within a country somebody reads, asked of every table that could hold one. */
async function rowsOf(who: string): Promise<number> {
  const tables = ['conversations', 'threads', 'messages', 'comments', 'comment_words', 'events', 'counters', 'country_drafts', 'country_points'];
  const theirs = (await c.behind<{ id: number }>(`select id from app.audiences where kind = 'jurisdiction'`)).map(({ id }) => id);
  let found = 0;
  for (const table of tables)
    found += await run(who, async (tx) => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(`app.${table}`)} where audience_id = any(${theirs})`.execute(tx);
      return rows[0]!.n;
    }).catch((error: { code?: string }) => (error.code === 'common.not_found' ? 0 : Promise.reject(error)));
  return found;
}

describe('commenting within a country', () => {
  test('whoever works for one of its authorities, on what all members read', async () => {
    const id = await ask(c, 'noor', space);
    const shut = await ask(c, 'mei', circle);
    for (const who of EVERYONE) {
      const may = LUMARIA.includes(who);
      const said = await tried(who, (tx) => makeComment(tx, comment(id, { within: within('lumaria') })));
      expect([who, said === 'done'], said).toEqual([who, may]);
      expect([who, await tried(who, (tx) => makeComment(tx, comment(shut, { within: within('lumaria') })))]).not.toEqual([who, 'done']);
      const seen = await run(who, (tx) => listCountries(tx, id)).catch(() => []);
      const names = { mei: 'sandoria', pita: 'tavola' }[who] ?? (READERS.includes(who) ? 'lumaria' : undefined);
      expect([who, seen.map((each) => each.name)]).toEqual([who, names ? [names] : []]);
    }
    expect(
      await tried('amina', (tx) => makeComment(tx, { ...comment(id), subject: { kind: 'page', id: space.pages['page']! }, within: within('lumaria') })),
    ).toBe('common.not_found');
    expect(await run('amina', (tx) => listCountries(tx, id))).toMatchObject([
      { readers: 2, may_comment: true, may_submit: true, comments: 3, lead: 'Telecommunications Authority of Lumaria' },
    ]);
    expect(await run('jonas', (tx) => listCountries(tx, id))).toMatchObject([{ may_comment: true, may_submit: false }]);
    expect(await run('mei', (tx) => listCountries(tx, id))).toMatchObject([{ comments: 0, conversation_id: null }]);
    await run('mei', (tx) => declineChangeRequest(tx, { id, byline_id: c.byline.mei, reason: 'No' }));
    expect(await tried('jonas', (tx) => makeComment(tx, comment(id, { within: within('lumaria') }))), 'decided').toBe('library.country.not_open');
  });

  test('nobody else reads, counts, finds or is told of it, and no number of the request knows it', async () => {
    const id = await ask(c, 'noor', space);
    const before = await run('pita', (tx) => countComments(tx, space.id, parseFilters({})));
    const own = await make('jonas', id, 'lumaria');
    const answer = await run('amina', (tx) => postMessage(tx, { thread_id: own, body: 'Quillwort indeed.', retry_key: randomUUID() }));
    expect(answer.number).toBe(2);
    // Told are those who followed it there, and no other; as the mail says it, there is something, not what.
    await c.behind('delete from app.notices');
    await tell();
    expect(await c.behind(`select distinct m.slug from app.notices n join app.members m on m.id = n.member_id order by 1`)).toEqual([
      { slug: 'amina' },
      { slug: 'jonas' },
    ]);
    const mails = await as({ kind: 'clerk' }, async (tx) => (await sql<{ items: unknown }>`select items from app.claim_mails(50)`.execute(tx)).rows);
    expect(JSON.stringify(mails)).not.toMatch(/uillwort|A change|amina/i);
    for (const who of EVERYONE) {
      const may = LUMARIA.includes(who);
      expect([who, Boolean(await run(who, (tx) => findComment(tx, own)).catch(() => undefined))]).toEqual([who, may]);
      if (!READERS.includes(who)) expect([who, await rowsOf(who)]).toEqual([who, 0]);
      if (who === 'visitor') continue;
      const found = await run(who, (tx) => findHits(tx, 'quillwort', 'messages', 40));
      // By a token the hits are read again under its scopes.
      if (may || !READERS.includes(who)) expect([who, found.length > 0]).toEqual([who, may]);
      const list = await run(who, (tx) => listComments(tx, space.id, { filters: parseFilters({ within: within('lumaria') }) }));
      expect([who, list.length > 0]).toEqual([who, may]);
      // Where nobody asks for it, it stands in no number, also of those who may read it.
      expect((await run(who, (tx) => countComments(tx, space.id, parseFilters({})))).all).toBe(
        who === 'eve' || who === 'karim' || who === 'suspended' ? 0 : before.all,
      );
      expect(await run(who, (tx) => findConversationFor(tx, { kind: 'change_request', id }))).toBeUndefined();
      const waiting = await run(who, async (tx) => (await sql<{ n: number }>`select app.open_comments_of(${id}) as n`.execute(tx)).rows[0]!.n);
      expect([who, waiting]).toEqual([who, 0]);
    }
    expect(
      await as({ kind: 'clerk' }, async (tx) => (await sql<{ n: number }>`select app.open_comments_of(${id}) as n`.execute(tx)).rows[0]!.n),
      'the clock',
    ).toBe(0);
    // A comment before everybody is the first of its conversation, whatever was said elsewhere.
    const open = await make('amina', id, null, { body: 'Before all.' });
    const [{ number }] = (await c.behind<{ number: number }>(`select number from app.messages where thread_id = $1`, [open])) as [{ number: number }];
    expect(number).toBe(1);
    for (const who of ['jonas', 'noor', 'mei'] as const)
      expect(await run(who, (tx) => findComment(tx, own))).toEqual(
        who === 'jonas' ? expect.objectContaining({ within: 'lumaria', may_dispose: false, may_close: true }) : undefined,
      );
    expect(await tried('noor', (tx) => disposeComment(tx, { id: own, disposition: 'noted', version: 0, retry_key: randomUUID() }))).toBe('common.not_found');
    expect(await tried('noor', (tx) => postMessage(tx, { thread_id: own, body: 'x', retry_key: randomUUID() }))).toBe('conversations.thread.not_found');
    expect(await run('noor', (tx) => listCommenters(tx, space.id))).not.toContain('Jonas');
    // An editor of the same country reads it and disposes of nothing there.
    await c.behind(`insert into app.hub_roles (member_id, role) values ($1, 'editor')`, [c.member.jonas]);
    const hers = await make('amina', id, 'lumaria');
    expect(await tried('jonas', (tx) => disposeComment(tx, { id: hers, disposition: 'noted', version: 0, retry_key: randomUUID() }))).toBe(
      'library.comment.may_not_dispose',
    );
    await c.behind(`delete from app.hub_roles where member_id = $1 and role = 'editor'`, [c.member.jonas]);
    // Whoever leaves the authority reads nothing of it from that moment.
    await c.behind(`update app.memberships set organization_id = $2 where member_id = $1`, [c.member.jonas, c.organization.secretariat]);
    expect(await run('jonas', (tx) => findComment(tx, hers))).toBeUndefined();
    expect(await rowsOf('jonas')).toBe(0);
    await c.behind(`update app.memberships set organization_id = $2 where member_id = $1`, [c.member.jonas, c.organization['central-bank-lumaria']]);
    expect(await run('jonas', (tx) => findComment(tx, hers))).toBeDefined();
  });
});

describe('one submission', () => {
  test('drafted and submitted by whoever speaks for the country; read within it alone until then', async () => {
    const id = await ask(c, 'noor', space);
    const [first, second] = [await make('jonas', id, 'lumaria'), await make('jonas', id, 'lumaria', { body: 'Quillwort stays here.' })];
    const submission = {
      stance: 'discuss',
      words: 'Quillwort has to be named.',
      points: [point(first), point(second, { take: false, words: 'Quillwort stays here.' })],
    };
    for (const who of EVERYONE) {
      const said = await tried(who, async (tx) => {
        await keepSubmission(tx, { request: id, country: code, submission });
        throw Object.assign(new Error('undone'), { code: 'may' });
      });
      expect([who, said]).toEqual([
        who,
        { amina: 'may', amber: 'may', jonas: 'library.country.not_yours', 'reading token': 'library.country.not_yours', 'no amber': said }[who] ??
          'common.not_found',
      ]);
      expect([who, await submit(who, id, {})]).not.toEqual([who, 'done']);
    }
    expect(await tried('amina', (tx) => keepSubmission(tx, { request: id, country: code, submission }))).toBe('done');
    expect(await tried('amina', (tx) => keepSubmission(tx, { request: id, country: code, submission })), 'somebody saved meanwhile').toBe(
      'library.country.saved_meanwhile',
    );
    const seen = await whole(id);
    for (const who of ['amina', 'jonas', 'amber'])
      expect(await run(who, (tx) => findWithin(tx, seen, code))).toMatchObject({
        draft: { stance: 'discuss', by: 'Amina', version: 1 },
        comments: [{ point: { take: true } }, { point: { take: false } }],
      });
    for (const who of ['pita', 'mei', 'noor', 'lucia', 'karim', 'eve']) expect(await tried(who, (tx) => findWithin(tx, seen, code))).toBe('common.not_found');
    expect(await run('no amber', (tx) => findWithin(tx, seen, code))).toMatchObject({ draft: null, comments: [] });
    expect(
      await tried('mei', (tx) => keepSubmission(tx, { request: id, country: 'sandoria', submission: { points: [point(first)] } })),
      'a point of another country is none',
    ).toBe('done');
    expect(await run('mei', (tx) => findWithin(tx, seen, 'sandoria'))).toMatchObject({ comments: [] });

    // Comments first; a position only once it is asked for.
    expect(await submit('amina', id, { ...submission, version: 1 }, true)).toBe('library.position.not_yours');
    expect(await submit('amina', id, { ...submission, version: 1 })).toBe('done');
    const list = await run('pita', (tx) => listComments(tx, space.id, { filters: parseFilters({ request: String(seen.number) }) }));
    expect(list).toMatchObject([
      {
        name: 'lumaria',
        organization: 'Telecommunications Authority of Lumaria',
        body: 'Lumaria finds that it says too little.',
        proposed: 'in whose name',
        within: null,
        messages: 1,
      },
    ]);
    expect(cellsOf((await run('pita', (tx) => viewComments(tx, 'all', list)))[0]!)).toMatchObject({ member: 'lumaria' });
    const made = list[0]!.id;
    expect(
      JSON.stringify(
        await c.behind(
          `select row_to_json(t) as t, row_to_json(m) as m, row_to_json(x) as x from app.threads t join app.messages m on m.thread_id = t.id join app.comments x on x.thread_id = t.id where t.id = $1`,
          [made],
        ),
      ),
    ).not.toMatch(new RegExp([c.byline.amina, c.byline.jonas, c.member.amina, c.member.jonas, first].join('|')));
    const told = await c.behind<{ kind: string; byline: string; data: unknown }>(
      `select e.kind, b.kind as byline, e.data from app.events e join app.bylines b on b.id = e.byline_id where e.subject_id in ($1, (select message_id from app.comments where thread_id = $1)) order by e.id`,
      [made],
    );
    expect(told.map(({ kind, byline }) => [kind, byline])).toEqual([
      ['thread.started', 'jurisdiction'],
      ['message.posted', 'jurisdiction'],
    ]);
    expect(JSON.stringify(told)).not.toContain(first);
    for (const who of ['pita', 'noor', 'lucia', 'eve', 'karim']) expect([who, await rowsOf(who)]).toEqual([who, 0]);
    expect((await run('pita', (tx) => findHits(tx, 'lumaria finds', 'messages', 40))).length).toBe(1);
    expect((await run('pita', (tx) => findHits(tx, 'quillwort', 'messages', 40))).length).toBe(0);
    expect(await submit('amina', id, { version: 2, points: [point(first)] }), 'it was submitted').toBe('library.country.nothing');

    // It waits for an answer as any other; whoever speaks for the country takes it back as the country, and disposes of nothing of its own.
    expect(await run('noor', (tx) => findComment(tx, made))).toMatchObject({ may_close: false });
    expect(await run('amina', (tx) => findComment(tx, made))).toMatchObject({ may_close: true, may_dispose: false });
    for (const who of ['jonas', 'mei', 'pita', 'karim', 'eve'])
      expect(await tried(who, (tx) => withdrawComment(tx, { id: made, withdrawn: true }))).not.toBe('done');
    await run('amina', (tx) => withdrawComment(tx, { id: made, withdrawn: true }));
    expect(await run('pita', (tx) => findComment(tx, made))).toMatchObject({ disposition: 'withdrawn', disposer: 'lumaria' });
    await run('amina', (tx) => withdrawComment(tx, { id: made, withdrawn: false }));
    expect(await tried('mei', (tx) => disposeComment(tx, { id: made, disposition: 'accepted', version: 2, retry_key: randomUUID() }))).toBe('done');
  });

  test('the position is given from its draft, which is gone then; what was taken back is taken along by nobody', async () => {
    const id = await ask(c, 'noor', space);
    await run('mei', (tx) => openProcedure(tx, { id }));
    const own = await make('jonas', id, 'lumaria');
    await run('amina', (tx) => keepSubmission(tx, { request: id, country: code, submission: { points: [point(own)] } }));
    const [{ message_id }] = (await c.behind<{ message_id: string }>(`select message_id from app.comments where thread_id = $1`, [own])) as [
      { message_id: string },
    ];
    await run('jonas', (tx) => takeBackMessage(tx, { id: message_id }));
    await c.behind(`update app.messages set removed_at = now(), body = '' where id = $1`, [message_id]);
    expect(await c.behind(`select from app.country_points where thread_id = $1`, [own])).toEqual([]);
    expect(await submit('amina', id, { stance: 'support', words: 'Good.', version: 1 }, true)).toBe('library.position.not_yet');
    await passDays(c, 29);
    const done = await run('amina', (tx) =>
      submitCountry(tx, { request: id, country: code, submission: { stance: 'discuss', words: 'Name the step.', version: 1 }, position: true }),
    );
    expect(done).toEqual({ comments: 0, position: true });
    expect((await run('pita', (tx) => listPositions(tx, id))).positions).toMatchObject([
      { jurisdiction: 'lumaria', stance: 'discuss', words: 'Name the step.' },
    ]);
    expect(await run('jonas', async (tx) => findWithin(tx, await whole(id), code))).toMatchObject({ draft: null });
  });

  test('past the commands nobody writes, and a country follows who leads it', async () => {
    const id = await ask(c, 'noor', space);
    const own = await make('jonas', id, 'lumaria');
    const [{ id: audience }] = (await c.behind<{ id: number }>(`select id from app.audiences where kind = 'jurisdiction' and ref = $1`, [
      within('lumaria'),
    ])) as [{ id: number }];
    const statements = [
      `insert into app.conversations (id, audience_id, subject_kind, subject_id) values (gen_random_uuid(), ${audience}, 'change_request', '${id}')`,
      `update app.country_drafts set words = 'x'`,
      `update app.country_points set words = 'x'`,
      `delete from app.country_points`,
      `insert into app.bylines (id, kind, jurisdiction_id, name) values (gen_random_uuid(), 'jurisdiction', '${within('lumaria')}', 'Lumaria')`,
      `select app.submit_point('${own}', '${own}', gen_random_uuid(), gen_random_uuid(), 'x', '\\x00', '')`,
    ];
    for (const who of EVERYONE)
      for (const statement of statements)
        expect([who, statement, await tried(who, (tx) => sql.raw(statement).execute(tx))]).not.toEqual([who, statement, 'done']);
    // The other authority withdraws its word: nobody speaks, and what was said stays.
    await c.behind(`delete from app.lead_choices`);
    expect(await run('amina', (tx) => listCountries(tx, id))).toMatchObject([{ lead: null, may_submit: false, may_comment: true, comments: 1 }]);
    expect(await tried('amina', (tx) => keepSubmission(tx, { request: id, country: code, submission: {} }))).toBe('library.country.not_yours');
  });
});
