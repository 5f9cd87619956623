-- What readers do with a message: react, pin it for all who read there, save it for themselves.
create table app.reactions (
  message_id uuid not null,
  audience_id int not null,
  byline_id uuid not null references app.bylines,
  emoji text not null check (length(emoji) between 1 and 16 and emoji !~ '[[:alpha:][:space:]<>&"'']'),
  at timestamptz not null default now(),
  primary key (message_id, emoji, byline_id),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
comment on table app.reactions is 'One emoji of one reader under a message. Who reacted is seen by whoever reads the message.';

create table app.pins (
  message_id uuid primary key,
  conversation_id uuid not null,
  audience_id int not null,
  byline_id uuid not null references app.bylines,
  at timestamptz not null default now(),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade,
  foreign key (conversation_id, audience_id) references app.conversations (id, audience_id)
);
create index on app.pins (conversation_id, at desc);
comment on table app.pins is 'Messages that a conversation keeps at hand for all who read it.';

create table app.saved_messages (
  member_id uuid not null references app.members on delete cascade,
  message_id uuid not null,
  audience_id int not null,
  at timestamptz not null default now(),
  primary key (member_id, message_id),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
create index on app.saved_messages (message_id, audience_id);
comment on table app.saved_messages is 'What somebody keeps for later. Nobody else sees it, and they themselves only as long as they may read the message.';
