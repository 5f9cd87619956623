-- Editions: the text of a space at one time, under a number, never changed.
create table app.editions (
  id uuid primary key,
  space_id uuid not null,
  audience_id int not null,
  number text not null check (number ~ '^(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){0,2}$'),
  status text not null default 'draft' check (status in ('draft', 'in_force', 'superseded', 'withdrawn')),
  dated_on date,
  words text not null default '' check (length(words) <= 4000),
  byline_id uuid not null references app.bylines,
  created_at timestamptz not null default now(),
  published_by uuid references app.bylines,
  published_at timestamptz,
  withdrawn_by uuid references app.bylines,
  withdrawn_at timestamptz,
  withdrawn_reason text check (length(withdrawn_reason) between 1 and 2000),
  unique (id, audience_id),
  unique (space_id, audience_id, number),
  foreign key (space_id, audience_id) references app.spaces (id, audience_id),
  constraint published_whole check ((status = 'draft') = (published_at is null) and (published_at is null) = (published_by is null) and (published_at is null or dated_on is not null)),
  constraint withdrawn_whole check ((status = 'withdrawn') = (withdrawn_at is not null) and (withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawn_reason is null))
);
create unique index editions_one_draft on app.editions (space_id, audience_id) where status = 'draft';
create unique index editions_one_in_force on app.editions (space_id, audience_id) where status = 'in_force';
comment on table app.editions is 'A numbered state of the text of a space. As a draft it holds nothing but its number, date and words; published, it is never changed: a later one supersedes it, or it is withdrawn with a reason.';
comment on column app.editions.dated_on is 'The day it carries, as its publisher said; a draft without one gets the day it is published, in UTC.';
comment on column app.editions.words is 'What this edition is about, in the words of whoever publishes it; Markdown.';

create table app.edition_pages (
  edition_id uuid not null references app.editions,
  audience_id int not null,
  page_id uuid not null,
  revision_id uuid not null,
  path text not null,
  parent_id uuid,
  position int not null,
  title text not null,
  description text not null,
  group_key text,
  primary key (edition_id, page_id),
  foreign key (page_id, audience_id) references app.pages (id, audience_id),
  foreign key (revision_id, audience_id) references app.revisions (id, audience_id)
);
create unique index edition_pages_path on app.edition_pages (edition_id, audience_id, path);
create index on app.edition_pages (page_id);
comment on table app.edition_pages is 'Which revision of each page an edition holds, and where it stood in the tree. A page keeps its own audience here: whoever may not read it does not read it in the edition.';

create table app.edition_controls (
  edition_id uuid not null references app.editions,
  audience_id int not null,
  control_id uuid not null,
  page_id uuid not null,
  number text,
  position int not null,
  primary key (edition_id, control_id),
  foreign key (control_id, audience_id) references app.controls (id, audience_id),
  foreign key (page_id, audience_id) references app.pages (id, audience_id)
);
create index on app.edition_controls (control_id);
comment on table app.edition_controls is 'Which controls an edition holds, on which page, under which number. Numbers belong to an edition; the record and its address stay.';

create table app.edition_assets (
  edition_id uuid not null references app.editions,
  audience_id int not null,
  path text not null,
  file_id uuid not null,
  primary key (edition_id, audience_id, path),
  foreign key (file_id, audience_id) references app.files (id, audience_id)
);
comment on table app.edition_assets is 'The pictures that the pages of an edition name by path, as they were then.';
