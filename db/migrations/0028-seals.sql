-- Opening a pseudonym by two trustees, and ending all access of an organization by two stewards.
create table app.opening_views (
  act_id uuid not null references app.two_person_acts,
  member_id uuid not null references app.members,
  at timestamptz not null default now(),
  primary key (act_id, member_id)
);
comment on table app.opening_views is 'Which of the two trustees has been shown who stood behind a pseudonym: each once. The name itself stands nowhere but in sealed.byline_members.';

alter table app.organizations add column ended_on date;
comment on column app.organizations.ended_on is 'Since when nobody works here for it any more, by an act of two stewards; nobody is admitted to it again.';
