-- Links that lead out of the hub, and whether they still answer.
create table app.outer_links (
  page_id uuid not null,
  audience_id int not null,
  url text not null check (length(url) <= 2000),
  words text not null default '' check (length(words) <= 200),
  asked_at timestamptz,
  answered_at timestamptz,
  failing_since timestamptz,
  failures int not null default 0,
  fault text check (fault in ('gone', 'error', 'silent', 'broken', 'loop')),
  told_at timestamptz,
  primary key (page_id, audience_id, url),
  foreign key (page_id, audience_id) references app.pages (id, audience_id) on delete cascade,
  check ((failures > 0) = (failing_since is not null))
);
create index on app.outer_links (url);
create index on app.outer_links (asked_at nulls first);
create index on app.outer_links (page_id) where failures > 1;
comment on table app.outer_links is 'The links of published pages that lead out, as the job that asks them found them; of pages which not everybody reads only where a steward set so. Shown as broken from the second failure on.';
