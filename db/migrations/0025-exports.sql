-- What somebody asked to take along: their own data, or an organization's records. The file lies in the data folder until it is fetched, once, or its time is over.
create table app.data_exports (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  kind text not null check (kind in ('own', 'records')),
  organization_id uuid references app.organizations on delete cascade,
  reason text not null default '' check (length(reason) <= 500),
  from_on date,
  until_on date,
  exclusions jsonb not null default '[]' check (jsonb_typeof(exclusions) = 'array' and length(exclusions::text) <= 50000),
  asked_at timestamptz not null default now(),
  made_at timestamptz,
  expires_at timestamptz,
  taken_at timestamptz,
  failed_at timestamptz,
  size bigint,
  sha256 bytea,
  counts jsonb not null default '{}',
  check ((kind = 'records') = (organization_id is not null))
);
create index on app.data_exports (member_id, asked_at desc);
comment on table app.data_exports is 'A package that a job makes as the person who asked: it holds what that person may read, and of that what the labels let out. Fetched once, after a fresh proof.';
comment on column app.data_exports.exclusions is 'What the person asking leaves out, with the ground for each: [{"what": "label" | "thread" | "message", "which": …, "ground": …}].';
comment on column app.data_exports.counts is 'How many things went in, and how many stayed out on which ground.';
