-- Watching a page, a control or a whole space.
create table app.watches (
  member_id uuid not null references app.members on delete cascade,
  audience_id int not null,
  page_id uuid,
  control_id uuid,
  space_id uuid,
  since timestamptz not null default now(),
  foreign key (page_id, audience_id) references app.pages (id, audience_id) on delete cascade,
  foreign key (control_id, audience_id) references app.controls (id, audience_id) on delete cascade,
  foreign key (space_id, audience_id) references app.spaces (id, audience_id) on delete cascade,
  check (num_nonnulls(page_id, control_id, space_id) = 1)
);
create unique index on app.watches (member_id, page_id, control_id, space_id) nulls not distinct;
create index on app.watches (page_id) where page_id is not null;
create index on app.watches (control_id) where control_id is not null;
create index on app.watches (space_id) where space_id is not null;
comment on table app.watches is 'What a member wants to be told of: a page, a control, or all of a space. Nobody else reads it.';

alter table app.request_notices add column edition_id uuid;
alter table app.request_notices add column event_id bigint;
alter table app.request_notices add foreign key (edition_id, audience_id) references app.editions (id, audience_id) on delete cascade;
alter table app.request_notices drop constraint request_notices_check;
alter table app.request_notices add check (num_nonnulls(change_request_id, page_id, edition_id) >= 1);
create unique index on app.request_notices (member_id, audience_id, event_id) where event_id is not null;
create index on app.request_notices (edition_id) where edition_id is not null;
comment on column app.request_notices.event_id is 'Of what is told to whoever watches: the event, so that it is told once however often the log is read.';
