/** How a space decides: who sets its rules, what a merge waits for, last calls with their clock, approvals. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approveRequest, correctNature, takeBackApproval } from '#domains/library/deciding/approve.server.ts';
import { closeEarly, extendProcedure, openProcedure, runProcedures } from '#domains/library/deciding/procedure.server.ts';
import { findDeciding, findMissing, findRules, listSteps } from '#domains/library/deciding/queries.server.ts';
import { setRules } from '#domains/library/deciding/set-rules.server.ts';
import { declineChangeRequest, withdrawChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { findChangeRequest, listChangeRequests } from '#domains/library/queries/change-requests.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ask, rulesOf } from '../support/deciding.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor' | 'reader' | 'suspended';
let db: FreshDatabase;
let c: Cast;
const actors = {} as Record<Who, Actor>;
/** Who may read it: everybody, members, a circle of Amina, Jonas, Mei and the guest Karim. */
const spaces = {} as Record<'public' | 'members' | 'circle', MadeSpace>;
const EVERYONE: Who[] = ['visitor', ...NAMES, 'reader', 'suspended'];

beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  for (const name of NAMES) actors[name] = c.as(name);
  actors.visitor = { kind: 'visitor' };
  // Noor's token that may only read; and a reviewer who is suspended.
  actors.reader = (await c.signIn('noor', ['read'])).actor;
  const suspended = (await c.behind<{ id: string }>(`insert into app.members (id, slug, name) values (gen_random_uuid(), 'sus', 'Sus') returning id`))[0]!.id;
  await c.behind(`insert into app.memberships (member_id, organization_id) values ($1, $2)`, [suspended, c.organization['regional-body']]);
  for (const role of ['editor', 'steward']) await c.behind(`insert into app.hub_roles (member_id, role) values ($1, $2)`, [suspended, role]);
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [suspended]);
  actors.suspended = { kind: 'clerk', as: suspended };
  const page = { page: pageText('Page', 'First words.', 'Second words.') };
  spaces.public = await makeSpace('open', 1, page);
  spaces.members = await makeSpace('all', 2, page);
  spaces.circle = await makeSpace('ours', c.audience.circle, page);
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
/** Everybody tries, each on something fresh; who did it. */
async function whoMay(work: (tx: Tx, who: Who) => Promise<unknown>, before?: () => Promise<unknown>): Promise<Who[]> {
  const able: Who[] = [];
  for (const who of EVERYONE) {
    await before?.();
    const said = await tried(who, (tx) => work(tx, who));
    if (said === 'done') able.push(who);
    else expect(said, `${who}: a refusal of ours`).toMatch(/^(common|library|people)\.|permission denied/);
  }
  return able;
}
const set = (who: Who, place: keyof typeof spaces, rules: object, reason = '') =>
  run(who, (tx) => setRules(tx, spaces[place].slug, { rules: rulesOf(rules), reason }));
const propose = (who: Name, place: keyof typeof spaces, nature?: 'editorial') => ask(c, who, spaces[place], nature);
const merge = (who: Who, id: string) => tried(who, (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline[who as Name] ?? c.byline.noor, reason: 'Agreed' }));
const missing = async (id: string) => (await run('noor', (tx) => findMissing(tx, id))).map(({ what }) => what);
/** Lets days go by: every clock of the procedures is that much nearer. */
const days = (n: number) =>
  c.behind(
    `update app.procedures set opened_at = opened_at - make_interval(days => $1), comments_until = comments_until - make_interval(days => $1), positions_until = positions_until - make_interval(days => $1)`,
    [n],
  );

describe('the rules of a space', () => {
  test('a steward sets them, of spaces they read; anybody who reads the space reads them', async () => {
    const quick = { rules: rulesOf({ preset: 'quick' }) };
    expect(await whoMay((tx) => setRules(tx, 'all', quick))).toEqual(['lucia']);
    expect(await whoMay((tx) => setRules(tx, 'ours', quick))).toEqual([]);
    for (const statement of [
      `insert into app.space_rules (id, space_id, audience_id, preset) values (gen_random_uuid(), '${spaces.members.id}', 2, 'none')`,
      `update app.space_rules set preset = 'none'`,
      'delete from app.space_rules',
    ])
      expect(await whoMay(async (tx) => void (await sql.raw(statement).execute(tx)))).toEqual([]);
    const readers: Who[] = [];
    for (const who of EVERYONE) if ((await run(who, (tx) => findRules(tx, 'all')))?.rules.preset === 'quick') readers.push(who);
    expect(readers).toEqual(['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor', 'reader']);
    expect((await c.behind(`select 1 from app.events where kind = 'space.rules_changed'`)).length).toBe(1);
  });
  test('what asks for less waits for a second steward, once the hub has had two', async () => {
    await c.behind(`update app.hub set second_steward_at = now()`);
    const two = await c.signIn('lucia');
    await c.behind(`update app.sessions set proved_at = now() where id = $1`, [two.sessionId]);
    const wanted = { rules: rulesOf({ preset: 'none' }) };
    expect(await as(two.actor, (tx) => setRules(tx, 'all', wanted)).catch(({ code }) => code)).toBe('library.rules.reason_missing');
    const { act } = await as(two.actor, (tx) => setRules(tx, 'all', { ...wanted, reason: 'Too slow' }));
    expect(act).not.toBeNull();
    expect((await run('mei', (tx) => findRules(tx, 'all')))?.rules.preset).toBe('quick');
    expect(await tried('lucia', (tx) => sql`select app.set_rules(${spaces.members.id}, ${JSON.stringify(wanted.rules)}::jsonb, '')`.execute(tx))).toBe(
      'library.rules.need_two',
    );
    expect(await tried('lucia', (tx) => setRules(tx, 'all', { rules: rulesOf({ preset: 'quick', approvals: 1, last_call_days: 9 }) }))).toBe('done');
    // Another steward confirms.
    await c.behind(`insert into app.hub_roles (member_id, role) values ($1, 'steward')`, [c.member.amina]);
    const second = await c.signIn('amina');
    await c.behind(`update app.sessions set proved_at = now() where id = $1`, [second.sessionId]);
    const hash = (await c.behind<{ hash: Buffer }>(`select hash from app.two_person_acts where id = $1`, [act]))[0]!.hash;
    // Stricter meanwhile: what both read is no more.
    expect(await as(second.actor, (tx) => sql`select app.confirm_act(${act}, ${hash})`.execute(tx)).catch(({ code }) => code)).toBe('govern.act.changed');
    const again = await as(two.actor, (tx) => setRules(tx, 'all', { ...wanted, reason: 'Still too slow' })).catch(({ code }) => code);
    expect(again).toBe('govern.act.waits_already');
    await as(two.actor, (tx) => sql`select app.end_act(${act}, '')`.execute(tx));
    const fresh = (await as(two.actor, (tx) => setRules(tx, 'all', { ...wanted, reason: 'Still too slow' }))).act;
    const shown = (await c.behind<{ hash: Buffer }>(`select hash from app.two_person_acts where id = $1`, [fresh]))[0]!.hash;
    await as(second.actor, (tx) => sql`select app.confirm_act(${fresh}, ${shown})`.execute(tx));
    expect((await run('mei', (tx) => findRules(tx, 'all')))?.rules.preset).toBe('none');
    await c.behind(`delete from app.hub_roles where member_id = $1`, [c.member.amina]);
    await c.behind(`update app.hub set second_steward_at = null`);
  });
});

describe('approvals', () => {
  test('of those the rules name, never of the author, of the words as they are', async () => {
    await set('lucia', 'members', { approvals: 2, approvers: ['editor', 'focal_point'] });
    const id = await propose('mei', 'members');
    expect(await merge('noor', id)).toBe('library.change_request.rules_not_met');
    expect(await run('noor', (tx) => findMissing(tx, id))).toEqual([{ what: 'approvals', have: 0, need: 2, from: ['editor', 'focal_point'] }]);
    expect(await whoMay((tx) => approveRequest(tx, { id }))).toEqual(['jonas', 'pita', 'noor']);
    expect(await tried('jonas', (tx) => approveRequest(tx, { id }))).toBe('library.approval.given');
    expect(await missing(id)).toEqual([]);
    await run('jonas', (tx) => takeBackApproval(tx, { id, reason: 'Wait' }));
    await run('pita', (tx) => takeBackApproval(tx, { id }));
    expect(await missing(id)).toEqual(['approvals']);
    await run('jonas', (tx) => approveRequest(tx, { id, reason: 'Now' }));
    expect(await missing(id)).toEqual([]);
    // Other words: nobody has approved those.
    const [page] = await c.behind<{ text: string; base_revision_id: string; page_id: string }>(
      `select text, base_revision_id, page_id from app.change_request_pages where change_request_id = $1`,
      [id],
    );
    await run('mei', (tx) => updateChangeRequest(tx, { id, byline_id: c.byline.mei, page: { ...page!, text: `${page!.text}\nMore.\n`, retires: [] } }));
    expect(await missing(id)).toEqual(['approvals']);
    expect((await run('jonas', (tx) => findDeciding(tx, id)))?.approved).toBe('before');
    await run('jonas', (tx) => approveRequest(tx, { id }));
    await run('noor', (tx) => approveRequest(tx, { id }));
    expect(await merge('mei', id)).toBe('library.change_request.may_not_decide');
    expect(await merge('noor', id)).toBe('done');
    expect((await run('pita', (tx) => listSteps(tx, id))).map(({ kind, by }) => `${by} ${kind}`)).toContain('Jonas approval_taken_back');
    expect(await tried('pita', (tx) => approveRequest(tx, { id }))).toBe('library.change_request.not_open');
  });
  test('nobody writes them by a statement, and merging by statement asks the same', async () => {
    const id = await propose('mei', 'members');
    for (const statement of [
      `insert into app.approvals (id, change_request_id, audience_id, byline_id, role, wording) values (gen_random_uuid(), '${id}', 2, '${c.byline.noor}', 'editor', '')`,
      `insert into app.request_steps (id, change_request_id, audience_id, kind) values (gen_random_uuid(), '${id}', 2, 'approved')`,
      `insert into app.procedures (id, change_request_id, audience_id, kind, days, position_days, opened_by, comments_until, wording) values (gen_random_uuid(), '${id}', 2, 'last_call', 1, 1, '${c.byline.noor}', now(), '')`,
      `update app.approvals set taken_back_at = null`,
      `select app.run_procedures()`,
      `select app.step('${id}', 'approved', '${c.byline.noor}', '', '{}')`,
      `update app.change_requests set nature = 'editorial'`,
    ])
      expect(await whoMay(async (tx) => void (await sql.raw(statement).execute(tx))), statement).toEqual([]);
    const merged = sql`update app.change_requests set status = 'merged', decided_by = ${c.byline.noor} where id = ${id}`;
    expect(await tried('noor', (tx) => merged.execute(tx))).toBe('library.change_request.rules_not_met');
    await run('mei', (tx) => withdrawChangeRequest(tx, { id, byline_id: c.byline.mei, reason: '' }));
  });
  test('up to date: a page that moved holds the merge back', async () => {
    await set('lucia', 'public', { up_to_date: true });
    const [one, other] = [await propose('amina', 'public'), await propose('pita', 'public')];
    expect(await merge('noor', one)).toBe('done');
    expect(await missing(other)).toEqual(['up_to_date']);
    expect(await merge('noor', other)).toBe('library.change_request.rules_not_met');
    const merged = sql`update app.change_requests set status = 'merged', decided_by = ${c.byline.noor} where id = ${other}`;
    expect(await tried('noor', (tx) => merged.execute(tx))).toBe('library.change_request.rules_not_met');
  });
});

describe('quick', () => {
  beforeAll(async () => void (await set('lucia', 'public', { preset: 'quick' })));
  test('whoever decides opens the last call; the clock ends it; then, and not before, it is merged', async () => {
    const id = await propose('amina', 'public');
    expect(await missing(id)).toEqual(['last_call']);
    const opened = await whoMay(
      (tx) => openProcedure(tx, { id }),
      () => c.behind('delete from app.procedures where change_request_id = $1', [id]),
    );
    expect(opened).toEqual(['mei', 'noor']);
    await run('noor', (tx) => openProcedure(tx, { id, reason: 'Have a look' }));
    expect(await tried('mei', (tx) => openProcedure(tx, { id }))).toBe('library.procedure.runs_already');
    expect(await missing(id)).toEqual(['last_call_runs']);
    expect(await merge('noor', id)).toBe('library.change_request.rules_not_met');
    expect(await runProcedures()).toBe(0);
    await days(7);
    expect(await runProcedures(), 'seven whole days, and the rest of the first').toBe(0);
    await days(1);
    expect(await runProcedures()).toBe(1);
    expect(await runProcedures(), 'once').toBe(0);
    expect(await missing(id)).toEqual([]);
    expect(await merge('noor', id)).toBe('done');
    const steps = await run('visitor', (tx) => listSteps(tx, id));
    expect(steps.map(({ kind, by }) => [kind, by]).slice(-2)).toEqual([
      ['last_call_opened', 'Noor'],
      ['last_call_over', null],
    ]);
  });
  test('more days with a reason, by whoever decides; earlier with a reason; anew for other words', async () => {
    const id = await propose('amina', 'public');
    await run('noor', (tx) => openProcedure(tx, { id }));
    expect(await whoMay((tx) => extendProcedure(tx, { id, days: 1, reason: 'Holidays' }))).toEqual(['mei', 'noor']);
    expect(await tried('noor', (tx) => extendProcedure(tx, { id, days: 1 }))).toBe('library.change_request.reason_missing');
    expect(await tried('noor', (tx) => extendProcedure(tx, { id, days: 0, reason: 'x' }))).toBe('library.procedure.days');
    await days(9);
    expect(await runProcedures(), 'two days more').toBe(0);
    const [page] = await c.behind<{ text: string; base_revision_id: string; page_id: string }>(
      `select text, base_revision_id, page_id from app.change_request_pages where change_request_id = $1`,
      [id],
    );
    await run('amina', (tx) => updateChangeRequest(tx, { id, byline_id: c.byline.amina, page: { ...page!, text: `${page!.text}\nMore.\n`, retires: [] } }));
    await days(2);
    expect(await runProcedures(), 'the new words have their own week').toBe(0);
    expect(await tried('noor', (tx) => closeEarly(tx, { id }))).toBe('library.change_request.reason_missing');
    expect(
      await whoMay(
        (tx) => closeEarly(tx, { id, reason: 'All have answered' }),
        () => c.behind(`update app.procedures set phase = 'comments', over_at = null where change_request_id = $1`, [id]),
      ),
    ).toEqual(['mei', 'noor']);
    await run('noor', (tx) => closeEarly(tx, { id, reason: 'All have answered' }));
    expect(await missing(id)).toEqual([]);
    await run('amina', (tx) =>
      updateChangeRequest(tx, { id, byline_id: c.byline.amina, page: { ...page!, text: `${page!.text}\nStill more.\n`, retires: [] } }),
    );
    expect(await missing(id), 'words that nobody has seen').toEqual(['reworded']);
    await run('noor', (tx) => openProcedure(tx, { id }));
    expect(await missing(id)).toEqual(['last_call_runs']);
    await run('amina', (tx) => withdrawChangeRequest(tx, { id, byline_id: c.byline.amina, reason: 'Enough' }));
    expect(await c.behind(`select 1 from app.procedures where over_at is null`)).toEqual([]);
  });
  test('what is editorial passes without; whoever decides corrects that, for all to see', async () => {
    const id = await propose('amina', 'public', 'editorial');
    expect(await missing(id)).toEqual([]);
    expect(
      await whoMay(
        (tx) => correctNature(tx, { id, nature: 'substantive', reason: 'It changes what is asked' }),
        () => c.behind(`update app.change_requests set nature = 'editorial' where id = $1`, [id]),
      ),
    ).toEqual(['mei', 'noor']);
    await run('noor', (tx) => correctNature(tx, { id, nature: 'substantive', reason: 'It changes what is asked' }));
    expect(await missing(id)).toEqual(['last_call']);
    expect(await tried('noor', (tx) => correctNature(tx, { id, nature: 'editorial' }))).toBe('library.change_request.reason_missing');
    expect((await run('pita', (tx) => listSteps(tx, id))).at(-1)).toMatchObject({
      kind: 'nature_corrected',
      by: 'Noor',
      words: 'It changes what is asked',
      data: { nature: 'substantive' },
    });
    expect(await tried('noor', (tx) => declineChangeRequest(tx, { id, byline_id: c.byline.noor, reason: 'No, it is the same' }))).toBe('done');
    expect(await run('pita', (tx) => findChangeRequest(tx, { id }))).toMatchObject({ status: 'declined', decision_reason: 'No, it is the same' });
    const found = (who: Who, words: string) => run(who, async (tx) => (await listChangeRequests(tx, { status: 'declined', words })).map((row) => row.id));
    expect(await found('visitor', 'THE SAME')).toEqual([id]);
    expect(await found('visitor', 'otherwise')).toEqual([]);
  });
  test('what only a circle reads, its steps included, nobody else reads', async () => {
    await c.behind(`insert into app.space_rules (id, space_id, audience_id, preset) values (gen_random_uuid(), $1, $2, 'quick')`, [
      spaces.circle.id,
      c.audience.circle,
    ]);
    const id = await propose('amina', 'circle');
    await run('mei', (tx) => openProcedure(tx, { id }));
    await run('mei', (tx) => correctNature(tx, { id, nature: 'editorial', reason: 'Only words' }));
    const readers: Who[] = [];
    for (const who of EVERYONE) {
      const seen = await run(who, async (tx) => [
        (await findDeciding(tx, id)) !== undefined,
        (await listSteps(tx, id)).length > 0,
        (await sql`select 1 from app.procedures where change_request_id = ${id}`.execute(tx)).rows.length > 0,
        (await sql`select 1 from app.space_rules where space_id = ${spaces.circle.id}`.execute(tx)).rows.length > 0,
      ]);
      expect(new Set(seen).size).toBe(1);
      if (seen[0]) readers.push(who);
      else expect(await run(who, (tx) => findMissing(tx, id))).toEqual([]);
    }
    expect(readers).toEqual(['amina', 'jonas', 'mei', 'karim']);
    expect(await tried('noor', (tx) => openProcedure(tx, { id }))).toBe('common.not_found');
  });
});
