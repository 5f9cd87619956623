-- Whether readers found a page useful.
create table app.page_answers (
  member_id uuid not null references app.members on delete cascade,
  page_id uuid not null,
  audience_id int not null,
  useful boolean not null,
  at timestamptz not null default now(),
  primary key (member_id, page_id),
  foreign key (page_id, audience_id) references app.pages (id, audience_id) on delete cascade
);
create index on app.page_answers (page_id);
comment on table app.page_answers is 'Whether a member found a page useful, the last time they said so. Read by nobody else; counted for whoever keeps the page (app.counted_answers()).';
