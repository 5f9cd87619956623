-- Schemas, and the rule that nothing is open by default.
create schema app;
create schema search;
create schema sealed;
comment on schema app is 'What the hub keeps. Every table is under forced row-level security; no login has any right here of its own.';
comment on schema search is 'Index entries, read only through search.find(); no person may read the table.';
comment on schema sealed is 'Who stands behind a pseudonym, and the keys the database checks. Read by definer functions only.';

-- Functions are executable by nobody until a policy file says by whom.
alter default privileges revoke execute on functions from public;
alter default privileges in schema app revoke all on tables from public;
alter default privileges in schema search revoke all on tables from public;
alter default privileges in schema sealed revoke all on tables from public;

create extension if not exists btree_gin with schema public;

grant usage on schema app to indaba_person, indaba_visitor, indaba_clerk, indaba_relay, indaba_keyring;
grant usage on schema search to indaba_person, indaba_visitor, indaba_clerk, indaba_keyring;
grant usage on schema sealed to indaba_keyring;

create table sealed.keys (
  purpose text primary key,
  secret bytea not null
);
comment on table sealed.keys is 'Secrets the database checks signatures with (purpose sign-in: only the process that holds INDABA_KEYS can open a session).';

create table app.hub (
  singleton boolean primary key default true check (singleton),
  epoch uuid not null default gen_random_uuid(),
  demo boolean not null default false,
  seeded_at timestamptz
);
comment on table app.hub is 'One row: which hub this is. epoch changes on restore and forces every stream to resync.';
insert into app.hub default values;

create table app.counters (
  scope_id uuid primary key,
  audience_id int not null,
  last_number int not null default 0,
  last_at timestamptz,
  unique (scope_id, audience_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
comment on table app.counters is 'Dense numbers per conversation, thread and space, given under the row lock by triggers only. Narrow, so that updates stay HOT.';

create table app.rate_buckets (
  bucket text primary key,
  window_start timestamptz not null,
  taken int not null
) with (fillfactor = 50);
comment on table app.rate_buckets is 'How often something was tried in the present window; filled by app.take() only. The bucket is a salted hash when it names a person.';
