/** How a hub grows: who registers organizations, makes circles, gives duties, and what is written down about it. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import { findCircle, listCircles } from '#domains/people/circles.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { findOrganization, findPerson } from '#domains/people/directory.server.ts';
import { giveDuty } from '#domains/people/give-duty.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { registerOrganization } from '#domains/people/register-organization.server.ts';
import { removeFromCircle } from '#domains/people/remove-from-circle.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { takeBackDuty } from '#domains/people/take-back-duty.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
let behind: Client;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta and jonas are focal points, karim is a guest, lucia the steward, Eve is signed in and belongs nowhere; reader is Lucía's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  const { token } = await as(actors['lucia']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors['reader'] = { kind: 'person', key: keyOf(token) };
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});

/** 'done', or the code it is refused with. */
const tried = (who: string, work: (tx: Tx) => Promise<unknown>): Promise<string> =>
  as(actors[who]!, work).then(
    (value) => (value === false ? 'nothing' : 'done'),
    (error: { code?: string }) => error.code ?? String(error),
  );
async function whoMay(work: (tx: Tx, who: string) => Promise<unknown>): Promise<string[]> {
  const able: string[] = [];
  for (const who of everyone) if ((await tried(who, (tx) => work(tx, who))) === 'done') able.push(who);
  return able;
}
const refusal = (work: Promise<unknown>) => expect(work).rejects;
const lucia = <T>(work: (tx: Tx) => Promise<T>) => as(actors['lucia']!, work);
const events = async (kind: string) =>
  (
    await behind.query(
      'select e.audience_id, e.subject_id, e.data, b.name as by from app.events e join app.bylines b on b.id = e.byline_id where e.kind = $1 order by e.id',
      [kind],
    )
  ).rows;
const body = (name: string, more: Record<string, string> = {}) => ({ name, kind: 'regulator', retry_key: newId(), ...more });

describe('registering an organization', () => {
  test('a steward, nobody else, and not by a token that only reads', async () =>
    expect(await whoMay((tx, who) => registerOrganization(tx, body(`Office of ${who}`)))).toEqual(['lucia']));
  test('nor by a statement of one’s own', async () =>
    expect(
      await whoMay((tx, who) =>
        sql`insert into app.organizations (id, slug, name, kind) values (${newId()}, ${`own-${who}`}, ${`Own ${who}`}, 'regulator')`.execute(tx),
      ),
    ).toEqual(['lucia']));
  test('makes it visible with its jurisdiction, which is named once', async () => {
    const { slug } = await lucia((tx) => registerOrganization(tx, body('Bank of Tavola', { kind: 'central-bank', new_jurisdiction: 'Tavola' })));
    await lucia((tx) => registerOrganization(tx, body('Tavola Office', { new_jurisdiction: ' tavola ' })));
    const found = await as(actors['amina']!, (tx) => findOrganization(tx, slug));
    expect(found).toMatchObject({ slug: 'bank-of-tavola', kind: 'central-bank', is_guest: false, jurisdictions: [{ name: 'Tavola' }], members: [] });
    expect((await behind.query("select 1 from app.jurisdictions where lower(name) = 'tavola'")).rowCount).toBe(1);
    expect(await as(actors['eve']!, (tx) => findOrganization(tx, slug))).toBeUndefined();
  });
  test('providers and operators come as guests, whatever the statement says', async () => {
    const { slug } = await lucia((tx) => registerOrganization(tx, body('Kite Money', { kind: 'provider' })));
    expect((await lucia((tx) => findOrganization(tx, slug)))?.is_guest).toBe(true);
    const sly = lucia((tx) =>
      sql`insert into app.organizations (id, slug, name, kind, is_guest) values (${newId()}, 'sly', 'Sly', 'operator', false)`.execute(tx),
    );
    await refusal(sly).toMatchObject({ status: 404 });
  });
  test.each([
    ['the name of another', body('central bank of LUMARIA'), 'people.organization.name_taken'],
    ['the short name of another', body('Second bank', { slug: 'bank' }), 'people.organization.slug_taken'],
    ['a short name with spaces', body('Third bank', { slug: 'The Bank' }), 'people.organization.slug_bad'],
    ['a kind there is not', body('Fourth bank', { kind: 'spaceship' }), 'people.organization.kind_unknown'],
    ['no name', body('  '), 'people.organization.name_missing'],
    ['letters that look alike', body('Bаnk of Lumaria'), 'people.name.dishonest'],
    ['a jurisdiction there is not', body('Fifth bank', { jurisdiction: 'atlantis' }), 'people.jurisdiction.not_found'],
    ['two jurisdictions', body('Sixth bank', { jurisdiction: 'tavola', new_jurisdiction: 'Oruna' }), 'people.jurisdiction.two'],
  ])('%s is refused', async (_, input, code) => refusal(lucia((tx) => registerOrganization(tx, input))).toMatchObject({ code }));
  test('is written down for all members, by whom', async () =>
    expect((await events('organization.registered'))[0]).toMatchObject({ audience_id: 2, by: 'Lucia' }));
});

describe('giving duties', () => {
  test('to Amina: a steward only', async () => {
    expect(await whoMay((tx) => giveDuty(tx, { slug: 'amina', duty: 'reviewer' }))).toEqual(['lucia']);
    expect((await as(actors['mei']!, (tx) => findPerson(tx, 'amina')))?.duties).toEqual(['reviewer']);
  });
  test('to oneself: a steward only', async () => {
    for (const who of everyone.filter((each) => !['visitor', 'reader'].includes(each))) {
      const answer = await tried(who, (tx) => sql`insert into app.hub_roles (member_id, role) values (${hub.ids[who]}, 'editor')`.execute(tx));
      expect(answer, who).toBe(who === 'lucia' ? 'done' : 'common.not_found');
    }
  });
  test('twice is once', async () => {
    await lucia((tx) => giveDuty(tx, { slug: 'amina', duty: 'reviewer' }));
    expect((await events('member.duty_given')).filter((each) => each.subject_id === hub.ids['amina'])).toHaveLength(1);
  });
  test('a guest and Eve hold none', async () => {
    for (const slug of ['karim', 'eve'])
      await refusal(lucia((tx) => giveDuty(tx, { slug, duty: 'reviewer' }))).toMatchObject({ code: 'people.duty.members_only' });
    for (const who of ['karim', 'eve'])
      await refusal(lucia((tx) => sql`insert into app.hub_roles (member_id, role) values (${hub.ids[who]}, 'reviewer')`.execute(tx))).toMatchObject({
        status: 404,
      });
  });
  test('a duty there is not is refused', async () =>
    refusal(lucia((tx) => giveDuty(tx, { slug: 'amina', duty: 'king' }))).toMatchObject({ code: 'people.duty.unknown' }));
  test('taking back: a steward only', async () => {
    expect(await whoMay((tx) => takeBackDuty(tx, { slug: 'amina', duty: 'reviewer' }))).toEqual(['lucia']);
    const swept = await whoMay(async (tx) => Number((await sql`delete from app.hub_roles where role = 'reviewer'`.execute(tx)).numAffectedRows) > 0);
    expect(swept).toEqual(['lucia']);
    await refusal(lucia((tx) => takeBackDuty(tx, { slug: 'amina', duty: 'reviewer' }))).toMatchObject({ code: 'people.duty.not_held' });
  });
  test('every giving and taking is written down by the database itself, for all members', async () => {
    const [given] = (await events('member.duty_given')).filter((each) => each.subject_id === hub.ids['amina']);
    expect(given).toMatchObject({ audience_id: 2, by: 'Lucia', data: { duty: 'reviewer' } });
    expect((await events('member.duty_given')).filter((each) => each.subject_id === hub.ids['lucia'])).toMatchObject([{ data: { duty: 'editor' } }]);
    expect((await events('member.duty_taken_back')).map((each) => each.data.duty)).toContain('reviewer');
  });
  test('nobody writes such an event without the act, or about another act', async () => {
    for (const kind of ['member.duty_given', 'organization.registered', 'circle.made'])
      expect(
        await whoMay((tx) =>
          sql`insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id) select ${kind}, 2, id, ${kind.split('.')[0]}, ${hub.ids['amina']} from app.bylines where member_id = app.me()`.execute(
            tx,
          ),
        ),
      ).toEqual([]);
  });
});

describe('the last steward', () => {
  test('stays, whoever asks: by command, by statement, by a job, by suspension', async () => {
    await refusal(lucia((tx) => takeBackDuty(tx, { slug: 'lucia', duty: 'steward' }))).toMatchObject({ code: 'people.duty.needs_two', status: 409 });
    await lucia((tx) => sql`delete from app.hub_roles where role = 'steward'`.execute(tx));
    await refusal(lucia((tx) => actOnMembership(tx, { member: 'lucia', organization: 'secretariat', act: 'ended', reason: 'Going.' }))).toMatchObject({
      code: 'people.duty.last_steward',
    });
    const clerk = (statement: string) => as({ kind: 'clerk' }, (tx) => sql.raw(statement).execute(tx));
    await refusal(clerk("update app.hub_roles set role = 'reviewer' where role = 'steward'")).toMatchObject({ code: 'people.duty.last_steward' });
    await refusal(clerk("update app.members set status = 'left' where slug = 'lucia'")).toMatchObject({ code: 'people.duty.last_steward' });
  });
  test('of two, each may go, but not both, even at the same moment', async () => {
    await lucia((tx) => giveDuty(tx, { slug: 'mei', duty: 'steward' }));
    const goes = (member: string, organization: string) => ({ member, organization, act: 'suspended', reason: 'Test.' });
    const both = await Promise.allSettled([
      as(actors['mei']!, (tx) => actOnMembership(tx, goes('lucia', 'secretariat'))),
      lucia((tx) => actOnMembership(tx, goes('mei', 'sandoria'))),
    ]);
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(
      (await behind.query("select 1 from app.hub_roles r join app.members m on m.id = r.member_id where r.role = 'steward' and m.status = 'active'")).rowCount,
    ).toBe(1);
    await behind.query("delete from app.hub_roles where role = 'steward'");
    await behind.query("update app.members set status = 'active'");
    await behind.query('update app.sessions set revoked_at = null');
    await behind.query("insert into app.hub_roles values ($1, 'steward')", [hub.ids['lucia']]);
  });
});

describe('circles', () => {
  let slug: string;
  test('are made by stewards and focal points, who are in them', async () => {
    expect(await whoMay((tx, who) => makeCircle(tx, { name: `Circle of ${who}`, purpose: '', retry_key: newId() }))).toEqual(['desta', 'jonas', 'lucia']);
    ({ slug } = await lucia((tx) => makeCircle(tx, { name: 'Incident desk', purpose: 'Fast warnings.', retry_key: newId() })));
    expect(slug).toMatch(/^incident-desk-\w+$/);
    expect(await whoMay(async (tx) => (await findCircle(tx, slug)) !== undefined)).toEqual(['lucia', 'reader']);
  });
  test('take in people and organizations: by whoever runs them', async () => {
    expect(await whoMay((tx) => addToCircle(tx, { circle: slug, member: 'amina' }))).toEqual(['lucia']);
    await lucia((tx) => addToCircle(tx, { circle: slug, organization: 'bank' }));
    expect(await whoMay(async (tx) => (await findCircle(tx, slug)) !== undefined)).toEqual(['amina', 'jonas', 'lucia', 'reader']);
    const { rows } = await as(actors['jonas']!, (tx) =>
      sql<{ label: string; size: number }>`select label, size from app.audiences where kind = 'circle' and label not like 'Circle of%'`.execute(tx),
    );
    expect(rows).toEqual([{ label: 'Incident desk', size: 3 }]);
    expect(await whoMay((tx) => addToCircle(tx, { circle: slug, member: 'mei' }))).toEqual(['lucia']);
    expect((await as(actors['amina']!, (tx) => findCircle(tx, slug)))?.may_run).toBe(false);
  });
  test('a steward who is not in a circle neither sees nor enters it', async () => {
    await behind.query("insert into app.hub_roles values ($1, 'steward')", [hub.ids['desta']]);
    expect((await as(actors['desta']!, listCircles)).map((each) => each.name)).toEqual(['Circle of desta']);
    await refusal(as(actors['desta']!, (tx) => addToCircle(tx, { circle: slug, member: 'desta' }))).toMatchObject({ code: 'people.circle.not_found' });
    const { rows } = await behind.query('select id from app.circles where slug = $1', [slug]);
    const forced = as(actors['desta']!, (tx) =>
      sql`insert into app.circle_members (circle_id, member_id) values (${rows[0].id}, ${hub.ids['desta']})`.execute(tx),
    );
    await refusal(forced).toMatchObject({ status: 404 });
    await behind.query("delete from app.hub_roles where member_id = $1 and role = 'steward'", [hub.ids['desta']]);
  });
  test('let people go again: by the same; never the last who runs it', async () => {
    expect(await whoMay((tx) => removeFromCircle(tx, { circle: slug, member: 'mei' }))).toEqual(['lucia']);
    expect(await as(actors['mei']!, (tx) => findCircle(tx, slug))).toBeUndefined();
    await refusal(lucia((tx) => removeFromCircle(tx, { circle: slug, member: 'lucia' }))).toMatchObject({ code: 'people.circle.last_runner', status: 409 });
    await refusal(lucia((tx) => removeFromCircle(tx, { circle: slug, member: 'mei' }))).toMatchObject({ code: 'people.circle.not_in_it' });
  });
  test.each([
    ['nobody', {}, 'people.circle.whom'],
    ['somebody there is not', { member: 'nobody' }, 'people.member.not_found'],
    ['an organization there is not', { organization: 'nothing' }, 'people.organization.not_found'],
    ['somebody twice', { member: 'amina' }, 'people.circle.already_in_it'],
  ])('%s is refused', async (_, whom, code) => refusal(lucia((tx) => addToCircle(tx, { circle: slug, usualEnd: true, ...whom }))).toMatchObject({ code }));
  test('no guest enters where something is marked for members’ organizations only', async () => {
    await lucia((tx) => addToCircle(tx, { circle: slug, organization: 'sika', usualEnd: true }));
    await lucia((tx) => removeFromCircle(tx, { circle: slug, organization: 'sika' }));
    const { rows } = await behind.query('select audience_id from app.circles where slug = $1', [slug]);
    await behind.query(
      "insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ($1, $2, 'channel', $3, 'TLP:AMBER+STRICT')",
      [newId(), rows[0].audience_id, newId()],
    );
    for (const whom of [{ organization: 'sika' }, { member: 'karim' }])
      await refusal(lucia((tx) => addToCircle(tx, { circle: slug, usualEnd: true, ...whom }))).toMatchObject({ code: 'people.circle.no_guests', status: 409 });
  });
  test('nor at the very moment such a place is opened', async () => {
    const made = await lucia((tx) => makeCircle(tx, { name: 'Race', purpose: '', retry_key: newId() }));
    const circle = (await lucia((tx) => findCircle(tx, made.slug)))!;
    const channel = newId();
    await lucia((tx) =>
      sql`insert into app.channels (id, slug, audience_id, name, byline_id) select ${channel}, 'race', ${circle.audience_id}, 'Race', id from app.bylines where member_id = app.me()`.execute(
        tx,
      ),
    );
    let added = () => {};
    const waiting = new Promise<void>((resolve) => {
      added = resolve;
    });
    const guests = lucia(async (tx) => {
      await addToCircle(tx, { circle: made.slug, member: 'karim', usualEnd: true });
      added();
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    await waiting;
    const open = lucia((tx) =>
      sql`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values (${newId()}, ${circle.audience_id}, 'channel', ${channel}, 'TLP:AMBER+STRICT')`.execute(
        tx,
      ),
    );
    await refusal(open).toMatchObject({ code: 'conversations.ceiling.not_admitted' });
    await guests;
  });
  test('nor by being suspended while such a place is opened, and let back in', async () => {
    const made = await lucia((tx) => makeCircle(tx, { name: 'Away', purpose: '', retry_key: newId() }));
    await lucia((tx) => addToCircle(tx, { circle: made.slug, member: 'karim', usualEnd: true }));
    const guests = async () => (await lucia((tx) => findCircle(tx, made.slug)))?.has_guests;
    await behind.query("update app.members set status = 'suspended' where slug = 'karim'");
    expect(await guests()).toBe(true);
    const admits = lucia((tx) =>
      sql<{ ok: boolean }>`select app.marking_admits('TLP:AMBER+STRICT', audience_id) as ok from app.circles where slug = ${made.slug}`.execute(tx),
    );
    expect((await admits).rows).toEqual([{ ok: false }]);
    await behind.query("update app.members set status = 'active' where slug = 'karim'");
    await lucia((tx) => removeFromCircle(tx, { circle: made.slug, member: 'karim' }));
    expect(await guests()).toBe(false);
  });
  test('a guest organization without people counts as guests already', async () => {
    const made = await lucia((tx) => makeCircle(tx, { name: 'Open table', purpose: '', retry_key: newId() }));
    await lucia((tx) => addToCircle(tx, { circle: made.slug, organization: 'kite-money', usualEnd: true }));
    expect(
      (await behind.query('select has_guests from app.audiences a join app.circles c on c.audience_id = a.id where c.slug = $1', [made.slug])).rows,
    ).toEqual([{ has_guests: true }]);
  });
  test('each coming and going is written down for the circle alone', async () => {
    const { rows } = await behind.query('select audience_id from app.circles where slug = $1', [slug]);
    for (const kind of ['circle.made', 'circle.joined', 'circle.left']) {
      const told = (await events(kind)).filter((each) => each.audience_id === rows[0].audience_id);
      expect(told.length, kind).toBeGreaterThan(0);
      expect(told.every((each) => each.by === 'Lucia')).toBe(true);
    }
  });
});
