/** What organizations say they adopted, who × what: each row is seen by whom it is shown to, in list and filter alike; focal points alone say it. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '#domains/people/create-token.server.ts';
import { listAdopted, sayAdopted, unsayAdopted } from '#domains/people/directory/adopted.server.ts';
import { findPeople, listZones } from '#domains/people/directory/find-people.server.ts';
import { listOrganizations } from '#domains/people/directory.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { asker } from '../support/trying.ts';

let hub: Community;
let behind: Client;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta runs Lumaria's authority, where amina works; karim is a guest, lucia the steward, eve belongs nowhere; reader is desta's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader', 'gone'];
const full = ['amina', 'desta', 'jonas', 'mei', 'lucia', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
  const id = newId();
  await behind.query("insert into app.members (id, slug, name) values ($1, 'gone', 'Gone')", [id]);
  await behind.query('insert into app.memberships (member_id, organization_id) values ($1, $2)', [id, hub.organizations['lumaria']]);
  await behind.query(
    `insert into app.spaces (id, slug, audience_id, title, position) values (gen_random_uuid(), 'rules', 1, 'Rules', 1),
      (gen_random_uuid(), 'inside', (select id from app.audiences where kind = 'organization' and ref = $1), 'Inside', 2)`,
    [hub.organizations['lumaria']],
  );
  hub.ids['gone'] = id;
  for (const slug of everyone.filter((each) => !['visitor', 'reader'].includes(each))) actors[slug] = await hub.be(slug);
  await behind.query("update app.members set status = 'suspended' where slug = 'gone'");
  const { token } = await as(actors['desta']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors['reader'] = { kind: 'person', key: keyOf(token) };
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});

const be = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const whoMay = asker(actors, everyone);
const say = (more: object) => ({ space: 'rules', state: 'adopted', year: 2024, words: 'Circular 7', ...more });

describe('what is said is seen by whom it is shown to', () => {
  test.each([
    ['organization', ['amina', 'desta', 'reader']],
    ['members', full],
    ['public', everyone],
  ])('%s', async (shown_to, readers) => {
    await be('desta', (tx) => sayAdopted(tx, 'lumaria', say({ shown_to })));
    expect(await whoMay(async (tx) => (await listAdopted(tx)).some((each) => each.words === 'Circular 7' && each.shown_to === shown_to))).toEqual(readers);
    expect(await whoMay(async (tx) => (await sql`select 1 from app.adopted_spaces`.execute(tx)).rows.length > 0)).toEqual(readers);
    // The filters find only whom the asker may see by what the asker may see.
    const seeing = full.filter((who) => readers.includes(who));
    const signedIn = async (find: (tx: Tx) => Promise<boolean>) =>
      (await whoMay((tx, who) => (who === 'visitor' ? Promise.resolve(false) : find(tx)))).filter((who) => who !== 'gone');
    expect(await signedIn(async (tx) => (await findPeople(tx, { adopted: 'rules' })).people.some((each) => each.slug === 'amina'))).toEqual(seeing);
    expect(await signedIn(async (tx) => (await listOrganizations(tx, { adopted: 'rules' })).some((each) => each.slug === 'lumaria'))).toEqual(seeing);
  });
  test('a guest and a visitor read the name of who says it, and get no way to the organization', async () => {
    for (const who of ['karim', 'eve', 'visitor']) {
      const [one] = await be(who, (tx) => listAdopted(tx));
      expect(one?.organization_name, who).toBeTruthy();
      expect(one?.organization, who).toBeNull();
    }
  });
  test('of a space one does not read, one learns of nobody who adopted it', async () => {
    await be('desta', (tx) => sayAdopted(tx, 'lumaria', say({ space: 'inside', shown_to: 'public' })));
    expect(await whoMay(async (tx) => (await listAdopted(tx)).some((each) => each.space === 'inside'))).toEqual(['amina', 'desta', 'reader']);
    await be('desta', (tx) => unsayAdopted(tx, 'lumaria', 'inside'));
  });
  test('what is only planned is not found as adopted', async () => {
    await be('desta', (tx) => sayAdopted(tx, 'lumaria', say({ state: 'planned', shown_to: 'members' })));
    expect(await be('mei', (tx) => listOrganizations(tx, { adopted: 'rules' }))).toEqual([]);
    expect((await be('mei', (tx) => findPeople(tx, { adopted: 'rules' }))).people).toEqual([]);
    await be('desta', (tx) => sayAdopted(tx, 'lumaria', say({ state: 'in_part', shown_to: 'members' })));
    expect((await be('mei', (tx) => listOrganizations(tx, { adopted: 'rules' }))).map((each) => each.slug)).toEqual(['lumaria']);
  });
});

describe('it is said by the focal points of that organization, by no other, stewards included', () => {
  test('in the program and in a bare statement', async () => {
    expect(await whoMay((tx) => sayAdopted(tx, 'lumaria', say({ words: 'Again' })))).toEqual(['desta']);
    expect(await whoMay((tx) => unsayAdopted(tx, 'lumaria', 'rules'))).toEqual(['desta']);
    const forged = await whoMay((tx) =>
      sql`insert into app.adopted_spaces (id, organization_id, space_id, audience_id, state) select ${newId()}, ${hub.organizations['lumaria']}, s.id, 2, 'adopted' from app.spaces s where s.slug = 'rules'`.execute(
        tx,
      ),
    );
    expect(forged).toEqual(['desta']);
    const changed = await whoMay(async (tx) => Number((await sql`update app.adopted_spaces set words = 'x'`.execute(tx)).numAffectedRows) > 0);
    expect(changed).toEqual(['desta']);
  });
  test('to nobody but the three', async () => {
    const circle = await behind.query("insert into app.audiences (kind, ref, label) values ('named', gen_random_uuid(), 'x') returning id");
    await behind.query('insert into app.audience_members (audience_id, member_id) values ($1, $2)', [circle.rows[0].id, hub.ids['desta']]);
    await expect(
      be('desta', (tx) =>
        sql`insert into app.adopted_spaces (id, organization_id, space_id, audience_id, state) select ${newId()}, ${hub.organizations['lumaria']}, s.id, ${circle.rows[0].id}, 'adopted' from app.spaces s where s.slug = 'inside'`.execute(
          tx,
        ),
      ),
    ).rejects.toMatchObject({ status: 404 });
  });
  test('each time is written down, by whom', async () => {
    const { rows } = await behind.query(
      "select distinct e.kind, b.name from app.events e join app.bylines b on b.id = e.byline_id where e.kind like 'organization.adopted%' order by 1",
    );
    expect(rows.map((each) => `${each.kind} ${each.name}`)).toEqual(['organization.adopted_removed Desta', 'organization.adopted_said Desta']);
  });
});

test.each([
  [{ state: 'maybe' }, 'people.adopted.state'],
  [{ year: '24' }, 'people.adopted.year'],
  [{ year: 'soon' }, 'people.adopted.year'],
  [{ words: 'x'.repeat(201) }, 'people.adopted.long'],
  [{ shown_to: 'nobody' }, 'people.adopted.shown_to'],
  [{ space: 'nowhere' }, 'people.adopted.no_space'],
])('%j is refused', async (input, code) => expect(be('desta', (tx) => sayAdopted(tx, 'lumaria', say(input)))).rejects.toMatchObject({ code }));

test('people are found by the time zone they show, and by no other', async () => {
  await behind.query("update app.members set time_zone = 'Africa/Nairobi' where slug in ('amina', 'mei')");
  await behind.query("update app.profile_fields set shown_to = 'nobody' where field = 'time_zone' and member_id = $1", [hub.ids['mei']]);
  expect((await be('lucia', (tx) => findPeople(tx, { zone: 'Africa/Nairobi' }))).people.map((each) => each.slug)).toEqual(['amina']);
  expect(await be('lucia', listZones)).toContain('Africa/Nairobi');
});
