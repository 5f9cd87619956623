-- Mail about direct messages: that it went out, so that no second one goes before the first was of use; and whether somebody wants any.
alter table app.accounts add column mail_direct boolean not null default true;
comment on column app.accounts.mail_direct is 'Does this member want a mail when somebody writes to them directly?';

create table app.mail_notices (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  -- Not bound to the thread: when retention removes it, what was mailed about it says nothing any more.
  thread_id uuid not null,
  number int not null,
  stop_hash bytea not null unique,
  sent_at timestamptz not null default now()
);
create index on app.mail_notices (member_id, sent_at);
comment on table app.mail_notices is 'A mail that told a member of direct messages, up to which number of the thread. While they have not read that far, no other goes out for the conversation. Kept for 90 days.';
comment on column app.mail_notices.stop_hash is 'sha256 of the key of the link in that mail which turns such mail off.';
