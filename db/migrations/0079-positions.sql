-- Positions of jurisdictions, the authority that leads each, and telling people what of a procedure concerns them.
create table app.lead_choices (
  jurisdiction_id uuid not null,
  organization_id uuid not null,
  lead_id uuid not null,
  byline_id uuid references app.bylines,
  at timestamptz not null default now(),
  primary key (jurisdiction_id, organization_id),
  foreign key (organization_id, jurisdiction_id) references app.organization_jurisdictions (organization_id, jurisdiction_id) on delete cascade,
  foreign key (lead_id, jurisdiction_id) references app.organization_jurisdictions (organization_id, jurisdiction_id) on delete cascade
);
create index on app.lead_choices (lead_id, jurisdiction_id);
comment on table app.lead_choices is 'Which authority of a jurisdiction each of its authorities names as the lead. It leads when all others name it (app.lead_of()); a single authority leads by itself.';

create table app.positions (
  id uuid primary key,
  place bigint generated always as identity,
  change_request_id uuid not null,
  audience_id int not null,
  jurisdiction_id uuid not null references app.jurisdictions,
  organization_id uuid not null references app.organizations,
  byline_id uuid not null references app.bylines,
  for_byline uuid references app.bylines,
  stance text not null check (stance in ('support', 'no_objection', 'abstain', 'discuss')),
  words text not null default '' check (length(words) <= 5000),
  wording text not null,
  at timestamptz not null default now(),
  foreign key (change_request_id, audience_id) references app.change_requests (id, audience_id) on delete cascade,
  check (stance <> 'discuss' or length(words) > 0)
);
create index on app.positions (change_request_id, jurisdiction_id, place desc);
comment on table app.positions is 'What a jurisdiction says to a change request in a consultation, given by the focal point of its lead authority; the latest holds, the earlier ones stay to be seen. A discuss says what would resolve it, and holds the merge back.';
comment on column app.positions.wording is 'app.wording_of() the request then.';

create table app.request_notices (
  id uuid primary key default gen_random_uuid(),
  member_id uuid not null references app.members on delete cascade,
  change_request_id uuid not null,
  audience_id int not null,
  kind text not null,
  reason text not null check (reason in ('mention', 'followed')),
  until timestamptz,
  at timestamptz not null default now(),
  mail_due timestamptz,
  mail_claimed_at timestamptz,
  mailed_at timestamptz,
  seen_at timestamptz,
  foreign key (change_request_id, audience_id) references app.change_requests (id, audience_id) on delete cascade
);
create index on app.request_notices (mail_due) where mail_due is not null;
create index on app.request_notices (member_id) where seen_at is null;
create index on app.request_notices (change_request_id);
comment on table app.request_notices is 'Whom a step of a procedure concerns: for the bell and, as they set it, by mail after their quiet hours.';
