-- How a space decides: the rules its stewards set, alone or, where they ask for less, by two. What they mean for a request stands in 72-deciding.sql.
set local role indaba_keyring;

create or replace function app.rules_of(space uuid) returns app.space_rules
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare r app.space_rules;
begin
  select * into r from app.space_rules x where x.space_id = space order by x.changed_at desc, x.id desc limit 1;
  if r.id is null then
    select null::uuid, s.id, s.audience_id, 'none', 0, '{editor}'::text[], false, 7, 28, 14, '', null::uuid, null::timestamptz into r from app.spaces s where s.id = space;
  end if;
  return r;
end $$;
comment on function app.rules_of(uuid) is 'What merging in this space asks for now. For functions only.';

create or replace function app.may_set_rules(space uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}') and exists (select from app.spaces s where s.id = space and s.audience_id in (select app.my_audiences()))
$$;
comment on function app.may_set_rules(uuid) is 'Stewards set how a space they read decides.';

create or replace function app.rules_loosen(was app.space_rules, wanted jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_position('{none,quick,formal}', wanted ->> 'preset') < array_position('{none,quick,formal}', was.preset)
    or (wanted ->> 'approvals')::int < was.approvals
    or was.approvals > 0 and exists (select from jsonb_array_elements_text(wanted -> 'approvers') a where a <> all (was.approvers))
    or was.up_to_date and not (wanted ->> 'up_to_date')::boolean
    or was.preset <> 'none' and (wanted ->> 'last_call_days')::int < was.last_call_days
    or was.preset = 'formal' and ((wanted ->> 'consultation_days')::int < was.consultation_days or (wanted ->> 'position_days')::int < was.position_days), true)
$$;
comment on function app.rules_loosen(app.space_rules, jsonb) is 'Does this ask for less than what holds: a lighter procedure, fewer approvals or of others too, shorter clocks, an older text?';

create or replace function app.rules_need_two(space uuid, wanted jsonb) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.two_stewards() and app.rules_loosen(app.rules_of(space), wanted)
$$;
comment on function app.rules_need_two(uuid, jsonb) is 'Does setting these rules wait for a second steward?';

create or replace function app.write_rules(space uuid, wanted jsonb, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare s app.spaces; one uuid := gen_random_uuid();
begin
  select * into s from app.spaces x where x.id = space;
  insert into app.space_rules (id, space_id, audience_id, preset, approvals, approvers, up_to_date, last_call_days, consultation_days, position_days, reason, byline_id, changed_at)
  values (one, s.id, s.audience_id, wanted ->> 'preset', (wanted ->> 'approvals')::int, array(select jsonb_array_elements_text(wanted -> 'approvers')), (wanted ->> 'up_to_date')::boolean,
    (wanted ->> 'last_call_days')::int, (wanted ->> 'consultation_days')::int, (wanted ->> 'position_days')::int, why, app.my_byline(), clock_timestamp());
  perform app.tell('space.rules_changed', s.audience_id, 'space', s.id, jsonb_build_object('space_id', s.id, 'preset', wanted ->> 'preset', 'approvals', (wanted ->> 'approvals')::int));
end $$;
comment on function app.write_rules(uuid, jsonb, text) is 'Writes rules down. For functions only.';

create or replace function app.set_rules(space uuid, wanted jsonb, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_set_rules(space) then raise exception using errcode = 'IN404', message = 'library.space.not_found'; end if;
  perform app.need_fresh();
  -- One after the other, so that what is compared is what holds.
  perform pg_advisory_xact_lock(hashtextextended('indaba rules ' || space, 0));
  if app.rules_need_two(space, wanted) then raise exception using errcode = 'IN403', message = 'library.rules.need_two'; end if;
  perform app.write_rules(space, wanted, why);
end $$;
comment on function app.set_rules(uuid, jsonb, text) is 'A steward sets how a space decides, stricter or, while the hub has never had two stewards, as they like. Refuses with library.space.not_found, library.rules.need_two, people.step_up.needed.';

create or replace function app.act_loosen_rules_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;
create or replace function app.act_loosen_rules_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare r app.space_rules; wanted jsonb;
begin
  if not app.may_set_rules(subject) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  begin
    wanted := (content ->> 'rules')::jsonb;
    r := app.rules_of(subject);
    if app.rules_loosen(r, wanted) is not true then raise exception using errcode = 'IN409', message = 'library.rules.loosens_nothing'; end if;
  exception when invalid_text_representation or invalid_parameter_value or null_value_not_allowed then
    raise exception using errcode = 'IN422', message = 'common.bad_input';
  end;
  return jsonb_build_object('space', (select s.title from app.spaces s where s.id = subject), 'rules_now', to_jsonb(r) - '{id,space_id,audience_id,reason,byline_id,changed_at}'::text[], 'rules_wanted', wanted);
end $$;
comment on function app.act_loosen_rules_shown(uuid, jsonb) is 'Which space, what it asks for now and then. Refuses with govern.act.not_found, common.bad_input, library.rules.loosens_nothing.';
create or replace function app.act_loosen_rules_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.write_rules(act.subject_id, (act.content ->> 'rules')::jsonb, act.reason);
end $$;

grant execute on function app.may_set_rules(uuid) to indaba_person, indaba_visitor;
grant execute on function app.rules_need_two(uuid, jsonb), app.set_rules(uuid, jsonb, text) to indaba_person;
set local role indaba_owner;

grant select on app.spaces to indaba_keyring;
create policy keyring_reads on app.spaces for select to indaba_keyring using (true);
grant select, insert on app.space_rules to indaba_keyring;
create policy keyring_keeps on app.space_rules to indaba_keyring using (true) with check (true);
grant select on app.space_rules to indaba_person, indaba_visitor;
create policy readers_see on app.space_rules for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
