-- The checklist of the vetting, by version: what an application was asked stays known when the checklist changes.
create table app.checklists (
  version int primary key check (version > 0),
  made_at timestamptz not null default now(),
  made_by uuid references app.bylines,
  confirmed_by uuid references app.bylines,
  reason text not null default '' check (length(reason) <= 500)
);
comment on table app.checklists is 'Each version of the checklist that applications are vetted with: who made it and why; confirmed_by where a question was taken away, which needs two. The first came with the hub. Nobody changes a row.';
create table app.checklist_points (
  version int not null references app.checklists,
  position int not null check (position > 0),
  question text not null references app.vetting_questions,
  primary key (version, position),
  unique (version, question)
);
comment on table app.checklist_points is 'Which questions a version of the checklist asks, in which order. Nobody changes a row.';

alter table app.vetting_questions no force row level security;
alter table app.vetting_answers no force row level security;
alter table app.applications no force row level security;
insert into app.checklists (version) values (1);
insert into app.checklist_points (version, position, question)
  select 1, row_number() over (order by q.position, q.code), q.code from app.vetting_questions q where q.retired_at is null;
alter table app.applications add column checklist int references app.checklists;
update app.applications a set checklist = 1 where exists (select from app.vetting_answers v where v.application_id = a.id);
alter table app.vetting_questions drop column retired_at, drop column position;
alter table app.vetting_questions force row level security;
alter table app.vetting_answers force row level security;
alter table app.applications force row level security;
comment on column app.applications.checklist is 'The version of the checklist it is vetted with: the one that held at its first answer. Null before.';
comment on table app.vetting_questions is 'Every question that any version of the checklist asks. The words of the codes that came with the hub are in messages; a question a hub adds itself stands in question. Nobody changes a row.';
