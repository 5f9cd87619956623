-- Who answers for a page and by when it is read again; and telling people of pages as they are told of requests.
create table app.page_upkeep (
  page_id uuid primary key,
  audience_id int not null,
  owner_byline uuid references app.bylines on delete set null,
  owner_organization uuid references app.organizations on delete set null,
  review_on date,
  every_months int not null default 12 check (every_months between 1 and 60),
  reviewed_on date,
  reviewed_by uuid references app.bylines on delete set null,
  reminded_of date,
  overdue_of date,
  foreign key (page_id, audience_id) references app.pages (id, audience_id) on delete cascade,
  check (owner_byline is null or owner_organization is null)
);
create index on app.page_upkeep (owner_byline);
create index on app.page_upkeep (owner_organization);
create index on app.page_upkeep (review_on);
comment on table app.page_upkeep is 'Who answers for a page (a member or an organization, whose focal points do), and the day (UTC) by which it is to be read again. Without a row: nobody, and no day.';
comment on column app.page_upkeep.reminded_of is 'The day about which its owner was told ahead; another day is told of anew.';
comment on column app.page_upkeep.overdue_of is 'The day about whose passing its owner was told.';

alter table app.request_notices alter column change_request_id drop not null;
alter table app.request_notices add column page_id uuid;
alter table app.request_notices add foreign key (page_id, audience_id) references app.pages (id, audience_id) on delete cascade;
alter table app.request_notices add check (num_nonnulls(change_request_id, page_id) >= 1);
create index on app.request_notices (page_id) where page_id is not null;
comment on table app.request_notices is 'Whom a step of a procedure, or something about a page, concerns: for the bell and, as they set it, by mail after their quiet hours.';
