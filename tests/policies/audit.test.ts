/** The log: who reads what of it, that nobody changes it, and that whatever is done to it behind everybody's back is found and named. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rootOf } from '#domains/audit/check-log.ts';
import type { Mark, Root } from '#domains/audit/model.ts';
import { findWhose, listLog, listRoots } from '#domains/audit/queries.server.ts';
import { sayWhy } from '#domains/audit/say-why.server.ts';
import { sealLog } from '#domains/audit/seal-log.server.ts';
import { verifyLog } from '#domains/audit/verify-log.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { beginPasswordSignIn } from '#domains/people/begin-password-sign-in.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { giveDuty } from '#domains/people/give-duty.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { settle } from '../support/settle.ts';

let hub: Community;
let behind: Client;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta runs lumaria, where amina works; jonas the bank; lucia is steward; karim a guest; Eve belongs nowhere; reader is Lucía's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  actors['reader'] = { kind: 'person', key: keyOf((await as(actors['lucia']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }))).token) };
  await as(actors['lucia']!, (tx) => giveDuty(tx, { slug: 'amina', duty: 'reviewer' }));
  await as(actors['desta']!, (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: 'made_focal_point', reason: 'x' }));
  await as(actors['desta']!, (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: 'made_member', reason: 'x' }));
  // An event of an audience that Lucía is in, and one that she is not.
  for (const audience of ["kind = 'everyone'", `ref = '${hub.organizations['bank']}'`])
    await behind.query(
      `insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id) select 'message.posted', (select id from app.audiences where ${audience}), id, 'message', gen_random_uuid() from app.bylines where member_id = $1`,
      [hub.ids['jonas']],
    );
  await settle(behind);
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});

const none: { roots: Root[]; marks: Mark[] } = { roots: [], marks: [] };
const log = (who: string, of: string | null = null) => as(actors[who]!, async (tx) => listLog(tx, await findWhose(tx, of), { limit: 500 }));
const tried = (who: string, work: (tx: Tx) => Promise<unknown>): Promise<string> =>
  as(actors[who]!, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const seen = async (who: string, of: string | null = null) => {
  const rows = await log(who, of).catch((error: { code?: string }) => error.code!);
  return typeof rows === 'string' ? rows : [...new Set(rows.map((each) => each.kind))].sort();
};

describe('who reads what', () => {
  test('what concerns oneself: everybody their own, nobody another’s', async () => {
    for (const who of ['amina', 'jonas', 'mei', 'karim', 'eve']) {
      const rows = await log(who);
      expect(rows.length, who).toBeGreaterThan(0);
      expect(
        rows.every((each) => [each.actor, each.member].some((name) => name?.toLowerCase() === who)),
        who,
      ).toBe(true);
    }
    expect(await seen('amina')).toEqual(['member.duty_given', 'member.made_focal_point', 'member.made_member', 'session.opened']);
    expect(await seen('eve')).toEqual(['session.opened']);
    expect(await seen('visitor')).toBe('api.token');
  });
  test('their people’s: a focal point, of the own organization', async () => {
    expect(await seen('desta', 'lumaria')).toEqual(['member.duty_given', 'member.made_focal_point', 'member.made_member', 'session.opened']);
    for (const who of everyone.filter((each) => !['desta', 'visitor'].includes(each))) expect(await seen(who, 'lumaria'), who).toBe('audit.not_found');
    expect(new Set((await log('jonas', 'bank')).map((each) => each.member))).toEqual(new Set(['Jonas']));
  });
  test('without the question what I read is the same: the policy narrows, not the page', async () => {
    for (const who of ['amina', 'mei', 'karim', 'eve']) {
      const { rows } = await as(actors[who]!, (tx) =>
        sql<{ mine: boolean }>`select actor_id = app.me() or member_id = app.me() as mine from app.audit_payloads`.execute(tx),
      );
      expect(
        rows.every(({ mine }) => mine),
        who,
      ).toBe(true);
    }
  });
  test('all: a steward who said why; that is a row itself, and ends after a quarter of an hour', async () => {
    for (const who of everyone.filter((each) => each !== 'visitor'))
      expect(await tried(who, (tx) => sayWhy(tx, { reason: 'Audit' })), who).toBe(who === 'lucia' ? 'done' : 'common.not_found');
    await behind.query("update app.audit_readings set at = now() - interval '16 minutes'");
    expect(await seen('lucia', 'all')).toEqual([]);
    await as(actors['lucia']!, (tx) => sayWhy(tx, { reason: 'Yearly audit' }));
    await settle(behind);
    const rows = await log('lucia', 'all');
    expect(rows.find((each) => each.kind === 'audit.read')).toMatchObject({ actor: 'Lucia', detail: { reason: 'Yearly audit' } });
    for (const who of everyone.filter((each) => !['lucia', 'reader', 'visitor'].includes(each))) expect(await seen(who, 'all'), who).toBe('audit.not_found');
    await expect(as(actors['lucia']!, (tx) => sayWhy(tx, { reason: ' ' }))).rejects.toMatchObject({ code: 'audit.reason.missing' });
  });
  test('not even a steward learns when others talk in places that are not theirs', async () => {
    expect((await behind.query("select 1 from app.audit_entries where kind = 'message.posted'")).rowCount).toBe(2);
    expect((await log('lucia', 'all')).filter((each) => each.kind === 'message.posted')).toHaveLength(1);
  });
  test('the chain itself, what waits, tries: nobody; roots: everybody', async () => {
    for (const table of ['audit_entries', 'audit_notes', 'audit_cursor', 'audit_tries'])
      for (const who of everyone)
        expect(await tried(who, (tx) => sql.raw(`select * from app.${table}`).execute(tx)), `${who} ${table}`).toBe('common.not_found');
    for (const who of everyone) expect(await tried(who, listRoots), who).toBe('done');
  });
});

describe('nobody changes it', () => {
  const tables = ['audit_entries', 'audit_payloads', 'audit_roots', 'audit_notes', 'audit_readings', 'audit_cursor', 'membership_acts'];
  test.each(tables)('%s: no role that serves may change or remove a row', async (table) => {
    const { rows } = await behind.query(
      `select r.rolname, p from pg_roles r, unnest(array['update','delete','truncate']) p where r.rolname in ('indaba_person','indaba_visitor','indaba_clerk','indaba_relay')
        and (has_table_privilege(r.oid, $1, p) or p = 'update' and has_any_column_privilege(r.oid, $1, p))`,
      [`app.${table}`],
    );
    expect(rows).toEqual([]);
    const by: Actor[] = [...Object.values(actors), { kind: 'clerk' }];
    for (const statement of [`delete from app.${table}`, `insert into app.${table} default values`])
      for (const actor of by) await expect(as(actor, (tx) => sql.raw(statement).execute(tx))).rejects.toMatchObject({ status: 404 });
  });
  test('the definer’s own role adds rows, and changes none', async () => {
    const { rows } = await behind.query(
      `select t, p from unnest(array['app.audit_entries','app.audit_roots','app.audit_payloads']) t, unnest(array['update','delete','truncate']) p where has_table_privilege('indaba_keyring', t, p)`,
    );
    expect(rows).toEqual([{ t: 'app.audit_payloads', p: 'delete' }]);
  });
  test('sealing and forgetting: the clerk only', async () => {
    for (const who of everyone)
      for (const call of [
        'app.audit_seal(1)',
        "app.audit_forget(1, 'x')",
        'app.audit_rows(0, 1)',
        'app.audit_stray_event()',
        "app.note('x', null, null, null, '{}')",
      ])
        expect(await tried(who, (tx) => sql.raw(`select ${call}`).execute(tx)), `${who} ${call}`).toBe('common.not_found');
  });
});

describe('what is written', () => {
  const kinds = async () => (await behind.query('select kind, data from app.audit_notes order by id')).rows;
  beforeEach(() => settle(behind));
  test('failed passwords, counted by the quarter of an hour; a right one is none', async () => {
    for (const email of ['mei@example.test', 'mei@example.test', 'nobody@example.test'])
      await as({ kind: 'visitor' }, (tx) => beginPasswordSignIn(tx, { email, network: '192.0.2.1' }));
    await hub.cookie('mei');
    await settle(behind);
    expect((await log('mei')).filter((each) => each.kind === 'sign_in.failed')).toEqual([]);
    await behind.query("update app.audit_tries set slot = slot - interval '16 minutes'");
    await settle(behind);
    await settle(behind);
    expect((await log('mei')).filter((each) => each.kind === 'sign_in.failed')).toMatchObject([{ detail: { tries: 1 } }]);
    expect((await log('lucia', 'all')).filter((each) => each.kind === 'sign_in.failed').map((each) => each.member)).toEqual(
      expect.arrayContaining([null, 'Mei']),
    );
  });
  test('a token made, used for the first time and once only, and ended', async () => {
    const { token, id } = await as(actors['mei']!, (tx) => createToken(tx, { name: 't', scopes: [], days: 1 }));
    for (let n = 0; n < 2; n++) await as({ kind: 'person', key: keyOf(token) }, (tx) => sql`select app.note_token_use()`.execute(tx));
    await as(actors['mei']!, (tx) => sql`update app.sessions set revoked_at = now() where id = ${id}`.execute(tx));
    expect((await kinds()).map((each) => each.kind)).toEqual(['token.made', 'token.first_used', 'token.ended']);
  });
  test('what a suspension ends, by whom', async () => {
    await as(actors['desta']!, (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: 'suspended', reason: 'x' }));
    await settle(behind);
    const rows = await log('desta', 'lumaria');
    expect(rows.find((each) => each.kind === 'session.ended')).toMatchObject({ actor: 'Desta', member: 'Amina' });
    expect(rows.find((each) => each.kind === 'member.suspended')).toMatchObject({ actor: 'Desta', member: 'Amina' });
    await as(actors['desta']!, (tx) => actOnMembership(tx, { member: 'amina', organization: 'lumaria', act: 'lifted', reason: 'x' }));
  });
  test('a pseudonym stays one', async () => {
    await behind.query(`with b as (insert into app.bylines (id, kind, audience_id, name) values (gen_random_uuid(), 'pseudonym', 2, 'Heron') returning id)
      insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id) select 'message.posted', 2, id, 'message', gen_random_uuid() from b`);
    await settle(behind);
    expect((await behind.query('select actor_id from app.audit_payloads order by position desc limit 1')).rows).toEqual([{ actor_id: null }]);
  });
  test('after a restore, when transactions are numbered anew, nothing is sealed twice and nothing is left out', async () => {
    const event = "insert into app.events (kind, audience_id, subject_kind, subject_id) values ('page.revised', 2, 'page', gen_random_uuid())";
    await behind.query(event);
    await behind.query(
      "update app.events set xid = pg_current_xact_id(); update app.audit_cursor set xid = '9999999999'; update app.hub set epoch = gen_random_uuid()",
    );
    // Somebody's transaction that has been open since before holds the horizon back, in any database of the server.
    const other = new Client({ connectionString: hub.database.admin });
    await other.connect();
    await other.query('begin; select pg_current_xact_id()');
    await behind.query('update app.events set xid = pg_current_xact_id()');
    await sealLog();
    await behind.query(event);
    await sealLog();
    await other.query('commit');
    await other.end();
    await settle(behind);
    await behind.query(event);
    await settle(behind);
    expect((await verifyLog()).fault).toBeUndefined();
    const { rows } = await behind.query("select (select count(*) from app.events) = (select count(*) from app.audit_entries where source = 'event') as all");
    expect(rows).toEqual([{ all: true }]);
  });
  test('events of transactions that end late are neither skipped nor put behind', async () => {
    const late = new Client({ connectionString: hub.database.admin });
    await late.connect();
    await late.query('begin');
    await late.query("insert into app.events (kind, audience_id, subject_kind, subject_id) values ('late.one', 2, 'late', gen_random_uuid())");
    await behind.query("insert into app.events (kind, audience_id, subject_kind, subject_id) values ('early.one', 2, 'late', gen_random_uuid())");
    await sealLog();
    await late.query('commit');
    await late.end();
    await settle(behind);
    expect(
      (await behind.query("select kind from app.audit_entries where kind in ('late.one', 'early.one') order by position")).rows.map(({ kind }) => kind),
    ).toEqual(['late.one', 'early.one']);
    expect((await verifyLog()).fault).toBeUndefined();
  });
});

describe('checking', () => {
  /** Does something to the log as whoever holds the database could, checks, and takes it back. */
  async function verdictOn(statements: string[], kept = none): Promise<string | undefined> {
    const tables = ['audit_roots', 'audit_payloads', 'audit_entries', 'audit_cursor', 'events'];
    for (const table of tables) await behind.query(`create table if not exists public.kept_${table} as select * from app.${table}`);
    try {
      // Foreign keys and identities are no hindrance to a superuser.
      await behind.query("set session_replication_role = 'replica'");
      for (const statement of statements) expect((await behind.query(statement)).rowCount, statement).toBeGreaterThan(0);
      return (await verifyLog(kept)).fault;
    } finally {
      for (const table of tables) {
        await behind.query(
          `delete from app.${table}; insert into app.${table} ${table === 'events' ? 'overriding system value' : ''} select * from public.kept_${table}; drop table public.kept_${table}`,
        );
      }
      await behind.query("set session_replication_role = 'origin'");
    }
  }
  beforeEach(() => settle(behind));

  test('a whole log is whole', async () => {
    const verdict = await verifyLog();
    expect(verdict).toMatchObject({ fault: undefined, forgotten: 0 });
    expect(await verdictOn(['update app.audit_cursor set singleton = true'])).toBeUndefined();
  });
  test.each([
    ['a removed row', ['delete from app.audit_entries where position = 5'], 'Row 5 of the log was removed'],
    [
      'a removed row, with the gap closed',
      [
        'delete from app.audit_entries where position = 5',
        'update app.audit_entries set position = -position where position > 5',
        'update app.audit_entries set position = -position - 1 where position < 0',
      ],
      'Row 5 ',
    ],
    ['the first row removed', ['delete from app.audit_entries where position = 1'], 'Row 1 of the log was removed'],
    ['an altered row', ["update app.audit_entries set kind = 'session.ended' where position = 4"], 'Row 4 of the log was altered'],
    ['an altered moment', ["update app.audit_entries set at = at + interval '1 microsecond' where position = 4"], 'Row 4 of the log was altered'],
    [
      'an altered row with its hash made anew',
      ["update app.audit_entries set kind = 'x', hash = app.audit_line(position, source, source_id, 'x', at, payload_hash, previous) where position = 4"],
      'What the payload of row 4 of the log says beside its text',
    ],
    [
      'the same, with the payload made to fit',
      [
        "update app.audit_entries set kind = 'x', hash = app.audit_line(position, source, source_id, 'x', at, payload_hash, previous) where position = 4",
        "update app.audit_payloads set kind = 'x' where position = 4",
      ],
      'Row 5 of the log does not follow',
    ],
    [
      'an altered payload',
      [
        "update app.audit_payloads set body = replace(body, 'session', 'SESSION') where position = (select min(position) from app.audit_payloads where kind = 'session.opened')",
      ],
      'The payload of row 1 ',
    ],
    ['a payload given to somebody else', ['update app.audit_payloads set member_id = gen_random_uuid() where position = 3'], 'What the payload of row 3 '],
    [
      'two rows swapped',
      [
        'update app.audit_entries set position = -2 where position = 2',
        'update app.audit_entries set position = 2 where position = 3',
        'update app.audit_entries set position = 3 where position = -2',
      ],
      'Row 2 ',
    ],
    [
      'a row put between',
      [
        'update app.audit_entries set position = -position where position >= 3',
        'update app.audit_entries set position = 1 - position where position < 0',
        "insert into app.audit_entries select 3, 'note', 999999, kind, at, payload_hash, previous, hash from app.audit_entries where position = 2",
      ],
      'Row 3 ',
    ],
    ['an event altered', ['update app.events set data = \'{"duty": "steward"}\' where kind = \'member.duty_given\''], 'was altered since row'],
    ['an event removed', ["delete from app.events where kind = 'member.duty_given'"], 'was removed since row'],
    [
      'an event put in afterwards',
      [
        "insert into app.events (id, xid, kind, audience_id, subject_kind, subject_id) overriding system value values (-1, '3', 'page.revised', 2, 'page', gen_random_uuid())",
      ],
      'Event -1 should have been sealed',
    ],
    ['a payload gone without a word', ['delete from app.audit_payloads where position = 2'], 'The payload of row 2 of the log is gone, and nobody wrote down'],
    ['the tail cut', ['delete from app.audit_entries where position > 6', 'delete from app.audit_payloads where position > 6'], 'should have been sealed'],
  ])('%s is found', async (_, statements, fault) => expect(await verdictOn(statements)).toContain(fault));

  describe('against what was kept elsewhere', () => {
    const cut = ['delete from app.audit_entries where position > 6', 'delete from app.audit_payloads where position > 6'];
    test('a tail cut so well that nothing inside shows it', async () => {
      const verdict = await verifyLog();
      const mark = verdict.fault === undefined ? [{ position: verdict.rows, hash: verdict.last }] : [];
      // Only notes stand in the first six rows here, so all events go.
      const all = [...cut, 'delete from app.events', "update app.audit_cursor set xid = '0', event_id = 0"];
      expect(await verdictOn(all)).toBeUndefined();
      expect(await verdictOn(all, { roots: [], marks: mark })).toContain('the first removed row is 7');
    });
    test('the root of a day: found where it belongs, missed when the log was cut or written anew, even with the hub’s own root gone', async () => {
      await behind.query("update app.audit_entries set sealed_at = sealed_at - interval '1 day' where position <= 8");
      await settle(behind);
      const kept = { roots: await as({ kind: 'visitor' }, listRoots), marks: [] };
      expect(kept.roots).toHaveLength(1);
      const { hash } = (await behind.query('select hash from app.audit_entries where position = 8')).rows[0];
      expect(kept.roots[0]!.root).toBe(rootOf(kept.roots[0]!.day, hash));
      await hub.cookie('mei');
      await settle(behind);
      expect((await verifyLog(kept)).fault).toBeUndefined();
      expect(await verdictOn(['delete from app.audit_roots'], kept)).toBeUndefined();
      expect(await verdictOn(["update app.audit_roots set root = '\\x00'"], kept)).toContain('The root of');
      expect(await verdictOn([...cut], none)).toContain('the first removed row is 7');
      const gone = ['delete from app.audit_roots', ...cut, 'delete from app.events', "update app.audit_cursor set xid = '0', event_id = 0"];
      expect(await verdictOn(gone)).toBeUndefined();
      expect(await verdictOn(gone, kept)).toContain(`The kept root of ${kept.roots[0]!.day} comes out at no row`);
    });
  });
  test('forgetting a payload is no fault, before and after it is sealed that it was', async () => {
    const forget = (position: number) =>
      as({ kind: 'clerk' }, (tx) => sql<{ done: boolean }>`select app.audit_forget(${position}::bigint, 'Asked for') as done`.execute(tx));
    expect((await forget(2)).rows[0]?.done).toBe(true);
    expect((await forget(2)).rows[0]?.done).toBe(false);
    expect(await verifyLog()).toMatchObject({ fault: undefined, forgotten: 1 });
    await settle(behind);
    expect(await verifyLog()).toMatchObject({ fault: undefined, forgotten: 1 });
  });
});
