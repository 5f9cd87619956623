-- Keeping order: what readers report, and what moderators decide about a message or a person.
alter table app.messages add column moderated_as text check (moderated_as in ('rules', 'label', 'insult', 'personal', 'spam', 'other'));
comment on column app.messages.moderated_as is 'Why a moderator removed it. Its words stay as earlier ones, read by nobody but its author and whoever decides about it.';

create table app.message_reports (
  id uuid primary key,
  message_id uuid not null,
  conversation_id uuid not null,
  audience_id int not null,
  byline_id uuid not null references app.bylines,
  author_id uuid not null references app.bylines,
  reason text not null check (reason in ('rules', 'label', 'insult', 'personal', 'spam', 'other')),
  words text not null default '' check (length(words) <= 2000),
  handed boolean not null,
  handed_words text check (length(handed_words) <= 20000),
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  outcome text check (outcome in ('dismissed', 'removed', 'restricted')),
  closed_by uuid references app.bylines,
  check ((closed_at is null) = (outcome is null)),
  check (handed or handed_words is null),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade,
  foreign key (conversation_id, audience_id) references app.conversations (id, audience_id)
);
create unique index one_open_report on app.message_reports (byline_id, message_id) where closed_at is null;
create index on app.message_reports (message_id, audience_id);
create index on app.message_reports (conversation_id) where closed_at is null;
comment on table app.message_reports is 'What a reader reports to those who keep order where it was said; or, where nobody else does, hands over to the moderators of the hub. Never shown to the author.';
comment on column app.message_reports.byline_id is 'Who reports. Seen by whoever decides about it, by nobody else.';
comment on column app.message_reports.handed_words is 'The words of the message as they were handed over: only of what its label lets leave its readers.';

create table app.moderation_acts (
  id uuid primary key,
  kind text not null check (kind in ('removed', 'restricted')),
  message_id uuid,
  conversation_id uuid,
  audience_id int,
  byline_id uuid not null references app.bylines,
  moderator_id uuid not null references app.bylines,
  handed boolean not null default false,
  reason text not null check (reason in ('rules', 'label', 'insult', 'personal', 'spam', 'other')),
  words text not null default '' check (length(words) <= 2000),
  at timestamptz not null default now(),
  ends_at timestamptz,
  answer text check (length(answer) between 1 and 2000),
  answered_at timestamptz,
  settled_at timestamptz,
  settled_by uuid references app.bylines,
  settled_words text check (length(settled_words) <= 2000),
  undone boolean not null default false,
  check (case kind when 'removed' then message_id is not null and ends_at is null else message_id is null and ends_at is not null end),
  check ((answer is null) = (answered_at is null)),
  check ((settled_at is null) = (settled_by is null)),
  check (not undone or settled_at is not null),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade,
  foreign key (conversation_id, audience_id) references app.conversations (id, audience_id)
);
create index on app.moderation_acts (byline_id) where kind = 'restricted' and not undone;
create index on app.moderation_acts (conversation_id, at desc);
create index on app.moderation_acts (message_id, audience_id);
comment on table app.moderation_acts is 'A message removed, or a person who may read and not write for a time, in one conversation or (none) in all; with the answer of whoever it concerns, once, and how it was settled. Rows stay.';
comment on column app.moderation_acts.handed is 'Decided by moderators of the hub on what somebody handed over: they settle the answer too.';
