/** Opening a pseudonym by two trustees, and ending all access of an organization by two stewards. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listActs, listPseudonyms } from '#domains/govern/acts.server.ts';
import { confirmAct } from '#domains/govern/confirm-act.server.ts';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { readOpening } from '#domains/govern/read-opening.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { takePseudonym } from '#domains/people/take-pseudonym.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { trier } from '../support/trying.ts';

let hub: Community;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** jonas, desta and amina are trustees, lucia and mei stewards. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'writer'];
let pseudonym: string;
beforeAll(async () => {
  hub = await plantCommunity();
  await hub.behind(
    `insert into app.hub_roles values ('${hub.ids['jonas']}', 'trustee'), ('${hub.ids['desta']}', 'trustee'), ('${hub.ids['amina']}', 'trustee'), ('${hub.ids['mei']}', 'steward')`,
  );
  for (const slug of ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve']) actors[slug] = await hub.be(slug);
  const { token } = await as(actors['desta']!, (tx) => createToken(tx, { name: 'w', scopes: ['write'], days: 1 }));
  actors['writer'] = { kind: 'person', key: keyOf(token) };
  pseudonym = await at('amina', (tx) => takePseudonym(tx, { audienceId: 2, name: 'Quiet heron' }));
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});
const at = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const tried = trier(actors);
const hashOf = async (id: string) =>
  (await hub.behind<{ hash: string }>(`select encode(hash, 'hex') as hash from app.two_person_acts where id = '${id}'`))[0]!.hash;
const confirm = (who: string, id: string) => tried(who, async (tx) => confirmAct(tx, { id, hash: await hashOf(id) }));
const propose = (who: string, kind: string, subject: string | undefined) =>
  tried(who, (tx) => proposeAct(tx, { kind, subject, content: {}, reason: 'A court asks.' }));

describe('a pseudonym', () => {
  let act: string;
  test('is proposed for opening by a trustee in a browser, not by a program, a steward, nor anybody else', async () => {
    const able: string[] = [];
    for (const who of everyone) {
      if ((await propose(who, 'open_pseudonym', pseudonym)) === 'done') able.push(who);
      await hub.behind('update app.two_person_acts set lapses_at = now()');
    }
    expect(able).toEqual(['amina', 'desta', 'jonas']);
    expect(await propose('jonas', 'open_pseudonym', newId())).toBe('govern.act.not_found');
    expect(
      await propose('jonas', 'open_pseudonym', (await hub.behind<{ id: string }>(`select id from app.bylines where member_id = '${hub.ids['mei']}'`))[0]!.id),
    ).toBe('govern.act.not_found');
  });
  test('what is shown says nothing about who', async () => {
    ({ id: act } = await at('jonas', (tx) => proposeAct(tx, { kind: 'open_pseudonym', subject: pseudonym, content: {}, reason: 'A court asks.' })));
    const [shown] = await at('jonas', listActs);
    expect(shown!.shown).toEqual({ name: 'Quiet heron', audience: 'All members' });
    expect(JSON.stringify(await hub.behind(`select * from app.two_person_acts where id = '${act}'`))).not.toContain(hub.ids['amina']);
  });
  test('is not opened by one, by a steward, by a program, or by whoever stands behind it', async () => {
    for (const [who, code] of [
      ['jonas', 'govern.act.not_second'],
      ['amina', 'govern.act.not_second'],
      ['writer', 'govern.act.not_second'],
      ['lucia', 'govern.act.not_found'],
      ['eve', 'govern.act.not_found'],
    ] as const)
      expect(await confirm(who, act), who).toBe(code);
    expect(await tried('jonas', (tx) => readOpening(tx, { id: act }))).toBe('govern.opening.not_found');
  });
  test('opened by two, it is shown to each of them once, and to nobody else', async () => {
    expect(await confirm('desta', act)).toBe('done');
    for (const who of ['jonas', 'desta']) {
      expect(await at(who, (tx) => readOpening(tx, { id: act }))).toEqual({ name: 'Amina', organizations: ['Telecommunications Authority of Lumaria'] });
      expect(await tried(who, (tx) => readOpening(tx, { id: act }))).toBe('govern.opening.not_found');
    }
    for (const who of ['amina', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'writer'])
      expect(await tried(who, (tx) => readOpening(tx, { id: act })), who).not.toBe('done');
  });
  test('is in the log with the reason, without the name; the person is told and can read who and why', async () => {
    const notes = await hub.behind<{ kind: string; member_id: string | null; data: { reason?: string } }>(
      `select kind, member_id, data from app.audit_notes where kind like 'pseudonym.%' order by id`,
    );
    expect(notes.map(({ kind }) => kind)).toEqual(['pseudonym.opened', 'pseudonym.seen', 'pseudonym.seen']);
    expect(notes.every(({ member_id }) => member_id === null)).toBe(true);
    expect(notes[0]!.data.reason).toBe('A court asks.');
    expect(
      await hub.behind(
        `select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'govern.mail-opened'`,
      ),
    ).toHaveLength(1);
    await hub.behind(`delete from app.hub_roles where member_id = '${hub.ids['amina']}'`);
    expect((await at('amina', listActs)).filter(({ mine }) => !mine).map(({ id, reason }) => [id, reason])).toEqual([[act, 'A court asks.']]);
    expect(await at('mei', (tx) => sql`select 1 from app.two_person_acts where kind = 'open_pseudonym'`.execute(tx)).then(({ rows }) => rows.length)).toBe(0);
  });
  test('the list of those that could be opened is for trustees', async () => {
    expect((await at('jonas', listPseudonyms)).map(({ name }) => name)).toEqual(['Quiet heron']);
    for (const who of ['mei', 'lucia', 'karim', 'eve']) expect(await at(who, listPseudonyms), who).toEqual([]);
  });
});

describe('an organization', () => {
  test('loses all access by two stewards: members, guests of its own, invitations, circles, and nobody comes back to it', async () => {
    expect(await propose('jonas', 'expel_organization', hub.organizations['sika'])).toBe('govern.act.not_found');
    await hub.behind(
      `insert into app.invitations (id, organization_id, email, invited_by) select gen_random_uuid(), '${hub.organizations['sika']}', 'n@example.test', id from app.bylines where member_id = '${hub.ids['lucia']}'`,
    );
    const { id } = await at('lucia', (tx) =>
      proposeAct(tx, { kind: 'expel_organization', subject: hub.organizations['sika'], content: {}, reason: 'It broke the rules.' }),
    );
    expect((await at('mei', listActs))[0]!.shown).toMatchObject({ name: 'Sika Pay', people: ['Karim'] });
    expect(await confirm('lucia', id)).toBe('govern.act.not_second');
    expect(await confirm('mei', id)).toBe('done');
    expect(await hub.behind(`select status from app.members where slug = 'karim'`)).toEqual([{ status: 'left' }]);
    expect(await hub.behind(`select 1 from app.sessions where member_id = '${hub.ids['karim']}' and revoked_at is null`)).toEqual([]);
    expect(await hub.behind(`select 1 from app.invitations where organization_id = '${hub.organizations['sika']}' and revoked_at is null`)).toEqual([]);
    await expect(
      hub.behind(`insert into app.memberships (member_id, organization_id) values ('${hub.ids['amina']}', '${hub.organizations['sika']}')`),
    ).rejects.toThrow('people.organization.ended');
    expect(await propose('lucia', 'expel_organization', hub.organizations['sika'])).toBe('people.organization.not_found');
  });
  test('is not judged by somebody who works for it', async () => {
    const { id } = await at('mei', (tx) =>
      proposeAct(tx, { kind: 'expel_organization', subject: hub.organizations['secretariat'], content: {}, reason: 'Test.' }),
    );
    expect(await confirm('lucia', id)).toBe('govern.act.not_second');
  });
  test('whose people changed in between is not ended', async () => {
    const { id } = await at('lucia', (tx) => proposeAct(tx, { kind: 'expel_organization', subject: hub.organizations['bank'], content: {}, reason: 'Test.' }));
    await hub.behind(`insert into app.memberships (member_id, organization_id) values ('${hub.ids['amina']}', '${hub.organizations['bank']}')`);
    expect(await confirm('mei', id)).toBe('govern.act.changed');
  });
});
