/** Erasing who somebody was: who asks, who does it, when; what is gone afterwards, what stays; and that the log is still whole. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRoots } from '#domains/audit/queries.server.ts';
import { verifyLog } from '#domains/audit/verify-log.server.ts';
import { confirmAct } from '#domains/govern/confirm-act.server.ts';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { sayFormerInMail } from '#domains/people/former-in-mail.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { askErasure, findErasure } from '#domains/records/erasing/erasure.server.ts';
import { runRetention } from '#domains/records/run-retention.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { settle } from '../support/settle.ts';

let hub: Community;
let behind: Client;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor'];
/** A name and an address that stand nowhere else. */
const NAME = 'Zyxwina Quent';
const ADDRESS = 'zyxwina.quent@ta.example';
let message: string;
beforeAll(async () => {
  hub = await plantCommunity();
  behind = new Client({ connectionString: hub.database.admin });
  await behind.connect();
  await behind.query(`insert into app.hub_roles (member_id, role) values ($1, 'steward')`, [hub.ids['mei']]);
  for (const slug of everyone.slice(0, -1)) actors[slug] = await hub.be(slug);
  await behind.query(`update app.members set name = $1, slug = 'zyxwina-quent' where id = $2`, [NAME, hub.ids['amina']]);
  await behind.query(`update app.accounts set email = $1, email_key = $1 where member_id = $2`, [ADDRESS, hub.ids['amina']]);
  await behind.query(`insert into app.passkeys (id, member_id, credential_id, public_key, name) values (gen_random_uuid(), $1, 'c', '', $2)`, [
    hub.ids['amina'],
    `${NAME}'s key`,
  ]);
  await behind.query(`update app.sessions set name = $1 where member_id = $2`, [`${NAME}'s phone`, hub.ids['amina']]);
  // Who she is at her authority's sign-in service, what she asked for there, and a try.
  await behind.query(
    `insert into app.sso_connections (id, organization_id, kind, issuer, entry_url, certificates) values (gen_random_uuid(), $1, 'saml', 'https://idp.example', 'https://idp.example/in', '{one}')`,
    [hub.organizations['lumaria']],
  );
  await behind.query(`insert into app.sso_links (connection_id, subject, member_id) select id, 'zyxwina', $1 from app.sso_connections`, [hub.ids['amina']]);
  await behind.query(
    `insert into app.sso_requests (id, connection_id, organization_id, subject, address, name, slug, decided_at, decided_as) select gen_random_uuid(), id, organization_id, s, a, $1, 'zyxwina-quent', now(), 'admitted'
      from app.sso_connections, (values ('zyxwina', 'zyxwina.other@ta.example'), ('another', $2)) v (s, a)`,
    [NAME, ADDRESS],
  );
  await behind.query(
    `insert into app.sso_tries (id, state_hash, browser_hash, connection_id, purpose, subject, address, name) select gen_random_uuid(), 's', 'b', id, 'enter', 'zyxwina', $2, $1 from app.sso_connections`,
    [NAME, ADDRESS],
  );
  message = await write();
  await mention();
  await behind.query(
    `insert into app.delegations (id, duty, from_member, to_member, ends_at, reason) values (gen_random_uuid(), 'reviewer', $1, $2, now() + interval '1 day', $3)`,
    [hub.ids['mei'], hub.ids['amina'], `${NAME} knows it`],
  );
});
afterAll(async () => {
  await behind.end();
  await closePools();
  await hub.database.drop();
});

async function write(): Promise<string> {
  const [channel, conversation, thread, id] = [newId(), newId(), newId(), newId()];
  const by = `(select id from app.bylines where member_id = '${hub.ids['amina']}')`;
  await behind.query(`insert into app.channels (id, slug, audience_id, name) values ($1, 'c', 2, 'C')`, [channel]);
  await behind.query(`insert into app.conversations (id, audience_id, subject_kind, subject_id) values ($1, 2, 'channel', $2)`, [conversation, channel]);
  await behind.query(`insert into app.threads (id, conversation_id, audience_id, title, byline_id) values ($1, $2, 2, 'T', ${by})`, [thread, conversation]);
  await behind.query(
    `insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash) values ($1, $2, $3, 2, ${by}, 'What she said', gen_random_uuid(), '')`,
    [id, conversation, thread],
  );
  await behind.query(`insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id) values ('message.posted', 2, ${by}, 'message', $1)`, [
    id,
  ]);
  await behind.query(`insert into app.event_payloads (event_id, audience_id, body) select max(id), 2, jsonb_build_object('name', $1::text) from app.events`, [
    NAME,
  ]);
  return id;
}
/** Jonas names her, then writes it anew; Mei wrote her name without naming her. */
async function mention(): Promise<void> {
  const { rows } = await behind.query(`select id from app.threads where title = 'T'`);
  const { rows: by } = await behind.query('select id from app.bylines where member_id = $1', [hub.ids['amina']]);
  const said = `Ask @[${NAME}](person:${by[0].id}) about it`;
  const { id } = await as(actors['jonas']!, (tx) => postMessage(tx, { thread_id: rows[0].id, body: said, retry_key: newId() }));
  await as(actors['jonas']!, (tx) => editMessage(tx, { id, body: `${said}, please` }));
  mentioned = id;
}
let mentioned: string;
const tried = (who: string, work: (tx: Tx) => Promise<unknown>): Promise<string> =>
  as(actors[who]!, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const ask = (who: string, wanted = true) => tried(who, (tx) => askErasure(tx, { memberId: hub.ids['amina']!, wanted }));
const propose = (who: string) => tried(who, (tx) => proposeAct(tx, { kind: 'pseudonymise', subject: hub.ids['amina'], content: {}, reason: 'As asked.' }));
const confirm = async (who: string) => {
  const { rows } = await behind.query(
    `select id, encode(hash, 'hex') as hash from app.two_person_acts where kind = 'pseudonymise' and state = 'open' order by proposed_at desc limit 1`,
  );
  return tried(who, (tx) => confirmAct(tx, rows[0]));
};
/** Columns of the whole database in which some text is found. */
async function whereIs(words: string): Promise<string[]> {
  const { rows } =
    await behind.query(`select n.nspname || '.' || c.relname as t, a.attname as c from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('app', 'search', 'sealed', 'graphile_worker') and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'json'::regtype, 'text[]'::regtype, 'tsvector'::regtype)`);
  const found: string[] = [];
  for (const { t, c } of rows)
    if ((await behind.query(`select 1 from ${t} where lower(${c}::text) like '%' || lower($1) || '%' limit 1`, [words])).rowCount) found.push(`${t}.${c}`);
  return found;
}

test('every table with a member stands in the list, or says why it holds nothing that names one', async () => {
  const { rows } = await behind.query(
    `select distinct c.relname as name from pg_constraint f join pg_class c on c.oid = f.conrelid where f.confrelid = 'app.members'::regclass and f.contype = 'f' and c.relnamespace = 'app'::regnamespace`,
  );
  const listed = (await behind.query('select unnest(app.erased_tables()) as name')).rows.map(({ name }) => name);
  const elsewhere: Record<string, string> = {
    accounts: 'emptied, the row stays',
    bylines: 'renamed',
    memberships: 'gone when they left',
    hub_roles: 'gone when they left',
    audience_members: 'gone when they left',
    circle_members: 'ids',
    named_people: 'ids',
    former_memberships: 'ids',
    import_people: 'ids: name and address go when somebody is matched',
    circle_runners: 'ids',
    circle_absences: 'ids',
    circle_admissions: 'ids',
    membership_acts: 'reasons emptied',
    two_person_acts: 'facts renamed, reasons emptied',
    delegations: 'reasons emptied',
    invitations: 'ids: for whom whoever invited stood in',
    sign_in_policies: 'ids: for whom whoever said it stood in',
    change_requests: 'ids',
    opening_views: 'ids: that an opened seal was looked at',
    agreement_versions: 'ids',
    agreement_acceptances: 'ids: that the terms were accepted',
    audit_readings: 'why a steward read the log: kept, it is about others',
  };
  expect(rows.map(({ name }) => name).filter((name) => !listed.includes(name) && !(name in elsewhere))).toEqual([]);
});

describe('before', () => {
  test('one asks for oneself, nobody for somebody who is here; and it can be taken back', async () => {
    for (const who of everyone)
      expect([who, await ask(who)]).toEqual([who, who === 'amina' ? 'done' : who === 'visitor' ? 'common.not_found' : 'records.erasure.not_found']);
    expect(await as(actors['amina']!, (tx) => findErasure(tx, hub.ids['amina']!))).toMatchObject({ asked_by: NAME, may_ask: true, may_propose: false });
    expect(await as(actors['jonas']!, (tx) => findErasure(tx, hub.ids['amina']!))).toBeUndefined();
    expect(await propose('lucia')).toBe('records.erasure.not_left');
    expect(await ask('amina', false)).toBe('done');
  });

  test('afterwards the focal point asks; thirty days pass; without being asked nothing is erased', async () => {
    expect(
      await tried('desta', (tx) => actOnMembership(tx, { member: 'zyxwina-quent', organization: 'lumaria', act: 'ended', reason: `${NAME} goes to the bank` })),
    ).toBe('done');
    expect(await propose('lucia')).toBe('records.erasure.not_asked');
    for (const who of everyone.slice(1))
      expect([who, await ask(who)]).toEqual([who, who === 'desta' ? 'done' : who === 'visitor' ? 'common.not_found' : 'records.erasure.not_found']);
    expect(await propose('lucia')).toBe('records.erasure.waits');
    await behind.query(`update app.members set left_at = now() - interval '31 days' where id = $1`, [hub.ids['amina']]);
    for (const who of ['desta', 'jonas', 'karim', 'eve']) expect([who, await propose(who)]).toEqual([who, 'govern.act.not_found']);
  });

  test('a hold wins: before it is proposed, and between proposal and confirmation', async () => {
    const hold = `insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by) select gen_random_uuid(), 'person', '${hub.ids['amina']}', 'r', 'r', id from app.bylines where member_id = '${hub.ids['lucia']}'`;
    await behind.query(hold);
    expect(await propose('lucia')).toBe('records.hold.stands');
    await behind.query('delete from app.legal_holds');
    expect(await propose('lucia')).toBe('done');
    await behind.query(hold);
    expect(await confirm('mei')).toBe('records.hold.stands');
    // By an organization's hold, too, though she works for it no more.
    await behind.query('delete from app.legal_holds');
    await behind.query(
      `insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by) select gen_random_uuid(), 'organization', '${hub.organizations['lumaria']}', 'r', 'r', id from app.bylines where member_id = '${hub.ids['lucia']}'`,
    );
    expect(await confirm('mei')).toBe('records.hold.stands');
    await behind.query('delete from app.legal_holds');
    // Where she is named in words of others that are held, the name is part of them.
    await behind.query(
      `insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by) select gen_random_uuid(), 'person', '${hub.ids['jonas']}', 'r', 'r', id from app.bylines where member_id = '${hub.ids['lucia']}'`,
    );
    expect(await confirm('mei')).toBe('records.hold.stands');
    await behind.query('delete from app.legal_holds');
    expect((await behind.query('select name from app.members where id = $1', [hub.ids['amina']])).rows).toEqual([{ name: NAME }]);
  });
});

describe('done by two', () => {
  let roots: unknown;
  let mark: { position: number; hash: string };
  beforeAll(async () => {
    await settle(behind);
    await behind.query(`update app.audit_entries set sealed_at = sealed_at - interval '1 day'`);
    await behind.query(
      `insert into app.audit_notes (kind, actor_id, member_id, data) values ('session.opened', $1, $1, jsonb_build_object('device', $2::text))`,
      [hub.ids['amina'], NAME],
    );
    await settle(behind);
    roots = await as({ kind: 'visitor' }, listRoots);
    const { rows } = await behind.query(`select position::int as position, encode(hash, 'hex') as hash from app.audit_entries order by 1 desc limit 1`);
    mark = rows[0];
    expect(await confirm('lucia')).toBe('govern.act.not_second');
    expect(await confirm('mei')).toBe('done');
  });

  test('whoever mentioned them mentions a former member; that is no edit of theirs, and the name finds it no more', async () => {
    const { rows } = await behind.query(
      'select body, edited_at is not null as edited, (select count(*)::int from app.message_revisions r where r.message_id = m.id) as earlier from app.messages m where id = $1',
      [mentioned],
    );
    expect(rows[0]).toMatchObject({ edited: true, earlier: 1 });
    expect(rows[0].body).toMatch(/^Ask @\[\u2068A former member of .*\u2069\]\(person:[0-9a-f-]{36}\) about it, please$/);
    const { rows: found } = await behind.query(`select words::text as words from search.entries where subject_id = $1`, [mentioned]);
    expect(found[0].words).not.toMatch(/zyxwina|quent/i);
    expect(found[0].words).toMatch(/please/);
    await behind.query(`update app.members set locale = 'ar-XB' where id = $1`, [hub.ids['jonas']]);
    const mail = await sayFormerInMail({ to: 'jonas@example.test', subject: rows[0].body, text: rows[0].body });
    expect(mail.subject).not.toMatch(/[\u2068\u2069]|A former member/);
    expect((await sayFormerInMail({ to: 'nobody@example.test', subject: '', text: rows[0].body })).text).toContain('@[A former member of');
  });

  test('neither name nor address stands anywhere in the database any more', async () => {
    expect(await whereIs(NAME)).toEqual([]);
    expect(await whereIs('zyxwina')).toEqual([]);
    for (const table of ['sessions', 'passkeys', 'read_markers', 'recoveries', 'second_factors'])
      expect([table, (await behind.query(`select 1 from app.${table} where member_id = $1`, [hub.ids['amina']])).rowCount]).toEqual([table, 0]);
  });

  test('what she wrote stays, under her authority', async () => {
    const { rows } = await as(actors['jonas']!, (tx) =>
      sql`select m.body, b.name, o.slug from app.messages m join app.bylines b on b.id = m.byline_id join app.organizations o on o.id = b.organization_id where m.id = ${message}`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([{ body: 'What she said', name: '\u2068A former member of Telecommunications Authority of Lumaria\u2069', slug: 'lumaria' }]);
  });

  test('the log is whole, its roots and rows are those from before, and it says what was done', async () => {
    await settle(behind);
    expect(await verifyLog({ roots: roots as never, marks: [mark] })).toMatchObject({ fault: undefined });
    expect(await as({ kind: 'visitor' }, listRoots)).toEqual(roots);
    const { rows } = await behind.query(`select kind from app.audit_entries where position > $1 order by position`, [mark.position]);
    expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['act.done', 'audit.forgotten', 'member.pseudonymised']));
  });

  test('once', async () => {
    expect(await propose('lucia')).toBe('records.erasure.not_found');
    expect(await ask('desta')).toBe('records.erasure.not_found');
  });
});

test('forgetting everything that can be forgotten leaves the log whole and its roots as they were', async () => {
  // The payloads are from long ago: rows that are sealed now, of things that happened then.
  await behind.query(
    `insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, at) select 'message.posted', 2, b.id, 'message', gen_random_uuid(), now() - interval '20 years' from app.bylines b, generate_series(1, 700)`,
  );
  await behind.query(
    `insert into app.audit_notes (kind, actor_id, member_id, at) select 'session.opened', id, id, now() - interval '20 years' from app.members`,
  );
  await behind.query(`insert into app.event_payloads (event_id, audience_id, body) select id, 2, '{}' from app.events where at < now() - interval '10 years'`);
  await settle(behind);
  const { rows } = await behind.query(`select position::int as position, encode(hash, 'hex') as hash from app.audit_entries order by 1 desc limit 1`);
  const roots = await as({ kind: 'visitor' }, listRoots);
  const before = await behind.query(`select count(*)::int as n from app.audit_payloads where kind <> 'audit.forgotten'`);
  await runRetention();
  const after = await behind.query(`select count(*)::int as n from app.audit_payloads where kind <> 'audit.forgotten'`);
  expect(before.rows[0].n - after.rows[0].n).toBeGreaterThan(4_000);
  expect(
    (await behind.query(`select 1 from app.event_payloads where event_id in (select id from app.events where at < now() - interval '10 years')`)).rowCount,
  ).toBe(0);
  // Before the note of it is sealed, and after.
  expect(await verifyLog({ roots: roots as never, marks: rows })).toMatchObject({ fault: undefined });
  await settle(behind);
  const verdict = await verifyLog({ roots: roots as never, marks: rows });
  expect(verdict).toMatchObject({ fault: undefined });
  expect((verdict as { forgotten: number }).forgotten).toBeGreaterThan(4_000);
  expect(await as({ kind: 'visitor' }, listRoots)).toEqual(roots);
  // All but: a payload that went without a word is still a fault.
  await behind.query(`delete from app.audit_payloads where position = (select max(position) from app.audit_payloads where kind <> 'audit.forgotten')`);
  expect((await verifyLog()).fault).toContain('nobody wrote down');
}, 60_000);
