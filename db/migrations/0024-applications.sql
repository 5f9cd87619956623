-- Organizations that apply to take part, how they are vetted, and by whom.
create table app.applications (
  id uuid primary key,
  name text not null check (length(name) between 1 and 120),
  kind text not null check (kind in ('regulator', 'central-bank', 'supervisor', 'cyber-agency', 'regional-body')),
  mandate text not null check (length(mandate) between 1 and 2000),
  jurisdictions text[] not null check (cardinality(jurisdictions) between 1 and 10),
  domain text not null check (length(domain) between 4 and 253),
  why text not null default '' check (length(why) <= 2000),
  locale text not null default 'en',
  made_at timestamptz not null default now(),
  confirmed_at timestamptz,
  domain_token text not null default replace(gen_random_uuid()::text, '-', ''),
  checked_at timestamptz,
  result text check (result in ('found', 'absent', 'other', 'no_domain', 'unreachable')),
  method text check (method in ('dns', 'letter')),
  letter_reference text check (length(trim(letter_reference)) between 1 and 200),
  letter_on date,
  letter_by uuid references app.bylines,
  proved_at timestamptz,
  vetted_by uuid references app.bylines,
  vetted_at timestamptz,
  ended_as text check (ended_as in ('admitted', 'refused', 'withdrawn', 'expired')),
  ended_by uuid references app.bylines,
  ended_at timestamptz,
  reason text check (length(trim(reason)) between 1 and 2000),
  organization_id uuid references app.organizations on delete set null,
  check ((proved_at is null) = (method is null)),
  check ((vetted_at is null) = (vetted_by is null)),
  check ((ended_at is null) = (ended_as is null)),
  check (ended_as is distinct from 'refused' or (reason is not null and ended_by is not null)),
  constraint admitted_by_another check (ended_as is distinct from 'admitted'
    or (confirmed_at is not null and proved_at is not null and vetted_by is not null and ended_by is not null and ended_by <> vetted_by))
);
create index on app.applications (domain) where ended_at is null;
comment on table app.applications is 'A body that asks to take part. Nobody but stewards reads it; the applicant reads its state through the link in their mail. Rows change by functions only.';
comment on constraint admitted_by_another on app.applications is 'One steward vets, another confirms, whatever program runs.';

create table app.application_contacts (
  application_id uuid not null references app.applications on delete cascade,
  place smallint not null check (place in (1, 2)),
  name text not null check (length(name) between 1 and 120),
  role text not null check (length(role) between 1 and 120),
  email text not null check (length(email) between 3 and 254),
  token_hash bytea unique,
  mailed_at timestamptz,
  confirmed_at timestamptz,
  primary key (application_id, place)
);
comment on table app.application_contacts is 'The two people an applying body names. Each gets a private link by mail and confirms by a form; after admission each is invited as focal point.';

create table app.application_notes (
  id uuid primary key default gen_random_uuid(),
  application_id uuid not null references app.applications on delete cascade,
  place smallint check (place in (1, 2)),
  byline_id uuid references app.bylines,
  text text not null check (length(trim(text)) between 1 and 2000),
  at timestamptz not null default now(),
  check (num_nonnulls(place, byline_id) = 1)
);
create index on app.application_notes (application_id, at);
comment on table app.application_notes is 'What was added to an application: by one of its contacts (place), or asked by a steward (byline_id). Nobody changes a row.';

create table app.vetting_questions (
  code text primary key check (code ~ '^[a-z_]{2,40}$'),
  position int not null,
  question text not null default '' check (length(question) <= 300),
  retired_at timestamptz
);
comment on table app.vetting_questions is 'The checklist stewards vet by. The words of the codes that came with the hub are in messages; a question a hub adds itself stands in question.';
insert into app.vetting_questions (code, position) values ('mandate', 1), ('domain', 2), ('called_back', 3), ('contacts_known', 4), ('no_objection', 5), ('no_duplicate', 6);

create table app.vetting_answers (
  id uuid primary key default gen_random_uuid(),
  application_id uuid not null references app.applications on delete cascade,
  question text not null references app.vetting_questions,
  answer text not null check (answer in ('yes', 'no', 'not_needed')),
  remark text not null check (length(trim(remark)) between 1 and 1000),
  byline_id uuid not null references app.bylines,
  at timestamptz not null default now()
);
create index on app.vetting_answers (application_id, question, at desc);
comment on table app.vetting_answers is 'What a steward found for a question, with name and remark. The newest answer counts; none is changed or removed.';
