/** The directory, who × what: what each shows to whom holds in every list, filter and statement; who keeps the on-call list. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import { changeCircle } from '#domains/people/circles/change-circle.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { findPeople } from '#domains/people/directory/find-people.server.ts';
import { addOnCall, changeOnCall, listOnCall, removeOnCall } from '#domains/people/directory/on-call.server.ts';
import { changeProfileFields, listProfile } from '#domains/people/directory/profile.server.ts';
import { findPerson } from '#domains/people/directory.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { asker } from '../support/trying.ts';

let hub: Community;
let behind: Client;
let circle: string;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta is a colleague of Amina and focal point there; Karim, a guest, and Mei share a circle with her; lucia is the steward; reader is Amina's token that may only read; gone is suspended. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader', 'gone'];
const full = ['amina', 'desta', 'jonas', 'mei', 'lucia', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
  const id = newId();
  await behind.query("insert into app.members (id, slug, name) values ($1, 'gone', 'Gone')", [id]);
  await behind.query('insert into app.memberships (member_id, organization_id) values ($1, $2)', [id, hub.organizations['sandoria']]);
  hub.ids['gone'] = id;
  for (const slug of everyone.filter((each) => !['visitor', 'reader'].includes(each))) actors[slug] = await hub.be(slug);
  await behind.query("update app.members set status = 'suspended' where slug = 'gone'");
  const { token } = await as(actors['amina']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors['reader'] = { kind: 'person', key: keyOf(token) };
  ({ slug: circle } = await be('desta', (tx) => makeCircle(tx, { name: 'Shared', purpose: '', retry_key: newId() })));
  for (const member of ['amina', 'karim', 'mei']) await be('desta', (tx) => addToCircle(tx, { circle, member, usualEnd: true }));
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});

const be = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const whoMay = asker(actors, everyone);
const everything = (shown: string) => ({
  ...{ position: 'Analyst', about: 'Ask me', expertise: ['ss7'], languages: ['fr'], opens: '00:00', closes: '23:59', phone: '+1 555', mail: 'a@example.test' },
  ...Object.fromEntries(['position', 'about', 'expertise', 'languages', 'time_zone', 'hours', 'phone', 'mail'].map((field) => [`shown_${field}`, shown])),
});
/** Who finds Amina's fields: on her page, in the list, by a filter, by a bare statement. All four must agree. */
async function seen(): Promise<Record<string, string[]>> {
  return {
    page: await whoMay(async (tx) => (await listProfile(tx, hub.ids['amina']!)).length === 8),
    list: await whoMay(async (tx) => (await findPeople(tx, {})).people.some((each) => each.slug === 'amina' && Object.keys(each.fields).length === 8)),
    filter: await whoMay(async (tx) => (await findPeople(tx, { expertise: 'ss7', language: 'fr', q: 'analyst' })).people.some((each) => each.slug === 'amina')),
    statement: await whoMay(async (tx) => (await sql`select 1 from app.profile_fields where 'Analyst' = any(words)`.execute(tx)).rows.length > 0),
  };
}

describe('each thing is shown to whom its owner says', () => {
  test.each([
    ['nobody', ['amina', 'reader']],
    ['organization', ['amina', 'desta', 'reader']],
    ['circles', ['amina', 'desta', 'mei', 'karim', 'reader']],
    ['members', full],
  ])('%s', async (shown, readers) => {
    await be('amina', (tx) => changeProfileFields(tx, everything(shown)));
    for (const [where, found] of Object.entries(await seen())) expect(found, where).toEqual(readers);
  });
  test('a circle that hides its members shares nothing', async () => {
    await be('amina', (tx) => changeProfileFields(tx, everything('circles')));
    await be('desta', (tx) => changeCircle(tx, circle, { name: 'Shared', purpose: '', entry: 'invitation', listed: false, roster: 'runners' }));
    expect((await seen())['statement']).toEqual(['amina', 'desta', 'reader']);
    await behind.query("update app.circles set roster = 'members' where slug = $1", [circle]);
  });
  test('whoever is suspended is gone from the directory, profile and all; their page says so, their words stay', async () => {
    await be('amina', (tx) => changeProfileFields(tx, everything('members')));
    await behind.query("update app.members set status = 'suspended' where slug = 'amina'");
    expect((await seen())['statement']).toEqual([]);
    expect(await whoMay(async (tx) => (await findPeople(tx, { q: 'amina' })).people.length > 0)).toEqual([]);
    expect(await be('mei', (tx) => findPerson(tx, 'amina'))).toMatchObject({ status: 'suspended', time_zone: null });
    await behind.query("update app.members set status = 'active' where slug = 'amina'");
    actors['amina'] = await hub.be('amina');
    actors['reader'] = { kind: 'visitor' };
    expect((await seen())['statement']).toEqual(full.filter((who) => who !== 'reader'));
  });
  test('nobody says anything of another, or reads time zone and language past the profile', async () => {
    expect(
      await whoMay(
        async (tx) =>
          Number((await sql`update app.profile_fields set shown_to = 'members' where member_id = ${hub.ids['amina']}`.execute(tx)).numAffectedRows) > 0,
      ),
    ).toEqual(['amina']);
    const forged = await whoMay(async (tx, who) =>
      who === 'mei'
        ? false
        : sql`insert into app.profile_fields (member_id, field, words, shown_to) values (${hub.ids['mei']}, 'about', array['x'], 'members')`.execute(tx),
    );
    expect(forged).toEqual([]);
    for (const column of ['time_zone', 'locale']) expect(await whoMay((tx) => sql`select ${sql.ref(column)} from app.members`.execute(tx))).toEqual([]);
  });
  test('a time zone follows the account, and stays shown to whom it was', async () => {
    await be('amina', (tx) => changeProfileFields(tx, everything('nobody')));
    await be('amina', (tx) => sql`update app.members set time_zone = 'Africa/Nairobi' where id = app.me()`.execute(tx));
    expect((await be('amina', (tx) => listProfile(tx, hub.ids['amina']!))).find((each) => each.field === 'time_zone')).toMatchObject({
      words: ['Africa/Nairobi'],
      shown_to: 'nobody',
    });
  });
  test.each([
    [{ opens: '9', closes: '17:00' }, 'people.profile.time'],
    [{ opens: '09:00' }, 'people.profile.hours'],
    [{ phone: 'call me' }, 'people.profile.phone'],
    [{ mail: 'nowhere' }, 'people.email.not_an_address'],
    [{ expertise: ['magic'] }, 'people.profile.topic_unknown'],
    [{ shown_phone: 'everybody' }, 'people.profile.shown_to'],
  ])('%j is refused', async (input, code) => expect(be('mei', (tx) => changeProfileFields(tx, input))).rejects.toMatchObject({ code }));
});

test('the directory comes a page at a time, by name', async () => {
  const names: string[] = [];
  let after: string | null = '';
  do {
    const page: Awaited<ReturnType<typeof findPeople>> = await be('lucia', (tx) => findPeople(tx, { after: after ?? '', limit: 2 }));
    names.push(...page.people.map((each) => each.slug));
    after = page.next;
  } while (after);
  expect(names).toEqual(['amina', 'desta', 'jonas', 'karim', 'lucia', 'mei']);
});

describe('on call', () => {
  const desk = { name: 'Duty desk', phone: '+1 555 0100', time_zone: 'UTC' };
  test('is kept by the focal points of that organization, by no other, stewards included', async () => {
    expect(await whoMay((tx) => addOnCall(tx, 'lumaria', desk))).toEqual(['desta']);
    const [one] = await be('desta', (tx) => listOnCall(tx, { organization: 'lumaria' }));
    expect(await whoMay((tx) => changeOnCall(tx, 'lumaria', one!.id, { ...desk, place: 2 }))).toEqual(['desta']);
    const forged = (who: string) =>
      be(who, (tx) =>
        sql`insert into app.on_call (id, organization_id, name, phone) values (${newId()}, ${hub.organizations['lumaria']}, 'Mine', '1')`.execute(tx),
      );
    for (const who of ['amina', 'jonas', 'lucia', 'karim', 'eve']) await expect(forged(who), who).rejects.toMatchObject({ status: 404 });
    expect(await whoMay((tx) => removeOnCall(tx, one!.id))).toEqual(['desta']);
  });
  test('is seen by all full members, or by those it is for', async () => {
    await be('desta', (tx) => addOnCall(tx, 'lumaria', desk));
    const { rows } = await behind.query('select audience_id from app.circles where slug = $1', [circle]);
    await be('desta', (tx) => addOnCall(tx, 'lumaria', { ...desk, name: 'For the circle', audience_id: rows[0].audience_id }));
    expect(await whoMay(async (tx) => (await listOnCall(tx)).some((each) => each.name === 'Duty desk'))).toEqual(full.filter((who) => who !== 'reader'));
    expect(await whoMay(async (tx) => (await listOnCall(tx)).some((each) => each.name === 'For the circle'))).toEqual(['amina', 'desta', 'mei', 'karim']);
    await expect(be('desta', (tx) => addOnCall(tx, 'lumaria', { ...desk, audience_id: 999 }))).rejects.toMatchObject({ status: 404 });
  });
  test('each change is written down, by whom', async () => {
    const { rows } = await behind.query(
      "select e.kind, b.name from app.events e join app.bylines b on b.id = e.byline_id where e.kind like 'organization.on_call%' order by e.id",
    );
    expect(rows.map((each) => `${each.kind} ${each.name}`).slice(0, 3)).toEqual([
      'organization.on_call_added Desta',
      'organization.on_call_changed Desta',
      'organization.on_call_removed Desta',
    ]);
  });
  test('a person on the list who is suspended is not called', async () => {
    await be('desta', (tx) => addOnCall(tx, 'lumaria', { ...desk, name: 'Amina', member: 'amina' }));
    await behind.query("update app.members set status = 'suspended' where slug = 'amina'");
    expect((await be('mei', (tx) => listOnCall(tx))).map((each) => each.name)).not.toContain('Amina');
    await behind.query("update app.members set status = 'active' where slug = 'amina'");
    await expect(be('desta', (tx) => addOnCall(tx, 'lumaria', { ...desk, member: 'mei' }))).rejects.toMatchObject({ code: 'people.member.not_found' });
  });
  test.each([
    ["'{1,2,3,4,5,6,7}', null, null", true],
    ["'{1,2,3,4,5,6,7}', '00:00', '23:59:59.999'", true],
    ["array[extract(isodow from now() at time zone 'UTC')::int % 7 + 1], null, null", false],
    [
      "array[extract(isodow from now() at time zone 'UTC' - interval '1 day')::int], '23:59:59.9999', ((now() at time zone 'UTC')::time + '1 minute')::time",
      true,
    ],
  ])('hours %s are told right: %s', async (hours, open) => expect((await behind.query(`select app.open_at(${hours}, 'UTC') as open`)).rows[0].open).toBe(open));
});
