-- The directory: each field of a profile is a row with its own readers; on-call contacts are kept by focal points.
set local role indaba_keyring;

create or replace function app.my_colleagues() returns setof uuid
language sql stable parallel safe security definer rows 20 set search_path = pg_catalog, pg_temp as $$
  select distinct ms.member_id from app.memberships ms where ms.organization_id in (select app.my_organizations())
$$;
comment on function app.my_colleagues() is 'Whoever works for an organization that I work for.';

create or replace function app.my_circle_peers() returns setof uuid
language sql stable parallel safe security definer rows 50 set search_path = pg_catalog, pg_temp as $$
  select distinct am.member_id from app.circles c join app.audience_members am on am.audience_id = c.audience_id where c.audience_id in (select app.my_rosters()) and (am.ends_at is null or am.ends_at > now())
$$;
comment on function app.my_circle_peers() is 'Whoever shares a circle with me in which members see each other.';

create or replace function app.may_keep_on_call(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.is_focal_point(organization)
$$;
comment on function app.may_keep_on_call(uuid) is 'The focal points of an organization say whom to call there.';

create or replace function app.my_settings() returns table (locale text, time_zone text)
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select m.locale, m.time_zone from app.members m where m.id = app.me()
$$;
comment on function app.my_settings() is 'My own language and time zone. Those of others stand in their profile, as far as they show them.';

create or replace function app.open_at(days int[], opens time, closes time, zone text) returns boolean
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  -- Over midnight, the day is that on which the hours began.
  select case when opens is null then extract(isodow from l) = any(days)
    when opens <= closes then extract(isodow from l) = any(days) and l::time >= opens and l::time < closes
    else extract(isodow from l) = any(days) and l::time >= opens or extract(isodow from l - interval '1 day') = any(days) and l::time < closes end
    from (select now() at time zone zone as l) s
$$;
comment on function app.open_at(int[], time, time, text) is 'Are these hours now, in that time zone?';

create or replace function app.on_member_zone() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.profile_fields (member_id, field, words, shown_to) values (new.id, 'time_zone', array[new.time_zone], 'members')
    on conflict (member_id, field) do update set words = excluded.words;
  return null;
end $$;
comment on function app.on_member_zone() is 'The time zone of a profile is that of the account; to whom it is shown stays.';

create or replace function app.on_on_call() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one app.on_call;
begin
  if tg_op = 'DELETE' then one := old; else one := new; end if;
  perform app.tell('organization.on_call_' || case tg_op when 'INSERT' then 'added' when 'UPDATE' then 'changed' else 'removed' end, one.audience_id, 'organization', one.organization_id,
    jsonb_build_object('on_call_id', one.id, 'organization_id', one.organization_id));
  return null;
end $$;

grant execute on function app.my_colleagues(), app.my_circle_peers(), app.may_keep_on_call(uuid), app.my_settings(), app.open_at(int[], time, time, text) to indaba_person;
grant execute on function app.on_member_zone(), app.on_on_call() to indaba_owner;
set local role indaba_owner;

grant select, insert, update (words) on app.profile_fields to indaba_keyring;
create policy keyring_follows on app.profile_fields to indaba_keyring using (field = 'time_zone') with check (field = 'time_zone');
create or replace trigger zone_shown after insert or update of time_zone on app.members for each row execute function app.on_member_zone();
create or replace trigger on_call_told after insert or update or delete on app.on_call for each row execute function app.on_on_call();

grant select, insert, update (words, shown_to), delete on app.profile_fields to indaba_person;
create policy shown_as_said on app.profile_fields for select to indaba_person using (member_id = (select app.me()) or (
  shown_to = 'members' and 2 in (select app.my_audiences())
  or shown_to = 'organization' and member_id in (select app.my_colleagues())
  or shown_to = 'circles' and member_id in (select app.my_circle_peers()))
  and member_id in (select m.id from app.members m where m.status = 'active'));
-- Whoever works nowhere stands in no directory.
create policy own_say on app.profile_fields for insert to indaba_person with check (member_id = (select app.writer()) and exists (select from app.my_organizations()));
create policy own_change on app.profile_fields for update to indaba_person using (member_id = (select app.writer())) with check (member_id = (select app.writer()));
create policy own_remove on app.profile_fields for delete to indaba_person using (member_id = (select app.writer()) and field <> 'time_zone');

grant select, insert, update (place, name, member_id, phone, mail, days, opens, closes, time_zone, languages), delete on app.on_call to indaba_person;
create policy readers_see on app.on_call for select to indaba_person using ((audience_id in (select app.my_audiences()) or organization_id in (select app.my_run_organizations()))
  and (member_id is null or member_id in (select m.id from app.members m where m.status = 'active')));
create policy focal_points_add on app.on_call for insert to indaba_person with check (app.may_keep_on_call(organization_id) and audience_id <> 1 and audience_id in (select app.my_audiences())
  and (member_id is null or member_id in (select ms.member_id from app.memberships ms where ms.organization_id = on_call.organization_id)));
create policy focal_points_change on app.on_call for update to indaba_person using (app.may_keep_on_call(organization_id))
  with check (member_id is null or member_id in (select ms.member_id from app.memberships ms where ms.organization_id = on_call.organization_id));
create policy focal_points_remove on app.on_call for delete to indaba_person using (app.may_keep_on_call(organization_id));

grant select, insert on app.profile_fields, app.on_call to indaba_clerk;
create policy clerk_keeps on app.profile_fields to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.on_call to indaba_clerk using (true) with check (true);
