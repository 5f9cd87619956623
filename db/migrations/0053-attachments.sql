-- Files of messages: what I sent in and have not posted yet, and what stands under a message.
create table app.uploads (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  name text not null check (length(name) between 1 and 200),
  announced bigint not null check (announced between 1 and 20971520),
  created_at timestamptz not null default now(),
  mime text,
  size bigint check (size > 0),
  sha256 bytea,
  width int,
  height int,
  taken_at timestamptz,
  check ((sha256 is null) = (size is null) and (sha256 is null) = (mime is null) and (taken_at is null or sha256 is not null))
);
create index on app.uploads (member_id, created_at);
create index on app.uploads (sha256);
comment on table app.uploads is 'A file that a member is sending in or has sent in for a message that is not posted yet. Read by that member alone, removed after a day.';
comment on column app.uploads.announced is 'Bytes, as said before they were sent.';
comment on column app.uploads.sha256 is 'Null until all bytes are here, looked through and kept.';
comment on column app.uploads.taken_at is 'When it became a file of a message. The row stays for its day, so that the same post sent again is known.';

create table app.attachments (
  id uuid primary key default gen_random_uuid(),
  message_id uuid not null,
  audience_id int not null,
  place int not null check (place between 1 and 10),
  name text not null check (length(name) between 1 and 200),
  mime text not null,
  size bigint not null check (size > 0),
  sha256 bytea not null,
  width int,
  height int,
  unique (message_id, audience_id, place),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
create index on app.attachments (sha256);
comment on table app.attachments is 'A file of a message. Audience and label are those of the message; it is written with the message by app.attach_files() alone, never changed, and read only where the message is.';
