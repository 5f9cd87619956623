-- A text that several members write together before it is proposed.
create table app.shared_drafts (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  space_id uuid not null references app.spaces on delete cascade,
  place uuid not null,
  part text not null default '' check (length(part) <= 100),
  base_revision_id uuid references app.revisions,
  retry_key uuid not null,
  last_number integer not null default 0 check (last_number >= 0),
  last_client uuid,
  last_clock integer,
  bytes bigint not null default 0,
  created_at timestamptz not null default now(),
  closed_at timestamptz
);
-- One form, one open draft: whoever asks twice comes to the same.
create unique index shared_drafts_one_open on app.shared_drafts (member_id, place, part) where closed_at is null;
create index on app.shared_drafts (space_id);
create index on app.shared_drafts (base_revision_id);
comment on table app.shared_drafts is 'A draft of a page or of a request that its author (member_id) shared with others; place and part as in page_drafts. Read by them and by whom they asked along, while these could propose in its space. Its words are its updates.';

create table app.shared_draft_writers (
  shared_draft_id uuid not null references app.shared_drafts on delete cascade,
  member_id uuid not null references app.members on delete cascade,
  added_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (shared_draft_id, member_id)
);
create index on app.shared_draft_writers (member_id);
comment on table app.shared_draft_writers is 'Who was asked along to write a shared draft, and until when.';

create table app.shared_draft_updates (
  shared_draft_id uuid not null references app.shared_drafts on delete cascade,
  number integer not null check (number > 0),
  client uuid not null,
  clock integer not null check (clock > 0),
  byline_id uuid references app.bylines,
  bytes bytea not null check (octet_length(bytes) between 1 and 600000),
  at timestamptz not null default now(),
  primary key (shared_draft_id, number),
  unique (shared_draft_id, client, clock)
);
create index on app.shared_draft_updates (byline_id);
comment on table app.shared_draft_updates is 'Every change of a shared draft as it came in (a Yjs update), in the order it was taken; client and clock are its retry key. Append only: a text that was spoilt can be made anew from them.';

create table app.shared_draft_states (
  shared_draft_id uuid primary key references app.shared_drafts on delete cascade,
  number integer not null check (number > 0),
  state bytea not null,
  at timestamptz not null default now()
);
comment on table app.shared_draft_states is 'What all updates of a shared draft up to a number come to, so that opening it does not read them all. Beside them, never instead.';
