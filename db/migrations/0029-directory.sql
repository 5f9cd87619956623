-- The directory: what people say of themselves and to whom, and whom to call at an organization.
create table app.profile_fields (
  member_id uuid not null references app.members on delete cascade,
  field text not null check (field in ('position', 'about', 'languages', 'expertise', 'time_zone', 'hours', 'phone', 'mail')),
  words text[] not null check (cardinality(words) between 1 and 20 and length(words::text) <= 2000),
  shown_to text not null check (shown_to in ('nobody', 'organization', 'circles', 'members')),
  primary key (member_id, field)
);
create index on app.profile_fields (field);
comment on table app.profile_fields is 'One row for each thing a member says of themselves, with whom it is shown to: a right for each row, so that no screen, filter or count can show more.';
comment on column app.profile_fields.words is 'languages: BCP 47 tags; expertise: slugs of topics; time_zone: one IANA name, as in members; hours: from and to, HH:MM in that zone, Monday to Friday; else one text.';

create table app.on_call (
  id uuid primary key,
  organization_id uuid not null references app.organizations on delete cascade,
  audience_id int not null default 2 references app.audiences,
  place int not null default 1 check (place between 1 and 99),
  name text not null check (length(name) between 1 and 120),
  member_id uuid references app.members on delete cascade,
  phone text not null default '' check (length(phone) <= 60),
  mail text not null default '' check (length(mail) <= 254),
  days int[] not null default '{1,2,3,4,5,6,7}' check (days <@ array[1,2,3,4,5,6,7] and cardinality(days) > 0),
  opens time,
  closes time,
  time_zone text not null default 'UTC',
  languages text[] not null default '{}',
  unique (id, audience_id),
  check (phone <> '' or mail <> ''),
  check (num_nonnulls(opens, closes) <> 1)
);
create index on app.on_call (organization_id);
comment on table app.on_call is 'Whom to call at an organization when something happens, in this order. Its focal points keep it; each change is an event.';
comment on column app.on_call.opens is 'From and to in time_zone, on these days (1 is Monday); without them, day and night. closes before opens: over midnight.';

do $$
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  alter table app.members no force row level security;
  insert into app.profile_fields (member_id, field, words, shown_to) select id, 'time_zone', array[time_zone], 'members' from app.members;
  alter table app.members force row level security;
end $$;
