-- Who goes, pauses, or runs the members of an organization, and why.
create table app.membership_acts (
  id uuid primary key,
  member_id uuid not null references app.members,
  organization_id uuid not null references app.organizations,
  act text not null check (act in ('suspended', 'lifted', 'ended', 'made_focal_point', 'made_member')),
  reason text not null check (length(trim(reason)) between 1 and 500),
  byline_id uuid not null references app.bylines,
  by_steward boolean not null default false,
  at timestamptz not null default now()
);
create index on app.membership_acts (member_id, at desc);
create index on app.membership_acts (organization_id, at desc);
comment on table app.membership_acts is 'Each act on a membership with its reason. Inserting a row is the act: a trigger does all of it in the same transaction. Nobody changes or removes a row.';
comment on column app.membership_acts.by_steward is 'Whoever did it was no focal point there. What a steward suspended only a steward lifts. Set by the database.';
