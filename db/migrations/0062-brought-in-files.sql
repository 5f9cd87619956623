-- Files that come with talk from elsewhere, until their message stands in its conversation.
create table app.import_files (
  place_id uuid not null,
  source_key text not null,
  place int not null check (place between 1 and 10),
  name text not null check (length(name) between 1 and 200),
  mime text not null,
  size bigint not null check (size > 0),
  sha256 bytea not null,
  width int,
  height int,
  primary key (place_id, source_key, place),
  foreign key (place_id, source_key) references app.import_messages (place_id, source_key) on delete cascade
);
create index on app.import_files (sha256);
comment on table app.import_files is 'A file of a message on its way in; with the message it becomes an attachment and goes from here. Read by functions alone.';
