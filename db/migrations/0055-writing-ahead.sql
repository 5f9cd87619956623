-- What is written and not said yet: drafts, and messages that wait for their moment. And questions with answers to choose from.
create table app.drafts (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  subject_kind text not null,
  subject_id uuid not null,
  thread_id uuid,
  title text not null default '' check (length(title) <= 200),
  body text not null check (length(body) <= 20000),
  marking text references app.marking_outlets,
  updated_at timestamptz not null default now(),
  unique nulls not distinct (member_id, subject_kind, subject_id, thread_id)
);
comment on table app.drafts is 'What somebody began to write, by where: one for each thread, and one for a new thread about a subject. Read by its writer alone; gone when it is posted.';

create table app.scheduled_messages (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  conversation_id uuid not null,
  audience_id int not null,
  thread_id uuid,
  title text check (length(title) between 1 and 200),
  body text not null check (length(body) between 1 and 20000),
  marking text references app.marking_outlets,
  retry_key uuid not null unique,
  send_at timestamptz not null,
  made_at timestamptz not null default now(),
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'refused')),
  why text,
  message_id uuid,
  ended_at timestamptz,
  check ((thread_id is null) = (title is not null)),
  foreign key (conversation_id, audience_id) references app.conversations (id, audience_id) on delete cascade
);
create index on app.scheduled_messages (send_at) where state = 'waiting';
create index on app.scheduled_messages (member_id, send_at);
create index on app.scheduled_messages (conversation_id, audience_id);
comment on table app.scheduled_messages is 'A message that waits for its moment: an answer in a thread, or with a title a new one. It is posted as its writer, who must still be allowed to then; else why says what stood against it. Read by its writer alone.';

create table app.polls (
  message_id uuid primary key,
  audience_id int not null,
  multiple boolean not null default false,
  named boolean not null default false,
  closes_at timestamptz,
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
comment on table app.polls is 'A question under a message, made with it and never changed. named: who chose what is seen by all who read it; else only how many, by nobody who.';

create table app.poll_options (
  message_id uuid not null references app.polls on delete cascade,
  audience_id int not null,
  place int not null check (place between 1 and 20),
  words text not null check (length(words) between 1 and 200),
  primary key (message_id, place),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
comment on table app.poll_options is 'What can be chosen, in its order.';

create table app.poll_votes (
  message_id uuid not null,
  audience_id int not null,
  place int not null,
  byline_id uuid not null references app.bylines,
  primary key (message_id, place, byline_id),
  foreign key (message_id, place) references app.poll_options (message_id, place) on delete cascade,
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
comment on table app.poll_votes is 'Who chose what; written by app.vote() alone. No moment is kept.';
