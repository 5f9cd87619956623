-- Browsers that want to be told by push; each belongs to the session that asked, and ends with it.
create table app.push_subscriptions (
  id uuid primary key default gen_random_uuid(),
  member_id uuid not null references app.members on delete cascade,
  session_id uuid not null references app.sessions (id) on delete cascade,
  endpoint text not null check (endpoint ~ '^https?://' and length(endpoint) <= 1000),
  p256dh text not null check (length(p256dh) <= 200),
  auth text not null check (length(auth) <= 100),
  key_version int not null,
  created_at timestamptz not null default now(),
  unique (session_id, endpoint)
);
create index on app.push_subscriptions (member_id);
comment on table app.push_subscriptions is 'A browser that is told by push: where its push service takes messages, and the keys that they are closed with, so that the service cannot read them. Dead when its session is. Read by its member without address and keys.';
comment on column app.push_subscriptions.key_version is 'The version of the key vapid that the browser was given; it takes messages from that one only.';

create table app.pushes (
  id uuid primary key default gen_random_uuid(),
  notice_id uuid not null references app.notices on delete cascade,
  subscription_id uuid not null references app.push_subscriptions on delete cascade,
  due timestamptz,
  claimed_at timestamptz,
  tries int not null default 0,
  unique (notice_id, subscription_id)
);
create index on app.pushes (due) where due is not null;
create index on app.pushes (subscription_id);
comment on table app.pushes is 'One notice to one browser. due is null when it was told, or when there is nothing to tell any more.';
alter table app.notices drop column push_due, drop column push_claimed_at;
alter table app.telling_choices add column push text not null default 'calls' check (push in ('calls', 'everything', 'never'));
comment on column app.telling_choices.push is 'What is pushed to browsers that asked for it: calls (what names me or is written to me), everything I am told of, never.';
