/** Acts that need two: who proposes, who confirms, and what two browsers, two moments or a changed world make of it. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listActs } from '#domains/govern/acts.server.ts';
import { confirmAct } from '#domains/govern/confirm-act.server.ts';
import { endAct } from '#domains/govern/end-act.server.ts';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { giveDuty } from '#domains/people/give-duty.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { takeBackDuty } from '#domains/people/take-back-duty.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { trier } from '../support/trying.ts';

let hub: Community;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** lucia and mei are stewards, jonas a focal point, karim a guest, eve belongs nowhere; writer and reader are tokens of Mei's, stale is a browser of hers that proved itself long ago. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'suspended', 'visitor', 'reader', 'writer', 'stale'];
beforeAll(async () => {
  hub = await plantCommunity();
  for (const slug of ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve']) actors[slug] = await hub.be(slug);
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});
const at = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const tried = trier(actors);
const duties = async (slug: string) =>
  (await hub.behind<{ role: string }>(`select role from app.hub_roles r join app.members m on m.id = r.member_id where m.slug = '${slug}' order by role`)).map(
    ({ role }) => role,
  );
const propose = (who: string, kind: string, slug: string, duty: string, reason = 'Needed.') =>
  at(who, (tx) => proposeAct(tx, { kind, subject: hub.ids[slug], content: { duty }, reason })).then(({ id }) => id);
const hashOf = async (id: string) =>
  (await hub.behind<{ hash: string }>(`select encode(hash, 'hex') as hash from app.two_person_acts where id = '${id}'`))[0]!.hash;
const confirm = async (who: string, id: string, hash?: string) => tried(who, async (tx) => confirmAct(tx, { id, hash: hash ?? (await hashOf(id)) }));

describe('a hub with one steward', () => {
  test('names the second alone, in a browser, not by a token; nobody else does', async () => {
    const { token } = await at('lucia', (tx) => createToken(tx, { name: 'w', scopes: ['write'], days: 1 }));
    actors['token'] = { kind: 'person', key: keyOf(token) };
    expect(await tried('token', (tx) => giveDuty(tx, { slug: 'mei', duty: 'steward' }))).toBe('people.duty.needs_two');
    expect(await tried('token', (tx) => sql`insert into app.hub_roles values (${hub.ids['mei']}, 'steward')`.execute(tx))).toBe('common.not_found');
    for (const who of ['amina', 'jonas', 'karim', 'eve'])
      expect(await tried(who, (tx) => sql`insert into app.hub_roles values (${hub.ids['mei']}, 'steward')`.execute(tx)), who).toBe('common.not_found');
    expect(await tried('lucia', (tx) => giveDuty(tx, { slug: 'mei', duty: 'steward' }))).toBe('done');
    expect(await hub.behind(`select 1 from app.hub where second_steward_at is not null`)).toHaveLength(1);
  });
  test('but no trustee, and no third: from now on two are needed, even after one of the two is gone', async () => {
    expect(await tried('lucia', (tx) => giveDuty(tx, { slug: 'desta', duty: 'trustee' }))).toBe('people.duty.needs_two');
    expect(await tried('lucia', (tx) => giveDuty(tx, { slug: 'desta', duty: 'steward' }))).toBe('people.duty.needs_two');
    await at('lucia', (tx) => actOnMembership(tx, { member: 'mei', organization: 'sandoria', act: 'suspended', reason: 'Away with no word.' }));
    expect(await tried('lucia', (tx) => giveDuty(tx, { slug: 'desta', duty: 'steward' }))).toBe('people.duty.needs_two');
    expect(await tried('lucia', (tx) => sql`insert into app.hub_roles values (${hub.ids['desta']}, 'steward')`.execute(tx))).toBe('common.not_found');
    await at('lucia', (tx) => actOnMembership(tx, { member: 'mei', organization: 'sandoria', act: 'lifted', reason: 'Back.' }));
    actors['mei'] = await hub.be('mei');
  });
  test('two browsers of the first steward do not name two at once', async () => {
    await hub.behind(`update app.hub set second_steward_at = null; delete from app.hub_roles where member_id = '${hub.ids['mei']}' and role = 'steward'`);
    const both = await Promise.all(['amina', 'desta'].map((slug) => tried('lucia', (tx) => giveDuty(tx, { slug, duty: 'steward' }))));
    expect(both.filter((each) => each === 'done')).toHaveLength(1);
    await hub.behind(
      `delete from app.hub_roles where role = 'steward' and member_id <> '${hub.ids['lucia']}'; insert into app.hub_roles values ('${hub.ids['mei']}', 'steward')`,
    );
  });
});

describe('an act of two', () => {
  beforeAll(async () => {
    for (const [name, scopes] of [
      ['reader', ['read']],
      ['writer', ['write']],
    ] as const) {
      const { token } = await at('mei', (tx) => createToken(tx, { name, scopes: [...scopes], days: 1 }));
      actors[name] = { kind: 'person', key: keyOf(token) };
    }
    actors['stale'] = await hub.be('mei');
    await hub.behind(
      `update app.sessions set proved_at = now() - interval '1 day' where id = (select id from app.sessions where member_id = '${hub.ids['mei']}' and kind = 'browser' order by created_at desc limit 1)`,
    );
    actors['suspended'] = await hub.be('desta');
    await hub.behind(`update app.members set status = 'suspended' where slug = 'desta'`);
  });
  beforeEach(async () => {
    await hub.behind(`alter table app.two_person_acts disable trigger act_told; delete from app.two_person_acts; alter table app.two_person_acts enable trigger act_told;
      delete from app.hub_roles where role = 'trustee' or member_id not in ('${hub.ids['lucia']}', '${hub.ids['mei']}')`);
  });

  test('is proposed by a steward in a browser, and by no program, however fresh its token; nothing happens by that', async () => {
    const able: string[] = [];
    for (const who of everyone) {
      const done = await tried(who, (tx) =>
        proposeAct(tx, { kind: 'give_duty', subject: hub.ids['jonas'], content: { duty: 'trustee' }, reason: `By ${who}.` }),
      );
      if (done === 'done') able.push(who);
      else expect(done, who).toBe({ visitor: 'common.not_found', stale: 'people.step_up.needed' }[who] ?? 'govern.act.not_found');
      await hub.behind(`update app.two_person_acts set lapses_at = now()`);
    }
    expect(able).toEqual(['mei', 'lucia']);
    expect(await duties('jonas')).toEqual([]);
  });
  test('is done when another steward confirms it in a browser; nobody else does', async () => {
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    for (const who of everyone.filter((each) => each !== 'mei'))
      expect(await confirm(who, id), who).toBe(
        {
          lucia: 'govern.act.not_second',
          reader: 'govern.act.not_second',
          writer: 'govern.act.not_second',
          stale: 'people.step_up.needed',
          visitor: 'common.not_found',
        }[who] ?? 'govern.act.not_found',
      );
    expect(await duties('jonas')).toEqual([]);
    expect(await confirm('mei', id)).toBe('done');
    expect(await duties('jonas')).toEqual(['trustee']);
  });
  test('not by whoever proposed it through a second browser', async () => {
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    actors['second'] = await hub.be('lucia');
    expect(await confirm('second', id)).toBe('govern.act.not_second');
  });
  test('not by whom it is about', async () => {
    const id = await propose('lucia', 'give_duty', 'mei', 'trustee');
    expect(await confirm('mei', id)).toBe('govern.act.not_second');
    expect(await tried('mei', (tx) => endAct(tx, { id, reason: 'No.' }))).toBe('govern.act.not_second');
  });
  test('by two at the same moment is done once', async () => {
    await hub.behind(`insert into app.hub_roles values ('${hub.ids['amina']}', 'steward')`);
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    expect((await Promise.all([confirm('mei', id), confirm('amina', id)])).sort()).toEqual(['done', 'govern.act.ended']);
    expect(
      (await hub.behind(`select 1 from app.events where kind = 'member.duty_given' and subject_id = '${hub.ids['jonas']}' and data ->> 'duty' = 'trustee'`))
        .length,
    ).toBe(2);
  });
  test('is not done again, and not with the hash of another', async () => {
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    const other = await propose('lucia', 'give_duty', 'amina', 'trustee');
    expect(await confirm('mei', id, await hashOf(other))).toBe('govern.act.changed');
    expect(await confirm('mei', id)).toBe('done');
    expect(await confirm('mei', id)).toBe('govern.act.ended');
    expect(await tried('mei', (tx) => endAct(tx, { id, reason: 'Too late.' }))).toBe('govern.act.ended');
  });
  test('is not done when what was shown is so no longer', async () => {
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    await at('lucia', (tx) => giveDuty(tx, { slug: 'jonas', duty: 'editor' }));
    expect(await confirm('mei', id)).toBe('govern.act.changed');
    expect(await duties('jonas')).toEqual(['editor']);
  });
  test('cannot be changed in between, by anybody', async () => {
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    for (const who of ['lucia', 'mei', 'jonas'])
      for (const change of [`content = '{"duty":"steward"}'`, `state = 'done'`, `lapses_at = now() + interval '9 days'`, `proposed_by = subject_id`])
        expect(await tried(who, (tx) => sql.raw(`update app.two_person_acts set ${change} where id = '${id}'`).execute(tx)), who).toBe('common.not_found');
  });
  test('lapses after 72 hours by itself, and may then be proposed anew', async () => {
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    expect(await tried('mei', (tx) => proposeAct(tx, { kind: 'give_duty', subject: hub.ids['jonas'], content: { duty: 'trustee' }, reason: 'Same.' }))).toBe(
      'govern.act.waits_already',
    );
    await hub.behind(`update app.two_person_acts set lapses_at = now() - interval '1 second'`);
    expect(await confirm('mei', id)).toBe('govern.act.lapsed');
    expect((await at('mei', listActs))[0]).toMatchObject({ state: 'lapsed', may_confirm: false, may_end: false });
    expect(await propose('mei', 'give_duty', 'jonas', 'trustee')).toBeTruthy();
  });
  test('dies with the duty of whoever proposed it', async () => {
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    await hub.behind(
      `insert into app.hub_roles values ('${hub.ids['amina']}', 'steward'); delete from app.hub_roles where member_id = '${hub.ids['lucia']}' and role = 'steward'`,
    );
    expect(await confirm('mei', id)).toBe('govern.act.proposer_gone');
    await hub.behind(`insert into app.hub_roles values ('${hub.ids['lucia']}', 'steward')`);
  });
  test('is withdrawn by whoever proposed it, declined by another with a reason, by nobody else', async () => {
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    expect(await tried('mei', (tx) => endAct(tx, { id }))).toBe('govern.act.reason_missing');
    for (const who of ['amina', 'jonas', 'karim', 'eve']) expect(await tried(who, (tx) => endAct(tx, { id, reason: 'No.' })), who).toBe('govern.act.not_found');
    expect(await tried('reader', (tx) => endAct(tx, { id, reason: 'No.' }))).toBe('govern.act.not_second');
    expect(await tried('mei', (tx) => endAct(tx, { id, reason: 'Not yet.' }))).toBe('done');
    const again = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    expect(await tried('lucia', (tx) => endAct(tx, { id: again }))).toBe('done');
    expect((await at('mei', listActs)).map(({ state }) => state)).toEqual(['withdrawn', 'declined']);
  });
  test('is read by stewards, and by whom it is about', async () => {
    await propose('lucia', 'give_duty', 'jonas', 'trustee');
    const readers: string[] = [];
    for (const who of everyone.filter((each) => each !== 'visitor')) if ((await at(who, listActs)).length) readers.push(who);
    expect(readers).toEqual(['jonas', 'mei', 'lucia', 'reader', 'writer', 'stale']);
    expect(await tried('visitor', listActs)).toBe('common.not_found');
  });
  test('is in the log, step by step, and mailed', async () => {
    await hub.behind(`delete from app.audit_notes`);
    const id = await propose('lucia', 'give_duty', 'jonas', 'trustee');
    await confirm('mei', id);
    expect(await hub.behind(`select kind from app.audit_notes where data ->> 'act_id' = '${id}' order by id`)).toEqual([
      { kind: 'act.proposed' },
      { kind: 'act.done' },
    ]);
    expect((await hub.behind<{ n: number }>(`select count(*)::int as n from graphile_worker._private_jobs where payload::text like '%${id}%'`))[0]!.n).toBe(2);
  });
});

describe('duties that need two', () => {
  test('a steward goes by two, not alone; the last one stays', async () => {
    expect(await tried('lucia', (tx) => takeBackDuty(tx, { slug: 'mei', duty: 'steward' }))).toBe('people.duty.needs_two');
    expect(
      await at('lucia', (tx) => sql`delete from app.hub_roles where role in ('steward', 'trustee')`.execute(tx)).then(({ numAffectedRows }) =>
        Number(numAffectedRows),
      ),
    ).toBe(0);
    await hub.behind(`insert into app.hub_roles values ('${hub.ids['amina']}', 'steward')`);
    const id = await propose('lucia', 'take_duty', 'mei', 'steward');
    expect(await confirm('amina', id)).toBe('done');
    expect(await duties('mei')).not.toContain('steward');
    const last = await propose('amina', 'take_duty', 'lucia', 'steward');
    await hub.behind(`insert into app.hub_roles values ('${hub.ids['mei']}', 'steward')`);
    expect(await confirm('mei', last)).toBe('done');
    await hub.behind(`insert into app.hub_roles values ('${hub.ids['lucia']}', 'steward')`);
  });
  test.each([
    ['a guest', 'karim', 'trustee', 'people.duty.members_only'],
    ['Eve', 'eve', 'steward', 'people.duty.members_only'],
    ['a duty that one gives', 'jonas', 'editor', 'people.duty.unknown'],
    ['a duty held already', 'lucia', 'steward', 'people.duty.held'],
  ])('%s cannot be proposed', async (_, slug, duty, code) =>
    expect(await tried('lucia', (tx) => proposeAct(tx, { kind: 'give_duty', subject: hub.ids[slug], content: { duty }, reason: 'x' }))).toBe(code),
  );
  test('a kind there is not is refused', async () => {
    for (const kind of ['nothing', 'facts', 'hash'])
      expect(await tried('lucia', (tx) => proposeAct(tx, { kind, subject: hub.ids['jonas'], content: {}, reason: 'x' }))).toBe('govern.act.not_found');
  });
  test('nobody calls what an act does', async () => {
    for (const who of ['lucia', 'eve'])
      expect(await tried(who, (tx) => sql`select app.act_give_duty_done(a) from app.two_person_acts a`.execute(tx))).toBe('common.not_found');
  });
});
