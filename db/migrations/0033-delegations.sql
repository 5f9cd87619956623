-- Handing a duty to a colleague while away.
create table app.delegations (
  id uuid primary key,
  duty text not null check (duty in ('focal_point', 'editor', 'reviewer', 'moderator')),
  organization_id uuid references app.organizations,
  from_member uuid not null references app.members,
  to_member uuid not null references app.members,
  starts_at timestamptz not null default now(),
  ends_at timestamptz not null,
  reason text not null check (length(trim(reason)) between 1 and 500),
  made_at timestamptz not null default now(),
  revoked_at timestamptz,
  revoked_by uuid references app.members,
  check (from_member <> to_member),
  check (ends_at > starts_at and ends_at <= starts_at + interval '92 days'),
  check ((duty = 'focal_point') = (organization_id is not null))
);
create index on app.delegations (to_member);
create index on app.delegations (from_member);
comment on table app.delegations is 'A duty handed to a colleague from one moment until another. It is asked each time whether it holds now, so it ends by itself; never steward or trustee, never what was itself handed on.';

alter table app.membership_acts add column for_member uuid references app.members;
comment on column app.membership_acts.for_member is 'Whoever did it stood in for this focal point. Set by the database.';
alter table app.change_requests add column decided_for uuid references app.members;
comment on column app.change_requests.decided_for is 'Whoever decided stood in for this editor or reviewer. Set by the database.';
