-- Terms and sharing rules, by version, and who accepted which.
create table app.agreement_versions (
  id uuid primary key,
  document text not null check (document ~ '^[a-z][a-z-]{1,39}$'),
  number int not null default 0,
  title text not null check (length(trim(title)) between 1 and 120),
  body text not null check (length(trim(body)) between 1 and 60000),
  changes text not null default '' check (length(changes) <= 1000),
  starter boolean not null default false,
  published_by uuid references app.members,
  published_at timestamptz not null default now(),
  unique (document, number)
);
comment on table app.agreement_versions is 'What every member accepts before writing: each document in numbered versions, never changed afterwards. The highest number is the present one.';
comment on column app.agreement_versions.starter is 'A text to begin with, which nobody has published yet: stewards read it, nobody accepts it.';

create table app.agreement_acceptances (
  version_id uuid not null references app.agreement_versions,
  member_id uuid not null references app.members,
  at timestamptz not null default now(),
  primary key (member_id, version_id)
);
create index on app.agreement_acceptances (version_id);
comment on table app.agreement_acceptances is 'Who accepted which version, and when. Nobody changes or removes a row.';

alter table app.members add column agreed boolean not null default true;
comment on column app.members.agreed is 'Has this member accepted the present version of every document? Kept by triggers, so that writing a message asks one column more of a row it reads anyway.';
