-- What stewards set on the screen, and where it acts in the database. Owned by keyring.
set local role indaba_keyring;

create or replace function app.setting(wanted text) returns jsonb
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select s.value from app.settings s where s.name = wanted order by s.id desc limit 1
$$;
comment on function app.setting(text) is 'What a setting is now; null: as src/platform/settings/table.ts has it. For functions only.';

create or replace function app.hub_settings() returns table (name text, value jsonb)
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select distinct on (s.name) s.name, s.value from app.settings s order by s.name, s.id desc
$$;
comment on function app.hub_settings() is 'What was set, for the processes that act on it. Nothing here is secret; who set it is read from the table, by stewards.';

create or replace function app.may_set_hub() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}')
$$;
comment on function app.may_set_hub() is 'Stewards set the hub; a token that may only read does not.';

create or replace function app.two_stewards() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select h.second_steward_at is not null from app.hub h
$$;
comment on function app.two_stewards() is 'Has this hub had two stewards? From then on what loosens security needs two, also when one of them goes.';

create or replace function app.setting_was(wanted text) returns jsonb
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(app.setting(wanted), ('{"session_days": 30, "idle_days": 7, "invitation_days": 7, "recovery_hours": 24, "confirm_days": 365, "confirm_grace_days": 30, "guest_days": 90,
    "outer_links": "public", "mail_address": "", "sign_in_minimum": "nothing", "stewards_passkeys_only": false}'::jsonb) -> wanted)
$$;
comment on function app.setting_was(text) is 'What holds now of a setting that can loosen security, also before anybody set it; a test compares with src/platform/settings/table.ts. Null: no such setting.';

create or replace function app.setting_loosens(wanted text, now jsonb, value jsonb) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce(case
    when wanted in ('session_days', 'idle_days', 'invitation_days', 'confirm_days', 'confirm_grace_days', 'guest_days') then jsonb_typeof(value) <> 'number' or value::text::numeric > now::text::numeric
    when wanted = 'recovery_hours' then jsonb_typeof(value) <> 'number' or value::text::numeric < now::text::numeric
    when wanted = 'sign_in_minimum' then array_position('{nothing,second_factor,passkeys_only}', value #>> '{}') < array_position('{nothing,second_factor,passkeys_only}', now #>> '{}')
    when wanted = 'stewards_passkeys_only' then now = 'true' and value <> 'true'
    -- Asking for a link tells the other side that a page holds it.
    when wanted = 'outer_links' then array_position('{off,public,all}', value #>> '{}') > array_position('{off,public,all}', now #>> '{}')
    -- Under another sender's name mail can be made to look like somebody's; the address of the machine itself is nobody's.
    when wanted = 'mail_address' then value <> now and value <> '""'
    else false end, true)
$$;
comment on function app.setting_loosens(text, jsonb, jsonb) is 'Is this value less strict than what holds? Longer sessions, invitations, confirmations and stays of guests, a shorter wait of a recovery, a weaker sign-in, more links asked, another sender.';

create or replace function app.setting_needs_two(wanted text, value jsonb) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.two_stewards() and app.setting_was(wanted) is not null and app.setting_loosens(wanted, app.setting_was(wanted), value)
$$;
comment on function app.setting_needs_two(text, jsonb) is 'Does setting this wait for a second steward?';

create or replace function app.setting_subject(wanted text) returns uuid
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$ select md5('indaba setting ' || wanted)::uuid $$;
comment on function app.setting_subject(text) is 'The id by which an act names a setting.';

create or replace function app.hub_asks(member uuid, what text) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(app.setting('sign_in_minimum') #>> '{}' = what, false)
    or what = 'passkeys_only' and coalesce(app.setting('stewards_passkeys_only') = 'true', false)
       and exists (select from app.hub_roles r where r.member_id = member and r.role = 'steward')
$$;
comment on function app.hub_asks(uuid, text) is 'Does the hub ask this of the member who signs in, whatever their organizations ask?';

create or replace function app.on_setting() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare before jsonb := app.setting(new.name);
begin
  new.byline_id := (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person');
  new.changed_at := now();
  -- A picture is no word of a log.
  perform app.note('setting.changed', app.me(), app.me(), null, jsonb_build_object('name', new.name)
    || case when new.name = 'mark' then '{}' else jsonb_build_object('from', before, 'to', new.value) end);
  return new;
end $$;
comment on function app.on_setting() is 'Signs the change and writes it down for the log.';

create or replace function app.idle_end() returns timestamptz
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select now() + make_interval(days => coalesce(app.setting('idle_days')::text::int, 7))
$$;
comment on function app.idle_end() is 'When a session ends that nobody uses from now on. For functions only.';

create or replace function app.on_new_by_settings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'invitations' then
    if new.expires_at = now() + interval '7 days' then new.expires_at := now() + make_interval(days => coalesce(app.setting('invitation_days')::text::int, 7)); end if;
  elsif tg_table_name = 'sessions' then
    new.ends_at := now() + make_interval(days => coalesce(app.setting('session_days')::text::int, 30));
    new.expires_at := least(new.ends_at, app.idle_end());
  else
    if new.time_zone = 'UTC' then new.time_zone := coalesce(app.setting('time_zone') #>> '{}', 'UTC'); end if;
    if new.locale = 'en' then new.locale := coalesce(app.setting('language') #>> '{}', 'en'); end if;
  end if;
  return new;
end $$;
comment on function app.on_new_by_settings() is 'What an invitation, a session of a browser and a new member begin with.';

grant execute on function app.hub_settings() to indaba_person, indaba_visitor, indaba_clerk;
grant execute on function app.may_set_hub(), app.two_stewards(), app.setting_needs_two(text, jsonb), app.setting_subject(text) to indaba_person;
grant execute on function app.on_setting(), app.on_new_by_settings() to indaba_owner;
set local role indaba_owner;

create or replace trigger setting_signed before insert on app.settings for each row execute function app.on_setting();
create or replace trigger begins_by_settings before insert on app.invitations for each row execute function app.on_new_by_settings();
create or replace trigger begins_by_settings before insert on app.sessions for each row when (new.kind = 'browser') execute function app.on_new_by_settings();
create or replace trigger begins_by_settings before insert on app.members for each row execute function app.on_new_by_settings();
grant select on app.settings to indaba_keyring;
create policy keyring_reads on app.settings for select to indaba_keyring using (true);
grant select (id, name, value, byline_id, changed_at), insert (name, value) on app.settings to indaba_person;
create policy stewards_read on app.settings for select to indaba_person using ((select app.has_role('{steward}')));
create policy stewards_set on app.settings for insert to indaba_person with check ((select app.may_set_hub()) and not app.setting_needs_two(name, value));
