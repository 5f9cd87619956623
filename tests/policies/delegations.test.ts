/** Handing a duty over while away: who to whom, what it lets one do, what it never does, and that it ends by itself. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delegateDuty } from '#domains/govern/delegate-duty.server.ts';
import { listDelegations, listMyDuties } from '#domains/govern/delegations.server.ts';
import { revokeDelegation } from '#domains/govern/revoke-delegation.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { trier } from '../support/trying.ts';

let hub: Community;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta runs lumaria (amina and kofi work there), jonas the bank; mei is a reviewer, lucia steward and moderator. */
beforeAll(async () => {
  hub = await plantCommunity();
  hub.ids['kofi'] = newId();
  await hub.behind(`insert into app.members (id, slug, name) values ('${hub.ids['kofi']}', 'kofi', 'Kofi');
    insert into app.accounts (member_id, email, email_key) values ('${hub.ids['kofi']}', 'kofi@example.test', 'kofi@example.test');
    insert into app.bylines (id, kind, member_id, name) values (gen_random_uuid(), 'person', '${hub.ids['kofi']}', 'Kofi');
    insert into app.memberships (member_id, organization_id) values ('${hub.ids['kofi']}', '${hub.organizations['lumaria']}')`);
  for (const slug of ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'kofi']) actors[slug] = await hub.be(slug);
  const { token } = await as(actors['mei']!, (tx) => createToken(tx, { name: 'r', scopes: ['read'], days: 1 }));
  actors['reader'] = { kind: 'person', key: keyOf(token) };
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});
const at = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const tried = trier(actors);
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const input = (more: Record<string, string>) => ({ duty: 'reviewer', to: 'amina', from_day: day(0), until_day: day(5), reason: 'Away.', ...more });
const focal = (more: Record<string, string> = {}) => input({ duty: 'focal_point', organization: 'lumaria', ...more });
const holds = async (who: string, role: string) =>
  (await at(who, (tx) => sql<{ yes: boolean }>`select app.has_role(array[${role}]) as yes`.execute(tx))).rows[0]!.yes;
const act = (what: string, member: string) => (tx: Tx) => actOnMembership(tx, { member, organization: 'lumaria', act: what, reason: 'Test.' });

describe('handing over', () => {
  test('one’s own duty, to a member; not a guest, not Eve, not oneself, not by a token that reads', async () => {
    for (const who of ['amina', 'desta', 'jonas', 'karim', 'lucia', 'eve', 'reader'])
      expect(await tried(who, (tx) => delegateDuty(tx, input({ to: 'kofi' }))), who).toBe('govern.delegation.not_found');
    for (const to of ['karim', 'eve', 'mei', 'nobody'])
      expect(await tried('mei', (tx) => delegateDuty(tx, input({ to }))), to).toBe('govern.delegation.not_found');
    expect(await tried('mei', (tx) => delegateDuty(tx, input({})))).toBe('done');
    expect([await holds('amina', 'reviewer'), await holds('amina', 'editor'), await holds('kofi', 'reviewer')]).toEqual([true, false, false]);
  });
  test('never steward or trustee, by form or by statement', async () => {
    for (const duty of ['steward', 'trustee']) {
      expect(await tried('lucia', (tx) => delegateDuty(tx, input({ duty })))).toBe('govern.delegation.not_found');
      expect(
        await tried('lucia', (tx) =>
          sql`insert into app.delegations (id, duty, from_member, to_member, ends_at, reason) values (${newId()}, ${duty}, app.me(), ${hub.ids['amina']}, now() + interval '1 day', 'x')`.execute(
            tx,
          ),
        ),
      ).not.toBe('done');
    }
  });
  test('never on: what was handed to me I do not hand over', async () => {
    expect(await tried('amina', (tx) => delegateDuty(tx, input({ to: 'kofi' })))).toBe('govern.delegation.not_found');
    expect(await at('amina', listMyDuties)).toEqual([]);
    // Nor when a row says so.
    await hub.behind(
      `insert into app.delegations (id, duty, from_member, to_member, ends_at, reason) values ('${newId()}', 'reviewer', '${hub.ids['amina']}', '${hub.ids['kofi']}', now() + interval '1 day', 'x')`,
    );
    expect(await holds('kofi', 'reviewer')).toBe(false);
  });
  test('not for somebody else, and not past 90 days or into the past', async () => {
    expect(
      await tried('amina', (tx) =>
        sql`insert into app.delegations (id, duty, from_member, to_member, ends_at, reason) values (${newId()}, 'reviewer', ${hub.ids['mei']}, app.me(), now() + interval '1 day', 'x')`.execute(
          tx,
        ),
      ),
    ).toBe('common.not_found');
    for (const days of [{ until_day: day(200) }, { until_day: day(-3) }, { from_day: day(9), until_day: day(4) }])
      expect(await tried('mei', (tx) => delegateDuty(tx, input(days as Record<string, string>)))).toBe('govern.delegation.days');
  });
  test('needs a session that proved itself lately', async () => {
    await hub.behind(`update app.sessions set proved_at = now() - interval '1 day' where member_id = '${hub.ids['mei']}'`);
    expect(await tried('mei', (tx) => delegateDuty(tx, input({ to: 'kofi' })))).toBe('people.step_up.needed');
    await hub.behind(`update app.sessions set proved_at = now()`);
  });
});

describe('it ends', () => {
  test('by itself, the moment its time is over, and does not begin before', async () => {
    await hub.behind(`update app.delegations set starts_at = now() - interval '2 days', ends_at = now() - interval '1 second'`);
    expect(await holds('amina', 'reviewer')).toBe(false);
    await hub.behind(`update app.delegations set starts_at = now() + interval '1 hour', ends_at = now() + interval '2 days', revoked_at = null`);
    expect(await holds('amina', 'reviewer')).toBe(false);
    await hub.behind(`update app.delegations set starts_at = now(), revoked_at = null`);
    expect(await holds('amina', 'reviewer')).toBe(true);
  });
  test('with the duty of whoever handed it over, and with their suspension', async () => {
    await hub.behind(`delete from app.hub_roles where member_id = '${hub.ids['mei']}'`);
    expect(await holds('amina', 'reviewer')).toBe(false);
    await hub.behind(`insert into app.hub_roles values ('${hub.ids['mei']}', 'reviewer')`);
    await hub.behind(`update app.members set status = 'suspended' where slug = 'mei'`);
    expect(await holds('amina', 'reviewer')).toBe(false);
    await hub.behind(`update app.members set status = 'active' where slug = 'mei'; update app.sessions set revoked_at = null`);
  });
  test('when it is taken back, given back, or ended by a steward; by nobody else; and stays ended', async () => {
    await hub.behind(`update app.delegations set revoked_at = null, starts_at = now(), ends_at = now() + interval '2 days'`);
    const id = (await at('mei', listDelegations)).find((each) => each.from === 'Mei')!.id;
    for (const who of ['kofi', 'jonas', 'karim', 'eve', 'reader'])
      expect(await tried(who, (tx) => revokeDelegation(tx, { id })), who).toBe('govern.delegation.not_found');
    expect(await tried('amina', (tx) => revokeDelegation(tx, { id }))).toBe('done');
    expect(await holds('amina', 'reviewer')).toBe(false);
    expect(
      await tried('mei', (tx) =>
        sql`update app.delegations set revoked_at = null where id = ${id}`
          .execute(tx)
          .then(({ numAffectedRows }) => numAffectedRows || Promise.reject(new Error('nothing'))),
      ),
    ).not.toBe('done');
  });
});

describe('standing in for a focal point', () => {
  test('only a colleague of the same organization', async () => {
    for (const to of ['jonas', 'mei', 'karim']) expect(await tried('desta', (tx) => delegateDuty(tx, focal({ to })))).toBe('govern.delegation.not_found');
    expect(await tried('desta', (tx) => delegateDuty(tx, focal({ organization: 'bank' })))).toBe('govern.delegation.not_found');
    expect(await tried('desta', (tx) => delegateDuty(tx, focal()))).toBe('done');
  });
  test('suspends and restores colleagues, and the act says for whom', async () => {
    expect(await tried('amina', act('suspended', 'kofi'))).toBe('done');
    expect(await hub.behind(`select f.slug from app.membership_acts a join app.members f on f.id = a.for_member`)).toEqual([{ slug: 'desta' }]);
    expect(await tried('amina', act('lifted', 'kofi'))).toBe('done');
    actors['kofi'] = await hub.be('kofi');
  });
  test('names no focal point, raises nobody, touches no focal point', async () => {
    expect(await tried('amina', act('made_focal_point', 'amina'))).toBe('common.not_found');
    expect(await tried('amina', act('made_focal_point', 'kofi'))).toBe('common.not_found');
    for (const what of ['suspended', 'ended', 'made_member']) expect(await tried('amina', act(what, 'desta')), what).toBe('common.not_found');
  });
  test('nothing in another organization, and nothing after leaving this one', async () => {
    expect(await tried('amina', (tx) => actOnMembership(tx, { member: 'jonas', organization: 'bank', act: 'suspended', reason: 'x' }))).toBe(
      'common.not_found',
    );
    await hub.behind(
      `insert into app.memberships (member_id, organization_id) values ('${hub.ids['amina']}', '${hub.organizations['bank']}'); delete from app.memberships where member_id = '${hub.ids['amina']}' and organization_id = '${hub.organizations['lumaria']}'`,
    );
    expect(await tried('amina', act('suspended', 'kofi'))).toBe('common.not_found');
    await hub.behind(
      `insert into app.memberships (member_id, organization_id) values ('${hub.ids['amina']}', '${hub.organizations['lumaria']}'); delete from app.memberships where member_id = '${hub.ids['amina']}' and organization_id = '${hub.organizations['bank']}'`,
    );
  });
  test('confirms a recovery of a colleague, not of whom they stand in for', async () => {
    const may = async (member: string) =>
      (await at('amina', (tx) => sql<{ yes: boolean }>`select app.may_confirm_recovery(${hub.ids[member]}) as yes`.execute(tx))).rows[0]!.yes;
    expect([await may('kofi'), await may('desta'), await may('jonas'), await may('amina')]).toEqual([true, false, false, false]);
  });
});

test('a decision of whoever stands in says for whom', async () => {
  await at('mei', (tx) => delegateDuty(tx, input({ to: 'jonas' })));
  const [space, request] = [newId(), newId()];
  await hub.behind(`insert into app.spaces (id, slug, audience_id, title) values ('${space}', 'book', 1, 'Book');
    insert into app.change_requests (id, space_id, audience_id, title, reason, byline_id, retry_key) select '${request}', '${space}', 1, 'R', 'Because', id, gen_random_uuid() from app.bylines where member_id = '${hub.ids['kofi']}'`);
  await at('jonas', (tx) =>
    sql`update app.change_requests set status = 'declined', decided_by = (select id from app.bylines where member_id = app.me()), decision_reason = 'No' where id = ${request}`.execute(
      tx,
    ),
  );
  expect((await at('eve', (tx) => sql<{ name: string }>`select app.decided_for(${request}) as name`.execute(tx))).rows).toEqual([{ name: 'Mei' }]);
});

test('is in the log, made and ended', async () => {
  const kinds = (await hub.behind<{ kind: string }>(`select distinct kind from app.audit_notes where kind like 'delegation.%' order by 1`)).map(
    ({ kind }) => kind,
  );
  expect(kinds).toEqual(['delegation.made', 'delegation.revoked']);
});

test('a duty that one of the two lost is not shown as held', async () => {
  await at('mei', (tx) => delegateDuty(tx, input({ to: 'kofi' })));
  const state = async () => (await at('mei', listDelegations)).find(({ to, from }) => to === 'Kofi' && from === 'Mei')!;
  expect(await state()).toMatchObject({ state: 'now', may_end: true });
  await hub.behind(`update app.members set status = 'suspended' where id = '${hub.ids['kofi']}'`);
  expect(await state()).toMatchObject({ state: 'over', may_end: false });
  await hub.behind(`update app.members set status = 'active' where id = '${hub.ids['kofi']}'`);
  await hub.behind(`delete from app.hub_roles where member_id = '${hub.ids['mei']}' and role = 'reviewer'`);
  expect(await state()).toMatchObject({ state: 'over', may_end: false });
});
