-- Whom a message names: one row for each target, written with the message.
create table app.mentions (
  message_id uuid not null,
  audience_id int not null,
  kind text not null check (kind in ('person', 'organization', 'circle', 'channel')),
  target_id uuid not null,
  at timestamptz not null default now(),
  primary key (message_id, kind, target_id),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
create index on app.mentions (kind, target_id, at desc);
comment on table app.mentions is 'Whom a message names. Written by app.post_message() and app.set_mentions() alone, of those its writer may see. Whoever is named and reads the conversation reads the row; nobody else does.';
comment on column app.mentions.target_id is 'person: the byline of the person; organization, circle: its id; channel: the conversation, hence everybody who talks in it.';
