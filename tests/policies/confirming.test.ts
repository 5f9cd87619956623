/** Who still works there: who says so, what is due when, and what happens when nobody does. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confirmMembers } from '#domains/people/confirming/confirm-members.server.ts';
import { findConfirming, listConfirming } from '#domains/people/confirming/confirmations.server.ts';
import { tendConfirmations } from '#domains/people/confirming/tend-confirmations.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { asker, trier } from '../support/trying.ts';

let hub: Community;
let mailbox: Mailbox;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta is focal point of lumaria where amina works, jonas of the bank, lucia steward; mei works in Sandoria, which has no focal point; reader is Desta's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  mailbox = await openMailbox();
  forgetConfig();
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  const { token } = await as(actors.desta!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors.reader = { kind: 'person', key: keyOf(token) };
});
afterAll(async () => {
  await mailbox.close();
  await closePools();
  await hub.database.drop();
});

const tried = trier(actors);
const whoMay = asker(actors, everyone, { no: [] });
const says = (works: string[], left: string[] = [], reason = 'Moved on.') => ({ organization: 'lumaria', works, left, reason });
const age = (who: string, days: number) =>
  hub.behind(`update app.memberships set confirmed_at = now() - interval '${days} days' where member_id = '${hub.ids[who]}'`);
const statusOf = async (who: string) => (await hub.behind<{ status: string }>(`select status from app.members where slug = '${who}'`))[0]!.status;
const stateOf = async (who: string) => (await as(actors.lucia!, (tx) => findConfirming(tx, 'lumaria')))!.members.find((each) => each.slug === who)?.state;

describe('who says so', () => {
  test('a focal point of their own, a steward of any; nobody by a statement, and nobody of themselves', async () => {
    expect(await whoMay((tx) => confirmMembers(tx, says(['amina'])))).toEqual(['desta', 'lucia']);
    expect(await tried('desta', (tx) => confirmMembers(tx, says(['desta'])))).toBe('people.membership.not_found');
    expect(await tried('lucia', (tx) => confirmMembers(tx, says(['desta'])))).toBe('done');
    expect(await tried('desta', (tx) => confirmMembers(tx, { ...says(['jonas']), organization: 'bank' }))).toBe('people.membership.not_found');
    for (const set of ['confirmed_at = now()', 'unconfirmed_at = null'])
      expect(await whoMay((tx) => sql`update app.memberships set ${sql.raw(set)}`.execute(tx))).toEqual([]);
    const noted = await hub.behind(`select 1 from app.audit_notes where kind = 'membership.confirmed' and member_id = '${hub.ids.amina}'`);
    expect(noted.length).toBe(2);
  });
  test('who reads it: those who may say it', async () => {
    const readers: string[] = [];
    for (const who of everyone.filter((each) => each !== 'visitor')) if (await as(actors[who]!, (tx) => findConfirming(tx, 'lumaria'))) readers.push(who);
    expect(readers).toEqual(['desta', 'lucia']);
  });
});

describe('the year', () => {
  test('is asked for a month before, by mail, once, and once more when it is due', async () => {
    await age('amina', 340);
    expect(await stateOf('amina')).toBe('due');
    await tendConfirmations();
    expect(await mailbox.to('desta@example.test', 'who still works there?')).toContain('/organizations/lumaria/confirm');
    const asked = () => hub.behind<{ at: Date | null }>(`select reminded_at as at from app.memberships where member_id = '${hub.ids.amina}'`);
    const first = (await asked())[0]!.at;
    await tendConfirmations();
    expect((await asked())[0]!.at).toEqual(first);
    await age('amina', 370);
    await hub.behind(`update app.memberships set reminded_at = now() - interval '30 days' where member_id = '${hub.ids.amina}'`);
    await tendConfirmations();
    expect((await asked())[0]!.at!.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(await stateOf('amina')).toBe('overdue');
    expect((await as(actors.lucia!, listConfirming)).map(({ slug, overdue }) => [slug, overdue])).toEqual([['lumaria', 1]]);
    expect(await as(actors.jonas!, listConfirming)).toEqual([]);
    expect(await statusOf('amina')).toBe('active');
  });
  test('and its grace are over: suspended, signed out, told by mail; the word of the focal point brings back', async () => {
    await age('amina', 396);
    await tendConfirmations();
    expect([await statusOf('amina'), await stateOf('amina')]).toEqual(['suspended', 'suspended']);
    expect(await mailbox.to('amina@example.test', 'Nobody at Telecommunications Authority of Lumaria')).toContain('Ask your focal point');
    expect(await as(actors.amina!, async (tx) => (await sql<{ me: string | null }>`select app.me() as me`.execute(tx)).rows[0]!.me)).toBeNull();
    expect(await hub.behind(`select 1 from app.audit_notes where kind = 'membership.unconfirmed' and member_id = '${hub.ids.amina}'`)).toHaveLength(1);
    await as(actors.desta!, (tx) => confirmMembers(tx, says(['amina'])));
    expect([await statusOf('amina'), await stateOf('amina')]).toEqual(['active', 'fine']);
    // What was revoked stays revoked: they sign in anew.
    expect(await as(actors.amina!, async (tx) => (await sql<{ me: string | null }>`select app.me() as me`.execute(tx)).rows[0]!.me)).toBeNull();
    actors.amina = await hub.be('amina');
  });
  test('whom somebody suspended, this word does not bring back', async () => {
    await as(actors.lucia!, (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: 'suspended', reason: 'A lost laptop' }));
    await as(actors.desta!, (tx) => confirmMembers(tx, says(['amina'])));
    expect(await statusOf('amina')).toBe('suspended');
    await as(actors.lucia!, (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: 'lifted', reason: 'Found' }));
    await age('amina', 400);
    await tendConfirmations();
    await as(actors.lucia!, (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: 'lifted', reason: 'On leave' }));
    // Lifted by hand: not suspended again by the next run.
    await tendConfirmations();
    expect(await statusOf('amina')).toBe('active');
  });
  test('never stops a steward, the last focal point, or whoever is confirmed elsewhere', async () => {
    for (const who of ['lucia', 'desta', 'jonas']) await age(who, 500);
    await hub.behind(`insert into app.memberships (member_id, organization_id) values ('${hub.ids.mei}', '${hub.organizations.bank}')`);
    await hub.behind(
      `update app.memberships set confirmed_at = now() - interval '500 days' where member_id = '${hub.ids.mei}' and organization_id = '${hub.organizations.sandoria}'`,
    );
    await tendConfirmations();
    expect(await Promise.all(['lucia', 'desta', 'jonas', 'mei'].map(statusOf))).toEqual(['active', 'active', 'active', 'active']);
    await hub.behind(`update app.memberships set role = 'focal_point' where member_id = '${hub.ids.amina}'`);
    await tendConfirmations();
    expect(await statusOf('desta')).toBe('suspended');
  });
  test('is as long as the hub says', async () => {
    await hub.behind(`insert into app.settings (name, value) values ('confirm_days', '90'), ('confirm_grace_days', '7')`);
    await age('karim', 98);
    await tendConfirmations();
    expect(await statusOf('karim')).toBe('suspended');
    await expect(hub.behind(`insert into app.settings (name, value) values ('confirm_days', '5')`)).rejects.toThrow();
  });
});

test('whoever has left goes at once, with the reason, as by hand', async () => {
  await hub.behind(`update app.members set status = 'active'`);
  await hub.behind(`update app.memberships set confirmed_at = now(), unconfirmed_at = null`);
  actors.desta = await hub.be('desta');
  await expect(as(actors.desta!, (tx) => confirmMembers(tx, says([], ['amina'], '')))).rejects.toMatchObject({ code: 'people.membership.reason_missing' });
  expect(await as(actors.desta!, (tx) => confirmMembers(tx, says([], ['amina'])))).toEqual({ confirmed: 0, ended: 1 });
  expect(await statusOf('amina')).toBe('left');
});
