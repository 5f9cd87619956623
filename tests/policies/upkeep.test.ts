/** Who answers for a page: who says so, who says that it was read again, who is told when, and that an owner who left is nobody. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tellDeciders } from '#domains/library/deciding/tell-deciders.server.ts';
import { listRequestRings, ringAddress } from '#domains/library/deciding/bell.server.ts';
import { findUpkeep, listPossibleOwners, listUpkeep, seePage } from '#domains/library/upkeep/queries.server.ts';
import { remindOwners, reviewPage, setUpkeep } from '#domains/library/upkeep/set-upkeep.server.ts';
import { as, type Actor, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor' | 'reader' | 'suspended';
let db: FreshDatabase;
let c: Cast;
let rules: MadeSpace;
let ours: MadeSpace;
let page: string;
let secret: string;
const actors = {} as Record<Who, Actor>;
const EVERYONE: Who[] = ['visitor', ...NAMES, 'reader', 'suspended'];

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  for (const name of NAMES) actors[name] = c.as(name);
  actors.visitor = { kind: 'visitor' };
  // The editor's token that may only read; another editor who is suspended.
  actors.reader = (await c.signIn('noor', ['read'])).actor;
  const [gone] = await c.behind<{ id: string }>(`insert into app.members (id, slug, name) values (gen_random_uuid(), 'sus', 'Sus') returning id`);
  await c.behind(`insert into app.hub_roles (member_id, role) values ($1, 'editor')`, [gone!.id]);
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [gone!.id]);
  actors.suspended = { kind: 'clerk', as: gone!.id };
  rules = await makeSpace('rules', 1, { rules: pageText('Rules', 'Words.'), more: pageText('More', 'Words.') });
  ours = await makeSpace('ours', c.audience.circle, { ours: pageText('Ours', 'Secret words.') });
  page = rules.pages['rules']!;
  secret = ours.pages['ours']!;
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
async function whoMay(work: (tx: Tx) => Promise<unknown>): Promise<Who[]> {
  const able: Who[] = [];
  for (const who of EVERYONE) {
    const said = await tried(who, work);
    if (said === 'done') able.push(who);
    else expect(said, `${who}: a refusal of ours`).toMatch(/^common\.(not_found|not_allowed)$|42501|permission denied/);
  }
  return able;
}
const person = (who: Name) => `person:${c.byline[who]}`;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const rings = async (who: Name) => (await run(who, listRequestRings)).map((ring) => `${ring.kind} ${ringAddress(ring)}`);
/** Days go by: the day of the review, and every mail that waits, is that much nearer. */
const pass = (days: number) =>
  c.behind(
    `update app.page_upkeep set review_on = review_on - ${days}, reminded_of = reminded_of - ${days}, overdue_of = overdue_of - ${days}, reviewed_on = reviewed_on - ${days};
     update app.request_notices set at = at - interval '${days} days', mail_due = mail_due - interval '${days} days'`,
  );
const mailsOf = async (): Promise<number> => {
  await pass(2);
  return tellDeciders();
};

test('whoever decides about a text they read names its owner and the day, nobody else', async () => {
  const set = (id: string) => (tx: Tx) => setUpkeep(tx, id, { owner: person('amina'), review_on: inDays(100), every_months: 6 });
  expect(await whoMay(set(page))).toEqual(['mei', 'noor']);
  // Noor decides and does not read the circle; Karim reads it as a guest.
  expect(await whoMay(set(secret))).toEqual(['mei']);
  expect(await tried('noor', set(secret)), 'absent and not theirs').toBe('common.not_found');
  expect(await tried('amina', set(secret))).toBe('common.not_allowed');
  for (const statement of [`update app.page_upkeep set review_on = null`, `delete from app.page_upkeep`, `select overdue_of from app.page_upkeep`])
    expect(await whoMay((tx) => sql.raw(statement).execute(tx))).toEqual([]);
});

test('an owner reads the page: others are not offered and not taken', async () => {
  const names = async (who: Name, id: string) => (await run(who, (tx) => listPossibleOwners(tx, id))).map(({ name }) => name);
  expect(await names('mei', secret)).toEqual(['Amina', 'Jonas', 'Karim', 'Mei', 'Central Bank of Lumaria']);
  expect(await names('mei', page), 'a public text is kept by full members').not.toContain('Karim');
  for (const who of ['amina', 'karim', 'eve', 'noor', 'lucia'] as const) expect([who, await names(who, secret)]).toEqual([who, []]);
  for (const owner of [person('pita'), `organization:${c.organization['tavola-regulator']}`, person('eve')])
    expect(await tried('mei', (tx) => setUpkeep(tx, secret, { owner }))).toBe('library.upkeep.owner_unknown');
  expect(await tried('mei', (tx) => setUpkeep(tx, page, { owner: person('karim') }))).toBe('library.upkeep.owner_unknown');
  for (const [input, code] of [
    [{ review_on: 'soon' }, 'library.upkeep.day'],
    [{ every_months: 0 }, 'library.upkeep.months'],
    [{ owner: 'me' }, 'library.upkeep.owner_unknown'],
  ] as const)
    expect(await tried('mei', (tx) => setUpkeep(tx, page, input))).toBe(code);
});

test('the board says of each what its reader may know', async () => {
  const seen = async (who: Who) => (await run(who, (tx) => listUpkeep(tx))).map((each) => `${each.path} ${each.owned} ${each.owner}`);
  expect(await seen('pita')).toEqual(['rules stands Amina', 'more none null']);
  expect(await seen('karim'), 'a guest sees whom it meets').toEqual(['ours stands Amina', 'rules stands Amina', 'more none null']);
  expect(await seen('eve'), 'no name for whoever belongs nowhere').toEqual(['rules stands null', 'more none null']);
  expect(await tried('visitor', (tx) => listUpkeep(tx))).not.toBe('done');
  expect(await run('pita', (tx) => findUpkeep(tx, secret))).toBeUndefined();
});

test('read again, nothing to change: by the owner and whoever decides; the next day is set', async () => {
  await run('mei', (tx) => setUpkeep(tx, page, { owner: person('amina'), review_on: inDays(-3), every_months: 6 }));
  expect(await whoMay((tx) => reviewPage(tx, page))).toEqual(['amina', 'mei', 'noor']);
  const now = (await run('pita', (tx) => findUpkeep(tx, page)))!;
  expect([now.overdue, now.reviewed_on, now.reviewed_by, now.may_review, now.may_set]).toEqual([false, inDays(0), 'Noor', false, false]);
  expect(new Date(now.review_on!).getTime() - Date.now()).toBeGreaterThan(175 * 86_400_000);
  // An organization answers by its focal points.
  await run('mei', (tx) => setUpkeep(tx, page, { owner: `organization:${c.organization['tavola-regulator']}`, review_on: inDays(5) }));
  expect(await whoMay((tx) => reviewPage(tx, page))).toEqual(['mei', 'pita', 'noor']);
  const kinds = await c.behind<{ kind: string }>(`select distinct kind from app.events where subject_kind = 'upkeep' order by 1`);
  expect(kinds.map(({ kind }) => kind)).toEqual(['upkeep.reviewed', 'upkeep.set']);
});

test('the owner is told once ahead and once when the day has passed; mails counted', async () => {
  await c.behind('delete from app.request_notices; delete from app.page_upkeep');
  await run('mei', (tx) => setUpkeep(tx, page, { owner: person('amina'), review_on: inDays(20) }));
  expect([await remindOwners(), await mailsOf()]).toEqual([0, 0]);
  await pass(8);
  expect([await remindOwners(), await remindOwners()], 'within a fortnight, once').toEqual([1, 0]);
  expect(await rings('amina')).toEqual(['review_soon /library/rules/rules']);
  expect([await mailsOf(), await mailsOf()], 'in the mail of the day, once').toEqual([1, 0]);
  await pass(10);
  expect([await remindOwners(), await remindOwners(), await mailsOf()]).toEqual([1, 0, 1]);
  expect(await rings('amina')).toEqual(['review_overdue /library/rules/rules', 'review_soon /library/rules/rules']);
  expect(await rings('mei')).toEqual([]);
  await run('amina', (tx) => seePage(tx, page));
  expect(await rings('amina')).toEqual([]);
  // Read again before the mail went: nothing is said any more.
  await run('mei', (tx) => setUpkeep(tx, page, { owner: person('amina'), review_on: inDays(2) }));
  expect(await remindOwners()).toBe(1);
  await run('amina', (tx) => reviewPage(tx, page));
  expect([await rings('amina'), await mailsOf()]).toEqual([[], 0]);
  // Who wants no mail of this kind has the bell alone.
  await c.behind(`insert into app.telling_choices (member_id, mail_followed) values ($1, 'never')`, [c.member.amina]);
  await run('mei', (tx) => setUpkeep(tx, page, { owner: person('amina'), review_on: inDays(-1) }));
  expect([await remindOwners(), (await rings('amina')).length, await mailsOf()]).toEqual([1, 1, 0]);
  await c.behind('delete from app.telling_choices');
});

test('an owner who left, or lost the right to read, is nobody and is told nothing', async () => {
  await c.behind('delete from app.request_notices; delete from app.page_upkeep');
  await run('mei', (tx) => setUpkeep(tx, secret, { owner: person('jonas'), review_on: inDays(3) }));
  await run('mei', (tx) => setUpkeep(tx, page, { owner: person('pita'), review_on: inDays(3) }));
  expect(await remindOwners()).toBe(2);
  await c.behind(`delete from app.audience_members where audience_id = $1 and member_id = $2`, [c.audience.circle, c.member.jonas]);
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [c.member.pita]);
  expect(await mailsOf(), 'decided when it is delivered').toBe(0);
  expect([
    await rings('jonas'),
    (await run('mei', (tx) => listUpkeep(tx)))
      .map((each) => `${each.path} ${each.owned} ${each.owner}`)
      .slice(0, 2)
      .sort(),
  ]).toEqual([[], ['ours gone Jonas', 'rules gone Pita']]);
  expect(await whoMay((tx) => reviewPage(tx, secret))).toEqual(['mei']);
  // The day alone may be changed though nobody stands behind the name; somebody else who is not here may not be put there.
  await run('mei', (tx) => setUpkeep(tx, page, { owner: person('pita'), review_on: inDays(-1) }));
  expect([await remindOwners(), (await run('mei', (tx) => findUpkeep(tx, page)))!.overdue]).toEqual([0, true]);
  await c.behind(`update app.members set status = 'active' where id = $1`, [c.member.pita]);
  expect(await remindOwners(), 'back again, and told').toBe(1);
});
