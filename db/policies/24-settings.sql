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

create or replace function app.on_new_by_settings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'invitations' then
    if new.expires_at = now() + interval '7 days' then new.expires_at := now() + make_interval(days => coalesce(app.setting('invitation_days')::text::int, 7)); end if;
  elsif tg_table_name = 'sessions' then
    new.expires_at := now() + make_interval(days => coalesce(app.setting('session_days')::text::int, 30));
  else
    if new.time_zone = 'UTC' then new.time_zone := coalesce(app.setting('time_zone') #>> '{}', 'UTC'); end if;
    if new.locale = 'en' then new.locale := coalesce(app.setting('language') #>> '{}', 'en'); end if;
  end if;
  return new;
end $$;
comment on function app.on_new_by_settings() is 'What an invitation, a session of a browser and a new member begin with.';

grant execute on function app.hub_settings() to indaba_person, indaba_visitor, indaba_clerk;
grant execute on function app.may_set_hub() to indaba_person;
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
create policy stewards_set on app.settings for insert to indaba_person with check ((select app.may_set_hub()));
