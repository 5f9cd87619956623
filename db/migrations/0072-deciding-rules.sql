-- How a space decides: what a merge asks for, last calls and consultations with their clocks, approvals, and every step of it.
create table app.space_rules (
  id uuid primary key,
  space_id uuid not null,
  audience_id int not null,
  preset text not null check (preset in ('none', 'quick', 'formal')),
  approvals int not null default 0 check (approvals between 0 and 9),
  approvers text[] not null default '{editor}' check (approvers <@ '{editor,steward,focal_point}' and cardinality(approvers) > 0),
  up_to_date boolean not null default false,
  last_call_days int not null default 7 check (last_call_days between 1 and 90),
  consultation_days int not null default 28 check (consultation_days between 1 and 180),
  position_days int not null default 14 check (position_days between 1 and 90),
  reason text not null default '' check (length(reason) <= 2000),
  byline_id uuid references app.bylines,
  changed_at timestamptz not null default now(),
  foreign key (space_id, audience_id) references app.spaces (id, audience_id) on delete cascade
);
create index on app.space_rules (space_id, changed_at desc);
comment on table app.space_rules is 'What merging in a space asks for, each time a steward set it; the latest row holds. None: an editor or reviewer who is not the author merges.';
comment on column app.space_rules.preset is 'none; quick: a last call of last_call_days, silence is assent, editorial changes pass without; formal: a consultation of consultation_days, then positions of jurisdictions for position_days, editorial changes by a last call.';
comment on column app.space_rules.approvers is 'Whose approvals count: editor (editors and reviewers), steward, focal_point (of a full organization).';
comment on column app.space_rules.up_to_date is 'Whether a request must be based on the present text of each page it edits.';

alter table app.change_requests add column nature text not null default 'substantive' check (nature in ('editorial', 'substantive'));
comment on column app.change_requests.nature is 'Whether the meaning changes: as its author says, corrected by whoever decides (app.request_steps has both).';

create table app.procedures (
  id uuid primary key,
  change_request_id uuid not null,
  audience_id int not null,
  kind text not null check (kind in ('last_call', 'consultation')),
  phase text not null default 'comments' check (phase in ('comments', 'resolving', 'positions', 'over')),
  days int not null check (days between 1 and 180),
  position_days int not null check (position_days between 1 and 90),
  opened_at timestamptz not null default now(),
  opened_by uuid not null references app.bylines,
  comments_until timestamptz not null,
  positions_until timestamptz,
  reminded_until timestamptz,
  wording text not null,
  over_at timestamptz,
  unique (id, audience_id),
  foreign key (change_request_id, audience_id) references app.change_requests (id, audience_id) on delete cascade,
  check ((phase = 'over') = (over_at is not null)),
  check (kind = 'consultation' or phase in ('comments', 'over'))
);
create unique index on app.procedures (change_request_id) where over_at is null;
create index on app.procedures (change_request_id, opened_at desc);
comment on table app.procedures is 'A last call or consultation of a change request, its clocks in UTC; one runs at a time. Moved by app.run_procedures() and by whoever decides.';
comment on column app.procedures.phase is 'comments until comments_until; resolving: comments wait for an answer, the clock is over; positions until positions_until; over.';
comment on column app.procedures.wording is 'app.wording_of() the request as it was last put to everybody: another wording has to be put again.';
comment on column app.procedures.reminded_until is 'The end of which was reminded; an end that was moved is reminded of anew.';

create table app.approvals (
  id uuid primary key,
  change_request_id uuid not null,
  audience_id int not null,
  byline_id uuid not null references app.bylines,
  role text not null check (role in ('editor', 'steward', 'focal_point')),
  wording text not null,
  words text not null default '' check (length(words) <= 2000),
  at timestamptz not null default now(),
  taken_back_at timestamptz,
  foreign key (change_request_id, audience_id) references app.change_requests (id, audience_id) on delete cascade
);
create unique index on app.approvals (change_request_id, byline_id) where taken_back_at is null;
comment on table app.approvals is 'Who approved a change request, in which capacity, of which wording: another wording needs it again.';

create table app.request_steps (
  id uuid primary key,
  place bigint generated always as identity,
  change_request_id uuid not null,
  audience_id int not null,
  kind text not null check (kind ~ '^[a-z_]{3,40}$'),
  byline_id uuid references app.bylines,
  for_byline uuid references app.bylines,
  words text not null default '' check (length(words) <= 5000),
  data jsonb not null default '{}',
  at timestamptz not null default now(),
  foreign key (change_request_id, audience_id) references app.change_requests (id, audience_id) on delete cascade
);
create index on app.request_steps (change_request_id, place);
comment on table app.request_steps is 'The procedure of a change request, step by step, for whoever may read it: opened, extended, over, approved, corrected, with reasons. Append-only. No byline: the clock.';
comment on column app.request_steps.for_byline is 'The focal point or editor whom the one who acted stood in for.';
