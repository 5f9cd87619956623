-- What somebody is writing about a page and has not proposed yet.
create table app.page_drafts (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  space_id uuid not null references app.spaces on delete cascade,
  place uuid not null,
  part text not null default '' check (length(part) <= 100),
  fields jsonb not null check (octet_length(fields::text) <= 2000000),
  updated_at timestamptz not null default now(),
  unique (member_id, place, part)
);
create index on app.page_drafts (space_id);
comment on table app.page_drafts is 'What stands in a form that changes a page, kept while one types: one for each page or request (place) and control or page of it (part), for a new page one for each space. Read by its writer alone, while they read the space; gone when it is proposed.';
