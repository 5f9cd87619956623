/** Guests of a circle: who brings them in, until when, what they see, and that it ends by itself. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import { loadCircle } from '#domains/people/circles/load-circle.server.ts';
import { findCircle } from '#domains/people/circles.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { bringIn, inviteMember } from '#domains/people/guests/bring-in.server.ts';
import { bringGuest, findMyEnd, inviteGuest, listGuests, renewGuest } from '#domains/people/guests/guests.server.ts';
import { tendGuests } from '#domains/people/guests/tend-guests.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { findInvitation } from '#domains/people/queries.server.ts';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { asker, trier } from '../support/trying.ts';

let hub: Community;
let mailbox: Mailbox;
let circle: { id: string; slug: string };
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** jonas (focal point of the bank) runs the circle; amina is in it; lucia is steward and not in it; karim works for the guest Sika Pay; Eve belongs nowhere; reader is Jonas's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader'];
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
beforeAll(async () => {
  hub = await plantCommunity();
  mailbox = await openMailbox();
  forgetConfig();
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  const { token } = await as(actors.jonas!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors.reader = { kind: 'person', key: keyOf(token) };
  circle = await as(actors.jonas!, (tx) => makeCircle(tx, { name: 'SIM swap', purpose: '', retry_key: newId() }));
  await as(actors.jonas!, (tx) => addToCircle(tx, { circle: circle.slug, member: 'amina' }));
});
afterAll(async () => {
  await mailbox.close();
  await closePools();
  await hub.database.drop();
});

const tried = trier(actors);
const whoMay = asker(actors, everyone, { no: [] });
const jonas = <T>(work: (tx: Tx) => Promise<T>) => as(actors.jonas!, work);
const sees = async (who: string) => Boolean(await as(actors[who]!, (tx) => findCircle(tx, circle.slug)));
const invite = (name: string, more: Record<string, string> = {}) => ({
  circle: circle.slug,
  name,
  kind: 'provider',
  person: 'Kofi',
  email: `kofi@${name.toLowerCase()}.example`,
  until: day(30),
  ...more,
});

describe('bringing in', () => {
  test('whoever runs the circle, and nobody else: not its members, not a steward outside it, not the guest', async () => {
    expect(await whoMay((tx, who) => inviteGuest(tx, invite(`G${who}`)))).toEqual(['jonas']);
    expect(await whoMay((tx) => bringGuest(tx, { circle: circle.slug, whom: 'organization/sika', until: day(20) }))).toEqual(['jonas']);
    expect(await whoMay((tx) => renewGuest(tx, { circle: circle.slug, whom: 'organization/sika', until: day(25) }))).toEqual(['jonas']);
    const reach = (tx: Tx) =>
      sql`update app.circle_members set ends_at = now() + interval '300 days' where ends_at is not null`.execute(tx).then(({ numAffectedRows }) => {
        if (!numAffectedRows) throw new Error('nothing');
      });
    expect(await whoMay(reach)).toEqual(['jonas']);
  });
  test('always with an end: the day given, which must be given; a year at most; where nobody is asked, the days of the setting; full members have none', async () => {
    expect((await jonas((tx) => listGuests(tx, circle.id))).length).toBeGreaterThan(1);
    for (const [until, code] of [
      ['', 'people.guest.end_missing'],
      [day(-2), 'people.guest.end_past'],
      [day(400), 'people.guest.end_far'],
    ])
      expect(await tried('jonas', (tx) => renewGuest(tx, { circle: circle.slug, whom: 'organization/sika', until }))).toBe(code);
    const raw = (ends: string) => tried('jonas', (tx) => sql`update app.circle_members set ends_at = ${sql.raw(ends)} where ends_at is not null`.execute(tx));
    expect([await raw("now() + interval '5 years'"), await raw("now() - interval '1 day'")]).toEqual(['people.guest.end_far', 'people.guest.end_past']);
    expect(await tried('jonas', (tx) => bringGuest(tx, { circle: circle.slug, whom: 'person/mei', until: day(9) }))).toBe('people.guest.none');
    // By hand a day has to be chosen: whatever program asks, the database refuses otherwise.
    expect(await tried('jonas', (tx) => addToCircle(tx, { circle: circle.slug, member: 'karim' }))).toBe('people.guest.end_missing');
    expect(await tried('jonas', (tx) => sql`insert into app.circle_members (circle_id, member_id) values (${circle.id}, ${hub.ids.karim})`.execute(tx))).toBe(
      'people.guest.end_missing',
    );
    expect(await raw('null')).toBe('people.guest.end_missing');
    const days = async () =>
      (
        await hub.behind<{ days: string }>(
          `select round(extract(epoch from ends_at - now()) / 86400) as days from app.circle_members where member_id = '${hub.ids.karim}'`,
        )
      ).map((row) => row.days);
    const gone = () => hub.behind(`delete from app.circle_members where member_id = '${hub.ids.karim}'`);
    await jonas((tx) => addToCircle(tx, { circle: circle.slug, member: 'karim', usualEnd: true }));
    expect(await days()).toEqual(['90']);
    await gone();
    await hub.behind(`insert into app.settings (name, value) values ('guest_days', '20')`);
    // An import, a seed, a job.
    await hub.behind(`insert into app.circle_members (circle_id, member_id) values ('${circle.id}', '${hub.ids.karim}')`);
    expect(await days()).toEqual(['20']);
    await hub.behind(`insert into app.settings (name, value) values ('guest_days', '90')`);
    expect(await hub.behind(`select ends_at from app.circle_members where member_id = '${hub.ids.amina}'`)).toEqual([{ ends_at: null }]);
    await gone();
  });
  test('its first person comes by a link that dies when the circle’s time or whoever invited is gone; a name that is taken is refused', async () => {
    const { slug } = await jonas((tx) => inviteGuest(tx, invite('Kite')));
    const token = newSecret();
    await as({ kind: 'clerk' }, (tx) => sql`update app.invitations set token_hash = ${storedHash(keyOf(token))} where email = 'kofi@kite.example'`.execute(tx));
    const open = () => as({ kind: 'visitor' }, (tx) => findInvitation(tx, token));
    expect(await open()).toMatchObject({ organization_name: 'Kite' });
    await hub.behind(
      `update app.circle_members set ends_at = now() - interval '1 second' where organization_id = (select id from app.organizations where slug = '${slug}')`,
    );
    expect(await open()).toBeUndefined();
    expect(await tried('jonas', (tx) => inviteGuest(tx, invite('Kite')))).toBe('people.organization.name_taken');
    expect(await tried('jonas', (tx) => inviteGuest(tx, invite('Reg', { kind: 'regulator' })))).toBe('people.organization.kind_unknown');
    // A runner invites nobody into organizations that are no guests of the circle.
    expect(
      await tried('jonas', (tx) =>
        sql`insert into app.invitations (id, organization_id, email, role, invited_by) values (gen_random_uuid(), ${hub.organizations.lumaria}, 'x@y.example', 'focal_point', app.my_person())`.execute(
          tx,
        ),
      ),
    ).toBe('common.not_found');
  });
});

describe('what a guest sees', () => {
  test('this circle and its people, and nothing else', async () => {
    await jonas((tx) => makeCircle(tx, { name: 'Another', purpose: '', retry_key: newId() }));
    const names = async (table: string) =>
      (await as(actors.karim!, async (tx) => (await sql<{ name: string }>`select name from ${sql.table(`app.${table}`)} order by 1`.execute(tx)).rows)).map(
        ({ name }) => name,
      );
    expect(await names('circles')).toEqual(['SIM swap']);
    expect(await names('members')).toEqual(['Amina', 'Jonas', 'Karim']);
    expect(await names('organizations')).toEqual(['Central Bank of Lumaria', 'Sika Pay', 'Telecommunications Authority of Lumaria']);
    const audiences = await as(actors.karim!, async (tx) => (await sql<{ kind: string }>`select kind from app.audiences order by 1`.execute(tx)).rows);
    expect(audiences.map(({ kind }) => kind)).toEqual(['circle', 'organization', 'public']);
    for (const table of ['applications', 'organization_domains', 'vetting_questions', 'invitations'])
      expect(await as(actors.karim!, async (tx) => (await sql`select 1 from ${sql.table(`app.${table}`)}`.execute(tx)).rows)).toEqual([]);
  });
});

describe('the end', () => {
  const end = (when: string) => hub.behind(`update app.circle_members set ends_at = ${when} where organization_id = '${hub.organizations.sika}'`);
  test('comes at its moment, though no job has run: nothing is read, written or streamed', async () => {
    expect(await sees('karim')).toBe(true);
    expect(await as(actors.karim!, (tx) => findMyEnd(tx, circle.id))).toMatch(/^\d{4}-/);
    const audience = (await hub.behind<{ audience_id: number }>(`select audience_id from app.circles where id = '${circle.id}'`))[0]!.audience_id;
    const relayed = async () => {
      const { key } = actors.karim as { key: string };
      return (await hub.behind<{ ids: number[] }>(`select audience_ids as ids from app.relay_members(array['${key}'])`))[0]!.ids.includes(audience);
    };
    const talks = async () =>
      (await as(actors.karim!, async (tx) => (await sql<{ may: boolean }>`select app.may_talk(${audience}) as may`.execute(tx)).rows[0]!)).may;
    expect([await relayed(), await talks()]).toEqual([true, true]);
    // Not by an update, which would wake the triggers: as time itself does it.
    await hub.behind(`set session_replication_role = replica; update app.circle_members set ends_at = now() - interval '1 second' where organization_id = '${hub.organizations.sika}';
      update app.audience_members set ends_at = now() - interval '1 second' where member_id = '${hub.ids.karim}' and audience_id = ${audience}`);
    expect([await sees('karim'), await relayed(), await talks()]).toEqual([false, false, false]);
    expect(await as(actors.karim!, async (tx) => (await sql`select from app.members`.execute(tx)).rows.length)).toBe(1);
    expect(await sees('amina')).toBe(true);
  });
  test('is then made so by the job, and noted; nobody else is touched', async () => {
    await tendGuests();
    expect(await hub.behind(`select 1 from app.circle_members where organization_id = '${hub.organizations.sika}'`)).toEqual([]);
    expect(await hub.behind(`select 1 from app.audience_members where member_id = '${hub.ids.karim}' and ends_at is not null`)).toEqual([]);
    expect(await hub.behind(`select 1 from app.audit_notes where kind = 'circle.guest_ended' and organization_id = '${hub.organizations.sika}'`)).toHaveLength(
      1,
    );
    expect(await sees('amina')).toBe(true);
  });
  test('is said before, once, to the guest and to those who run the circle; another day asks again', async () => {
    await jonas((tx) => bringGuest(tx, { circle: circle.slug, whom: 'organization/sika', until: day(10) }));
    await tendGuests();
    expect(await mailbox.to('karim@example.test', 'SIM swap')).toContain(`/circles/${circle.slug}`);
    expect(await mailbox.to('jonas@example.test', 'Sika Pay')).toContain('/guests');
    const reminded = () =>
      hub.behind<{ at: Date | null }>(`select reminded_at as at from app.circle_members where organization_id = '${hub.organizations.sika}'`);
    const [{ at } = { at: null }] = await reminded();
    await tendGuests();
    expect((await reminded())[0]!.at).toEqual(at);
    await jonas((tx) => renewGuest(tx, { circle: circle.slug, whom: 'organization/sika', until: day(200) }));
    expect((await reminded())[0]!.at).toBeNull();
  });
  test('of two ways in, the longer counts', async () => {
    await jonas((tx) => bringGuest(tx, { circle: circle.slug, whom: 'person/karim', until: day(300) }));
    await end("now() + interval '1 day'");
    expect(
      await hub.behind(
        `select round(extract(epoch from am.ends_at - now()) / 86400) > 200 as long from app.audience_members am join app.circles c on c.audience_id = am.audience_id where am.member_id = '${hub.ids.karim}' and c.id = '${circle.id}'`,
      ),
    ).toEqual([{ long: true }]);
    await end("now() - interval '1 second'");
    await tendGuests();
    expect(await sees('karim')).toBe(true);
  });
});

describe('on the page of the circle, where anybody is brought in', () => {
  test('a guest is marked, needs a last day, and is not invited; a full member needs none', async () => {
    const { slug } = await jonas((tx) => makeCircle(tx, { name: 'Last days', purpose: '', retry_key: newId() }));
    const page = await jonas((tx) => loadCircle(tx, slug));
    expect([page?.people.find((each) => each.slug === 'karim')?.guest, page?.people.find((each) => each.slug === 'mei')?.guest]).toEqual([true, false]);
    expect(page?.organizations.find((each) => each.slug === 'sika')?.guest).toBe(true);
    for (const whom of [{ member: 'karim' }, { organization: 'sika' }])
      expect(await tried('jonas', (tx) => bringIn(tx, { circle: slug, ...whom }))).toBe('people.guest.end_missing');
    expect(await tried('jonas', (tx) => inviteMember(tx, { circle: slug, member: 'karim' }))).toBe('people.guest.invite');
    expect(await tried('jonas', (tx) => bringIn(tx, { circle: slug, member: 'mei' }))).toBe('done');
    expect(await tried('jonas', (tx) => bringIn(tx, { circle: slug, member: 'karim', until: day(9) }))).toBe('done');
    const inside = await jonas((tx) => findCircle(tx, slug));
    expect(inside?.members.find((each) => each.slug === 'karim')).toMatchObject({ is_guest: true, ends_on: day(9) });
  });
  test('what they will read is said beforehand, what was said before them counted', async () => {
    const { slug } = await jonas((tx) => makeCircle(tx, { name: 'Said before', purpose: '', retry_key: newId() }));
    const { audience_id } = (await jonas((tx) => findCircle(tx, slug)))!;
    expect((await jonas((tx) => loadCircle(tx, slug)))?.readable).toEqual([]);
    await hub.behind(`insert into app.channels (id, slug, audience_id, name) values (gen_random_uuid(), 'before', ${audience_id}, 'Before')`);
    expect((await jonas((tx) => loadCircle(tx, slug)))?.readable).toEqual([{ kind: 'channel', name: 'Before', messages: 0 }]);
  });
});
