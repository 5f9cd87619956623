/** Circles, who × what: who knows of them, comes in, sees who is in them, runs them, and what a rule does. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import { findReaders } from '#domains/people/audiences.server.ts';
import { answerAdmission, withdrawAdmission } from '#domains/people/circles/answer-admission.server.ts';
import { changeCircle } from '#domains/people/circles/change-circle.server.ts';
import { askCircle, joinCircle, leaveCircle } from '#domains/people/circles/enter-circle.server.ts';
import { inviteToCircle } from '#domains/people/circles/invite-to-circle.server.ts';
import { nameRunner, takeBackRunner } from '#domains/people/circles/name-runner.server.ts';
import { followTopics } from '#domains/people/circles/topics.server.ts';
import { findCircle, listAdmissions } from '#domains/people/circles.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { removeFromCircle } from '#domains/people/remove-from-circle.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { asker } from '../support/trying.ts';

let hub: Community;
let behind: Client;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta and jonas are focal points, karim is a guest, lucia the steward, Eve belongs nowhere; reader is Amina's token that may only read; gone is suspended. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader', 'gone'];
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
  const id = newId();
  await behind.query("insert into app.members (id, slug, name) values ($1, 'gone', 'Gone')", [id]);
  await behind.query("insert into app.bylines (id, kind, member_id, name) values ($1, 'person', $2, 'Gone')", [newId(), id]);
  await behind.query('insert into app.memberships (member_id, organization_id) values ($1, $2)', [id, hub.organizations['sandoria']]);
  hub.ids['gone'] = id;
  for (const slug of everyone.filter((each) => !['visitor', 'reader'].includes(each))) actors[slug] = await hub.be(slug);
  await behind.query("update app.members set status = 'suspended' where slug = 'gone'");
  const { token } = await as(actors['amina']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors['reader'] = { kind: 'person', key: keyOf(token) };
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});

const be = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const whoMay = asker(actors, everyone, { undo: true });
const refusal = (work: Promise<unknown>) => expect(work).rejects;
const rules = (more: Record<string, unknown> = {}) => ({
  name: 'Circle',
  purpose: '',
  entry: 'invitation',
  listed: false,
  roster: 'members',
  by_rule: false,
  rule_regions: [],
  rule_kinds: [],
  rule_topics: [],
  ...more,
});
/** A circle of Jonas, who is no steward. */
async function made(more: Record<string, unknown> = {}, by = 'jonas'): Promise<string> {
  const { slug } = await be(by, (tx) => makeCircle(tx, { name: 'Circle', purpose: 'Between us', retry_key: newId() }));
  if (Object.keys(more).length) await be(by, (tx) => changeCircle(tx, slug, rules(more)));
  return slug;
}
const sees = (slug: string) => whoMay(async (tx) => (await findCircle(tx, slug)) !== undefined);
const inIt = async (slug: string) =>
  (
    await behind.query(
      'select m.slug from app.circles c join app.audience_members am on am.audience_id = c.audience_id join app.members m on m.id = am.member_id where c.slug = $1 order by 1',
      [slug],
    )
  ).rows.map((each) => each.slug as string);
const full = ['amina', 'desta', 'jonas', 'mei', 'lucia', 'reader'];

describe('who knows of a circle', () => {
  test('hidden: whoever is in it, nobody else, stewards included', async () => expect(await sees(await made())).toEqual(['jonas']));
  test('listed: all full members; no guest, no stranger', async () => expect(await sees(await made({ listed: true }))).toEqual(full));
  test('hidden and invited: whoever is invited, with its name and not its people', async () => {
    const slug = await made();
    await be('jonas', (tx) => inviteToCircle(tx, { circle: slug, member: 'karim', words: 'Come' }));
    expect(await sees(slug)).toEqual(['jonas', 'karim']);
    expect(await be('karim', (tx) => findCircle(tx, slug))).toMatchObject({
      purpose: 'Between us',
      in_it: false,
      readers: null,
      audience_id: null,
      members: [],
      runners: [],
    });
    await be('karim', async (tx) => answerAdmission(tx, { id: (await listAdmissions(tx))[0]!.id, yes: 'no' }));
    expect(await sees(slug)).toEqual(['jonas']);
  });
  test('a hidden circle answers as an absent one, to every act', async () => {
    const slug = await made();
    const acts: Array<(tx: Tx, circle: string) => Promise<unknown>> = [
      (tx, circle) => joinCircle(tx, { circle }),
      (tx, circle) => askCircle(tx, { circle }),
      (tx, circle) => leaveCircle(tx, { circle }),
      (tx, circle) => inviteToCircle(tx, { circle, member: 'mei' }),
      (tx, circle) => addToCircle(tx, { circle, member: 'mei' }),
      (tx, circle) => removeFromCircle(tx, { circle, member: 'jonas' }),
      (tx, circle) => nameRunner(tx, { circle, member: 'jonas' }),
      (tx, circle) => takeBackRunner(tx, { circle, member: 'jonas' }),
      (tx, circle) => changeCircle(tx, circle, rules()),
    ];
    for (const act of acts)
      for (const who of ['lucia', 'eve', 'karim']) {
        const [hidden, absent] = await Promise.all(
          [slug, 'nothing-here'].map((circle) => be(who, (tx) => act(tx, circle)).catch(({ code, status }) => ({ code, status }))),
        );
        expect(hidden, `${who} ${act}`).toEqual(absent);
        expect(hidden).toMatchObject({ status: 404 });
      }
  });
});

describe('coming in', () => {
  test('open: full members by a button; no guest, no stranger, no token that only reads', async () => {
    const slug = await made({ listed: true, entry: 'open' });
    expect(await whoMay((tx) => joinCircle(tx, { circle: slug }))).toEqual(['amina', 'desta', 'mei', 'lucia']);
    expect(await whoMay((tx) => askCircle(tx, { circle: slug }))).toEqual([]);
  });
  test('open under a rule: only whom it fits', async () => {
    const slug = await made({ listed: true, entry: 'open', rule_kinds: ['supervisor', 'regulator'] });
    expect(await whoMay((tx) => joinCircle(tx, { circle: slug }))).toEqual(['amina', 'desta', 'mei']);
  });
  test('by invitation: nobody by their own hand, by no statement, stewards included', async () => {
    const slug = await made({ listed: true });
    expect(await whoMay((tx) => joinCircle(tx, { circle: slug }))).toEqual([]);
    expect(await whoMay((tx) => askCircle(tx, { circle: slug }))).toEqual([]);
    const { rows } = await behind.query('select id, audience_id from app.circles where slug = $1', [slug]);
    for (const statement of [
      sql`insert into app.circle_members (circle_id, member_id) values (${rows[0].id}, app.me())`,
      sql`insert into app.circle_runners (circle_id, member_id) values (${rows[0].id}, app.me())`,
      sql`insert into app.audience_members values (${rows[0].audience_id}, app.me())`,
      sql`update app.circles set entry = 'open' where id = ${rows[0].id}`,
      sql`select app.join_circle(${rows[0].id})`,
      sql`select app.put_out(${rows[0].id}, app.me(), false)`,
      sql`select app.sync_audiences(array[${rows[0].audience_id}]::int[])`,
      sql`insert into app.circle_admissions (id, circle_id, member_id, kind, byline_id) select ${newId()}, ${rows[0].id}, app.me(), 'invitation', id from app.bylines where member_id = app.me()`,
      sql`insert into app.circle_admissions (id, circle_id, member_id, kind, byline_id, outcome) select ${newId()}, ${rows[0].id}, app.me(), 'request', id, 'accepted' from app.bylines where member_id = app.me()`,
    ])
      expect(
        (
          await whoMay(async (tx) => {
            const { numAffectedRows, rows: got } = await statement.execute(tx);
            return Number(numAffectedRows) > 0 || got.length > 0;
          })
        ).filter((who) => who !== 'jonas'),
      ).toEqual([]);
    expect(await inIt(slug)).toEqual(['jonas']);
  });
  test('on request: one asks once, and only those who run it hear of it and answer', async () => {
    const slug = await made({ listed: true, entry: 'request' });
    const { id } = await be('mei', (tx) => askCircle(tx, { circle: slug, words: 'I audit two of them' }));
    await refusal(be('mei', (tx) => askCircle(tx, { circle: slug }))).toMatchObject({ code: 'people.circle.asked_already', status: 409 });
    expect(await whoMay(async (tx) => (await listAdmissions(tx)).some((each) => each.id === id))).toEqual(['jonas', 'mei']);
    expect(await whoMay((tx) => answerAdmission(tx, { id, yes: 'yes' }))).toEqual(['jonas']);
    expect(await whoMay((tx) => withdrawAdmission(tx, { id }))).toEqual(['mei']);
    await be('jonas', (tx) => answerAdmission(tx, { id, yes: 'yes' }));
    expect(await inIt(slug)).toEqual(['jonas', 'mei']);
    await refusal(be('jonas', (tx) => answerAdmission(tx, { id, yes: 'no' }))).toMatchObject({ code: 'people.admission.not_found' });
  });
  test('by invitation: only whoever is invited answers; only those who run it invite', async () => {
    const slug = await made();
    await be('jonas', (tx) => addToCircle(tx, { circle: slug, member: 'amina' }));
    expect(await whoMay((tx) => inviteToCircle(tx, { circle: slug, member: 'mei' }))).toEqual(['jonas']);
    const { id } = await be('jonas', (tx) => inviteToCircle(tx, { circle: slug, member: 'mei' }));
    expect(await whoMay((tx) => answerAdmission(tx, { id, yes: 'yes' }))).toEqual(['mei']);
    expect(await whoMay((tx) => withdrawAdmission(tx, { id }))).toEqual(['jonas']);
    await be('mei', (tx) => answerAdmission(tx, { id, yes: 'yes' }));
    expect(await inIt(slug)).toEqual(['amina', 'jonas', 'mei']);
    await refusal(be('jonas', (tx) => inviteToCircle(tx, { circle: slug, member: 'gone' }))).toMatchObject({ code: 'people.member.not_found' });
  });
});

describe('going', () => {
  test('whoever left is not brought back by hand, rule or organization, but by invitation', async () => {
    const slug = await made();
    await be('jonas', (tx) => addToCircle(tx, { circle: slug, organization: 'lumaria' }));
    expect(await inIt(slug)).toEqual(['amina', 'desta', 'jonas']);
    await be('amina', (tx) => leaveCircle(tx, { circle: slug }));
    expect(await sees(slug)).toEqual(['desta', 'jonas']);
    await behind.query("update app.members set status = 'suspended' where slug = 'amina'");
    await behind.query("update app.members set status = 'active' where slug = 'amina'");
    expect(await inIt(slug)).toEqual(['desta', 'jonas']);
    actors['amina'] = await hub.be('amina');
    await refusal(be('jonas', (tx) => addToCircle(tx, { circle: slug, member: 'amina' }))).toMatchObject({ code: 'people.circle.left_themselves' });
    const { id } = await be('jonas', (tx) => inviteToCircle(tx, { circle: slug, member: 'amina' }));
    await be('amina', (tx) => answerAdmission(tx, { id, yes: 'yes' }));
    expect(await inIt(slug)).toEqual(['amina', 'desta', 'jonas']);
  });
  test('whoever was taken out does not walk in again by an open door', async () => {
    const slug = await made({ listed: true, entry: 'open' });
    await be('mei', (tx) => joinCircle(tx, { circle: slug }));
    expect(await whoMay(async (tx) => (await removeFromCircle(tx, { circle: slug, member: 'mei' }), true))).toEqual(['jonas']);
    await be('jonas', (tx) => removeFromCircle(tx, { circle: slug, member: 'mei' }));
    await refusal(be('mei', (tx) => joinCircle(tx, { circle: slug }))).toMatchObject({ code: 'people.circle.not_found' });
    await be('jonas', (tx) => addToCircle(tx, { circle: slug, member: 'mei' }));
    expect(await inIt(slug)).toEqual(['jonas', 'mei']);
  });
});

describe('running it', () => {
  test('those who run it name others, full members in it only; they need be no stewards', async () => {
    const slug = await made();
    for (const member of ['amina', 'karim', 'lucia']) await be('jonas', (tx) => addToCircle(tx, { circle: slug, member, usualEnd: true }));
    expect(await whoMay((tx) => nameRunner(tx, { circle: slug, member: 'amina' }))).toEqual(['jonas']);
    for (const member of ['karim', 'mei'])
      await refusal(be('jonas', (tx) => nameRunner(tx, { circle: slug, member }))).toMatchObject({ code: 'people.circle.runner_unfit' });
    await be('jonas', (tx) => nameRunner(tx, { circle: slug, member: 'amina' }));
    expect(await whoMay((tx) => changeCircle(tx, slug, rules({ name: 'Other' })))).toEqual(['amina', 'jonas']);
    expect(await whoMay((tx) => addToCircle(tx, { circle: slug, member: 'mei' }))).toEqual(['amina', 'jonas']);
  });
  test('never loses its last one: not by leaving, being taken out, or giving it up, even at the same moment', async () => {
    const slug = await made();
    await be('jonas', (tx) => addToCircle(tx, { circle: slug, member: 'amina' }));
    for (const act of [
      leaveCircle,
      (tx: Tx, input: { circle: string }) => takeBackRunner(tx, { ...input, member: 'jonas' }),
      (tx: Tx, input: { circle: string }) => removeFromCircle(tx, { ...input, member: 'jonas' }),
    ])
      await refusal(be('jonas', (tx) => act(tx, { circle: slug }))).toMatchObject({ code: 'people.circle.last_runner', status: 409 });
    await be('jonas', (tx) => nameRunner(tx, { circle: slug, member: 'amina' }));
    await be('jonas', (tx) => addToCircle(tx, { circle: slug, member: 'mei' }));
    const both = await Promise.allSettled(['jonas', 'amina'].map((who) => be(who, (tx) => leaveCircle(tx, { circle: slug }))));
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
  test('whoever is alone in it may leave: then it is nobody’s', async () => {
    const slug = await made();
    await be('jonas', (tx) => leaveCircle(tx, { circle: slug }));
    expect(await sees(slug)).toEqual([]);
  });
  test('suspending the last one is not held up: another full member runs it, and it is told', async () => {
    const slug = await made();
    for (const member of ['karim', 'mei']) await be('jonas', (tx) => addToCircle(tx, { circle: slug, member, usualEnd: true }));
    await be('lucia', (tx) => actOnMembership(tx, { member: 'jonas', organization: 'bank', act: 'suspended', reason: 'For the test' }));
    expect((await be('mei', (tx) => findCircle(tx, slug)))?.runners).toEqual([{ slug: 'mei', name: 'Mei' }]);
    expect((await be('mei', (tx) => findCircle(tx, slug)))?.may_run).toBe(true);
    await be('lucia', (tx) => actOnMembership(tx, { member: 'jonas', organization: 'bank', act: 'lifted', reason: 'For the test' }));
    actors['jonas'] = await hub.be('jonas');
    expect((await be('mei', (tx) => findCircle(tx, slug)))?.runners.map((each) => each.slug).sort()).toEqual(['jonas', 'mei']);
  });
});

describe('who sees who is in it', () => {
  const roster = async (who: string, slug: string) => {
    const circle = (await behind.query('select id, audience_id from app.circles where slug = $1', [slug])).rows[0];
    return be(who, async (tx) => ({
      people: (await sql`select member_id from app.audience_members where audience_id = ${circle.audience_id}`.execute(tx)).rows.length,
      rows: (await sql`select 1 from app.circle_members where circle_id = ${circle.id}`.execute(tx)).rows.length,
      told: (await sql`select 1 from app.events where subject_id = ${circle.id} and data ? 'member_id'`.execute(tx)).rows.length,
    })).catch(() => ({ people: 0, rows: 0, told: 0 }));
  };
  const filled = async (more: Record<string, unknown>) => {
    const slug = await made(more);
    for (const member of ['amina', 'karim', 'mei']) await be('jonas', (tx) => addToCircle(tx, { circle: slug, member, usualEnd: true }));
    return slug;
  };
  test.each([
    ['members', { amina: 4, karim: 4, jonas: 4, lucia: 0, eve: 0, visitor: 0 }],
    ['runners', { amina: 1, karim: 1, jonas: 4, lucia: 0, eve: 0, visitor: 0 }],
    ['everyone', { amina: 4, karim: 4, jonas: 4, lucia: 4, eve: 0, visitor: 0 }],
  ])('%s', async (shown, counts) => {
    const slug = await filled({ listed: true, roster: shown });
    for (const [who, count] of Object.entries(counts)) {
      const seen = await roster(who, slug);
      expect([seen.people, seen.rows], who).toEqual([count, count]);
      if (shown === 'runners') expect(seen.told, who).toBe(0);
    }
  });
  test('a guest in a circle that hides its members does not meet them elsewhere either', async () => {
    await behind.query('delete from app.circle_members where member_id = $1', [hub.ids['karim']]);
    const slug = await filled({ roster: 'runners' });
    expect((await be('karim', (tx) => findCircle(tx, slug)))?.readers).toBe(4);
    const { rows } = await be('karim', (tx) => sql<{ slug: string }>`select slug from app.members`.execute(tx));
    expect(rows.map((each) => each.slug)).toEqual(['karim']);
  });
  test('is never widened over the heads of those in it', async () => {
    const slug = await filled({ roster: 'runners' });
    await refusal(be('jonas', (tx) => changeCircle(tx, slug, rules({ roster: 'members' })))).toMatchObject({ code: 'people.circle.roster_widens' });
  });
});

describe('a rule', () => {
  test('that brings people in is set by a steward who runs the circle', async () => {
    const slug = await made();
    const ruled = rules({ listed: true, by_rule: true, rule_kinds: ['regulator'] });
    await refusal(be('jonas', (tx) => changeCircle(tx, slug, ruled))).toMatchObject({ code: 'people.circle.rule_needs_steward', status: 403 });
    await refusal(be('jonas', (tx) => changeCircle(tx, slug, rules({ listed: true, by_rule: true })))).toMatchObject({ code: 'people.circle.rule_empty' });
    await be('jonas', (tx) => addToCircle(tx, { circle: slug, member: 'lucia' }));
    await be('jonas', (tx) => nameRunner(tx, { circle: slug, member: 'lucia' }));
    await be('lucia', (tx) => changeCircle(tx, slug, ruled));
    expect(await inIt(slug)).toEqual(['amina', 'desta', 'jonas', 'lucia']);
    // Afterwards whoever else runs it may change its words, not the rule.
    await be('jonas', (tx) => changeCircle(tx, slug, { ...ruled, name: 'Regulators' }));
  });
  test('by region and matter follows what people do, in the same transaction; no guest ever fits', async () => {
    const country = newId();
    await behind.query("insert into app.jurisdictions (id, code, name, region) values ($1, 'lumaria', 'Lumaria', 'North')", [country]);
    for (const body of ['lumaria', 'sika'])
      await behind.query('insert into app.organization_jurisdictions values ($1, $2)', [hub.organizations[body], country]);
    const slug = await made({ listed: true, by_rule: true, rule_regions: ['North'], rule_topics: ['ss7', 'ussd'] }, 'lucia');
    expect(await inIt(slug)).toEqual(['lucia']);
    for (const who of ['amina', 'mei']) await be(who, (tx) => followTopics(tx, { topics: ['ss7'] }));
    await refusal(be('karim', (tx) => followTopics(tx, { topics: ['ss7'] }))).toMatchObject({ status: 404 });
    await behind.query("insert into app.topic_follows values ($1, 'ss7')", [hub.ids['karim']]);
    expect(await inIt(slug)).toEqual(['amina', 'lucia']);
    await behind.query("update app.jurisdictions set region = 'South' where id = $1", [country]);
    expect(await inIt(slug)).toEqual(['lucia']);
    await behind.query("update app.jurisdictions set region = 'North' where id = $1", [country]);
    await be('amina', (tx) => followTopics(tx, { topics: ['fraud'] }));
    expect(await inIt(slug)).toEqual(['lucia']);
    await behind.query('insert into app.organization_jurisdictions values ($1, $2)', [hub.organizations['sandoria'], country]);
    expect(await inIt(slug)).toEqual(['lucia', 'mei']);
    await be('mei', (tx) => leaveCircle(tx, { circle: slug }));
    expect(await inIt(slug)).toEqual(['lucia']);
    await be('mei', (tx) => joinCircle(tx, { circle: slug }));
    expect(await inIt(slug)).toEqual(['lucia', 'mei']);
  });
  test('what one follows, nobody else sees', async () =>
    expect(await whoMay(async (tx) => (await sql`select 1 from app.topic_follows where member_id = ${hub.ids['mei']}`.execute(tx)).rows.length > 0)).toEqual([
      'mei',
    ]));
});

test('every audience holds exactly whom it should, counted right, seen from both sides', async () => {
  const { rows } = await behind.query(`select a.label from app.audiences a where a.kind not in ('public', 'named') and (
    exists (select app.expected_members(a.id) except select member_id from app.audience_members where audience_id = a.id)
    or exists (select member_id from app.audience_members where audience_id = a.id except select app.expected_members(a.id))
    or a.size <> (select count(*) from app.audience_members where audience_id = a.id) or a.has_guests <> app.audience_guests(a.id))`);
  expect(rows).toEqual([]);
  const { rows: members } = await behind.query(`select m.slug from app.members m where exists (
      select app.expected_audiences(m.id) except select a.id from app.audiences a where m.id in (select app.expected_members(a.id)))
    or exists (select a.id from app.audiences a where a.kind not in ('public', 'named') and m.id in (select app.expected_members(a.id)) except select app.expected_audiences(m.id))`);
  expect(members).toEqual([]);
});

describe('who exactly will read this', () => {
  const readersOf = async (slug: string, who: string) => {
    const { rows } = await behind.query('select audience_id from app.circles where slug = $1', [slug]);
    return be(who, (tx) => findReaders(tx, rows[0].audience_id)).catch(() => undefined);
  };
  test('by organization, with the guests by name, for those in it; absent for everybody else', async () => {
    const slug = await made();
    for (const whom of [{ organization: 'lumaria' }, { member: 'karim' }])
      await be('jonas', (tx) => addToCircle(tx, { circle: slug, usualEnd: true, ...whom }));
    const expected = {
      size: 4,
      has_guests: true,
      shown: true,
      guests: [{ slug: 'karim', organization: 'Sika Pay' }],
      organizations: [
        { slug: 'bank', count: 1 },
        { slug: 'lumaria', count: 2 },
        { slug: 'sika', is_guest: true, count: 1 },
      ],
    };
    for (const who of ['jonas', 'amina', 'karim']) expect(await readersOf(slug, who), who).toMatchObject(expected);
    for (const who of ['lucia', 'mei', 'eve', 'visitor', 'gone']) expect(await readersOf(slug, who), who).toBeUndefined();
  });
  test('the number alone where a circle hides its members', async () => {
    const slug = await made({ roster: 'runners' });
    for (const member of ['amina', 'karim']) await be('jonas', (tx) => addToCircle(tx, { circle: slug, member, usualEnd: true }));
    for (const who of ['amina', 'karim'])
      expect(await readersOf(slug, who)).toMatchObject({ size: 3, has_guests: true, shown: false, organizations: [], guests: [], people: [] });
    expect((await readersOf(slug, 'jonas'))?.people).toHaveLength(3);
  });
});
