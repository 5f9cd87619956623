-- How a place to talk is kept: who may start a thread, its usual label, its rules, its keepers, its end; and threads that move elsewhere.
alter table app.conversations
  add column marking text references app.marking_outlets,
  add column starters text not null default 'readers' check (starters in ('readers','keepers')),
  add column closed_at timestamptz;
comment on column app.conversations.marking is 'The label a message here carries unless its writer chose another one.';
comment on column app.conversations.starters is 'Who starts threads: all who write here, or only those who keep the channel. Everybody who writes here answers in threads.';
comment on column app.conversations.closed_at is 'Since when nothing is written here any more. What was said stays readable and is found.';

alter table app.channels
  add column rules text not null default '' check (length(rules) <= 4000),
  add column everyone_joins boolean not null default true;
comment on column app.channels.rules is 'What its keepers ask of those who write in it; Markdown.';
comment on column app.channels.everyone_joins is 'Does it stand in the list of all its readers until they leave it? Else of those who joined. It gives no right.';

create table app.channel_keepers (
  channel_id uuid not null,
  audience_id int not null,
  byline_id uuid not null references app.bylines on delete cascade,
  since timestamptz not null default now(),
  primary key (channel_id, byline_id),
  foreign key (channel_id, audience_id) references app.channels (id, audience_id) on delete cascade
);
comment on table app.channel_keepers is 'Who keeps a channel beside whoever opened it: its settings, its threads, and in an announcement channel who starts them.';

alter table app.threads
  add column moved_to uuid references app.threads on delete set null,
  add column moved_from uuid references app.threads on delete set null,
  add column moved_at timestamptz,
  add column moved_by uuid references app.bylines;
create index on app.threads (moved_to) where moved_to is not null;
create index on app.threads (moved_from) where moved_from is not null;
comment on column app.threads.moved_to is 'The thread its words were moved to. Whoever reads only this one reads them no more.';
comment on column app.threads.moved_from is 'The thread its words came from, at moved_at.';
alter table app.messages add column moved_to uuid references app.messages on delete set null;
create index on app.messages (moved_to) where moved_to is not null;
comment on column app.messages.moved_to is 'Where its words are now: its permalink leads there, whoever may read it.';

alter table app.involvements add column view text check (view in ('threads','timeline'));
alter table app.involvements drop constraint involvements_check;
alter table app.involvements add check (num_nonnulls(level, joined, view) > 0);
comment on column app.involvements.view is 'How I look at it: its threads, or one timeline.';
