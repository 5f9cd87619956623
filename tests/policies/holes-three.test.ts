/** Attacks that once worked on guests, named audiences, limits and applications. Each by SQL inside somebody's own request; Eve is in every table. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findDirect, listDirect, openDirect } from '#domains/conversations/direct.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { listMessages } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { runRetention } from '#domains/records/run-retention.server.ts';
import { tendGuests } from '#domains/people/guests/tend-guests.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name, NAMES } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';

let db: FreshDatabase;
let c: Cast;
const web = {} as Record<Name, Actor>;
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  for (const name of NAMES) web[name] = (await c.signIn(name)).actor;
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const be = <T>(who: Name, work: (tx: Tx) => Promise<T>) => as(web[who], work);
const tried = (who: Name, work: (tx: Tx) => Promise<unknown>): Promise<string> =>
  be(who, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
/** Who gets something out of it that is neither nothing nor a refusal. */
async function whoMay(work: (tx: Tx) => Promise<unknown>): Promise<Name[]> {
  const able: Name[] = [];
  for (const who of NAMES)
    if (
      await be(who, work).then(
        (value) => value !== false && value !== undefined,
        () => false,
      )
    )
      able.push(who);
  return able;
}
async function direct(who: Name, people: string[], body: string) {
  const { id, conversation_id } = await be(who, (tx) => openDirect(tx, { people }));
  const posted = await be(who, (tx) => startThread(tx, { conversation_id, title: 'Between us', body, marking: null, retry_key: randomUUID() }));
  return { id, conversation_id, thread_id: posted.thread_id };
}
const reads = (thread: string) => async (tx: Tx) => (await listMessages(tx, thread)).length > 0;
const posts = (thread: string) => (tx: Tx) => postMessage(tx, { thread_id: thread, body: 'More', marking: null, retry_key: randomUUID() });
const rowsOf = (statement: string) => async (tx: Tx) => (await sql.raw(statement).execute(tx)).rows.length > 0;
const place = (ends: string) =>
  c.behind(`set session_replication_role = replica; update app.circle_members set ends_at = ${ends} where member_id = '${c.member.karim}';
    update app.audience_members set ends_at = ${ends} where member_id = '${c.member.karim}'`);
const renew = () =>
  be('jonas', (tx) =>
    sql`insert into app.circle_members (circle_id, member_id, ends_at) values (${c.circle.id}, ${c.member.karim}, now() + interval '30 days')`.execute(tx),
  );
const invite = (organization: keyof Cast['organization']) => (tx: Tx) =>
  sql`insert into app.invitations (id, organization_id, email, name, role, invited_by) values (gen_random_uuid(), ${c.organization[organization]}, ${`${randomUUID()}@kite.example`}, 'X', 'member', app.my_person())`.execute(
    tx,
  );

describe('a guest whose time is over', () => {
  let talk: Awaited<ReturnType<typeof direct>>;
  let invitation: string;
  beforeAll(async () => {
    await c.behind(`insert into app.circle_runners (circle_id, member_id) values ($1, $2)`, [c.circle.id, c.member.jonas]);
    await c.behind(`update app.memberships set role = 'focal_point' where member_id = $1`, [c.member.karim]);
    talk = await direct('amina', ['karim', 'mei'], 'between the three');
  });

  test('until then: reads and writes with those named, invites colleagues', async () => {
    expect(await whoMay(reads(talk.thread_id))).toEqual(['amina', 'mei', 'karim']);
    expect(await whoMay(posts(talk.thread_id))).toEqual(['amina', 'mei', 'karim']);
    expect(await whoMay(invite('kite-money'))).toEqual(['karim']);
    invitation = (await c.behind<{ id: string }>(`select id from app.invitations where organization_id = $1`, [c.organization['kite-money']]))[0]!.id;
    await c.behind(`update app.invitations set token_hash = '\\x01' where id = $1`, [invitation]);
  });
  const nothing = (when: string) =>
    test(`${when}: reads, writes, sees and invites nobody; what is their own stays`, async () => {
      expect(await whoMay(reads(talk.thread_id))).toEqual(['amina', 'mei']);
      expect(await whoMay(posts(talk.thread_id))).toEqual(['amina', 'mei']);
      expect(await whoMay((tx) => findDirect(tx, talk.id))).toEqual(['amina', 'mei']);
      expect(await whoMay(async (tx) => (await listDirect(tx)).length > 0)).toEqual(['amina', 'mei']);
      expect(await whoMay(invite('kite-money'))).toEqual([]);
      expect(await whoMay(rowsOf(`select 1 from app.find_invitation('\\x01')`))).toEqual([]);
      for (const table of ['messages', 'message_revisions', 'threads', 'conversations', 'circles', 'named_people'])
        expect([table, await be('karim', rowsOf(`select 1 from app.${table} where audience_id <> 1`))]).toEqual([table, false]);
      expect(await be('karim', rowsOf(`select 1 from app.invitations`))).toBe(false);
      expect(await be('karim', rowsOf(`select 1 from app.audiences where id <> 1`))).toBe(false);
      expect(await be('karim', rowsOf(`select 1 from app.members where id <> app.me()`))).toBe(false);
      for (const right of ['may_invite', 'is_focal_point', 'may_export_records', 'may_set_sign_in', 'may_admit_sso', 'may_keep_on_call', 'may_prove_domain'])
        expect([right, await be('karim', rowsOf(`select 1 where app.${right}('${c.organization['kite-money']}')`))]).toEqual([right, false]);
      expect(await be('karim', rowsOf(`select 1 from app.my_account()`))).toBe(true);
      expect(await be('karim', rowsOf(`select 1 from app.sessions`))).toBe(true);
      // Nobody opens a conversation with somebody who is not there.
      expect(await tried('amina', (tx) => openDirect(tx, { people: ['karim'] }))).toBe('people.member.not_found');
      expect(await tried('eve', (tx) => openDirect(tx, { people: ['karim'] }))).toBe('people.member.not_found');
    });
  describe('as time itself does it, before any job', () => {
    beforeAll(() => place(`now() - interval '1 second'`));
    nothing('at that moment');
    test('a stream that is open is given nothing more', async () => {
      const { key } = web.karim as { key: string };
      expect(await c.behind<{ ids: number[] }>(`select audience_ids as ids from app.relay_members(array['${key}'])`)).toEqual([{ ids: [] }]);
    });
  });
  describe('when the job has run', () => {
    beforeAll(() => tendGuests());
    nothing('afterwards');
  });
  test('who has another day from those who run a circle is back among those named, until that day', async () => {
    await renew();
    expect(await whoMay(reads(talk.thread_id))).toEqual(['amina', 'mei', 'karim']);
    expect(await be('amina', (tx) => openDirect(tx, { people: ['mei', 'karim'] }))).toMatchObject({ id: talk.id });
    const ends = await c.behind<{ days: string }>(
      `select distinct round(extract(epoch from ends_at - now()) / 86400)::text as days from app.audience_members where member_id = '${c.member.karim}'`,
    );
    expect(ends).toEqual([{ days: '30' }]);
  });
  test('who becomes a member of a full organization has no end any more, and has one again when that is over', async () => {
    const some = () =>
      c.behind<{ n: string }>(
        `select count(*) as n from app.audience_members am join app.audiences a on a.id = am.audience_id where a.kind = 'named' and ends_at is not null and member_id = $1`,
        [c.member.karim],
      );
    await c.behind(`insert into app.memberships (member_id, organization_id) values ($1, $2)`, [c.member.karim, c.organization['regional-body']]);
    expect(await some()).toEqual([{ n: '0' }]);
    await c.behind(`delete from app.memberships where member_id = $1 and organization_id = $2`, [c.member.karim, c.organization['regional-body']]);
    expect(await some()).toEqual([{ n: '1' }]);
  });
});

describe('named people', () => {
  const stop = (status: string) => c.behind(`update app.members set status = $1 where id = $2`, [status, c.member.pita]);
  test('who was suspended and is back is back in their conversations; meanwhile nobody else is given them', async () => {
    const three = await direct('jonas', ['pita', 'noor'], 'the three of us');
    await stop('suspended');
    expect(await whoMay(reads(three.thread_id))).toEqual(['jonas', 'noor']);
    // Two of the three who write to each other meanwhile are in a conversation of their own.
    const two = await direct('jonas', ['noor'], 'the two of us');
    expect(two.id).not.toBe(three.id);
    await stop('active');
    web.pita = (await c.signIn('pita')).actor;
    expect(await whoMay(reads(three.thread_id))).toEqual(['jonas', 'pita', 'noor']);
    expect(await whoMay(posts(three.thread_id))).toEqual(['jonas', 'pita', 'noor']);
    expect(await whoMay(reads(two.thread_id))).toEqual(['jonas', 'noor']);
    expect(await be('noor', (tx) => openDirect(tx, { people: ['jonas', 'pita'] }))).toMatchObject({ id: three.id });
    expect(
      await c.behind(`select size from app.audiences a join app.conversations k on k.audience_id = a.id where k.id = $1`, [three.conversation_id]),
    ).toEqual([{ size: 3 }]);
  });
  test('who was named nobody writes down or takes away', async () => {
    const insert = (tx: Tx) => sql`insert into app.named_people select max(id), app.me() from app.audiences where kind = 'named'`.execute(tx);
    expect(await whoMay(insert)).toEqual([]);
    expect(await whoMay((tx) => sql`delete from app.named_people`.execute(tx))).toEqual([]);
    expect(await whoMay(rowsOf(`select 1 from app.named_people`))).not.toContain('eve');
  });
});

describe('what a program does not do, however fresh its token', () => {
  const fresh = {} as Record<string, Actor>;
  const application = newId();
  beforeAll(async () => {
    await c.behind(`insert into app.hub_roles values ($1, 'steward')`, [c.member.noor]);
    fresh.program = (await c.signIn('lucia', ['read', 'write', 'amber'])).actor;
    await c.behind(
      `insert into app.applications (id, name, kind, mandate, jurisdictions, domain, confirmed_at, proved_at, method) values ($1, 'New', 'regulator', 'M', '{X}', 'new.example', now(), now(), 'dns')`,
      [application],
    );
  });
  const told = (actor: Actor, call: string) =>
    as(actor, (tx) => sql.raw(`select ${call}`).execute(tx)).then(
      () => 'done',
      (error: { code?: string }) => error.code ?? String(error),
    );
  test('propose an act that needs two', async () => {
    const propose = () => `app.propose_act('${randomUUID()}', 'give_duty', '${c.member.mei}', '{"duty": "trustee"}', 'Because')`;
    expect(await told(fresh.program!, propose())).toBe('govern.act.not_found');
    expect(await told(fresh.program!, `app.preview_act('give_duty', '${c.member.mei}', '{"duty": "trustee"}')`)).toBe('govern.act.not_found');
    for (const who of NAMES)
      expect([who, await told(web[who], propose())]).toEqual([
        who,
        ['lucia', 'noor'].includes(who) ? (who === 'lucia' ? 'done' : 'govern.act.waits_already') : 'govern.act.not_found',
      ]);
  });
  test('finish, refuse, admit or send back an application, or take a letter', async () => {
    const refused = 'people.application.not_found';
    for (const call of [
      `app.finish_vetting('${application}')`,
      `app.refuse_application('${application}', 'No')`,
      `app.accept_application_letter('${application}', 'R', current_date)`,
    ])
      expect([call, await told(fresh.program!, call)]).toEqual([call, refused]);
    expect(await told(web.eve, `app.finish_vetting('${application}')`)).toBe(refused);
    expect(await told(web.lucia, `app.finish_vetting('${application}')`)).toBe('people.application.unanswered');
    await c.behind(`update app.applications set vetted_at = now(), vetted_by = $2 where id = $1`, [application, c.byline.noor]);
    for (const call of [`app.admit_application('${application}', '${newId()}', 'new', '[]')`, `app.send_back_application('${application}', 'Why')`])
      expect([call, await told(fresh.program!, call)]).toEqual([call, refused]);
    expect(await told(web.lucia, `app.send_back_application('${application}', 'Why')`)).toBe('done');
    expect(await told(web.lucia, `app.refuse_application('${application}', 'No')`)).toBe('done');
  });
});

describe('what was answered to anybody', () => {
  test('whether somebody is a guest, and whether an inviter still may: to nobody by a statement', async () => {
    for (const who of NAMES)
      for (const call of [
        `app.is_guest('${c.member.karim}', null)`,
        `app.guest_stands('${c.member.karim}')`,
        `app.inviter_stands('${c.byline.karim}', '${c.organization['kite-money']}', 'member')`,
      ])
        expect([who, await tried(who, (tx) => sql.raw(`select ${call}`).execute(tx))]).toEqual([who, 'common.not_found']);
  });
  test('whether an invitation stands: to whoever may invite there', async () => {
    const id = newId();
    await c.behind(`insert into app.invitations (id, organization_id, email, name, role, invited_by) values ($1, $2, 'x@bank.example', 'X', 'member', $3)`, [
      id,
      c.organization['central-bank-lumaria'],
      c.byline.jonas,
    ]);
    expect(await whoMay(rowsOf(`select 1 where app.invitation_stands('${id}')`))).toEqual(['jonas']);
  });
  test('whom a runner may give another day: guests of that circle', async () => {
    const renewable = (member: string) => rowsOf(`select 1 where app.may_renew_guest('${c.circle.id}', '${member}', null)`);
    expect(await whoMay(renewable(c.member.karim))).toEqual(['amina', 'jonas']);
    // Those two run it. A guest elsewhere, and a member: alike.
    expect(await whoMay(renewable(c.member.eve))).toEqual([]);
    expect(await whoMay(renewable(c.member.mei))).toEqual([]);
  });
});

test('who has not accepted the terms says of nobody that it is really them', async () => {
  const colleague = c.member.noor;
  await c.behind(`insert into app.memberships (member_id, organization_id) values ($1, $2)`, [colleague, c.organization['central-bank-lumaria']]);
  const may = rowsOf(`select 1 where app.may_confirm_recovery('${colleague}')`);
  expect(await whoMay(may)).toEqual(['jonas']);
  await c.behind('update app.members set agreed = false where id = $1', [c.member.jonas]);
  expect(await whoMay(may)).toEqual([]);
  await c.behind('update app.members set agreed = true where id = $1', [c.member.jonas]);
});

describe('an application past the form', () => {
  const apply = (...emails: string[]) =>
    as({ kind: 'visitor' }, (tx) =>
      sql`select app.apply(${newId()}, ${JSON.stringify({
        name: 'Body',
        kind: 'regulator',
        mandate: 'M',
        jurisdictions: ['X'],
        domain: 'body.example',
        why: '',
        locale: 'en',
        contacts: emails.map((email) => ({ name: 'A', role: 'B', email })),
      })}::jsonb)`.execute(tx),
    ).then(
      () => 'done',
      (error: { code?: string }) => error.code ?? String(error),
    );
  test.each([
    ['twice the same', ['a@body.example', 'a@body.example']],
    ['in other letters', ['a@body.example', 'A@Body.example']],
    ['with a space', ['a@body.example', ' a@body.example']],
    ['with something after a plus', ['a@body.example', 'a+second@body.example']],
    ['one alone', ['a@body.example']],
    ['three', ['a@body.example', 'b@body.example', 'c@body.example']],
  ])('%s is refused', async (_, emails) => {
    expect(await apply(...emails)).toMatch(/^people\.application\.contact(s_same|_elsewhere)$/);
    expect(await c.behind(`select 1 from app.applications where domain = 'body.example'`)).toEqual([]);
  });
  test('two people are taken', async () => expect(await apply('a@body.example', 'b@body.example')).toBe('done'));
});

test('what came by single sign-on and is answered goes in the night, what waits stays, and what is held', async () => {
  const connection = newId();
  const ages: Record<string, [organization: keyof Cast['organization'], asked: number, decided: number | null]> = {
    waiting: ['tavola-regulator', 100, null],
    'said no lately': ['tavola-regulator', 100, 29],
    'said no': ['tavola-regulator', 100, 31],
    'nobody answered': ['tavola-regulator', 181, null],
  };
  await c.behind(
    `insert into app.sso_connections (id, organization_id, kind, issuer, entry_url, certificates) values ($1, $2, 'saml', 'https://idp.example', 'https://idp.example/in', '{one}')`,
    [connection, c.organization['tavola-regulator']],
  );
  for (const [name, [organization, asked, decided]] of Object.entries(ages))
    await c.behind(
      `insert into app.sso_requests (id, connection_id, organization_id, subject, address, name, slug, asked_at, decided_at, decided_as)
        values (gen_random_uuid(), $1, $2, $3, 'x@tavola.example', $3, 'x', now() - make_interval(days => $4), now() - make_interval(days => $5), case when $5::int is not null then 'declined' end)`,
      [connection, c.organization[organization], name, asked, decided],
    );
  const left = async () =>
    (await c.behind<{ name: string }>('select name from app.sso_requests where connection_id = $1 order by name', [connection])).map(({ name }) => name);
  const hold = newId();
  await c.behind(`insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by) values ($1, 'organization', $2, 'R', 'Because', $3)`, [
    hold,
    c.organization['tavola-regulator'],
    c.byline.lucia,
  ]);
  await runRetention();
  expect(await left()).toHaveLength(4);
  await c.behind('delete from app.legal_holds where id = $1', [hold]);
  await runRetention();
  expect(await left()).toEqual(['said no lately', 'waiting']);
  for (const who of NAMES) expect([who, await tried(who, (tx) => sql`select app.drop_spent_sso_requests()`.execute(tx))]).toEqual([who, 'common.not_found']);
});
