-- What loosens security waits for a second steward (33-two-persons.sql); what tightens it is done by one. Until a hub has had two stewards, the one does both.
set local role indaba_keyring;

create or replace function app.act_loosen_setting_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;
create or replace function app.act_loosen_setting_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare wanted text := content ->> 'setting'; now jsonb := app.setting_was(wanted); value jsonb := content -> 'value';
begin
  if now is null or value is null or subject <> app.setting_subject(wanted) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  if jsonb_typeof(value) <> jsonb_typeof(now) or wanted = 'sign_in_minimum' and value not in ('"nothing"', '"second_factor"', '"passkeys_only"')
    or wanted = 'mail_address' and value #>> '{}' !~ '^[^@\s]{1,100}@[^@\s]{1,99}$' then raise exception using errcode = 'IN422', message = 'common.bad_input'; end if;
  if jsonb_typeof(value) = 'number' and (value::text !~ '^\d{1,4}$' or value::text::int not between
      case wanted when 'confirm_days' then 90 when 'confirm_grace_days' then 7 else 1 end
      and case wanted when 'session_days' then 90 when 'idle_days' then 90 when 'invitation_days' then 60 when 'recovery_hours' then 336 when 'confirm_days' then 1095 when 'guest_days' then 365 else 180 end)
    then raise exception using errcode = 'IN422', message = 'hub.setting.number'; end if;
  if not app.setting_loosens(wanted, now, value) then raise exception using errcode = 'IN409', message = 'hub.setting.loosens_nothing'; end if;
  return jsonb_build_object('setting', wanted, 'now', now, 'wanted', value);
end $$;
comment on function app.act_loosen_setting_shown(uuid, jsonb) is 'Which setting, what holds and what is wanted. Refuses with govern.act.not_found, common.bad_input, hub.setting.number, hub.setting.loosens_nothing.';
create or replace function app.act_loosen_setting_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.settings (name, value) values (act.content ->> 'setting', act.content -> 'value');
end $$;

create or replace function app.act_shorten_retention_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;
create or replace function app.act_shorten_retention_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare one app.retention_rules;
begin
  select * into one from app.retention_rules r where r.kind = content ->> 'kind' and r.label is not distinct from content ->> 'label';
  if one.kind is null or subject <> app.retention_subject(one.kind, one.label) then raise exception using errcode = 'IN404', message = 'records.rule.not_found'; end if;
  if coalesce(content ->> 'days', '') !~ '^\d{1,5}$' or (content ->> 'days')::int not between 1 and 36500 then raise exception using errcode = 'IN422', message = 'records.days.not_a_number'; end if;
  if (content ->> 'days')::int >= coalesce(one.keep_days, 2147483647) then raise exception using errcode = 'IN409', message = 'records.rule.not_shorter'; end if;
  return jsonb_build_object('kept', one.kind, 'label', one.label, 'days_now', one.keep_days, 'days_wanted', (content ->> 'days')::int);
end $$;
comment on function app.act_shorten_retention_shown(uuid, jsonb) is 'Which rule, for how long now and then. Refuses with records.rule.not_found, records.days.not_a_number, records.rule.not_shorter.';
create or replace function app.act_shorten_retention_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.retention_rules r set keep_days = (act.content ->> 'days')::int, reason = act.reason where r.kind = act.content ->> 'kind' and r.label is not distinct from act.content ->> 'label';
end $$;

set local role indaba_owner;

grant insert (name, value) on app.settings to indaba_keyring;
create policy keyring_loosens on app.settings for insert to indaba_keyring with check (app.setting_was(name) is not null);
grant update (keep_days, reason) on app.retention_rules to indaba_keyring;
create policy keyring_shortens on app.retention_rules for update to indaba_keyring using (true) with check (true);
