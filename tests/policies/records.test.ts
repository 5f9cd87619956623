/** Keeping, forgetting and holding, as a matrix: kind × label × age × hold × way of removing → stays or goes. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listActs } from '#domains/govern/acts.server.ts';
import { confirmAct } from '#domains/govern/confirm-act.server.ts';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { changeRule } from '#domains/records/change-rule.server.ts';
import { placeHold } from '#domains/records/place-hold.server.ts';
import { listHolds, listRules, listRuns } from '#domains/records/queries.server.ts';
import { runRetention } from '#domains/records/run-retention.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Cell, plantKept, stillThere, type World } from '../support/kept.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { trier } from '../support/trying.ts';

let hub: Community;
let behind: Client;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta runs lumaria, where amina works; jonas the bank; lucia and mei are stewards; karim a guest; Eve belongs nowhere; reader is Lucía's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
  await behind.query(`insert into app.hub_roles (member_id, role) values ($1, 'steward')`, [hub.ids['mei']]);
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  actors['reader'] = { kind: 'person', key: keyOf((await as(actors['lucia']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }))).token) };
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});

const tried = trier(actors);
const name = ({ kind, label, age }: Cell) => [kind, label, age].filter(Boolean).join(' ');

// What each hold keeps, said here once more by hand: what a person wrote and was told, their keys, and what was written in a place.
const everyKind = 'message direct comment thread earlier_words event_payload audit_payload session passkey recovery invitation draft file mail';
const keeps: Record<string, { holds: Array<[scope: string, subjects: (world: World) => string[] | [null]]>; kinds: string; lifted?: true }> = {
  'no hold': { holds: [], kinds: '' },
  person: { holds: [['person', ({ subjects }) => subjects.person]], kinds: everyKind },
  organization: { holds: [['organization', ({ subjects }) => subjects.organization]], kinds: everyKind },
  conversation: { holds: [['conversation', ({ subjects }) => subjects.conversation]], kinds: 'message thread earlier_words event_payload mail' },
  circle: { holds: [['circle', ({ subjects }) => subjects.circle]], kinds: 'message comment thread earlier_words event_payload draft file mail' },
  space: { holds: [['space', ({ subjects }) => subjects.space]], kinds: 'comment draft mail' },
  everything: { holds: [['everything', () => [null]]], kinds: `${everyKind} application` },
  'whom she wrote to': { holds: [['person', () => [hub.ids['jonas']!]]], kinds: 'direct mail' },
  'somebody else': { holds: [['person', () => [hub.ids['mei']!]]], kinds: 'mail' },
  'a hold that was lifted': { holds: [['everything', () => [null]]], kinds: '', lifted: true },
};

async function placeHolds(world: World, hold: string): Promise<void> {
  const lucia = `(select id from app.bylines where member_id = '${hub.ids['lucia']}')`;
  const mei = `(select id from app.bylines where member_id = '${hub.ids['mei']}')`;
  await behind.query(`set session_replication_role = replica`);
  for (const [scope, subjects] of keeps[hold]!.holds)
    for (const subject of subjects(world))
      await behind.query(
        `insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by ${keeps[hold]!.lifted ? ', lifted_by, lifted_at, lifted_reason' : ''})
          values ($1, $2, $3, 'Case 7', 'A court asks', ${lucia} ${keeps[hold]!.lifted ? `, ${mei}, now(), 'Closed'` : ''})`,
        [randomUUID(), scope, subject],
      );
  await behind.query(`set session_replication_role = origin`);
}

describe.each(Object.keys(keeps))('%s', (hold) => {
  let world: World;
  const held = (kind: string) => keeps[hold]!.kinds.split(' ').includes(kind);
  const goes = ({ kind, age, days }: Cell) => age === 'due' && days !== null && !held(kind);

  test('the retention job takes what is due and not held, and a dry run says the same beforehand', async () => {
    world = await plantKept(hub, behind);
    await placeHolds(world, hold);
    const expected = world.cells.filter(goes);
    expect(world.cells).toHaveLength(72);
    const told = (rows: Array<{ kind: string; label: string | null; n: number }>) =>
      rows
        .filter(({ kind }) => kind !== 'sign_in_try')
        .map(({ kind, label, n }) => `${n} ${kind} ${label}`)
        .sort();
    // The earlier words of a message go with it and are counted with it.
    const wanted = expected
      .filter(({ kind }) => kind !== 'sign_in_try')
      .map(({ kind, label }) => `1 ${kind} ${label}`)
      .sort();
    expect(told(await runRetention({ dryRun: true }))).toEqual(wanted);
    expect((await stillThere(world)).every(Boolean)).toBe(true);
    expect(told(await runRetention())).toEqual(wanted);
    const there = await stillThere(world);
    expect(world.cells.filter((_, i) => !there[i]).map(name)).toEqual(expected.map(name));
    expect(await runRetention()).toEqual([]);
  });

  test('nothing is half removed: what went took all that belongs to it, what stayed has all of it', async () => {
    for (const { kind, id, age, days } of world.cells.filter(({ kind }) => ['message', 'direct', 'comment'].includes(kind))) {
      const gone = goes({ kind, age, days } as Cell);
      const { rows } = await behind.query(
        `select (select count(*)::int from app.message_revisions where message_id = $1) as revisions, (select count(*)::int from search.entries where subject_id = $1) as found,
          m.body, m.number > 0 and m.thread_number = 1 as placed, m.body_hash = '\\x00' as hashless from app.messages m where m.id = $1`,
        [id],
      );
      expect(rows).toEqual([{ revisions: gone ? 0 : 1, found: gone ? 0 : 1, body: gone ? '' : 'words', placed: true, hashless: gone }]);
    }
    const { rows } = await behind.query(
      `select (select count(*)::int from app.read_markers r where not exists (select from app.threads t where t.id = r.thread_id)) as markers,
        (select count(*)::int from app.messages m where not exists (select from app.threads t where t.id = m.thread_id)) as messages,
        (select count(*)::int from app.application_contacts c where not exists (select from app.applications a where a.id = c.application_id)) as contacts,
        (select count(*)::int from app.counters c where not exists (select from app.threads t where t.id = c.scope_id)) as counters`,
    );
    expect(rows).toEqual([{ markers: 0, messages: 0, contacts: 0, counters: 0 }]);
  });

  test('by hand, whoever owns the database, nothing that is held goes', async () => {
    world = await plantKept(hub, behind);
    await placeHolds(world, hold);
    const stayed: string[] = [];
    // Parents after their children, as keys demand.
    const order = ['earlier_words', 'message', 'direct', 'comment'];
    for (const cell of [...world.cells].sort((a, b) => order.indexOf(b.kind) - order.indexOf(a.kind))) {
      if (cell.table.startsWith('graphile') || cell.kind === 'sign_in_try') continue;
      await behind.query('begin');
      // Keys between tables rest, the triggers of holds do not.
      await behind.query(`alter table ${cell.table} disable trigger all`);
      await behind.query(`alter table ${cell.table} enable trigger a_held`);
      const outcome = await behind.query(`delete from ${cell.table} where ${cell.where}`, [cell.id]).then(
        () => 'gone',
        (error: Error) => error.message,
      );
      if (outcome === 'records.hold.stands') stayed.push(name(cell));
      else expect(outcome).toBe('gone');
      await behind.query('rollback');
    }
    expect(stayed.sort()).toEqual(
      world.cells
        .filter(({ kind, table }) => held(kind) && !table.startsWith('graphile'))
        .map(name)
        .sort(),
    );
  });

  test('a person takes words back: readers lose them, the hub keeps them until their time is over', async () => {
    const cell = world.cells.find(({ kind, age }) => kind === 'direct' && age === 'young')!;
    await as({ kind: 'clerk', as: hub.ids['amina']! }, (tx) => sql`update app.messages set body = '', deleted_at = now() where id = ${cell.id}`.execute(tx));
    const kept = async () => (await behind.query(`select body from app.message_revisions where message_id = $1 and body = 'words'`, [cell.id])).rowCount;
    expect(await kept()).toBe(1);
    await behind.query(
      `alter table app.message_revisions disable trigger all; update app.message_revisions set replaced_at = now() - interval '10 years' where message_id = '${cell.id}'; alter table app.message_revisions enable trigger all`,
    );
    await runRetention();
    expect(await kept()).toBe(held('direct') ? 1 : 0);
  });
});

test('nobody who serves people may remove such rows, and the archivist reads no word of them', async () => {
  const tables = [
    'messages',
    'message_revisions',
    'threads',
    'event_payloads',
    'audit_payloads',
    'sessions',
    'passkeys',
    'recoveries',
    'files',
    'legal_holds',
    'retention_rules',
    'retention_runs',
  ];
  const { rows } = await behind.query(
    `select t, r from unnest($1::text[]) t, unnest(array['indaba_person', 'indaba_visitor', 'indaba_clerk', 'indaba_relay']) r where has_table_privilege(r, 'app.' || t, 'delete')`,
    [tables],
  );
  expect(rows).toEqual([]);
  const words = await behind.query(
    `select c from unnest(array['app.messages.body', 'app.message_revisions.body', 'app.threads.title', 'app.event_payloads.body', 'app.audit_payloads.body', 'app.change_request_pages.text', 'app.invitations.email', 'app.sessions.token_hash']) c
      where has_column_privilege('indaba_archivist', substring(c from '^\\w+\\.\\w+'), substring(c from '\\w+$'), 'select')`,
  );
  expect(words.rows).toEqual([]);
  const others = await behind.query(
    `select c.oid::regclass::text as name from pg_class c where c.relnamespace in ('app'::regnamespace, 'sealed'::regnamespace) and c.relkind = 'r' and has_table_privilege('indaba_archivist', c.oid, 'delete') order by 1`,
  );
  expect(others.rows.map((row) => row.name)).toEqual(
    [
      'applications',
      'attachments',
      'ceremonies',
      'change_request_pages',
      'counters',
      'event_payloads',
      'files',
      'half_sign_ins',
      'invitations',
      'mentions',
      'message_reports',
      'message_revisions',
      'messages',
      'passkeys',
      'polls',
      'rate_buckets',
      'read_markers',
      'recoveries',
      'sessions',
      'threads',
      'uploads',
    ].map((each) => `app.${each}`),
  );
});

test('the archivist cannot go past the rules: not a word that is not due', async () => {
  const world = await plantKept(hub, behind);
  const young = world.cells.find(({ kind, age }) => kind === 'message' && age === 'young')!;
  await as({ kind: 'archivist' }, (tx) => sql`update app.messages set body = '', removed_at = now() where true`.execute(tx)).catch(() => {});
  await as({ kind: 'archivist' }, (tx) => sql`delete from app.message_revisions`.execute(tx));
  const { rows } = await behind.query(
    `select body, (select count(*)::int from app.message_revisions where message_id = m.id) as n from app.messages m where id = $1`,
    [young.id],
  );
  expect(rows).toEqual([{ body: 'words', n: 1 }]);
});

describe('who × what', () => {
  const see = async (who: string) => {
    const rules = await as(actors[who]!, listRules).catch(() => ({ rules: [], mayChange: false }));
    const { holds, mayPlace } = await as(actors[who]!, listHolds).catch(() => ({ holds: [], mayPlace: false }));
    return [rules.rules.length, rules.mayChange, holds.length, mayPlace, (await as(actors[who]!, listRuns).catch(() => [])).length > 0].join(' ');
  };
  test('reading rules, holds and runs', async () => {
    await placeHolds(await plantKept(hub, behind), 'person');
    const seen = Object.fromEntries(await Promise.all(everyone.map(async (who) => [who, await see(who)])));
    expect(seen).toEqual({
      amina: '36 false 0 false false',
      desta: '36 false 0 false false',
      jonas: '36 false 0 false false',
      karim: '36 false 0 false false',
      eve: '36 false 0 false false',
      visitor: '0 false 0 false false',
      lucia: '36 true 1 true true',
      mei: '36 true 1 true true',
      // Reads as its steward, changes nothing.
      reader: '36 false 1 false true',
    });
  });

  test('changing a rule: stewards, freshly proved; the longer period counts for a week; the log has it', async () => {
    const rule = { kind: 'message', label: 'TLP:GREEN', days: '30', reason: 'Our law' };
    for (const who of everyone) {
      const outcome = await tried(who, (tx) => changeRule(tx, rule));
      const stewards: Record<string, string> = { mei: 'done', lucia: 'govern.act.waits_already' };
      expect([who, outcome]).toEqual([who, stewards[who] ?? (who === 'visitor' ? 'common.not_found' : 'records.rule.not_found')]);
    }
    // What is shorter waits for the other steward.
    const waiting = (await as(actors['lucia']!, listActs)).find(({ kind }) => kind === 'shorten_retention')!;
    await as(actors['lucia']!, (tx) => confirmAct(tx, waiting));
    const { rules } = await as(actors['amina']!, listRules);
    expect(rules.find(({ kind, label }) => kind === 'message' && label === 'TLP:GREEN')).toMatchObject({
      keep_days: 30,
      days_now: 3650,
      reason: 'Our law',
      changed_by: 'Lucia',
    });
    await behind.query(
      `alter table app.retention_rules disable trigger all; update app.retention_rules set changed_at = now() - interval '8 days' where keep_days = 30; alter table app.retention_rules enable trigger all`,
    );
    expect((await as(actors['amina']!, listRules)).rules.find(({ kind, label }) => kind === 'message' && label === 'TLP:GREEN')).toMatchObject({
      days_now: 30,
    });
    expect((await behind.query(`select count(*)::int as n from app.audit_notes where kind = 'retention.changed'`)).rows).toEqual([{ n: 1 }]);
    await behind.query(`update app.sessions set proved_at = now() - interval '1 hour' where member_id = '${hub.ids['lucia']}' and kind = 'browser'`);
    expect(await tried('lucia', (tx) => changeRule(tx, rule))).toBe('people.step_up.needed');
    expect(await tried('lucia', (tx) => placeHold(tx, { scope: 'everything', reference: 'r', reason: 'r' }))).toBe('people.step_up.needed');
    await behind.query(`update app.sessions set proved_at = now() where member_id = '${hub.ids['lucia']}'`);
    for (const days of ['0', '-1', 'x', '1.5', '99999'])
      expect(await tried('lucia', (tx) => changeRule(tx, { ...rule, days }))).toBe('records.days.not_a_number');
    expect(await tried('lucia', (tx) => changeRule(tx, { ...rule, reason: ' ' }))).toBe('records.reason.missing');
    expect(await tried('lucia', (tx) => changeRule(tx, { ...rule, kind: 'session' }))).toBe('records.rule.not_found');
  });

  test('placing a hold: stewards; lifting it: two of them; nobody changes or removes it', async () => {
    await plantKept(hub, behind);
    const hold = { scope: 'person', subject: '/people/amina', reference: 'Case 7', reason: 'A court asks' };
    for (const who of everyone) {
      const outcome = await tried(who, (tx) => placeHold(tx, hold));
      expect([who, outcome]).toEqual([who, ['lucia', 'mei'].includes(who) ? 'done' : who === 'visitor' ? 'common.not_found' : 'records.hold.not_found']);
    }
    const { holds } = await as(actors['lucia']!, listHolds);
    const [lucias] = holds.filter(({ placed_by }) => placed_by === 'Lucia');
    expect(lucias).toMatchObject({ subject: 'Amina', lifted_at: null });
    const lift = { kind: 'lift_hold', subject: lucias!.id, content: {}, reason: 'Closed' };
    for (const who of ['amina', 'desta', 'eve', 'reader']) expect([who, await tried(who, (tx) => proposeAct(tx, lift))]).toEqual([who, 'govern.act.not_found']);
    expect(await tried('lucia', (tx) => proposeAct(tx, lift))).toBe('done');
    const { rows } = await behind.query(`select id, encode(hash, 'hex') as hash from app.two_person_acts where kind = 'lift_hold' and state = 'open'`);
    expect(await tried('lucia', (tx) => confirmAct(tx, rows[0]))).toBe('govern.act.not_second');
    expect((await as(actors['lucia']!, listHolds)).holds.filter(({ lifted_at }) => lifted_at)).toEqual([]);
    expect(await tried('mei', (tx) => confirmAct(tx, rows[0]))).toBe('done');
    expect((await as(actors['lucia']!, listHolds)).holds.find(({ id }) => id === lucias!.id)).toMatchObject({ lifted_by: 'Mei', lifted_reason: 'Closed' });
    expect(await tried('mei', (tx) => proposeAct(tx, lift))).toBe('records.hold.lifted_already');
    for (const statement of [
      'delete from app.legal_holds',
      `update app.legal_holds set scope = 'space'`,
      `update app.legal_holds set lifted_reason = 'x', lifted_at = now(), lifted_by = placed_by`,
    ])
      expect(await tried('lucia', (tx) => sql.raw(statement).execute(tx))).toBe('common.not_found');
    expect((await behind.query(`select kind, count(*)::int as n from app.audit_notes where kind like 'hold.%' group by kind order by kind`)).rows).toEqual([
      { kind: 'hold.lifted', n: 1 },
      { kind: 'hold.placed', n: 2 },
    ]);
    // Whom it concerns does not learn of it from the log.
    expect(
      (
        await behind.query(
          `select count(*)::int as n from app.audit_notes where kind like 'hold.%' and (member_id is not null or data::text like '%${hub.ids['amina']}%')`,
        )
      ).rows,
    ).toEqual([{ n: 0 }]);
  });

  test('what a hold names: an address one may read, or any id, of which nothing is told', async () => {
    await plantKept(hub, behind);
    const place = (scope: string, subject: string) => tried('lucia', (tx) => placeHold(tx, { scope, subject, reference: 'r', reason: 'r' }));
    expect(await place('circle', 'matrix')).toBe('records.hold.subject_not_found');
    expect(await place('circle', 'absent')).toBe('records.hold.subject_not_found');
    expect(await place('circle', randomUUID())).toBe('done');
    expect(await place('organization', 'lumaria')).toBe('done');
    expect(await place('everything', '')).toBe('done');
    expect(await place('nowhere', '')).toBe('records.hold.scope_unknown');
  });
});

test('a hold waits for a removal under way, and a removal for a hold', async () => {
  const world = await plantKept(hub, behind);
  const due = world.cells.find(({ kind, age }) => kind === 'message' && age === 'due')!;
  const other = new Client({ connectionString: hub.database.admin });
  await other.connect();
  await other.query('begin');
  await other.query(`select pg_advisory_xact_lock(hashtext('indaba legal holds'))`);
  await other.query(`insert into app.legal_holds (id, scope, reference, reason, placed_by) select $1, 'everything', 'r', 'r', id from app.bylines limit 1`, [
    randomUUID(),
  ]);
  const running = runRetention().catch((error: { code?: string }) => error.code);
  await new Promise((done) => setTimeout(done, 200));
  await other.query('commit');
  await other.end();
  expect(await running).toBe('records.hold.stands');
  expect((await behind.query(`select body from app.messages where id = $1`, [due.id])).rows).toEqual([{ body: 'words' }]);
});
