-- The log that can be checked: what happened, chained by hashes after the fact, and a root for each day.
create table app.audit_notes (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  kind text not null,
  actor_id uuid,
  member_id uuid,
  organization_id uuid,
  data jsonb not null default '{}',
  at timestamptz not null default now()
);
comment on table app.audit_notes is 'Acts of security that are no events (signing in, keys, readings of the log), written by triggers in the transaction that does them, until the job seals them into the chain.';

create table app.audit_entries (
  position bigint primary key,
  source text not null check (source in ('event', 'note')),
  source_id bigint not null,
  kind text not null,
  at timestamptz not null,
  payload_hash bytea not null,
  previous bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null default now(),
  unique (source, source_id)
);
comment on table app.audit_entries is 'The chain: one row for each event and note, in the order of sealing, without gaps. hash covers the row and the hash before it; payload_hash covers the salted payload, which may go without breaking anything.';
comment on column app.audit_entries.sealed_at is 'Outside the hash: it only says which day''s root is the first to cover the row.';

create table app.audit_payloads (
  position bigint primary key references app.audit_entries,
  kind text not null,
  at timestamptz not null,
  actor_id uuid,
  member_id uuid,
  organization_id uuid,
  audience_id int references app.audiences,
  salt bytea not null,
  body text not null
);
create index on app.audit_payloads (actor_id, position desc);
create index on app.audit_payloads (member_id, position desc);
create index on app.audit_payloads (organization_id, position desc);
comment on table app.audit_payloads is 'What a row of the chain is about, apart from it and erasable. The columns say who may read it and repeat what stands in body; audience_id is null for acts of security and on members.';

create table app.audit_cursor (
  singleton boolean primary key default true check (singleton),
  xid xid8 not null default '0',
  event_id bigint not null default 0,
  epoch uuid
);
insert into app.audit_cursor default values;
comment on table app.audit_cursor is 'The last event that was sealed. Its transaction was over, and all before it, so nothing can appear behind. epoch: the hub for which this holds; another one (a restore) numbers its transactions anew.';

create table app.audit_roots (
  day date primary key,
  last_position bigint not null,
  root bytea not null,
  made_at timestamptz not null default now()
);
comment on table app.audit_roots is 'The root of a day (UTC): covers every row sealed until its end. Published, so that others keep it.';

create table app.audit_readings (
  id uuid primary key,
  member_id uuid not null references app.members,
  reason text not null check (length(trim(reason)) between 1 and 500),
  at timestamptz not null default now()
);
create index on app.audit_readings (member_id, at desc);
comment on table app.audit_readings is 'A steward says why they read the log; for a quarter of an hour they may. Each is itself a row of the log.';

create table app.audit_tries (
  member_id uuid not null,
  slot timestamptz not null,
  tries int not null,
  primary key (member_id, slot)
);
comment on table app.audit_tries is 'Failed passwords in a quarter of an hour, until they become one note. member_id is all zeros for addresses that are nobody''s.';
