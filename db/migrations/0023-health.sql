-- Whether the hub is well: the processes that run it, when it was last backed up, and what was wrong since when.
create table app.nodes (
  kind text not null check (kind in ('web', 'worker')),
  name text not null check (length(name) <= 200),
  started_at timestamptz not null,
  seen_at timestamptz not null default now(),
  skew_seconds real not null,
  facts jsonb not null check (length(facts::text) <= 4000),
  primary key (kind, name)
);
comment on table app.nodes is 'The processes of this hub, each by its own word every twenty seconds: its clock against the database''s, what its disk has left, which version and keys it has. One that ends in order takes its row along.';

create table app.backups (
  id bigint generated always as identity primary key,
  made_at timestamptz not null default now(),
  why text not null check (why in ('asked', 'before_upgrade')),
  bytes bigint not null
);
comment on table app.backups is 'When the hub was last backed up, and how large that was. Where it lies is not written here: a restored hub would name places of another.';

create table app.health_states (
  name text primary key,
  bad boolean not null,
  since timestamptz not null default now(),
  seen int not null default 1,
  told_bad boolean not null default false,
  finding jsonb not null
);
comment on table app.health_states is 'Each check as it was found last: bad or well, since when, how often in a row, and whether stewards have been told that it is bad.';

create table app.horizon_samples (
  singleton boolean primary key default true check (singleton),
  oldest xid8 not null,
  since timestamptz not null default now()
);
comment on table app.horizon_samples is 'The oldest open transaction of the database when it was last looked at, and since when it has been that one: how long anything has been open.';
