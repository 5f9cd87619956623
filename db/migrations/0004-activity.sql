-- One append-only row for everything that happened.
create table app.events (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  kind text not null,
  audience_id int not null references app.audiences,
  byline_id uuid references app.bylines,
  subject_kind text not null,
  subject_id uuid not null,
  data jsonb not null default '{}',
  at timestamptz not null default now()
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
create index on app.events (xid, id);
create index on app.events (audience_id, id desc);
create index on app.events (subject_id, audience_id, id);
comment on table app.events is 'Written in the transaction that did it: ids, never words. Stream, feed, history and audit are readings of it. Nobody may change or remove a row.';

create table app.event_payloads (
  event_id bigint primary key references app.events,
  audience_id int not null references app.audiences,
  body jsonb not null
);
comment on table app.event_payloads is 'What of an event may be erased (a name, a quotation), apart from the row that stays.';
