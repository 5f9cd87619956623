-- Spaces, pages, immutable revisions, change requests.
create table app.files (
  id uuid primary key,
  audience_id int not null references app.audiences,
  name text not null,
  mime text not null,
  size bigint not null,
  sha256 bytea not null,
  width int,
  height int,
  byline_id uuid references app.bylines,
  created_at timestamptz not null default now(),
  unique (id, audience_id)
);
comment on table app.files is 'What a file is and who may read it. The bytes lie in the data folder under their hash.';

create table app.spaces (
  id uuid primary key,
  slug text not null unique,
  audience_id int not null references app.audiences,
  title text not null,
  description text not null default '',
  licence text not null default '',
  sources jsonb not null default '[]',
  position int not null default 0,
  created_at timestamptz not null default now(),
  unique (id, audience_id)
);
comment on table app.spaces is 'A document in pages, with one audience.';

create table app.pages (
  id uuid primary key,
  space_id uuid not null,
  audience_id int not null,
  parent_id uuid,
  position int not null default 0,
  path text not null,
  title text not null,
  description text not null default '',
  group_key text,
  revision_id uuid,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  unique (id, audience_id),
  unique (space_id, audience_id, path),
  foreign key (space_id, audience_id) references app.spaces (id, audience_id),
  foreign key (parent_id, audience_id) references app.pages (id, audience_id) deferrable initially deferred
);
comment on table app.pages is 'A page as it stands now; title, description and group_key are read out of its current revision.';
comment on column app.pages.group_key is 'What the page groups controls by: threat:10, section:device …';

create table app.change_requests (
  id uuid primary key,
  space_id uuid not null,
  audience_id int not null,
  number int not null default 0,
  title text not null check (length(title) between 1 and 200),
  reason text not null default '',
  status text not null default 'open' check (status in ('open','merged','declined','withdrawn')),
  byline_id uuid not null references app.bylines,
  opened_at timestamptz not null default now(),
  decided_by uuid references app.bylines,
  decided_at timestamptz,
  decision_reason text,
  retry_key uuid not null,
  unique (id, audience_id),
  unique (space_id, audience_id, number),
  unique (byline_id, retry_key),
  foreign key (space_id, audience_id) references app.spaces (id, audience_id),
  constraint decided_by_another check (decided_by is null or decided_by <> byline_id or status = 'withdrawn'),
  constraint decided_whole check ((status = 'open') = (decided_at is null and decided_by is null)),
  constraint declined_with_reason check (status <> 'declined' or length(decision_reason) > 0)
);
create index on app.change_requests (space_id, audience_id, status);
comment on table app.change_requests is 'A proposal to change text. Published text changes only by merging one.';

create table app.revisions (
  id uuid primary key,
  page_id uuid not null,
  audience_id int not null,
  number int not null,
  text text not null,
  blocks jsonb not null,
  change_request_id uuid not null,
  byline_id uuid not null references app.bylines,
  created_at timestamptz not null default now(),
  unique (id, audience_id),
  unique (page_id, audience_id, number),
  foreign key (page_id, audience_id) references app.pages (id, audience_id),
  foreign key (change_request_id, audience_id) references app.change_requests (id, audience_id)
);
alter table app.pages add foreign key (revision_id, audience_id) references app.revisions (id, audience_id) deferrable initially deferred;
comment on table app.revisions is 'The text of a page at one time. Never changed, never removed. blocks is the ordered sidecar of (id, hash).';

create table app.change_request_pages (
  id uuid primary key,
  change_request_id uuid not null,
  audience_id int not null,
  action text not null check (action in ('edit','create','retire')),
  page_id uuid not null,
  base_revision_id uuid,
  path text not null,
  parent_path text,
  position int,
  text text not null,
  retires text[] not null default '{}',
  unique (change_request_id, page_id),
  foreign key (change_request_id, audience_id) references app.change_requests (id, audience_id),
  foreign key (base_revision_id, audience_id) references app.revisions (id, audience_id),
  check ((action = 'create') = (base_revision_id is null))
);
comment on column app.change_request_pages.retires is 'Slugs of the controls the author says are retired; dropping any other is refused.';
comment on table app.change_request_pages is 'What a request would make of each page it touches. For a page to be created, page_id is the id it will have.';

create table app.page_redirects (
  space_id uuid not null,
  audience_id int not null,
  path text not null,
  page_id uuid not null,
  primary key (space_id, path),
  foreign key (space_id, audience_id) references app.spaces (id, audience_id),
  foreign key (page_id, audience_id) references app.pages (id, audience_id)
);
comment on table app.page_redirects is 'Former addresses of pages, kept for good.';

create table app.space_assets (
  space_id uuid not null,
  audience_id int not null,
  path text not null,
  file_id uuid not null,
  primary key (space_id, path),
  foreign key (space_id, audience_id) references app.spaces (id, audience_id),
  foreign key (file_id, audience_id) references app.files (id, audience_id)
);
comment on table app.space_assets is 'Pictures that pages of a space name by path.';
