-- What one wants to hear of a conversation, and which threads one follows or will not hear of. Nobody's business but one's own.
create table app.involvements (
  member_id uuid not null references app.members on delete cascade,
  conversation_id uuid not null,
  audience_id int not null,
  level text check (level in ('nothing','mentions','everything')),
  joined boolean,
  changed_at timestamptz not null default now(),
  primary key (member_id, conversation_id),
  foreign key (conversation_id, audience_id) references app.conversations (id, audience_id) on delete cascade,
  check (num_nonnulls(level, joined) > 0)
);
create index on app.involvements (conversation_id, audience_id);
comment on table app.involvements is 'What a member said about one conversation; what is null follows the usual (app.level_of, app.has_joined). Read by its member alone.';
comment on column app.involvements.level is 'What I want to be told of: nothing, mentions, everything.';
comment on column app.involvements.joined is 'Does it stand in my list? It gives no right: whoever belongs to the audience reads, joined or not.';

create table app.thread_follows (
  member_id uuid not null references app.members on delete cascade,
  thread_id uuid not null,
  audience_id int not null,
  state text not null check (state in ('followed','muted')),
  changed_at timestamptz not null default now(),
  primary key (member_id, thread_id),
  foreign key (thread_id, audience_id) references app.threads (id, audience_id) on delete cascade
);
create index on app.thread_follows (thread_id, audience_id);
comment on table app.thread_follows is 'Threads a member follows or has muted. Whoever posts in a thread follows it, unless they muted it. Read by its member alone.';
