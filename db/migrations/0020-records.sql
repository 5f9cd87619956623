-- How long what is kept, what may not go whatever a rule says, and what the one job that removes rows has done.
create table app.retention_rules (
  kind text not null check (kind in ('message','direct','comment','thread','earlier_words','event_payload','audit_payload','session','passkey','sign_in_try','recovery','invitation','draft','file','mail')),
  label text references app.marking_outlets,
  keep_days int check (keep_days between 1 and 36500),
  was_days int,
  reason text check (length(trim(reason)) between 1 and 500),
  changed_by uuid references app.bylines,
  changed_at timestamptz,
  unique nulls not distinct (kind, label)
);
comment on table app.retention_rules is 'How many days each kind of thing is kept, by label where it carries one; no number: for good. A row here and nothing else lets the retention job remove anything.';
comment on column app.retention_rules.was_days is 'What held before the last change. For a week the longer of the two counts, so that one hasty number destroys nothing.';
comment on column app.retention_rules.reason is 'Why, in the words of the steward who changed it; null while the rule is the one the hub came with.';
insert into app.retention_rules (kind, label, keep_days) values
  ('message', 'TLP:CLEAR', 3650), ('message', 'TLP:GREEN', 3650), ('message', 'TLP:AMBER', 1825), ('message', 'TLP:AMBER+STRICT', 1095), ('message', 'TLP:RED', 365),
  ('direct', 'TLP:CLEAR', 1095), ('direct', 'TLP:GREEN', 1095), ('direct', 'TLP:AMBER', 730), ('direct', 'TLP:AMBER+STRICT', 365), ('direct', 'TLP:RED', 180),
  ('comment', 'TLP:CLEAR', null), ('comment', 'TLP:GREEN', null), ('comment', 'TLP:AMBER', 3650), ('comment', 'TLP:AMBER+STRICT', 1825), ('comment', 'TLP:RED', 365),
  ('thread', 'TLP:CLEAR', 365), ('thread', 'TLP:GREEN', 365), ('thread', 'TLP:AMBER', 180), ('thread', 'TLP:AMBER+STRICT', 90), ('thread', 'TLP:RED', 30),
  ('earlier_words', 'TLP:CLEAR', 90), ('earlier_words', 'TLP:GREEN', 90), ('earlier_words', 'TLP:AMBER', 90), ('earlier_words', 'TLP:AMBER+STRICT', 30), ('earlier_words', 'TLP:RED', 30),
  ('event_payload', null, 365), ('audit_payload', null, 1825), ('session', null, 90), ('passkey', null, 180), ('sign_in_try', null, 1), ('recovery', null, 365),
  ('invitation', null, 180), ('draft', null, 365), ('file', null, 90), ('mail', null, 30);

create table app.legal_holds (
  id uuid primary key,
  scope text not null check (scope in ('person','organization','conversation','circle','space','everything')),
  subject_id uuid,
  reference text not null check (length(trim(reference)) between 1 and 200),
  reason text not null check (length(trim(reason)) between 1 and 1000),
  placed_by uuid not null references app.bylines,
  placed_at timestamptz not null default now(),
  lifted_by uuid references app.bylines,
  lifted_at timestamptz,
  lifted_reason text check (length(trim(lifted_reason)) between 1 and 1000),
  check ((scope = 'everything') = (subject_id is null)),
  check (num_nonnulls(lifted_by, lifted_at, lifted_reason) in (0, 3)),
  constraint lifted_by_another check (lifted_by is null or lifted_by <> placed_by)
);
comment on table app.legal_holds is 'What may not be removed while it stands, whatever a rule, a person or a program says. Nobody removes a row: a hold is lifted, by another steward than the one who placed it.';

create table app.retention_runs (
  id uuid primary key,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  removed jsonb not null default '{}'
);
comment on table app.retention_runs is 'Each run of the retention job: how many rows of which kind and label it removed so far. A run without an end was interrupted; the next goes on where there is something to do.';

alter table app.messages add column removed_at timestamptz;
comment on column app.messages.removed_at is 'When the retention job took the words away; number and place stay.';
