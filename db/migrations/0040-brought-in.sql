-- Talk that was brought here from elsewhere: what waits for a label, who is meant by the names in it, and what came in already.
alter table app.threads add column history_number int not null default 0;
comment on column app.threads.history_number is 'Messages up to this thread_number were brought in from elsewhere: nobody has them to read. Unread = last number less the greater of marker and this.';
alter table app.messages add column source text check (source in ('slack'));
comment on column app.messages.source is 'Where a message was brought in from; null for what was said here.';

alter table app.accounts add column address_proved boolean not null default true;
comment on column app.accounts.address_proved is 'Has whoever holds the account answered from this address? Not the first steward, who says it themselves, until a link sent there was used.';

create table app.import_places (
  id uuid primary key,
  source text not null check (source in ('slack')),
  source_key text not null,
  kind text not null check (kind in ('channel','private','direct')),
  name text not null check (length(name) between 1 and 80),
  slug text not null,
  purpose text not null default '' check (length(purpose) <= 500),
  archived boolean not null default false,
  state text not null default 'waiting' check (state in ('waiting','opening','open','aside')),
  audience_id int references app.audiences,
  ceiling text references app.marking_outlets,
  decided_by uuid references app.bylines,
  decided_at timestamptz,
  conversation_id uuid references app.conversations,
  messages int not null default 0,
  first_at timestamptz,
  last_at timestamptz,
  created_at timestamptz not null default now(),
  unique (source, source_key)
);
comment on table app.import_places is 'A channel or conversation of another program. One that was open to all there waits until a steward says who reads it here and under which label; a private one is read by those who were in it, and no steward sees that it is here.';

create table app.import_people (
  id uuid primary key,
  source text not null check (source in ('slack')),
  source_key text not null,
  kind text not null check (kind in ('person','service')),
  name text not null check (length(name) between 1 and 120),
  email_key text,
  member_id uuid references app.members on delete set null,
  unique (source, source_key)
);
create index on app.import_people (email_key) where member_id is null;
create index on app.import_people (member_id);
comment on table app.import_people is 'Who spoke or listened elsewhere. Found by address among those who are here, or when they join; from then on neither name nor address is kept. Read by functions alone.';

create table app.import_place_people (
  place_id uuid not null references app.import_places on delete cascade,
  person_id uuid not null references app.import_people on delete cascade,
  primary key (place_id, person_id)
);
create index on app.import_place_people (person_id);
comment on table app.import_place_people is 'Who was in a private channel or direct conversation: its readers, as soon as they have an account. Read by functions alone.';

create table app.import_bylines (
  person_id uuid not null references app.import_people on delete cascade,
  audience_id int not null references app.audiences,
  byline_id uuid not null unique references app.bylines,
  primary key (person_id, audience_id)
);
comment on table app.import_bylines is 'The name of somebody who is not here, a row for each audience: whoever reads one conversation does not learn who spoke in another. Read by functions alone.';

create table app.import_messages (
  place_id uuid not null references app.import_places on delete cascade,
  source_key text not null check (length(source_key) <= 40),
  message_id uuid not null unique,
  person_id uuid not null references app.import_people,
  thread_key text not null check (length(thread_key) <= 40),
  thread_id uuid,
  title text not null check (length(title) between 1 and 200),
  body text not null check (length(body) <= 20000),
  lexemes text not null,
  earlier text check (length(earlier) <= 20000),
  said_at timestamptz not null,
  edited_at timestamptz,
  extra jsonb,
  landed_at timestamptz,
  primary key (place_id, source_key)
);
create index on app.import_messages (place_id, thread_key);
create index on app.import_messages (place_id, said_at) where landed_at is null;
comment on table app.import_messages is 'Messages on their way in. Once one stands in its conversation its words are gone from here; its key stays, so that a second run adds nothing. Read by functions alone.';

create table app.import_runs (
  id uuid primary key,
  source text not null check (source in ('slack')),
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  counts jsonb not null default '{}'
);
comment on table app.import_runs is 'What each run of an import counted: numbers only. A run without an end was interrupted.';

do $$
declare t text; tables text[] := array['accounts', 'invitations', 'bylines'];
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  foreach t in array tables loop execute format('alter table app.%I no force row level security', t); end loop;
  update app.accounts a set address_proved = false from app.invitations i join app.bylines b on b.id = i.invited_by and b.kind = 'service'
   where i.used_at is not null and lower(trim(i.email)) = a.email_key;
  foreach t in array tables loop execute format('alter table app.%I force row level security', t); end loop;
end $$;
