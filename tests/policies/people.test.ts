import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { becomeCastMember } from '#domains/people/become-cast-member.server.ts';
import { changeProfile } from '#domains/people/change-profile.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { findOrganization, findPerson, listOrganizations } from '#domains/people/directory.server.ts';
import { inviteColleague } from '#domains/people/invite-colleague.server.ts';
import { findMe, findMyAccount, listCast, listInvitations, listMySessions } from '#domains/people/queries.server.ts';
import { revokeInvitation } from '#domains/people/revoke-invitation.server.ts';
import { revokeSession } from '#domains/people/revoke-session.server.ts';
import { keyOf, storedHash } from '#domains/people/secrets.server.ts';
import { setPassword } from '#domains/people/set-password.server.ts';
import { signOutElsewhere } from '#domains/people/sign-out-elsewhere.server.ts';
import { signOut } from '#domains/people/sign-out.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor'];
beforeAll(async () => {
  hub = await plantCommunity();
  for (const slug of everyone.slice(0, -1)) actors[slug] = await hub.be(slug);
  // Karim, a guest, shares a circle with Amina and nobody else.
  const circle = newId();
  await as({ kind: 'clerk' }, async (tx) => {
    await sql`insert into app.audiences (kind, ref, label) values ('circle', ${circle}, 'Round table')`.execute(tx);
    await sql`insert into app.circles (id, slug, name, audience_id) select ${circle}, 'round-table', 'Round table', id from app.audiences where ref = ${circle}`.execute(
      tx,
    );
    for (const slug of ['karim', 'amina']) await sql`insert into app.circle_members (circle_id, member_id) values (${circle}, ${hub.ids[slug]})`.execute(tx);
  });
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});

/** What somebody gets: the value, or "no" when it is refused or finds nothing. */
const tried = (who: string, work: (tx: Tx) => Promise<unknown>): Promise<unknown> =>
  as(actors[who]!, work).then(
    (value) => value ?? 'no',
    () => 'no',
  );
const yes = (...who: string[]) => Object.fromEntries(everyone.map((each) => [each, who.includes(each)]));
async function whoMay(work: (tx: Tx, who: string) => Promise<unknown>): Promise<Record<string, boolean>> {
  const answers: Record<string, boolean> = {};
  for (const who of everyone) answers[who] = ((answer) => answer !== 'no' && answer !== false && answer !== 0)(await tried(who, (tx) => work(tx, who)));
  return answers;
}
const members = everyone.slice(0, 4).concat('lucia');

describe('signing in', () => {
  test('a session opened by this process is its member, until signed out', async () => {
    const amina = await hub.be('amina');
    expect((await as(amina, findMe))?.slug).toBe('amina');
    await as(amina, signOut);
    expect(await as(amina, findMe)).toBeUndefined();
  });
  test('without the key of the process nobody opens a session', async () => {
    for (const who of everyone) {
      const forged = as(actors[who]!, (tx) =>
        sql`select app.open_session(${newId()}, ${storedHash(keyOf('x'))}, ${hub.ids['lucia']}, 'x', 30, 'passkey', null, ${Buffer.alloc(32)})`.execute(tx),
      );
      await expect(forged, who).rejects.toMatchObject({ code: 'people.sign_in.refused', status: 403 });
    }
  });
  test('outside a demonstration there is nobody to become', async () => {
    expect(await as({ kind: 'visitor' }, listCast)).toEqual([]);
    await expect(as({ kind: 'visitor' }, (tx) => becomeCastMember(tx, { slug: 'lucia', device: { name: '' } }))).rejects.toMatchObject({ status: 404 });
  });
  test('what the opener passes opens nothing when it is taken as a cookie', async () => {
    const cookie = await hub.cookie('amina');
    expect(await as({ kind: 'person', key: keyOf(keyOf(cookie)) }, findMe)).toBeUndefined();
  });
});

describe('who reads whom', () => {
  test('a person of another organization', async () => expect(await whoMay((tx) => findPerson(tx, 'jonas'))).toEqual(yes(...members)));
  test('a guest: members, and those who share a circle', async () => expect(await whoMay((tx) => findPerson(tx, 'karim'))).toEqual(yes(...members, 'karim')));
  test('Eve: members and herself', async () => expect(await whoMay((tx) => findPerson(tx, 'eve'))).toEqual(yes(...members, 'eve')));
  test('an organization', async () => expect(await whoMay((tx) => findOrganization(tx, 'bank'))).toEqual(yes(...members)));
  test('the organization of a peer', async () => expect(await whoMay((tx) => findOrganization(tx, 'lumaria'))).toEqual(yes(...members, 'karim')));
  test('a guest sees the peer in it, not the peer’s colleagues', async () => {
    const [lumaria] = await as(actors['karim']!, (tx) => listOrganizations(tx, { slug: 'lumaria' }));
    expect(lumaria?.members.map((each) => each.slug)).toEqual(['amina']);
  });
  test('Eve’s directory is empty, and says no number', async () => expect(await as(actors['eve']!, (tx) => listOrganizations(tx))).toEqual([]));
  test('addresses and password hashes: nobody, one’s own address excepted', async () => {
    expect(await whoMay((tx) => sql`select * from app.accounts`.execute(tx))).toEqual(yes());
    expect((await as(actors['amina']!, findMyAccount))?.email).toBe('amina@example.test');
  });
});

describe('who changes whom', () => {
  test('the name of Amina: Amina, and her byline follows', async () => {
    const may = await whoMay(async (tx, who) =>
      Number((await sql`update app.members set name = ${`Amina by ${who}`} where id = ${hub.ids['amina']}`.execute(tx)).numAffectedRows),
    );
    expect(may).toEqual(yes('amina'));
    const { rows } = await as(actors['jonas']!, (tx) => sql<{ name: string }>`select name from app.bylines where member_id = ${hub.ids['amina']}`.execute(tx));
    expect(rows[0]?.name).toBe('Amina by amina');
  });
  test.each(['status', 'slug', 'id'])('%s of oneself: nobody', async (column) =>
    expect(await whoMay((tx) => sql`update app.members set ${sql.ref(column)} = ${sql.ref(column)}`.execute(tx))).toEqual(yes()),
  );
  test.each([
    ['app.memberships', 'role'],
    ['app.audience_members', 'audience_id'],
    ['app.accounts', 'email'],
    ['app.organizations', 'name'],
    ['app.circles', 'name'],
  ])('rows of %s: nobody', async (table, column) => {
    for (const statement of [`insert into ${table} default values`, `delete from ${table}`, `update ${table} set ${column} = ${column}`]) {
      for (const who of everyone)
        await expect(
          as(actors[who]!, (tx) => sql.raw(statement).execute(tx)),
          `${who}: ${statement}`,
        ).rejects.toMatchObject({ status: 404 });
    }
  });
  test('a profile: members themselves, Eve and guests too; no visitor', async () =>
    expect(await whoMay(async (tx, who) => (await changeProfile(tx, { name: who, locale: 'en', time_zone: 'UTC' }), true))).toEqual({
      ...yes(...everyone),
      visitor: false,
    }));
});

describe('sessions and tokens', () => {
  test('Amina’s other session is ended by Amina only, and stays ended', async () => {
    const other = await hub.be('amina');
    const id = (await as(other, listMySessions)).find((each) => each.current)!.id;
    for (const who of everyone.filter((each) => each !== 'amina')) expect(await tried(who, (tx) => revokeSession(tx, { id })), who).toBe('no');
    await as(actors['amina']!, (tx) => revokeSession(tx, { id }));
    expect(await as(other, findMe)).toBeUndefined();
    const revived = await as(actors['amina']!, (tx) => sql`update app.sessions set revoked_at = null where id = ${id}`.execute(tx));
    expect(Number(revived.numAffectedRows)).toBe(0);
  });
  test('signing out elsewhere leaves this browser and the tokens', async () => {
    const here = await hub.be('mei');
    const { token } = await as(here, (tx) => createToken(tx, { name: 'script', scopes: ['write'], days: 30 }));
    expect(await as(here, signOutElsewhere)).toBeGreaterThan(0);
    expect((await as(here, findMe))?.slug).toBe('mei');
    expect((await as({ kind: 'person', key: keyOf(token) }, findMe))?.slug).toBe('mei');
    expect(await as(actors['mei']!, findMe)).toBeUndefined();
    actors['mei'] = await hub.be('mei');
  });
  test('a token cannot make a token, a passkey or a password, and lasts a year at most', async () => {
    const { token } = await as(actors['lucia']!, (tx) => createToken(tx, { name: 'all', scopes: ['write', 'amber'], days: 365 }));
    actors['token'] = { kind: 'person', key: keyOf(token) };
    expect(await tried('token', (tx) => createToken(tx, { name: 'child', scopes: ['write'], days: 1 }))).toBe('no');
    expect(await tried('token', (tx) => setPassword(tx, { hash: 'x' }))).toBe('no');
    expect(
      await tried('token', (tx) =>
        sql`insert into app.passkeys (id, member_id, credential_id, public_key, name) values (${newId()}, app.me(), 'c', '', 'n')`.execute(tx),
      ),
    ).toBe('no');
    expect(await tried('lucia', (tx) => createToken(tx, { name: 'long', scopes: [], days: 400 }))).toBe('no');
    expect(
      await tried('lucia', (tx) =>
        sql`insert into app.sessions (id, token_hash, member_id, kind, expires_at) values (${newId()}, '', ${hub.ids['amina']}, 'token', now())`.execute(tx),
      ),
    ).toBe('no');
    expect(
      await tried('lucia', (tx) =>
        sql`insert into app.sessions (id, token_hash, member_id, kind, expires_at) values (${newId()}, '', app.me(), 'browser', now())`.execute(tx),
      ),
    ).toBe('no');
  });
  test('a token that may only read changes nothing, not even its owner’s name', async () => {
    const { token } = await as(actors['lucia']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
    actors['reader'] = { kind: 'person', key: keyOf(token) };
    expect(await tried('reader', async (tx) => (await changeProfile(tx, { name: 'x', locale: 'en', time_zone: 'UTC' }), true))).toBe('no');
    expect(
      await tried('reader', (tx) => inviteColleague(tx, { organizationId: hub.organizations['bank']!, email: 'a@b.example', name: '', role: 'member' })),
    ).toBe('no');
    expect(await tried('reader', (tx) => sql`select app.enqueue('people.mail-invitation', '{}')`.execute(tx))).toBe('no');
  });
  test('suspension ends every session and token at once', async () => {
    const { token } = await as(actors['desta']!, (tx) => createToken(tx, { name: 't', scopes: [], days: 1 }));
    await as({ kind: 'clerk' }, (tx) => sql`update app.members set status = 'suspended' where slug = 'desta'`.execute(tx));
    for (const actor of [actors['desta']!, { kind: 'person', key: keyOf(token) } as const]) {
      expect(await as(actor, findMe)).toBeUndefined();
      expect(await as(actor, (tx) => listOrganizations(tx))).toEqual([]);
    }
    await as({ kind: 'clerk' }, (tx) => sql`update app.members set status = 'active' where slug = 'desta'`.execute(tx));
  });
});

describe('invitations', () => {
  test('of the bank: seen and taken back by its focal point, and by no steward while there is one', async () => {
    const organizationId = hub.organizations['bank']!;
    const { id } = await as(actors['jonas']!, (tx) => inviteColleague(tx, { organizationId, email: 'new@bank.example', name: '', role: 'member' }));
    expect(await whoMay(async (tx) => (await listInvitations(tx, organizationId)).length)).toEqual(yes('jonas'));
    for (const who of everyone.filter((each) => each !== 'jonas')) expect(await tried(who, (tx) => revokeInvitation(tx, { id })), who).toBe('no');
    for (const column of ['token_hash', 'used_at'])
      expect(await whoMay((tx) => sql`update app.invitations set ${sql.ref(column)} = null`.execute(tx)), column).toEqual(yes());
    expect(await whoMay((tx) => sql`select token_hash from app.invitations`.execute(tx))).toEqual(yes());
    expect(await tried('jonas', async (tx) => (await revokeInvitation(tx, { id }), 'done'))).toBe('done');
    // Where nobody runs the members, a steward brings in whoever will.
    const first = { organizationId: hub.organizations['sandoria']!, email: 'new@sandoria.example', name: '', role: 'focal_point' as const };
    expect(await whoMay((tx) => inviteColleague(tx, first))).toEqual(yes('lucia'));
    expect(Number((await as(actors['jonas']!, (tx) => sql`update app.invitations set revoked_at = null where id = ${id}`.execute(tx))).numAffectedRows)).toBe(
      0,
    );
  });
  test('nobody invites in another’s name', async () => {
    const { rows } = await as(actors['jonas']!, (tx) => sql<{ id: string }>`select id from app.bylines where member_id = ${hub.ids['lucia']}`.execute(tx));
    const forged = (tx: Tx) =>
      sql`insert into app.invitations (id, organization_id, email, role, invited_by) values (${newId()}, ${hub.organizations['bank']}, 'x@y.example', 'member', ${rows[0]!.id})`.execute(
        tx,
      );
    expect(await tried('jonas', forged)).toBe('no');
  });
  test('only kinds of work that are named here enter the queue, with short ids, and never for a visitor', async () => {
    const queue = (kind: string, ids: unknown) => (tx: Tx) => sql`select app.enqueue(${kind}, ${JSON.stringify(ids)})`.execute(tx);
    expect(await tried('amina', queue('people.delete-everything', {}))).toBe('no');
    expect(await tried('amina', queue('people.mail-invitation', { text: 'x'.repeat(200) }))).toBe('no');
    expect(await tried('amina', queue('people.mail-invitation', { deep: { er: 1 } }))).toBe('no');
    expect(await tried('visitor', queue('people.mail-invitation', { invitation: newId() }))).toBe('no');
    expect(await tried('lucia', queue('people.mail-invitation', { invitation: newId() }))).toBe('no');
    const invitation = newId();
    const client = new Client({ connectionString: hub.database.admin });
    await client.connect();
    await client.query(
      "insert into app.invitations (id, organization_id, email, invited_by) select $1, (select id from app.organizations where slug = 'sandoria'), 'queue@example.org', id from app.bylines where member_id = $2",
      [invitation, hub.ids['lucia']],
    );
    expect(await tried('lucia', queue('people.mail-invitation', { invitation, actor: hub.ids['amina'] }))).not.toBe('no');
    const { rows } = await client.query('select payload from graphile_worker._private_jobs order by id desc limit 1');
    await client.end();
    expect(rows[0].payload.actor).toBe(hub.ids['lucia']);
  });
});
