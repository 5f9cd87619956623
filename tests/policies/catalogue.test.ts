/** Questions to the catalogue: what no policy test can see because it is about every table there will ever be. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let client: Client;
beforeAll(async () => {
  db = await freshDatabase();
  client = new Client({ connectionString: db.admin });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await db.drop();
});

const ask = async (text: string) => (await client.query({ text, rowMode: 'array' })).rows.map((row) => row.join(' '));
const ours = `('app'::regnamespace,'search'::regnamespace,'sealed'::regnamespace)`;

test('every table, partitions too, has row-level security on, forced, and a policy', async () => {
  expect(
    await ask(`select c.oid::regclass from pg_class c left join pg_policy p on p.polrelid = c.oid where c.relkind in ('r','p') and c.relnamespace in ${ours}
    group by c.oid having not (c.relrowsecurity and c.relforcerowsecurity) or count(p.oid) = 0`),
  ).toEqual([]);
});

test('every definer function belongs to keyring, pins its path and is closed to the public', async () => {
  expect(
    await ask(`select p.oid::regprocedure from pg_proc p where p.prosecdef and p.pronamespace in ${ours} and (
    not exists (select from unnest(coalesce(p.proconfig,'{}')) x where x ~ '^search_path=pg_catalog, ?pg_temp$')
    or p.proowner <> 'indaba_keyring'::regrole or has_function_privilege('public', p.oid, 'execute'))`),
  ).toEqual([]);
  expect(
    await ask(
      `select p.oid::regprocedure from pg_proc p where p.pronamespace in ${ours} and (p.proleakproof or has_function_privilege('public', p.oid, 'execute'))`,
    ),
  ).toEqual([]);
});

test('there are no views that escape the policies', async () => {
  expect(
    await ask(`select c.oid::regclass from pg_class c where c.relnamespace in ${ours} and (c.relkind in ('m','f')
    or c.relkind = 'v' and not coalesce(c.reloptions,'{}') && array['security_invoker=true','security_invoker=on'])`),
  ).toEqual([]);
});

test('nothing is granted to a login or to the public, nor anything that policies do not hold back', async () => {
  expect(
    await ask(`select c.oid::regclass, a.grantee::regrole, a.privilege_type from pg_class c, aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
    where c.relnamespace in ${ours} and a.grantee <> c.relowner and (a.grantee = 0 or r.rolcanlogin or a.privilege_type in ('TRUNCATE','REFERENCES','TRIGGER','MAINTAIN'))`),
  ).toEqual([]);
  expect(
    await ask(`select a.attrelid::regclass, a.attname, x.grantee::regrole from pg_attribute a, aclexplode(a.attacl) x left join pg_roles r on r.oid = x.grantee
    where (select relnamespace from pg_class where oid = a.attrelid) in ${ours} and (x.grantee = 0 or r.rolcanlogin)`),
  ).toEqual([]);
});

// indaba_admin is the superuser of the embedded cluster, which only the launcher uses; elsewhere it does not exist.
test('no role of ours is more than a role, and each login may become what is written, no more', async () => {
  expect(
    await ask(
      `select rolname from pg_roles where rolname like 'indaba\\_%' and rolname <> 'indaba_admin' and (rolsuper or rolbypassrls or rolreplication or rolcreatedb)`,
    ),
  ).toEqual([]);
  expect(
    await ask(`select m.member::regrole, r.rolname, m.inherit_option, m.admin_option from pg_auth_members m join pg_roles r on r.oid = m.roleid
    where m.member::regrole::text in ('indaba_web','indaba_worker','indaba_stream') and r.rolname like 'indaba%' order by m.member::regrole::text, r.rolname`),
  ).toEqual([
    'indaba_stream indaba_relay false false',
    'indaba_web indaba_person false false',
    'indaba_web indaba_visitor false false',
    'indaba_worker indaba_archivist false false',
    'indaba_worker indaba_clerk false false',
    'indaba_worker indaba_person false false',
  ]);
});

test('policies to everybody, or that always hold for a person or visitor, stand in this list', async () => {
  expect(await ask(`select polrelid::regclass, polname from pg_policy where 0 = any(polroles)`)).toEqual([]);
  expect(
    await ask(`select polrelid::regclass, polname from pg_policy where (pg_get_expr(polqual, polrelid) = 'true' or pg_get_expr(polwithcheck, polrelid) = 'true')
    and polroles && array['indaba_person'::regrole::oid, 'indaba_visitor'::regrole::oid] order by polrelid::regclass::text`),
  ).toEqual(['app.hub anyone_reads', 'app.marking_outlets anyone_reads']);
});

test('a table with an audience is bound to its parent together with it', async () => {
  const unbound = await ask(`select c.oid::regclass from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'audience_id'
    where c.relkind in ('r','p') and c.relnamespace in ${ours} and not c.relispartition and not exists (select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any(f.conkey)) order by 1`);
  // counters serve many parents, and entries are written by search.put() alone, which copies the audience from the row itself.
  expect(unbound).toEqual(['app.counters', 'search.entries']);
});

test('unique keys of tables with an audience hold the audience or uuids alone, but for those listed', async () => {
  const telling = await ask(`select i.indexrelid::regclass from pg_index i join pg_class c on c.oid = i.indrelid
    where i.indisunique and c.relnamespace in ${ours} and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'audience_id')
      and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'audience_id' and a.attnum = any(i.indkey))
      and exists (select from unnest(i.indkey) k join pg_attribute a on a.attrelid = c.oid and a.attnum = k where a.atttypid <> 'uuid'::regtype)`);
  expect(telling.sort()).toEqual(
    [
      // Given by the database, insertable by nobody.
      'app.events_pkey',
      'app.event_payloads_pkey',
      'app.audit_payloads_pkey',
      // Made by editors for spaces that all may know of, or carrying random letters.
      'app.spaces_slug_key',
      'app.circles_slug_key',
      'app.channels_slug_key',
      // A hash of 40 bits over names its maker knows.
      'app.controls_code_key',
      // Within one space, written only by whoever may merge there.
      'app.page_redirects_pkey',
      'app.space_assets_pkey',
      'app.control_aliases_pkey',
      // Under a message, insertable by the functions that post and edit it alone.
      'app.mentions_pkey',
      // Holds one's own byline, which nobody else can put there.
      'app.reactions_pkey',
      // A hash that only the hub makes.
      'app.reply_addresses_secret_hash_key',
      'app.poll_options_pkey',
      'app.poll_votes_pkey',
      // Names of another program, insertable by the import alone.
      'app.import_places_source_source_key_key',
    ].sort(),
  );
});

test('no role that serves may create anything, not even a temporary table', async () => {
  expect(
    await ask(`select r.rolname, n.nspname from pg_roles r, pg_namespace n where r.rolname like 'indaba\\_%' and r.rolname not in ('indaba_owner', 'indaba_admin')
    and n.nspname in ('app','search','sealed','public') and has_schema_privilege(r.oid, n.oid, 'create')`),
  ).toEqual([]);
  expect(
    await ask(
      `select rolname from pg_roles where rolname like 'indaba\\_%' and rolname not in ('indaba_owner', 'indaba_admin') and has_database_privilege(oid, current_database(), 'temporary')`,
    ),
  ).toEqual([]);
});

test('events, revisions, membership acts and the log are append-only: nobody who serves may change or remove them', async () => {
  expect(
    await ask(`select t, r.rolname, p from unnest(array['app.events','app.revisions','app.membership_acts','app.audit_entries','app.audit_payloads','app.audit_roots','app.shared_draft_updates']) t, pg_roles r, unnest(array['update','delete','truncate']) p
    where r.rolname in ('indaba_person','indaba_visitor','indaba_clerk','indaba_relay') and (has_table_privilege(r.oid, t, p) or p = 'update' and has_any_column_privilege(r.oid, t, p))`),
  ).toEqual([]);
});

test('policies use one shape: the audience is asked once for each statement, never row by row', async () => {
  expect(await ask(`select polrelid::regclass, polname from pg_policy where polcmd = 'r' and pg_get_expr(polqual, polrelid) ~ 'audience_id = ANY'`)).toEqual(
    [],
  );
});
