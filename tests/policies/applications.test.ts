/** Applying and vetting: who reads, answers, confirms, refuses; and that one steward alone never admits anybody. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeChecklist } from '#domains/govern/change-checklist.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { admitApplication } from '#domains/people/joining/admit-application.server.ts';
import { findApplication, listApplications } from '#domains/people/joining/applications.server.ts';
import { applyToTakePart } from '#domains/people/joining/apply.server.ts';
import { checkApplication, tendApplications } from '#domains/people/joining/check-domain.server.ts';
import {
  addToApplication,
  checkApplicationDomain,
  confirmContact,
  findMyApplication,
  withdrawApplication,
} from '#domains/people/joining/my-application.server.ts';
import {
  acceptApplicationLetter,
  answerVetting,
  askApplicant,
  finishVetting,
  refuseApplication,
  sendBackApplication,
} from '#domains/people/joining/vet-application.server.ts';
import { findInvitation } from '#domains/people/queries.server.ts';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type NameServer, openNameServer } from '../support/name-server.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
let names: NameServer;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** lucia and jonas are stewards; desta is a focal point, karim a guest, Eve belongs nowhere; reader is Lucía's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  names = await openNameServer();
  await hub.behind(`insert into app.hub_roles (member_id, role) values ('${hub.ids.jonas}', 'steward')`);
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  const { token } = await as(actors.lucia!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors.reader = { kind: 'person', key: keyOf(token) };
});
afterAll(async () => {
  await names.close();
  await closePools();
  await hub.database.drop();
});

const visitor = { kind: 'visitor' } as const;
const tried = (who: string, work: (tx: Tx) => Promise<unknown>): Promise<string> =>
  as(actors[who]!, work).then(
    (value) => (value === false ? 'too often' : 'done'),
    (error: { code?: string }) => error.code ?? String(error),
  );
async function whoMay(work: (tx: Tx, who: string) => Promise<unknown>): Promise<string[]> {
  const able: string[] = [];
  for (const who of everyone) if ((await tried(who, (tx) => work(tx, who))) === 'done') able.push(who);
  return able;
}
const said = (domain: string, more: Record<string, string> = {}) => ({
  name: `Office of ${domain}`,
  kind: 'regulator',
  mandate: 'Mobile money, by the Payments Act.',
  jurisdictions: 'Norland\nSudland',
  domain,
  name_1: 'Ada One',
  role_1: 'Head of supervision',
  email_1: `ada@${domain}`,
  name_2: 'Bo Two',
  role_2: 'Analyst',
  email_2: `bo@${domain}`,
  retry_key: newId(),
  ...more,
});
const apply = (input: Record<string, string>) => as(visitor, (tx) => applyToTakePart(tx, input));
const idOf = async (domain: string) => (await as(actors.lucia!, listApplications)).find((each) => each.domain === domain)!.id;
/** What the mail job would do, with links we know. */
async function links(id: string): Promise<[string, string]> {
  const tokens: [string, string] = [newSecret(), newSecret()];
  for (const [at, token] of tokens.entries())
    await as({ kind: 'clerk' }, (tx) =>
      sql`update app.application_contacts set token_hash = ${storedHash(keyOf(token))} where application_id = ${id} and place = ${at + 1}`.execute(tx),
    );
  return tokens;
}
const own = <T>(token: string, work: (tx: Tx, link: { token: string }) => Promise<T>) => as(visitor, (tx) => work(tx, { token }));
const state = async (token: string) => (await own(token, findMyApplication))?.state;
const codes = async () =>
  (
    await hub.behind<{ code: string }>(
      'select question as code from app.checklist_points where version = (select max(version) from app.checklists) order by position',
    )
  ).map(({ code }) => code);
async function ready(domain: string, more: Record<string, string> = {}): Promise<{ id: string; tokens: [string, string] }> {
  await apply(said(domain, more));
  const id = await idOf(domain);
  const tokens = await links(id);
  for (const token of tokens) await own(token, confirmContact);
  names.records.set(`_indaba.${domain}`, [`indaba-verification=${(await own(tokens[0], findMyApplication))!.token}`]);
  await checkApplication({ ids: { application: id } });
  return { id, tokens };
}
const answerAll = async (who: string, id: string, answer = 'yes') => {
  for (const question of await codes()) await as(actors[who]!, (tx) => answerVetting(tx, { id, question, answer, remark: 'Called the published number.' }));
};

describe('applying', () => {
  test('goes its way, each step in words: received, confirmed, proved, vetting, second, admitted', async () => {
    await apply(said('norland.example'));
    const id = await idOf('norland.example');
    const [ada, bo] = await links(id);
    expect(await state(ada)).toBe('received');
    await own(ada, confirmContact);
    await own(ada, confirmContact);
    expect(await state(ada)).toBe('received');
    await own(bo, confirmContact);
    expect(await state(bo)).toBe('confirmed');
    names.records.set('_indaba.norland.example', [`indaba-verification=${(await own(ada, findMyApplication))!.token}`]);
    expect(await own(ada, checkApplicationDomain)).toBe(true);
    await tendApplications();
    expect(await state(ada)).toBe('proved');
    await answerAll('lucia', id);
    expect(await state(ada)).toBe('vetting');
    await as(actors.lucia!, (tx) => finishVetting(tx, { id }));
    expect(await state(ada)).toBe('second');
    const { slug } = await as(actors.jonas!, (tx) => admitApplication(tx, { id }));
    expect(await state(ada)).toBe('admitted');
    const made =
      await hub.behind(`select o.name, o.is_guest, array(select j.name from app.organization_jurisdictions x join app.jurisdictions j on j.id = x.jurisdiction_id where x.organization_id = o.id order by 1) as places,
      array(select i.email || ' ' || i.role from app.invitations i where i.organization_id = o.id order by 1) as invited, array(select d.domain || ' ' || d.method from app.organization_domains d where d.organization_id = o.id) as domains
      from app.organizations o where slug = '${slug}'`);
    expect(made).toEqual([
      {
        name: 'Office of norland.example',
        is_guest: false,
        places: ['Norland', 'Sudland'],
        invited: ['ada@norland.example focal_point', 'bo@norland.example focal_point'],
        domains: ['norland.example dns'],
      },
    ]);
    // Members hear that it is here, from nobody: who vets and who confirms is not named to them.
    expect(
      await hub.behind(
        `select e.byline_id from app.events e join app.organizations o on o.id = e.subject_id where e.kind = 'organization.registered' and o.slug = '${slug}'`,
      ),
    ).toEqual([{ byline_id: null }]);
    const noted = await hub.behind<{ kind: string }>(`select kind from app.audit_notes where data ->> 'application_id' = '${id}' order by id`);
    expect(noted.map(({ kind }) => kind)).toEqual([
      'application.made',
      'application.contact_confirmed',
      'application.contact_confirmed',
      'application.vetted',
      'application.admitted',
    ]);
  });
  test('the same form twice makes one; the same person again gets a new link, and nobody learns which', async () => {
    const form = said('twice.example');
    await apply(form);
    await apply(form);
    await apply({ ...form, retry_key: newId() });
    expect(await hub.behind(`select 1 from app.applications where domain = 'twice.example'`)).toHaveLength(1);
    const jobs = await hub.behind(`select 1 from graphile_worker.jobs where task_identifier = 'people.mail-application-link'`);
    expect(jobs.length).toBeGreaterThanOrEqual(3);
  });
  test('a stranger cannot keep the real body out by being first, nor fill the list', async () => {
    for (const n of [1, 2, 3]) await apply(said('wanted.example', { email_1: `x${n}@wanted.example`, name: `Squatter ${n}` }));
    await expect(apply(said('wanted.example', { email_1: 'real@wanted.example' }))).rejects.toMatchObject({ code: 'people.application.too_many' });
    await hub.behind(`update app.applications set made_at = now() - interval '15 days' where domain = 'wanted.example'`);
    await tendApplications();
    await apply(said('wanted.example', { email_1: 'real@wanted.example' }));
  });
  test.each([
    [{ email_2: 'bo@evil-look.example' }, 'people.application.contact_elsewhere'],
    [{ email_2: 'ada@look.example' }, 'people.application.contacts_same'],
    [{ domain: 'localhost' }, 'people.domain.none'],
    [{ kind: 'provider' }, 'people.organization.kind_unknown'],
    [{ mandate: ' ' }, 'people.application.mandate_missing'],
    [{ jurisdictions: ' , ' }, 'people.application.jurisdiction_missing'],
    [{ name: 'B\u0430nk of Norland' }, 'people.name.dishonest'],
  ])('%o is refused: %s', async (more, code) => {
    await expect(apply(said('look.example', more as Record<string, string>))).rejects.toMatchObject({ code });
  });
  test('the database itself holds that contacts are at the domain', async () => {
    const contacts = ['ada@real.example', 'bo@evil-real.example'].map((email) => ({ name: 'A', role: 'B', email }));
    const raw = { ...said('real.example'), jurisdictions: ['X'], contacts };
    await expect(as(visitor, (tx) => sql`select app.apply(${newId()}, ${JSON.stringify(raw)}::jsonb)`.execute(tx))).rejects.toMatchObject({
      code: 'people.application.contact_elsewhere',
    });
  });
});

describe('the private link', () => {
  test('of one who has not confirmed adds, checks and withdraws nothing; nor does a made-up one; after the end it is only to be read', async () => {
    await apply(said('link.example'));
    const id = await idOf('link.example');
    const [ada, bo] = await links(id);
    for (const token of [ada, newSecret()]) {
      await expect(own(token, (tx, link) => addToApplication(tx, { ...link, text: 'x' }))).rejects.toMatchObject({ status: 404 });
      await expect(own(token, checkApplicationDomain)).rejects.toMatchObject({ status: 404 });
      await expect(own(token, withdrawApplication)).rejects.toMatchObject({ status: 404 });
    }
    await own(bo, confirmContact);
    await own(bo, (tx, link) => addToApplication(tx, { ...link, text: 'Our letter is on its way.' }));
    // What was added is not shown to whoever has not said who they are.
    expect((await own(ada, findMyApplication))!.notes).toEqual([]);
    await own(bo, withdrawApplication);
    expect(await state(ada)).toBe('withdrawn');
    await expect(own(ada, confirmContact)).rejects.toMatchObject({ status: 404 });
    await hub.behind(`update app.applications set ended_at = now() - interval '91 days' where id = '${id}'`);
    expect(await own(bo, findMyApplication)).toBeUndefined();
  });
  test('is no invitation and signs nobody in; a newer mail ends the older link', async () => {
    await apply(said('old.example'));
    const id = await idOf('old.example');
    const [first] = await links(id);
    expect(await as(visitor, (tx) => findInvitation(tx, first))).toBeUndefined();
    expect(
      await as({ kind: 'person', key: keyOf(first) }, async (tx) => (await sql<{ me: string | null }>`select app.me() as me`.execute(tx)).rows[0]!.me),
    ).toBeNull();
    await links(id);
    expect(await own(first, findMyApplication)).toBeUndefined();
  });
});

describe('who may', () => {
  test('read applications: stewards', async () => {
    const readers: string[] = [];
    for (const table of ['applications', 'application_notes', 'vetting_answers', 'vetting_questions', 'checklists', 'checklist_points'])
      for (const who of everyone) {
        const rows = await as(actors[who]!, async (tx) => (await sql`select * from ${sql.table(`app.${table}`)}`.execute(tx)).rows).catch(() => []);
        if (rows.length) readers.push(`${who} ${table}`);
      }
    expect(new Set(readers.map((each) => each.split(' ')[0]))).toEqual(new Set(['jonas', 'lucia', 'reader']));
    for (const who of ['amina', 'desta', 'eve']) expect(await as(actors[who]!, async (tx) => findApplication(tx, await idOf('old.example')))).toBeUndefined();
    // The links' hashes are nobody's.
    expect(await whoMay((tx) => sql`select token_hash from app.application_contacts`.execute(tx))).toEqual([]);
  });
  test('answer, ask, note a letter, finish: stewards; by no statement of their own beyond that', async () => {
    const { id } = await ready('vet.example');
    expect(await whoMay((tx) => answerVetting(tx, { id, question: 'mandate', answer: 'yes', remark: 'Payments Act, section 4' }))).toEqual(['jonas', 'lucia']);
    expect(await whoMay((tx) => askApplicant(tx, { id, text: 'Which section?' }))).toEqual(['jonas', 'lucia']);
    expect(await whoMay((tx) => finishVetting(tx, { id }))).toEqual([]);
    expect(await tried('lucia', (tx) => finishVetting(tx, { id }))).toBe('people.application.unanswered');
    for (const set of ['vetted_at = now()', "ended_as = 'admitted'", "domain = 'x.example'", 'proved_at = now()'])
      expect(await whoMay((tx) => sql`update app.applications set ${sql.raw(set)}`.execute(tx))).toEqual([]);
    expect(await whoMay((tx) => sql`update app.vetting_answers set answer = 'yes'`.execute(tx))).toEqual([]);
    expect(
      await whoMay((tx) =>
        sql`insert into app.vetting_answers (application_id, question, answer, remark, byline_id) values (${id}, 'domain', 'yes', 'x', (select b.id from app.bylines b where b.member_id = ${hub.ids.jonas}))`.execute(
          tx,
        ),
      ),
    ).toEqual(['jonas']);
  });
  test('keep the checklist they began with: a question added later is not asked, nor one answered that is not on it', async () => {
    const { id } = await ready('begun.example');
    const later = await ready('later.example');
    await as(actors.lucia!, (tx) => answerVetting(tx, { id, question: 'mandate', answer: 'yes', remark: 'Payments Act' }));
    const before = await codes();
    await as(actors.lucia!, (tx) => changeChecklist(tx, { after: 1, keep: before, add: ['Has it signed the treaty?'], reason: 'It is in force.' }));
    const own = (await codes()).at(-1)!;
    expect(await tried('jonas', (tx) => answerVetting(tx, { id, question: own, answer: 'yes', remark: 'Signed' }))).toBe('common.not_found');
    const find = (each: string) => as(actors.lucia!, (tx) => findApplication(tx, each));
    expect(await find(id)).toMatchObject({ checklist: 1, checklist_now: 2, answers: { length: before.length } });
    expect(await find(later.id)).toMatchObject({ checklist: 2, answers: { length: before.length + 1 } });
    for (const question of before.slice(1)) await as(actors.lucia!, (tx) => answerVetting(tx, { id, question, answer: 'yes', remark: 'Called.' }));
    expect(await tried('lucia', (tx) => finishVetting(tx, { id }))).toBe('done');
    for (const question of before) await as(actors.lucia!, (tx) => answerVetting(tx, { id: later.id, question, answer: 'yes', remark: 'Called.' }));
    expect(await tried('lucia', (tx) => finishVetting(tx, { id: later.id }))).toBe('people.application.unanswered');
  });
  test('confirm: a second steward who had no hand in it, who proved themselves lately', async () => {
    const { id } = await ready('second.example');
    await answerAll('lucia', id);
    expect(await tried('jonas', (tx) => admitApplication(tx, { id }))).toBe('people.application.not_found');
    await as(actors.lucia!, (tx) => finishVetting(tx, { id }));
    await hub.behind(`update app.sessions set proved_at = now() - interval '1 hour' where member_id = '${hub.ids.jonas}'`);
    expect(await tried('jonas', (tx) => admitApplication(tx, { id }))).toBe('people.step_up.needed');
    await hub.behind('update app.sessions set proved_at = now()');
    for (const who of everyone.filter((each) => each !== 'jonas')) expect(await tried(who, (tx) => admitApplication(tx, { id })), who).toMatch(/not_found$/);
    // Even the owner's own hands cannot let one person do both.
    await expect(hub.behind(`update app.applications set ended_as = 'admitted', ended_at = now(), ended_by = vetted_by where id = '${id}'`)).rejects.toThrow(
      /admitted_by_another/,
    );
    expect(await tried('jonas', (tx) => sendBackApplication(tx, { id, reason: 'Whom did you call?' }))).toBe('done');
    await as(actors.lucia!, (tx) => finishVetting(tx, { id }));
    expect(await tried('jonas', (tx) => admitApplication(tx, { id }))).toBe('done');
    // The form again admits nobody twice.
    expect(await tried('jonas', (tx) => admitApplication(tx, { id }))).toBe('people.application.not_found');
  });
  test('whoever answered a single question or noted the letter does not confirm', async () => {
    const { id } = await ready('shared.example');
    await answerAll('lucia', id);
    await as(actors.jonas!, (tx) => answerVetting(tx, { id, question: 'mandate', answer: 'yes', remark: 'I know them.' }));
    await as(actors.lucia!, (tx) => finishVetting(tx, { id }));
    expect(await tried('jonas', (tx) => admitApplication(tx, { id }))).toBe('people.application.not_found');
    expect((await as(actors.lucia!, (tx) => findApplication(tx, id)))!.second_stewards).toBe(0);
  });
  test('nobody for their own house: by address, by proved domain, by name', async () => {
    const { id } = await ready('home.example');
    expect((await as(actors.lucia!, (tx) => findApplication(tx, id)))!.own).toBe(false);
    const own = async () => (await as(actors.lucia!, (tx) => findApplication(tx, id)))!;
    await hub.behind(`update app.accounts set email_key = 'lucia@mail.home.example' where member_id = '${hub.ids.lucia}'`);
    expect(await own()).toMatchObject({ own: true, may_vet: false, may_end: false });
    expect(await tried('lucia', (tx) => answerVetting(tx, { id, question: 'mandate', answer: 'yes', remark: 'x' }))).toBe('common.not_found');
    await hub.behind(`update app.accounts set email_key = 'lucia@example.test' where member_id = '${hub.ids.lucia}'`);
    await hub.behind(
      `insert into app.organization_domains (id, organization_id, domain, method, proved_at) values (gen_random_uuid(), '${hub.organizations.secretariat}', 'home.example', 'dns', now())`,
    );
    expect(await own()).toMatchObject({ own: true, may_vet: false });
    await hub.behind(`delete from app.organization_domains where domain = 'home.example'`);
    await hub.behind(`update app.applications set name = 'indaba secretariat' where id = '${id}'`);
    expect(await own()).toMatchObject({ own: true, may_vet: false });
  });
  test('refuse: any steward, with a reason, which the applicant reads without a name', async () => {
    const { id, tokens } = await ready('refuse.example');
    expect(await tried('lucia', (tx) => refuseApplication(tx, { id, reason: ' ' }))).toBe('people.application.reason_missing');
    for (const who of everyone.filter((each) => !['jonas', 'lucia'].includes(each)))
      expect(await tried(who, (tx) => refuseApplication(tx, { id, reason: 'x' })), who).toMatch(/not_found$/);
    await as(actors.lucia!, (tx) => refuseApplication(tx, { id, reason: 'The law is not in force yet.' }));
    const seen = (await own(tokens[0], findMyApplication))!;
    expect(seen).toMatchObject({ state: 'refused', reason: 'The law is not in force yet.' });
    expect(JSON.stringify(seen)).not.toContain('Luc');
    expect(await tried('jonas', (tx) => answerVetting(tx, { id, question: 'mandate', answer: 'yes', remark: 'x' }))).toBe('common.not_found');
  });
});

describe('proof and admission', () => {
  test('a public mail provider is proved by letter only, and never becomes a domain of the organization', async () => {
    const { id, tokens } = await ready('gmail.com', { name: 'Small Island Office' });
    expect(await state(tokens[0])).toBe('confirmed');
    await answerAll('lucia', id);
    expect(await tried('lucia', (tx) => finishVetting(tx, { id }))).toBe('people.application.unproved');
    await as(actors.lucia!, (tx) => acceptApplicationLetter(tx, { id, reference: 'SI/7', letter_on: '2026-03-01' }));
    await as(actors.lucia!, (tx) => finishVetting(tx, { id }));
    await as(actors.jonas!, (tx) => admitApplication(tx, { id }));
    expect(await hub.behind(`select 1 from app.organization_domains where domain = 'gmail.com'`)).toEqual([]);
  });
  test('a no stands in the way until somebody finds out more', async () => {
    const { id } = await ready('no.example');
    await answerAll('lucia', id, 'no');
    expect(await tried('lucia', (tx) => finishVetting(tx, { id }))).toBe('people.application.answered_no');
  });
  test('nothing half: a domain that is somebody else’s undoes the whole admission', async () => {
    const { id } = await ready('clash.example');
    await answerAll('lucia', id);
    await as(actors.lucia!, (tx) => finishVetting(tx, { id }));
    await hub.behind(
      `insert into app.organization_domains (id, organization_id, domain, method, proved_at) values (gen_random_uuid(), '${hub.organizations.sandoria}', 'clash.example', 'dns', now())`,
    );
    expect(await tried('jonas', (tx) => admitApplication(tx, { id }))).toBe('people.application.taken');
    expect(await hub.behind(`select 1 from app.organizations where name = 'Office of clash.example'`)).toEqual([]);
    expect((await as(actors.jonas!, (tx) => findApplication(tx, id)))!.namesakes).toEqual(['Financial Supervisory Office of Sandoria']);
  });
  test('an invitation dies with the duty of the steward who confirmed', async () => {
    const { id } = await ready('late.example');
    await answerAll('lucia', id);
    await as(actors.lucia!, (tx) => finishVetting(tx, { id }));
    await as(actors.jonas!, (tx) => admitApplication(tx, { id }));
    const token = newSecret();
    await as({ kind: 'clerk' }, (tx) => sql`update app.invitations set token_hash = ${storedHash(keyOf(token))} where email = 'ada@late.example'`.execute(tx));
    expect(await as(visitor, (tx) => findInvitation(tx, token))).toMatchObject({ email: 'ada@late.example' });
    await hub.behind(`delete from app.hub_roles where member_id = '${hub.ids.jonas}'`);
    expect(await as(visitor, (tx) => findInvitation(tx, token))).toBeUndefined();
  });
});
