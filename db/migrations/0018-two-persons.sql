-- Trustees, and acts that need a second person.
alter table app.hub_roles drop constraint hub_roles_role_check;
alter table app.hub_roles add constraint hub_roles_role_check check (role in ('steward', 'editor', 'reviewer', 'moderator', 'trustee'));
comment on table app.hub_roles is 'Duties in the hub: a steward admits, an editor and a reviewer decide change requests, a moderator keeps order, two trustees together open a seal.';

alter table app.hub add column second_steward_at timestamptz;
comment on column app.hub.second_steward_at is 'Since when the hub has had two stewards at once. Until then the first names the second alone; afterwards nobody does anything alone that needs two, even when one of them goes.';
alter table app.hub no force row level security;
alter table app.hub_roles no force row level security;
update app.hub set second_steward_at = now() where (select count(*) from app.hub_roles where role = 'steward') > 1;
alter table app.hub force row level security;
alter table app.hub_roles force row level security;

create table app.two_person_acts (
  id uuid primary key,
  kind text not null,
  duty text not null check (duty in ('steward', 'trustee')),
  subject_id uuid not null,
  subject_member_id uuid references app.members,
  content jsonb not null default '{}' check (length(content::text) <= 10000),
  shown jsonb not null,
  hash bytea not null,
  reason text not null check (length(trim(reason)) between 1 and 500),
  proposed_by uuid not null references app.members,
  proposed_at timestamptz not null default now(),
  lapses_at timestamptz not null default now() + interval '72 hours',
  state text not null default 'open' check (state in ('open', 'done', 'declined', 'withdrawn')),
  ended_by uuid references app.members,
  ended_at timestamptz,
  end_reason text check (length(end_reason) <= 500),
  check ((state = 'open') = (ended_at is null) and (ended_at is null) = (ended_by is null)),
  check (state <> 'done' or ended_by <> proposed_by),
  check (state <> 'done' or ended_by is distinct from subject_member_id)
);
create index on app.two_person_acts (subject_id);
create index on app.two_person_acts (proposed_at desc);
comment on table app.two_person_acts is 'An act that one person proposes and another confirms within 72 hours. What is shown is kept with its hash; the confirmation does exactly that, or nothing. Nobody but the functions writes here.';
comment on column app.two_person_acts.shown is 'The facts as both people read them. They are read anew when the act is confirmed: other facts, no act.';
comment on column app.two_person_acts.hash is 'sha256 over id, kind, subject, content, facts and reason. Whoever confirms names the hash of what they saw.';
