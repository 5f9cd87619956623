-- Comments within a country on a change request, and what its lead authority makes of them.
alter table app.audiences drop constraint audiences_kind_check,
  add constraint audiences_kind_check check (kind in ('public','everyone','organization','kind','region','circle','named','jurisdiction'));
-- Authorities of one country are named organizations.
update app.marking_outlets set audience_kinds = audience_kinds || '{jurisdiction}' where label in ('TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT');

alter table app.conversations add column within_id uuid references app.jurisdictions,
  add constraint conversations_within_check check (within_id is null or subject_kind = 'change_request');
create index on app.conversations (within_id) where within_id is not null;
comment on column app.conversations.within_id is 'The country whose authorities talk here about a change request among themselves; null where everybody who reads the subject does. Its audience is of kind jurisdiction.';

alter table app.bylines drop constraint bylines_kind_check,
  add constraint bylines_kind_check check (kind in ('person','organization','pseudonym','service','jurisdiction')),
  add column jurisdiction_id uuid references app.jurisdictions,
  add constraint bylines_jurisdiction_check check ((kind = 'jurisdiction') = (jurisdiction_id is not null) and (kind <> 'jurisdiction' or member_id is null));
create unique index bylines_jurisdiction_key on app.bylines (jurisdiction_id, organization_id) where jurisdiction_id is not null;
comment on column app.bylines.jurisdiction_id is 'The country that speaks, through the authority that led it then (organization_id).';

create table app.country_drafts (
  conversation_id uuid primary key,
  audience_id int not null,
  stance text check (stance in ('support', 'no_objection', 'abstain', 'discuss')),
  words text not null default '' check (length(words) <= 5000),
  version int not null default 1,
  byline_id uuid not null references app.bylines,
  saved_at timestamptz not null default now(),
  foreign key (conversation_id, audience_id) references app.conversations (id, audience_id) on delete cascade
);
create index on app.country_drafts (byline_id);
comment on table app.country_drafts is 'The position a country is about to take on a change request, as its lead authority drafts it; read within that country alone. Gone once the position is given. version rises with every saving.';

create table app.country_points (
  thread_id uuid primary key,
  audience_id int not null,
  take boolean not null default true,
  kind text not null check (kind in ('general', 'technical', 'editorial')),
  words text not null check (length(words) <= 20000),
  proposed text not null default '' check (length(proposed) <= 20000),
  submitted_id uuid references app.comments on delete set null,
  submitted_by uuid references app.bylines,
  submitted_at timestamptz,
  foreign key (thread_id, audience_id) references app.threads (id, audience_id) on delete cascade,
  foreign key (thread_id) references app.comments on delete cascade,
  check (not take or length(words) > 0),
  check ((submitted_at is null) = (submitted_by is null))
);
create index on app.country_points (submitted_id) where submitted_id is not null;
create index on app.country_points (submitted_by) where submitted_by is not null;
comment on table app.country_points is 'How a comment made within a country is to be worded when it is submitted as the country''s, or was; read within that country alone. The submitted comment knows nothing of it.';
