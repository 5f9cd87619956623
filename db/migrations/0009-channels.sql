-- Places to talk.
create table app.channels (
  id uuid primary key,
  slug text not null unique,
  audience_id int not null references app.audiences,
  name text not null check (length(name) between 1 and 80),
  purpose text not null default '',
  byline_id uuid references app.bylines,
  created_at timestamptz not null default now(),
  archived_at timestamptz,
  unique (id, audience_id)
);
comment on table app.channels is 'A channel has one conversation, hence one audience. The slug of a channel not open to all members ends in random letters, so that a taken name tells nothing.';
