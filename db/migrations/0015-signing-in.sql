-- Signing in well: second factors, when a session last proved itself, what organizations ask for, known devices, recovery.
create table app.second_factors (
  member_id uuid primary key references app.members on delete cascade,
  sealed text not null,
  last_step bigint not null default 0,
  made_at timestamptz not null default now(),
  confirmed_at timestamptz
);
comment on table app.second_factors is 'Codes from an authenticator app. sealed opens only with a key outside the database; last_step: a code at or before it was used already; confirmed_at null: being set up, asks for nothing yet.';

create table app.recovery_codes (
  code_hash bytea primary key,
  member_id uuid not null references app.members on delete cascade,
  used_at timestamptz
);
create index on app.recovery_codes (member_id);
comment on table app.recovery_codes is 'Ten codes for the day the authenticator is lost; each works once. Hashes of 80 random bits and the member.';

create table app.half_sign_ins (
  token_hash bytea primary key,
  member_id uuid not null references app.members on delete cascade,
  how text not null check (how in ('password', 'password+code')),
  tries int not null default 0,
  expires_at timestamptz not null default now() + interval '10 minutes'
);
create index on app.half_sign_ins (member_id);
comment on table app.half_sign_ins is 'Somebody whose password was right and of whom more is asked. No session: opens nothing but the page that asks for the rest.';

-- Whoever is signed in at the upgrade has proved nothing lately; a token proves itself once, when it is made.
alter table app.sessions add column proved_at timestamptz, add column how text not null default 'unknown', add column device_hash bytea;
alter table app.sessions alter column proved_at set default now();
comment on column app.sessions.proved_at is 'When this session last proved whose it is; dangerous acts ask again when that is long ago.';
comment on column app.sessions.device_hash is 'The browser it was opened in, known by a cookie of its own: a sign-in from another one is told by mail.';

create table app.sign_in_policies (
  organization_id uuid primary key references app.organizations on delete cascade,
  passkeys_only boolean not null default false,
  second_factor boolean not null default false,
  changed_at timestamptz not null default now()
);
comment on table app.sign_in_policies is 'What an organization asks of its members when they sign in; no row asks nothing.';

alter table app.hub add column recovery_hours int not null default 24 check (recovery_hours between 1 and 336);
comment on column app.hub.recovery_hours is 'Hours between the confirmation of a recovery and its link: time for the real person to stop it.';

create table app.recoveries (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  asked_at timestamptz not null default now(),
  stop_hash bytea unique,
  confirmed_by uuid references app.bylines,
  confirmed_at timestamptz,
  ripe_at timestamptz,
  token_hash bytea unique,
  ended_at timestamptz,
  ended_as text check (ended_as in ('stopped', 'refused', 'used', 'expired')),
  check ((ended_at is null) = (ended_as is null)),
  check ((confirmed_at is null) = (confirmed_by is null) and (confirmed_at is null) = (ripe_at is null)),
  check (token_hash is null or confirmed_at is not null)
);
create unique index recoveries_one_open on app.recoveries (member_id) where ended_at is null;
comment on table app.recoveries is 'Somebody cannot sign in. A focal point who knows them confirms, time passes in which the person can stop it, then a link works once. Never by mail alone.';
