/** Who suspends, restores, lets go and hands over, and that it bites everywhere in the same moment. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acceptInvitation } from '#domains/people/accept-invitation.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { findPerson } from '#domains/people/directory.server.ts';
import { inviteColleague } from '#domains/people/invite-colleague.server.ts';
import { listMembershipActs, listMemberships, listRunMembers } from '#domains/people/memberships.server.ts';
import { openSession } from '#domains/people/open-session.server.ts';
import { findMe } from '#domains/people/queries.server.ts';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
let behind: Client;
const actors: Record<string, Actor> = {};
/** desta runs lumaria, jonas the bank; lucia is steward; karim is a guest; Eve belongs nowhere; reader is Lucía's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});
beforeEach(async () => {
  // Every test begins with the community as it was planted. The copy of the database cannot be had once more; its rows can.
  await behind.query(`delete from app.membership_acts; delete from app.invitations; update app.members set status = 'active';
    delete from app.memberships where member_id in (select id from app.members where slug in ('amina', 'desta', 'jonas'))`);
  for (const [slug, body, role] of [
    ['amina', 'lumaria', 'member'],
    ['desta', 'lumaria', 'focal_point'],
    ['jonas', 'bank', 'focal_point'],
  ] as const)
    await behind.query('insert into app.memberships (member_id, organization_id, role) values ($1, $2, $3)', [hub.ids[slug], hub.organizations[body], role]);
  await behind.query(
    `update app.accounts a set email_key = m.slug || '@example.test', email = m.slug || '@example.test' from app.members m where m.id = a.member_id`,
  );
  actors['visitor'] = { kind: 'visitor' };
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  actors['reader'] = { kind: 'person', key: keyOf((await as(actors['lucia']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }))).token) };
});

const act =
  (what: string, member = 'amina', organization = 'lumaria', reason = 'Why not') =>
  (tx: Tx) =>
    actOnMembership(tx, { member, organization, act: what, reason });
const does = (who: string, what: string, member?: string, organization?: string) => as(actors[who]!, act(what, member, organization));
const refusal = (work: Promise<unknown>) => expect(work).rejects;
/** Who may, each tried and taken back. */
async function whoMay(work: (tx: Tx, who: string) => Promise<unknown>): Promise<string[]> {
  const able: string[] = [];
  for (const who of everyone) {
    const undo = new Error('undo');
    await as(actors[who]!, async (tx) => {
      const value = await work(tx, who);
      if (value !== false && value !== 0) throw undo;
    }).catch((error: unknown) => {
      if (error === undo) able.push(who);
      else if ((error as { status?: number }).status === undefined) throw error;
    });
  }
  return able;
}
const status = async (slug: string) => (await behind.query('select status from app.members where slug = $1', [slug])).rows[0].status as string;
const jobs = async () =>
  (
    await behind.query(
      `select payload -> 'ids' ->> 'act' as act from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'people.mail-membership'`,
    )
  ).rows;

describe('who may', () => {
  test.each(['suspended', 'made_focal_point'])('%s, to Amina: her focal point and a steward', async (what) =>
    expect(await whoMay(act(what))).toEqual(['desta', 'lucia']),
  );
  test('ended, of Amina: herself as well', async () => expect(await whoMay(act('ended'))).toEqual(['amina', 'desta', 'lucia']));
  test('the same by a statement of one’s own', async () => {
    const insert = (tx: Tx, who: string, by: string) =>
      sql`insert into app.membership_acts (id, member_id, organization_id, act, reason, byline_id) values (${newId()}, ${hub.ids['amina']}, ${hub.organizations['lumaria']}, 'ended', 'x',
        (select id from app.bylines where member_id = ${hub.ids[by === 'own' ? who : by] ?? null}))`.execute(tx);
    expect(await whoMay((tx, who) => insert(tx, who, 'own'))).toEqual(['amina', 'desta', 'lucia']);
    expect(await whoMay((tx, who) => insert(tx, who, who === 'lucia' ? 'desta' : 'lucia')), 'in another’s name').toEqual([]);
  });
  test.each([
    'update app.members set status = status',
    "update app.memberships set role = 'focal_point'",
    'delete from app.memberships',
    'update app.membership_acts set reason = reason',
    'delete from app.membership_acts',
  ])('%s: nobody', async (statement) => {
    await does('desta', 'made_focal_point');
    expect(await whoMay((tx) => sql.raw(statement).execute(tx))).toEqual([]);
  });
  test('everybody may go by themselves, in a browser: not the last focal point, and never in the name of another', async () => {
    for (const [who, body] of [
      ['amina', 'lumaria'],
      ['karim', 'sika'],
    ] as const) {
      const able = await whoMay(act('ended', who, body));
      expect(able, who).toContain(who);
      expect(able.filter((each) => !['lucia', 'desta', who].includes(each))).toEqual([]);
    }
    await refusal(does('jonas', 'ended', 'jonas', 'bank')).toMatchObject({ code: 'people.membership.last_focal_point' });
    const { token } = await as(actors['amina']!, (tx) => createToken(tx, { name: 'w', scopes: ['read', 'write'], days: 1 }));
    await refusal(as({ kind: 'person', key: keyOf(token) }, act('ended'))).toMatchObject({ status: 404 });
    await refusal(does('amina', 'made_focal_point')).toMatchObject({ status: 404 });
    await does('amina', 'ended');
    expect(await status('amina')).toBe('left');
    await behind.query(`update app.members set status = 'active' where slug = 'amina'`);
  });
  test('nobody suspends themselves, and a focal point nobody who works for another as well', async () => {
    await refusal(does('lucia', 'suspended', 'lucia', 'secretariat')).toMatchObject({ code: 'common.not_found' });
    await behind.query('insert into app.memberships (member_id, organization_id) values ($1, $2)', [hub.ids['amina'], hub.organizations['bank']]);
    expect(await whoMay(act('suspended'))).toEqual(['lucia']);
    expect(await whoMay(act('ended'))).toEqual(['amina', 'desta', 'lucia']);
  });
  test('what a steward suspended only a steward lifts; what a focal point did, both', async () => {
    await does('lucia', 'suspended');
    expect(await whoMay(act('lifted'))).toEqual(['lucia']);
    await does('lucia', 'lifted');
    await does('desta', 'suspended');
    expect(await whoMay(act('lifted'))).toEqual(['desta', 'lucia']);
  });
  test('the flags of the page say the same', async () => {
    const flags = async (who: string) => (await as(actors[who]!, (tx) => listMemberships(tx, hub.ids['amina']!)))[0]?.acts;
    expect(await flags('desta')).toEqual(['made_focal_point', 'suspended', 'ended']);
    expect(await flags('amina')).toEqual(['ended']);
    for (const who of ['jonas', 'mei', 'reader']) expect(await flags(who), who).toEqual([]);
    expect(await flags('eve')).toBeUndefined();
  });
  test('who reads the acts and reasons, and who the suspended', async () => {
    await does('desta', 'suspended');
    await does('desta', 'lifted');
    actors['amina'] = await hub.be('amina');
    expect(await whoMay(async (tx) => (await listMembershipActs(tx, { memberId: hub.ids['amina']! })).length)).toEqual(['amina', 'desta', 'lucia', 'reader']);
    expect(await whoMay(async (tx) => (await listRunMembers(tx, hub.organizations['lumaria']!)) !== null)).toEqual(['desta', 'lucia', 'reader']);
  });
  test.each([
    ['no reason', { reason: '  ' }, 'people.membership.reason_missing'],
    ['a long one', { reason: 'x'.repeat(501) }, 'people.membership.reason_long'],
    ['an act there is not', { act: 'eaten' }, 'people.membership.act_unknown'],
    ['somebody of another organization', { member: 'mei' }, 'people.membership.not_found'],
  ])('%s is refused', async (_, more, code) =>
    refusal(as(actors['lucia']!, (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: 'ended', reason: 'x', ...more }))).toMatchObject({
      code,
    }),
  );
});

describe('the last focal point', () => {
  test.each(['ended', 'made_member'])('%s: cannot go without another, unless a steward does it', async (what) => {
    await refusal(does('desta', what, 'desta')).toMatchObject({ code: 'people.membership.last_focal_point', status: 409 });
    expect(await whoMay(act(what, 'desta'))).toEqual(['lucia']);
    await does('desta', 'made_focal_point', 'amina');
    await does('desta', what, 'desta');
    const { rows } = await behind.query(
      "select slug from app.members m join app.memberships ms on ms.member_id = m.id where ms.role = 'focal_point' and ms.organization_id = $1",
      [hub.organizations['lumaria']],
    );
    expect(rows).toEqual([{ slug: 'amina' }]);
  });
  test('a suspended one does not count', async () => {
    await does('desta', 'made_focal_point', 'amina');
    await does('desta', 'suspended', 'amina');
    await refusal(does('desta', 'ended', 'desta')).toMatchObject({ code: 'people.membership.last_focal_point' });
  });
  test('of two who let each other go at the same moment, one stays', async () => {
    await does('desta', 'made_focal_point', 'amina');
    const both = await Promise.allSettled([does('desta', 'suspended', 'amina'), does('amina', 'suspended', 'desta')]);
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
  test('the last steward stays, too', async () => refusal(does('lucia', 'ended', 'lucia', 'secretariat')).toMatchObject({ code: 'people.duty.last_steward' }));
});

describe('suspended', () => {
  test('ends sessions and tokens at once and for good; signing in is refused until it is lifted', async () => {
    const { token } = await as(actors['amina']!, (tx) => createToken(tx, { name: 't', scopes: ['write'], days: 1 }));
    const bearer: Actor = { kind: 'person', key: keyOf(token) };
    await does('desta', 'suspended');
    for (const actor of [actors['amina']!, bearer]) expect(await as(actor, findMe)).toBeUndefined();
    const enter = () => as({ kind: 'visitor' }, (tx) => openSession(tx, { memberId: hub.ids['amina']!, proof: 'passkey', device: { name: '' } }));
    await refusal(enter()).toMatchObject({ code: 'people.sign_in.refused' });
    await does('desta', 'lifted');
    for (const actor of [actors['amina']!, bearer]) expect(await as(actor, findMe), 'stays ended').toBeUndefined();
    expect(await enter()).toBeTruthy();
  });
  test('takes out of every audience and gives it back', async () => {
    const audiences = async () =>
      (await behind.query('select count(*)::int as n from app.audience_members where member_id = $1', [hub.ids['amina']])).rows[0].n as number;
    const before = await audiences();
    await does('desta', 'suspended');
    expect([before, await audiences()]).toEqual([2, 0]);
    await does('desta', 'lifted');
    expect(await audiences()).toBe(before);
  });
  test('ends open invitations of and for them', async () => {
    for (const [who, body, email] of [
      ['desta', 'lumaria', 'new@example.test'],
      ['jonas', 'bank', 'desta@example.test'],
    ] as const)
      await as(actors[who]!, (tx) => inviteColleague(tx, { email, name: '', role: 'member', organizationId: hub.organizations[body]! }));
    await does('lucia', 'suspended', 'desta');
    expect((await behind.query('select email from app.invitations where revoked_at is null')).rows).toEqual([]);
  });
  test('twice is once, told once and mailed once', async () => {
    const before = (await jobs()).length;
    await does('desta', 'suspended');
    await does('desta', 'suspended');
    const told = await behind.query(
      "select e.data ->> 'act_id' as act, b.name as by, a.ref from app.events e join app.bylines b on b.id = e.byline_id join app.audiences a on a.id = e.audience_id where e.kind = 'member.suspended' order by e.id desc",
    );
    const { rows } = await behind.query('select id from app.membership_acts');
    expect(rows).toHaveLength(1);
    expect(told.rows[0]).toEqual({ act: rows[0].id, by: 'Desta', ref: hub.organizations['lumaria'] });
    expect((await jobs()).slice(before)).toEqual([{ act: rows[0].id }]);
  });
  test('by the clerk’s hand it bites the same', async () => {
    await as({ kind: 'clerk' }, (tx) => sql`update app.members set status = 'suspended' where slug = 'amina'`.execute(tx));
    expect((await behind.query('select 1 from app.sessions where member_id = $1 and revoked_at is null', [hub.ids['amina']])).rowCount).toBe(0);
  });
});

describe('ended', () => {
  test('the last membership is the departure: no key, no duty, no address; the words stay under the organization', async () => {
    await behind.query("insert into app.hub_roles values ($1, 'reviewer') on conflict do nothing", [hub.ids['amina']]);
    await behind.query(
      "insert into app.passkeys (id, member_id, credential_id, public_key, name) values (gen_random_uuid(), $1, 'c' || random(), '\\x00', 'p')",
      [hub.ids['amina']],
    );
    await does('desta', 'ended');
    expect(await status('amina')).toBe('left');
    expect(
      (
        await behind.query(
          'select (select count(*) from app.hub_roles where member_id = $1) + (select count(*) from app.passkeys where member_id = $1 and revoked_at is null) as n',
          [hub.ids['amina']],
        )
      ).rows[0].n,
    ).toBe('0');
    expect((await behind.query('select organization_id, name from app.bylines where member_id = $1', [hub.ids['amina']])).rows).toEqual([
      { organization_id: hub.organizations['lumaria'], name: 'Amina' },
    ]);
    expect(await as(actors['amina']!, findMe)).toBeUndefined();
    expect(await as(actors['mei']!, (tx) => findPerson(tx, 'amina'))).toMatchObject({ status: 'left', organizations: [], duties: [] });
    expect(await whoMay(act('lifted'))).toEqual([]);
  });
  test('whoever comes back comes as somebody new', async () => {
    await does('desta', 'ended');
    await as(actors['jonas']!, (tx) =>
      inviteColleague(tx, { email: 'amina@example.test', name: '', role: 'member', organizationId: hub.organizations['bank']! }),
    );
    const secret = newSecret();
    await behind.query('update app.invitations set token_hash = $1 where revoked_at is null', [storedHash(keyOf(secret))]);
    const joined = await as({ kind: 'visitor' }, (tx) => acceptInvitation(tx, { token: secret, name: 'Amina', passwordHash: 'h', device: { name: '' } }));
    expect(joined).toBeTruthy();
    expect((await behind.query("select count(*)::int as n from app.members where name = 'Amina'")).rows[0].n).toBe(2);
    await behind.query("delete from app.accounts where email_key = 'amina@example.test'");
  });
  test('of two memberships leaves the other, the account and its sessions', async () => {
    await behind.query('insert into app.memberships (member_id, organization_id) values ($1, $2)', [hub.ids['amina'], hub.organizations['bank']]);
    await does('desta', 'ended');
    expect(await status('amina')).toBe('active');
    expect((await as(actors['amina']!, findMe))?.slug).toBe('amina');
    expect(
      (
        await behind.query(
          "select a.kind, a.ref from app.audience_members am join app.audiences a on a.id = am.audience_id where member_id = $1 and kind = 'organization'",
          [hub.ids['amina']],
        )
      ).rows,
    ).toEqual([{ kind: 'organization', ref: hub.organizations['bank'] }]);
  });
  test('whoever hands over or loses the role can no longer have invited', async () => {
    await as(actors['desta']!, (tx) =>
      inviteColleague(tx, { email: 'new@example.test', name: '', role: 'member', organizationId: hub.organizations['lumaria']! }),
    );
    await does('desta', 'made_focal_point', 'amina');
    await does('amina', 'made_member', 'desta');
    expect((await behind.query('select 1 from app.invitations where revoked_at is null')).rowCount).toBe(0);
  });
});
