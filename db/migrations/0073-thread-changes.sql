-- What was done to a thread as a whole, told to its readers in the thread itself.
create table app.thread_changes (
  id uuid primary key,
  thread_id uuid not null,
  audience_id int not null,
  kind text not null check (kind in ('renamed', 'resolved', 'reopened')),
  was text check (length(was) <= 200),
  became text check (length(became) <= 200),
  byline_id uuid references app.bylines,
  after_number int not null,
  at timestamptz not null default now(),
  check ((kind = 'renamed') = (was is not null and became is not null)),
  foreign key (thread_id, audience_id) references app.threads (id, audience_id) on delete cascade
);
create index on app.thread_changes (thread_id, at);
create index on app.thread_changes (byline_id);
comment on table app.thread_changes is 'Renaming, resolving and reopening of a thread: by whom, when, and behind which message of it (after_number; 0 = before the first). A renaming keeps both titles. Written by a trigger alone, read through the thread, not any more where it moved away; gone with it.';
