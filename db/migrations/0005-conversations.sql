-- One conversation model under channels, pages, controls, change requests and direct messages.
create table app.conversations (
  id uuid primary key,
  audience_id int not null references app.audiences,
  subject_kind text not null check (subject_kind in ('channel','page','control','change_request','direct')),
  subject_id uuid not null,
  ceiling text not null default 'TLP:GREEN' references app.marking_outlets,
  created_at timestamptz not null default now(),
  unique (id, audience_id),
  unique (subject_id, subject_kind, audience_id)
);
comment on table app.conversations is 'Threads about one subject, with one audience: whoever reads it reads all of its messages. audience_id never changes.';
comment on column app.conversations.ceiling is 'The highest label a message here may carry.';

create table app.threads (
  id uuid primary key,
  conversation_id uuid not null,
  audience_id int not null,
  title text not null check (length(title) between 1 and 200),
  anchor text,
  byline_id uuid not null references app.bylines,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  unique (id, audience_id),
  unique (id, conversation_id, audience_id),
  foreign key (conversation_id, audience_id) references app.conversations (id, audience_id)
);
create index on app.threads (conversation_id, audience_id);
comment on column app.threads.anchor is 'The block of the page the thread is about, if it is about one.';

create table app.messages (
  id uuid primary key,
  conversation_id uuid not null,
  thread_id uuid not null,
  audience_id int not null,
  number int not null default 0,
  thread_number int not null default 0,
  byline_id uuid not null references app.bylines,
  body text not null check (length(body) <= 20000),
  marking text references app.marking_outlets,
  retry_key uuid not null,
  body_hash bytea not null,
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  deleted_at timestamptz,
  unique (id, audience_id),
  unique (conversation_id, audience_id, number),
  unique (thread_id, audience_id, thread_number),
  unique (byline_id, retry_key),
  foreign key (conversation_id, audience_id) references app.conversations (id, audience_id),
  foreign key (thread_id, conversation_id, audience_id) references app.threads (id, conversation_id, audience_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
comment on table app.messages is 'number is dense in the conversation, thread_number in the thread; both are given by a trigger. The pair (byline, retry_key) makes a repeated post harmless.';

create table app.message_revisions (
  id uuid primary key,
  message_id uuid not null,
  audience_id int not null,
  body text not null,
  marking text,
  replaced_at timestamptz not null default now(),
  foreign key (message_id, audience_id) references app.messages (id, audience_id)
);
create index on app.message_revisions (message_id, audience_id);
comment on table app.message_revisions is 'What a message said before an edit.';

create table app.read_markers (
  member_id uuid not null references app.members on delete cascade,
  thread_id uuid not null,
  audience_id int not null,
  number int not null,
  primary key (member_id, thread_id),
  foreign key (thread_id, audience_id) references app.threads (id, audience_id)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
comment on table app.read_markers is 'The last thread_number I have seen. Unread = last number of the thread less this.';
