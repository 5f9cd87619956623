-- Pictures of a text that is being written and was not proposed yet.
create table app.draft_pictures (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  space_id uuid not null references app.spaces on delete cascade,
  path text not null check (path ~ '^[a-z0-9][a-z0-9-]{0,80}\.(png|jpg|gif|webp|avif)$'),
  mime text not null,
  size bigint not null check (size between 1 and 10485760),
  sha256 bytea not null,
  width integer not null,
  height integer not null,
  created_at timestamptz not null default now(),
  unique (member_id, space_id, path)
);
create index on app.draft_pictures (space_id);
comment on table app.draft_pictures is 'Pictures that somebody put into a text they are writing, drawn anew without what they carried, under the name by which the text shows them. Seen by whoever writes, while they read the space; when a text that names one is proposed, it becomes a picture of the space.';
