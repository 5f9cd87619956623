-- Answers by mail: each mail that tells of a message carries an address of its own, at which that member may answer that message.
create table app.reply_addresses (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  message_id uuid not null,
  audience_id int not null,
  secret_hash bytea not null unique,
  made_at timestamptz not null default now(),
  used int not null default 0,
  refused_at timestamptz,
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
create index on app.reply_addresses (member_id);
create index on app.reply_addresses (message_id, audience_id);
create index on app.reply_addresses (made_at);
comment on table app.reply_addresses is 'An address at which one member may answer one message by mail, for 30 days. Read by functions alone; who answers is asked again at each answer.';
comment on column app.reply_addresses.secret_hash is 'sha256 of the key of what stands in the address.';
comment on column app.reply_addresses.used is 'How many mails came to it; it ends with the fiftieth.';
comment on column app.reply_addresses.refused_at is 'When its member was last told by mail that an answer was not taken: once in ten minutes.';
