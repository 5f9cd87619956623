-- Which spaces of the library an organization says it has taken over. What it decided control by control is another record.
create table app.adopted_spaces (
  id uuid primary key,
  organization_id uuid not null references app.organizations on delete cascade,
  space_id uuid not null references app.spaces on delete cascade,
  audience_id int not null references app.audiences,
  state text not null check (state in ('adopted', 'in_part', 'planned')),
  year int check (year between 1990 and 2100),
  words text not null default '' check (length(words) <= 200),
  unique (organization_id, space_id)
);
create index on app.adopted_spaces (space_id);
comment on table app.adopted_spaces is 'What an organization says of a space of the library: adopted, in part, planned. Its focal points keep it and say who sees it: its own people, all full members, anybody.';
comment on column app.adopted_spaces.year is 'Since when, or for which year it is planned.';
