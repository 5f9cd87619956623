-- Being told: one row for each member and message that concerns them, and how each wants to hear of it.
create table app.notices (
  id uuid primary key default gen_random_uuid(),
  member_id uuid not null references app.members on delete cascade,
  message_id uuid not null,
  audience_id int not null,
  thread_id uuid not null,
  number int not null,
  reason text not null check (reason in ('mention', 'direct', 'followed', 'channel')),
  at timestamptz not null default now(),
  seen_at timestamptz,
  mail_due timestamptz,
  mail_claimed_at timestamptz,
  mailed_at timestamptz,
  push_due timestamptz,
  push_claimed_at timestamptz,
  unique (member_id, message_id),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
create index on app.notices (message_id, audience_id);
create index on app.notices (member_id, at desc);
create index on app.notices (mail_due) where mail_due is not null;
create index on app.notices (push_due) where push_due is not null;
comment on table app.notices is 'That a message concerns a member: it names them, is written to them, or stands where they wanted to hear of everything. Written by app.tell() after the message was posted, read by its member where they still read the message.';
comment on column app.notices.number is 'Number of the message in its thread: read is what the marker of its member has passed.';
comment on column app.notices.mail_due is 'When a mail may tell it; null when it was told, when there is nothing to tell any more, or when no mail is wanted.';
comment on column app.notices.mail_claimed_at is 'A mail with it is on its way since then. Left standing by a process that died, it is taken up again after ten minutes.';
comment on column app.notices.mailed_at is 'When a mail told it. Until its member has read so far, no other mail goes out at once for the same thread.';
comment on column app.notices.push_due is 'When a push may tell it, as mail_due.';
comment on column app.notices.push_claimed_at is 'As mail_claimed_at.';

create table app.telling (
  one boolean primary key default true check (one),
  epoch uuid,
  horizon xid8 not null
);
comment on table app.telling is 'How far app.tell() has read the log: everything below the horizon was told. One row.';
insert into app.telling (horizon) values (pg_snapshot_xmin(pg_current_snapshot()));

create table app.telling_choices (
  member_id uuid primary key references app.members on delete cascade,
  mail_mentions text not null default 'now' check (mail_mentions in ('now', 'hourly', 'daily', 'never')),
  mail_direct text not null default 'now' check (mail_direct in ('now', 'hourly', 'daily', 'never')),
  mail_followed text not null default 'daily' check (mail_followed in ('now', 'hourly', 'daily', 'never')),
  digest_at int not null default 480 check (digest_at between 0 and 1439),
  quiet_from int check (quiet_from between 0 and 1439),
  quiet_until int check (quiet_until between 0 and 1439),
  check ((quiet_from is null) = (quiet_until is null) and (quiet_from is null or quiet_from <> quiet_until))
);
comment on table app.telling_choices is 'How a member wants to be told; without a row, as the columns'' defaults say.';
comment on column app.telling_choices.digest_at is 'When the daily mail goes out: minutes after midnight in the member''s own time zone.';
comment on column app.telling_choices.quiet_from is 'From this minute of the day, in the member''s own time zone, until quiet_until nothing is sent; what would have been waits.';

create table app.notice_mails (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  reasons text[] not null,
  stop_hash bytea not null unique,
  sent_at timestamptz not null default now()
);
create index on app.notice_mails (member_id, sent_at);
comment on table app.notice_mails is 'A mail that told a member of messages, for the link in it that turns such mail off. Kept for 90 days.';
comment on column app.notice_mails.stop_hash is 'sha256 of the key of that link.';

-- What was said about mail before goes on; the mails noted so far were about direct messages alone.
do $$
declare t text; tables text[] := array['accounts', 'telling_choices'];
begin
  foreach t in array tables loop execute format('alter table app.%I no force row level security', t); end loop;
  insert into app.telling_choices (member_id, mail_direct) select member_id, 'never' from app.accounts where not mail_direct;
  foreach t in array tables loop execute format('alter table app.%I force row level security', t); end loop;
end $$;
drop function if exists app.my_mail_direct(), app.choose_mail_direct(boolean), app.stop_mail_direct(bytea), app.direct_to_mail(uuid);
drop table app.mail_notices;
alter table app.accounts drop column mail_direct;
