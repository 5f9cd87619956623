/** A consultation: who leads a jurisdiction, who speaks for it, what a discuss holds back and who clears it. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeEarly, extendProcedure, openProcedure, runProcedures } from '#domains/library/deciding/procedure.server.ts';
import { givePosition, listPositions, openPositions, proposeLifting } from '#domains/library/deciding/positions.server.ts';
import { findMissing, listSteps } from '#domains/library/deciding/queries.server.ts';
import { setRules } from '#domains/library/deciding/set-rules.server.ts';
import { declineChangeRequest, withdrawChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { listActs } from '#domains/govern/acts.server.ts';
import { confirmAct } from '#domains/govern/confirm-act.server.ts';
import { listLeads, nameLead } from '#domains/people/leads.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ask, rulesOf } from '../support/deciding.ts';
import { decidingCast, passDays } from '../support/deciding-stage.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor' | 'reader' | 'suspended';
let db: FreshDatabase;
let c: Awaited<ReturnType<typeof decidingCast>>;
let space: MadeSpace;
let circle: MadeSpace;
const actors = {} as Record<Who, Actor>;
const EVERYONE: Who[] = ['visitor', ...NAMES, 'reader', 'suspended'];

beforeAll(async () => {
  db = await freshDatabase();
  c = await decidingCast(db);
  for (const name of NAMES) actors[name] = c.as(name);
  actors.visitor = { kind: 'visitor' };
  // Pita's token that may only read; another focal point of Tavola who is suspended.
  actors.reader = (await c.signIn('pita', ['read'])).actor;
  const suspended = (await c.behind<{ id: string }>(`insert into app.members (id, slug, name) values (gen_random_uuid(), 'sus', 'Sus') returning id`))[0]!.id;
  await c.behind(`insert into app.memberships (member_id, organization_id, role) values ($1, $2, 'focal_point')`, [
    suspended,
    c.organization['tavola-regulator'],
  ]);
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [suspended]);
  actors.suspended = { kind: 'clerk', as: suspended };
  space = await makeSpace('all', 2, { page: pageText('Page', 'First words.') });
  circle = await makeSpace('ours', c.audience.circle, { page: pageText('Page', 'First words.') });
  await run('lucia', (tx) => setRules(tx, 'all', { rules: rulesOf({ preset: 'formal' }) }));
  await c.behind(`insert into app.space_rules (id, space_id, audience_id, preset) values (gen_random_uuid(), $1, $2, 'formal')`, [
    circle.id,
    c.audience.circle,
  ]);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const run = <T>(who: Who, work: (tx: Tx) => Promise<T>) => as(actors[who], work);
const tried = (who: Who, work: (tx: Tx) => Promise<unknown>) =>
  run(who, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
async function whoMay(work: (tx: Tx, who: Who) => Promise<unknown>, before?: () => Promise<unknown>): Promise<Who[]> {
  const able: Who[] = [];
  for (const who of EVERYONE) {
    await before?.();
    const said = await tried(who, (tx) => work(tx, who));
    if (said === 'done') able.push(who);
    else expect(said, `${who}: a refusal of ours`).toMatch(/^(common|library|people)\.|42501|permission denied/);
  }
  return able;
}
const says = (who: Who, id: string, jurisdiction: string, stance: string, words = '') =>
  tried(who, (tx) => givePosition(tx, { id, jurisdiction_id: c.jurisdiction[jurisdiction], stance, words }));
const missing = async (id: string) => (await run('mei', (tx) => findMissing(tx, id))).map(({ what }) => what);
const merge = (who: Name, id: string) => tried(who, (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline[who], reason: 'Agreed' }));
/** A request whose consultation is over: positions are asked for. */
async function asked(who: Name, where = space): Promise<string> {
  const id = await ask(c, who, where);
  await run('mei', (tx) => openProcedure(tx, { id }));
  await passDays(c, 29, false);
  await runProcedures();
  return id;
}

describe('the authority that leads', () => {
  test('alone, or named by all the others', async () => {
    const leads = async () => (await run('pita', listLeads)).map(({ code, authorities }) => [code, authorities.find((each) => each.leads)?.slug]);
    expect(await leads()).toEqual([
      ['lumaria', undefined],
      ['sandoria', 'sandoria-supervisor'],
      ['tavola', 'tavola-regulator'],
    ]);
    const choice = (lead: keyof typeof c.organization) => ({
      jurisdiction_id: c.jurisdiction['lumaria'],
      organization_id: c.organization['central-bank-lumaria'],
      lead_id: c.organization[lead],
    });
    expect(await whoMay((tx) => nameLead(tx, choice('ta-lumaria')))).toEqual(['jonas']);
    expect((await leads())[0]).toEqual(['lumaria', 'ta-lumaria']);
    // It names another itself: nobody leads until they agree.
    const own = { ...choice('central-bank-lumaria'), organization_id: c.organization['ta-lumaria'] };
    await run('amina', (tx) => nameLead(tx, own));
    expect((await leads())[0]).toEqual(['lumaria', undefined]);
    await run('amina', (tx) => nameLead(tx, { ...own, lead_id: null }));
    expect((await leads())[0]).toEqual(['lumaria', 'ta-lumaria']);
    expect(await tried('jonas', (tx) => nameLead(tx, choice('sandoria-supervisor'))), 'no authority of that country').toBe('people.lead.not_found');
    expect(await tried('jonas', (tx) => nameLead(tx, choice('kite-money'))), 'a guest leads nothing').toBe('people.lead.not_found');
    for (const statement of [`delete from app.lead_choices`, `update app.lead_choices set lead_id = organization_id`])
      expect(await whoMay((tx) => sql.raw(statement).execute(tx))).toEqual([]);
    for (const who of ['karim', 'eve'] as const) expect(await run(who, listLeads)).toEqual([]);
  });
});

describe('positions', () => {
  test('by the focal point of the lead authority, each for their own, once they are asked for', async () => {
    const early = await ask(c, 'noor', space);
    expect(await says('pita', early, 'tavola', 'support'), 'nothing was opened').toBe('library.position.not_yours');
    await run('mei', (tx) => openProcedure(tx, { id: early }));
    expect(await says('pita', early, 'tavola', 'support')).toBe('library.position.not_yet');
    await run('noor', (tx) => withdrawChangeRequest(tx, { id: early, byline_id: c.byline.noor, reason: '' }));

    const id = await asked('noor');
    expect(await missing(id)).toEqual(['positions_run']);
    for (const [jurisdiction, who] of [
      ['tavola', ['pita']],
      ['lumaria', ['amina']],
      ['sandoria', ['mei']],
    ] as const)
      expect(await whoMay((tx) => givePosition(tx, { id, jurisdiction_id: c.jurisdiction[jurisdiction], stance: 'support' })), jurisdiction).toEqual(who);
    // Jonas runs an authority of Lumaria, but not the one that leads; Amina hands her duty to nobody yet.
    expect(await says('jonas', id, 'lumaria', 'discuss', 'x')).toBe('library.position.not_yours');
    for (const statement of [
      `insert into app.positions (id, change_request_id, audience_id, jurisdiction_id, organization_id, byline_id, stance, wording) values (gen_random_uuid(), '${id}', 2, '${c.jurisdiction['tavola']}', '${c.organization['tavola-regulator']}', '${c.byline.pita}', 'support', '')`,
      `update app.positions set stance = 'support'`,
      'delete from app.positions',
      `insert into app.request_notices (member_id, change_request_id, audience_id, kind, reason) values ('${c.member.mei}', '${id}', 2, 'x', 'mention')`,
    ])
      expect(await whoMay(async (tx) => void (await sql.raw(statement).execute(tx)))).toEqual([]);
    await run('noor', (tx) => withdrawChangeRequest(tx, { id, byline_id: c.byline.noor, reason: '' }));
  });
  test('who stands in speaks, and the position says for whom', async () => {
    const id = await asked('noor');
    const colleague = (await c.behind<{ id: string }>(`insert into app.members (id, slug, name) values (gen_random_uuid(), 'ruth', 'Ruth') returning id`))[0]!
      .id;
    await c.behind(`insert into app.memberships (member_id, organization_id) values ($1, $2)`, [colleague, c.organization['ta-lumaria']]);
    await c.behind(`insert into app.bylines (id, kind, member_id, organization_id, name) values (gen_random_uuid(), 'person', $1, $2, 'Ruth')`, [
      colleague,
      c.organization['ta-lumaria'],
    ]);
    actors.suspended = { kind: 'clerk', as: colleague };
    expect(await says('suspended', id, 'lumaria', 'support')).toBe('library.position.not_yours');
    await c.behind(
      `insert into app.delegations (id, duty, organization_id, from_member, to_member, starts_at, ends_at, reason) values (gen_random_uuid(), 'focal_point', $1, $2, $3, now() - interval '1 hour', now() + interval '1 day', 'Away')`,
      [c.organization['ta-lumaria'], c.member.amina, colleague],
    );
    expect(await says('suspended', id, 'lumaria', 'support', 'For her')).toBe('done');
    expect((await run('pita', (tx) => listPositions(tx, id))).positions).toMatchObject([
      { jurisdiction: 'lumaria', by: 'Ruth', stands_for: 'Amina', stance: 'support', words: 'For her' },
    ]);
    await c.behind('delete from app.delegations');
    expect(await says('suspended', id, 'lumaria', 'abstain')).toBe('library.position.not_yours');
    await run('noor', (tx) => withdrawChangeRequest(tx, { id, byline_id: c.byline.noor, reason: '' }));
  });
  test('changed until the end, each to be seen; a discuss says what would resolve it, holds the merge back, and its author alone clears it, later too', async () => {
    const id = await asked('noor');
    expect(await says('pita', id, 'tavola', 'discuss')).toBe('library.position.remedy_missing');
    expect(await says('pita', id, 'tavola', 'support')).toBe('done');
    expect(await says('pita', id, 'tavola', 'discuss', 'Say who pays')).toBe('done');
    expect(await missing(id)).toEqual(['positions_run', 'discuss']);
    await passDays(c, 15, false);
    await runProcedures();
    expect(await missing(id)).toEqual(['discuss']);
    expect(await merge('mei', id)).toBe('library.change_request.rules_not_met');
    expect(await says('amina', id, 'lumaria', 'support'), 'too late').toBe('library.position.over');
    expect(await says('pita', id, 'tavola', 'discuss', 'Something else'), 'too late').toBe('library.position.over');
    const clears = { id, jurisdiction_id: c.jurisdiction['tavola'], stance: 'no_objection', words: 'It says so now' };
    expect(await whoMay((tx) => givePosition(tx, clears))).toEqual(['pita']);
    expect(await says('pita', id, 'tavola', 'support'), 'cleared is cleared').toBe('library.position.over');
    expect(await missing(id)).toEqual([]);
    expect(await merge('mei', id)).toBe('done');
    const steps = (await run('karim', (tx) => listSteps(tx, id))).length;
    expect(steps, 'a guest reads nothing of it').toBe(0);
    expect((await run('amina', (tx) => listSteps(tx, id))).map(({ kind, by, data }) => [kind, by, data['stance'] ?? null])).toEqual([
      ['consultation_opened', 'Mei', null],
      ['positions_opened', null, null],
      ['position_given', 'Pita', 'support'],
      ['discuss', 'Pita', 'discuss'],
      ['consultation_over', null, null],
      ['discuss_cleared', 'Pita', 'no_objection'],
    ]);
  });
  test('nothing formal ends before its day: not closed, not declined; other words lie before everybody for a week', async () => {
    const id = await ask(c, 'noor', space);
    await run('mei', (tx) => openProcedure(tx, { id }));
    expect(await tried('mei', (tx) => closeEarly(tx, { id, reason: 'Enough' }))).toBe('library.procedure.formal');
    expect(await tried('mei', (tx) => declineChangeRequest(tx, { id, byline_id: c.byline.mei, reason: 'No' }))).toBe('library.procedure.formal');
    expect(await tried('mei', (tx) => openPositions(tx, { id }))).toBe('library.procedure.not_running');
    await passDays(c, 29, false);
    await runProcedures();
    expect(await whoMay((tx) => extendProcedure(tx, { id, days: 1, reason: 'Eid' }))).toEqual(['mei']);
    await passDays(c, 15, false);
    expect(await runProcedures(), 'a day more').toBe(0);
    const [page] = await c.behind<{ text: string; base_revision_id: string; page_id: string }>(
      `select text, base_revision_id, page_id from app.change_request_pages where change_request_id = $1`,
      [id],
    );
    const reword = (words: string) =>
      run('noor', (tx) => updateChangeRequest(tx, { id, byline_id: c.byline.noor, page: { ...page!, text: `${page!.text}\n${words}\n`, retires: [] } }));
    await says('pita', id, 'tavola', 'support');
    await reword('More.');
    expect((await run('mei', (tx) => listPositions(tx, id))).positions).toMatchObject([{ jurisdiction: 'tavola', reworded: true }]);
    await passDays(c, 7, false);
    expect(await runProcedures()).toBe(0);
    await passDays(c, 1, false);
    expect(await runProcedures()).toBe(1);
    expect(await missing(id)).toEqual([]);
    await reword('Still more.');
    expect(await missing(id)).toEqual(['reworded']);
    expect(
      await whoMay(
        (tx) => openPositions(tx, { id, reason: 'New words' }),
        () => c.behind(`update app.procedures set phase = 'over', over_at = now() where change_request_id = $1`, [id]),
      ),
    ).toEqual(['mei']);
    await run('noor', (tx) => withdrawChangeRequest(tx, { id, byline_id: c.byline.noor, reason: '' }));
  });
  test('of a request of a circle nobody else reads, speaks or is told', async () => {
    await c.behind('delete from app.request_notices');
    const id = await asked('amina', circle);
    // Jonas reads it but does not lead; Pita leads but does not read it.
    expect(await says('pita', id, 'tavola', 'support')).toBe('common.not_found');
    expect(await says('amina', id, 'lumaria', 'support')).toBe('done');
    for (const who of EVERYONE) {
      const seen = await run(who, async (tx) => [
        (await listPositions(tx, id)).positions.length,
        (await sql`select 1 from app.positions where change_request_id = ${id}`.execute(tx)).rows.length,
      ]);
      expect([who, ...seen]).toEqual([who, ...(['amina', 'jonas', 'mei', 'karim'].includes(who) ? [1, 1] : [0, 0])]);
    }
    const told = await c.behind<{ slug: string }>(`select distinct m.slug from app.request_notices n join app.members m on m.id = n.member_id order by 1`);
    expect(told.map(({ slug }) => slug)).toEqual(['amina', 'jonas', 'mei']);
  });
  test('a discuss that nobody can clear, because nobody leads any more, is lifted by two stewards, and by no one of them', async () => {
    const id = await asked('noor');
    await run('jonas', (tx) =>
      nameLead(tx, {
        jurisdiction_id: c.jurisdiction['lumaria'],
        organization_id: c.organization['central-bank-lumaria'],
        lead_id: c.organization['ta-lumaria'],
      }),
    );
    expect(await says('amina', id, 'lumaria', 'discuss', 'Name the step.')).toBe('done');
    await c.behind(`insert into app.hub_roles (member_id, role) values ($1, 'steward'), ($2, 'steward') on conflict do nothing`, [
      c.member.noor,
      c.member.amina,
    ]);
    for (const name of ['lucia', 'noor', 'pita'] as const) actors[`${name} at home` as Who] = (await c.signIn(name)).actor;
    const at = (name: 'lucia' | 'noor' | 'pita') => `${name} at home` as Who;
    const lift = (name: 'lucia' | 'noor' | 'pita') =>
      tried(at(name), (tx) => proposeLifting(tx, { id, jurisdiction_id: c.jurisdiction['lumaria']!, reason: 'Nobody leads since May.' }));
    const state = async (who: Who) => (await run(who, (tx) => listPositions(tx, id))).positions.find(({ jurisdiction }) => jurisdiction === 'lumaria');
    expect(await state(at('lucia'))).toMatchObject({ stuck: false, may_lift: false });
    expect(await lift('lucia'), 'somebody leads').toBe('library.position.led');
    await c.behind('delete from app.lead_choices');
    expect(await says('amina', id, 'lumaria', 'support')).toBe('library.position.not_yours');
    expect(await state('pita')).toMatchObject({ stuck: true, may_lift: false });
    expect(await state(at('lucia'))).toMatchObject({ stuck: true, may_lift: true });
    expect(await lift('pita')).toBe('govern.act.not_found');
    expect(await lift('lucia')).toBe('done');
    expect(await missing(id)).toContain('discuss');
    const act = (await run(at('noor'), listActs))[0]!;
    expect(await tried(at('lucia'), (tx) => confirmAct(tx, act))).toBe('govern.act.not_second');
    expect(await tried(at('noor'), (tx) => confirmAct(tx, act))).toBe('done');
    expect(await state('pita')).toMatchObject({ stance: 'lifted', organization: null, by: 'Noor', words: 'Nobody leads since May.', stuck: false });
    expect(await missing(id)).toEqual(['positions_run']);
    expect((await run('pita', (tx) => listSteps(tx, id))).at(-1)).toMatchObject({ kind: 'discuss_lifted', by: 'Noor', data: { jurisdiction: 'lumaria' } });
    await c.behind(`delete from app.hub_roles where role = 'steward' and member_id <> $1`, [c.member.lucia]);
  });
});
