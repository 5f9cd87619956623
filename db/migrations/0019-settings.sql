-- What stewards set on the screen. Every change is a row; the last row of a name is what holds.
create table app.settings (
  id bigint generated always as identity primary key,
  name text not null check (name ~ '^[a-z][a-z_]{1,39}$'),
  value jsonb not null check (length(value::text) <= 200000),
  byline_id uuid references app.bylines,
  changed_at timestamptz not null default now(),
  -- Those that functions of the database read: out of range they would lock people out.
  check (case name
    when 'session_days' then value::text::int between 1 and 90
    when 'invitation_days' then value::text::int between 1 and 60
    when 'recovery_hours' then value::text::int between 1 and 336
    when 'sign_in_minimum' then value in ('"nothing"', '"second_factor"', '"passkeys_only"')
    when 'stewards_passkeys_only' then jsonb_typeof(value) = 'boolean'
    when 'time_zone' then jsonb_typeof(value) = 'string'
    when 'language' then jsonb_typeof(value) = 'string'
    else true end)
);
create index on app.settings (name, id desc);
comment on table app.settings is 'Settings of the hub as a history: who set what when. No row: the default of src/platform/settings/table.ts. Secrets stand in the environment, never here.';

-- The waiting time of a recovery stood in a column without a screen; whoever changed it keeps what they set.
alter table app.hub no force row level security;
insert into app.settings (name, value) select 'recovery_hours', to_jsonb(recovery_hours) from app.hub where recovery_hours <> 24;
alter table app.hub force row level security;
alter table app.hub drop column recovery_hours;
