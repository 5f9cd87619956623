/** What loosens security waits for a second steward, whoever asks by whatever way; what tightens it does not. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listActs } from '#domains/govern/acts.server.ts';
import { changeChecklist } from '#domains/govern/change-checklist.server.ts';
import { confirmAct } from '#domains/govern/confirm-act.server.ts';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { actText, actTitle, factRows } from '#domains/govern/words.ts';
import { changeSettings } from '#domains/hub/change-settings.server.ts';
import { findSettings, listChanges, listWaiting } from '#domains/hub/queries.server.ts';
import { LOOSENING } from '#domains/hub/ui/words.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { listChecklists } from '#domains/people/joining/checklists.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { changeRule } from '#domains/records/change-rule.server.ts';
import { listRules } from '#domains/records/queries.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { initial } from '#platform/settings/table.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
const actors: Record<string, Actor> = {};
beforeAll(async () => {
  hub = await plantCommunity();
  for (const slug of ['lucia', 'mei', 'amina', 'jonas', 'karim', 'eve']) actors[slug] = await hub.be(slug);
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});
const at = <T>(who: string, work: (tx: Tx) => Promise<T>) => as(actors[who]!, work);
const tried = (who: string, work: (tx: Tx) => Promise<unknown>): Promise<string> =>
  at(who, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const set = (who: string, input: Record<string, unknown>) => at(who, (tx) => changeSettings(tx, input, ['en']));
const now = (name: keyof typeof initial) => at('lucia', findSettings).then((settings) => settings![name]);
const raw = (who: string, name: string, value: unknown) =>
  tried(who, (tx) => sql`insert into app.settings (name, value) values (${name}, ${JSON.stringify(value)}::jsonb)`.execute(tx));

/** What holds before, what loosens it, what tightens it. */
const table: Array<[name: keyof typeof initial, before: unknown, looser: unknown, tighter: unknown]> = [
  ['session_days', 30, 60, 7],
  ['idle_days', 7, 30, 1],
  ['invitation_days', 7, 14, 3],
  ['confirm_days', 365, 730, 180],
  ['confirm_grace_days', 30, 60, 14],
  ['guest_days', 90, 180, 30],
  ['recovery_hours', 24, 2, 48],
  ['sign_in_minimum', 'second_factor', 'nothing', 'passkeys_only'],
  ['stewards_passkeys_only', true, false, true],
  ['outer_links', 'public', 'all', 'off'],
  ['mail_address', 'desk@example.org', 'other@example.com', ''],
];

test('a hub that never had two stewards: the one loosens alone; the words and the policies name the same settings', async () => {
  expect(table.map(([name]) => name).sort()).toEqual([...LOOSENING].sort());
  expect(await at('lucia', listWaiting)).toEqual({ two: false, waits: [] });
  expect(await set('lucia', { session_days: 60 })).toEqual({ changed: ['session_days'], waits: [] });
  expect(await at('lucia', (tx) => changeRule(tx, { kind: 'draft', label: null, days: '300', reason: 'Our law.' }))).toEqual({ waits: null });
  await hub.behind(`alter table app.settings disable trigger user; delete from app.settings`);
  for (const { name, holds } of await hub.behind<{ name: string; holds: unknown }>(
    `select w.name, app.setting_was(w.name) as holds from unnest('{${LOOSENING.join()}}'::text[]) w(name)`,
  ))
    expect(holds, name).toEqual(initial[name as keyof typeof initial]);
  await hub.behind(
    `alter table app.settings enable trigger user; insert into app.hub_roles values ('${hub.ids['mei']}', 'steward'); update app.hub set second_steward_at = now()`,
  );
});

describe.each(table)('%s', (name, before, looser, tighter) => {
  beforeEach(() =>
    hub.behind(`alter table app.settings disable trigger user; delete from app.settings where name = '${name}';
      insert into app.settings (name, value) values ('${name}', '${JSON.stringify(before)}'); alter table app.settings enable trigger user;
      alter table app.two_person_acts disable trigger act_told; delete from app.two_person_acts; alter table app.two_person_acts enable trigger act_told`),
  );
  test('is made stricter by one steward, at once', async () => {
    expect(await set('lucia', { [name]: tighter })).toMatchObject({ waits: [] });
    expect(await now(name)).toEqual(tighter);
  });
  test('is loosened by two: not without a reason, not around the form, not by whoever proposed it', async () => {
    expect(await tried('lucia', (tx) => changeSettings(tx, { [name]: looser }, ['en']))).toBe('hub.setting.reason_missing');
    expect(await raw('lucia', name, looser)).toBe('common.not_found');
    const { changed, waits } = await set('lucia', { [name]: looser, contact: `${name.replaceAll('_', '-')}@example.org`, reason: 'People asked.' });
    expect(changed).toEqual(['contact']);
    expect(waits).toMatchObject([{ setting: name }]);
    expect(await now(name)).toEqual(before);
    expect((await at('mei', listWaiting)).waits).toMatchObject([{ setting: name, wanted: looser }]);
    expect(await tried('mei', (tx) => changeSettings(tx, { [name]: looser, reason: 'Me too.' }, ['en']))).toBe('govern.act.waits_already');
    const act = (await at('mei', listActs))[0]!;
    expect(actTitle(act.kind, act.shown)).not.toContain('loosen setting');
    expect(
      factRows(act.shown)
        .map(({ label }) => label)
        .sort(),
    ).toEqual(['Afterwards', 'Now', 'Setting']);
    expect(actText(act.kind, act.shown)).not.toBe('');
    expect(await tried('lucia', (tx) => confirmAct(tx, act))).toBe('govern.act.not_second');
    for (const who of ['amina', 'jonas', 'karim', 'eve']) expect(await tried(who, (tx) => confirmAct(tx, act)), who).toBe('govern.act.not_found');
    expect(await tried('mei', (tx) => confirmAct(tx, act))).toBe('done');
    expect(await now(name)).toEqual(looser);
    // The history names both.
    expect((await at('mei', (tx) => listChanges(tx))).find((change) => change.name === name)).toMatchObject({ proposed_by: 'Lucia', by: 'Mei' });
    expect((await hub.behind(`select data from app.audit_notes where kind = 'setting.changed' and data ->> 'name' = '${name}'`)).at(-1)).toEqual({
      data: { name, from: before, to: looser },
    });
  });
  test('is not loosened by a stale yes: changed in between, nothing is done', async () => {
    const { waits } = await set('lucia', { [name]: looser, reason: 'People asked.' });
    await set('lucia', { [name]: tighter });
    const act = await at('mei', listActs).then((acts) => acts.find(({ id }) => id === waits[0]!.act)!);
    expect(await tried('mei', (tx) => confirmAct(tx, act))).toBe(tighter === before ? 'done' : 'govern.act.changed');
  });
});

test('an act is about one of these settings and a value within its limits, or it is refused', async () => {
  const subject = async (name: string) => (await hub.behind<{ id: string }>(`select app.setting_subject('${name}') as id`))[0]!.id;
  const propose = async (content: Record<string, string | number | boolean>, about = String(content['setting'])) =>
    tried('lucia', async (tx) => proposeAct(tx, { kind: 'loosen_setting', subject: await subject(about), content, reason: 'x' }));
  await hub.behind(`alter table app.settings disable trigger user; delete from app.settings; alter table app.settings enable trigger user`);
  expect(await propose({ setting: 'session_days', value: 91 })).toBe('hub.setting.number');
  expect(await propose({ setting: 'session_days', value: 'soon' })).toBe('common.bad_input');
  expect(await propose({ setting: 'session_days', value: 20 })).toBe('hub.setting.loosens_nothing');
  expect(await propose({ setting: 'session_days', value: 60 }, 'invitation_days')).toBe('govern.act.not_found');
  expect(await propose({ setting: 'imprint', value: 'x' })).toBe('govern.act.not_found');
  expect(await propose({ setting: 'mail_address', value: 'nobody' })).toBe('common.bad_input');
});

describe('how long things are kept', () => {
  const rule = { kind: 'draft', label: null, reason: 'Our law.' };
  const days = () => at('amina', listRules).then(({ rules }) => rules.find(({ kind }) => kind === 'draft')!.keep_days);
  test('longer by one; shorter by two, also where it was for good; not around the form', async () => {
    expect(await at('lucia', (tx) => changeRule(tx, { ...rule, days: '900' }))).toEqual({ waits: null });
    expect(await at('mei', (tx) => changeRule(tx, { ...rule, days: '' }))).toEqual({ waits: null });
    expect(await days()).toBeNull();
    expect(await tried('lucia', (tx) => sql`update app.retention_rules set keep_days = 9, reason = 'x' where kind = 'draft'`.execute(tx))).toBe(
      'common.not_found',
    );
    const { waits } = await at('lucia', (tx) => changeRule(tx, { ...rule, days: '30' }));
    expect(await days()).toBeNull();
    const act = await at('mei', listActs).then((acts) => acts.find(({ id }) => id === waits)!);
    expect(actTitle(act.kind, act.shown)).toContain('30 days only');
    expect(await tried('lucia', (tx) => confirmAct(tx, act))).toBe('govern.act.not_second');
    expect(await tried('mei', (tx) => confirmAct(tx, act))).toBe('done');
    expect(await days()).toBe(30);
  });
});

describe('the checklist that applications are vetted with', () => {
  const asked = async () => (await at('lucia', listChecklists)).versions[0]!;
  const codes = async () => (await asked()).points.map(({ question }) => question);
  const change = async (who: string, keep: string[], add: string[] = []) => {
    const { version } = await asked();
    return at(who, (tx) => changeChecklist(tx, { after: version, keep, add, reason: 'Our law.' }));
  };
  test('is read and changed by stewards only', async () => {
    for (const who of ['amina', 'jonas', 'karim', 'eve']) {
      expect((await at(who, listChecklists)).versions, who).toEqual([]);
      expect(await tried(who, (tx) => changeChecklist(tx, { after: 1, keep: ['mandate'], add: [], reason: 'x' })), who).toBe('common.not_found');
    }
    const reading = await at('mei', (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
    actors.reader = { kind: 'person', key: keyOf(reading.token) };
    expect((await at('reader', listChecklists)).versions).toHaveLength(1);
    expect(await tried('reader', async (tx) => changeChecklist(tx, { after: 1, keep: await codes(), add: ['Has it signed the treaty?'], reason: 'x' }))).toBe(
      'common.not_found',
    );
  });
  test('a question is added by one, taken away by two: not around the form, not by whoever proposed it, not by a stale yes', async () => {
    expect(await change('lucia', await codes(), ['Has it signed  the treaty?'])).toEqual({ waits: null });
    const now = await asked();
    expect(now).toMatchObject({ version: 2, made_by: 'Lucia', confirmed_by: null, reason: 'Our law.' });
    expect(now.points.at(-1)!.own_words).toBe('Has it signed the treaty?');
    expect(await tried('lucia', (tx) => sql`select app.change_checklist(2, 'mandate', 'x')`.execute(tx))).toBe('people.checklist.needs_two');
    for (const statement of [
      `insert into app.checklists (version) values (3)`,
      `delete from app.checklist_points`,
      `update app.vetting_questions set question = 'x'`,
    ])
      expect(await tried('lucia', (tx) => sql.raw(statement).execute(tx)), statement).not.toBe('done');
    const { waits } = await change('lucia', ['mandate', 'domain']);
    expect((await asked()).version).toBe(2);
    const act = await at('mei', listActs).then((acts) => acts.find(({ id }) => id === waits)!);
    expect(actTitle(act.kind, act.shown)).toContain('5 questions');
    expect(factRows(act.shown).map(({ label }) => label)).toEqual(expect.arrayContaining(['Is taken away', 'Is added', 'Stays', 'Version']));
    expect(JSON.stringify(factRows(act.shown))).toContain('Has it signed the treaty?');
    expect(await tried('lucia', (tx) => confirmAct(tx, act))).toBe('govern.act.not_second');
    for (const who of ['amina', 'jonas', 'karim', 'eve']) expect(await tried(who, (tx) => confirmAct(tx, act)), who).toBe('govern.act.not_found');
    expect(await tried('mei', (tx) => confirmAct(tx, act))).toBe('done');
    expect(await asked()).toMatchObject({ version: 3, made_by: 'Lucia', confirmed_by: 'Mei' });
    expect(await codes()).toEqual(['mandate', 'domain']);
    const stale = await change('lucia', ['domain']);
    await change('mei', await codes(), ['Has it an office of its own?']);
    const late = await at('mei', listActs).then((acts) => acts.find(({ id }) => id === stale.waits)!);
    expect(await tried('mei', (tx) => confirmAct(tx, late))).toBe('people.checklist.changed');
    expect((await hub.behind(`select data from app.audit_notes where kind = 'checklist.changed' order by 1`)).length).toBe(3);
  });
  test.each<[string, Record<string, unknown>, string]>([
    ['none', { keep: [], add: [] }, 'people.checklist.empty'],
    ['the same again', {}, 'people.checklist.same'],
    ['words too few to be a question', { add: ['Law?'] }, 'people.checklist.question'],
    ['twice the same', { add: ['Has it two offices?', 'has it two offices?'] }, 'people.checklist.question'],
    ['a code that nobody knows', { keep: ['mandate', 'nonsense'] }, 'people.checklist.question'],
    ['an older version', { after: 1, add: ['Has it two offices?'] }, 'people.checklist.changed'],
    ['no reason', { add: ['Has it two offices?'], reason: ' ' }, 'people.checklist.reason_missing'],
  ])('is not made of %s', async (_, input, code) => {
    const { version } = await asked();
    const whole = { after: version, keep: await codes(), add: [], reason: 'Our law.', ...input };
    expect(await tried('lucia', (tx) => changeChecklist(tx, whole))).toBe(code);
  });
});
