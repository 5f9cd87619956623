-- What is counted along is counted anew every night, and each time leaves a line here.
create table app.recounts (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  counted int not null,
  threads int not null,
  conversations int not null,
  markers int not null,
  activity int not null,
  audiences int not null,
  check (least(counted, threads, conversations, markers, activity, audiences) >= 0)
);
comment on table app.recounts is 'Each nightly recount: how many counters it looked at, and how many stood otherwise than their rows say and were put right. Figures only.';
