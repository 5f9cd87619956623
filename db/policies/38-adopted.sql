-- What organizations say they adopted: each row has its own readers, up to the public.
set local role indaba_keyring;

create or replace function app.may_say_adopted(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.is_focal_point(organization)
$$;
comment on function app.may_say_adopted(uuid) is 'The focal points of an organization say what it adopted.';

create or replace function app.public_adopters() returns table (organization_id uuid, name text)
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select o.id, o.name from app.organizations o where o.id in (select a.organization_id from app.adopted_spaces a where a.audience_id = 1)
$$;
comment on function app.public_adopters() is 'The names of those who say something to everybody: a guest or a visitor reads who says it, nothing else of them.';

create or replace function app.on_adopted_space() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one app.adopted_spaces;
begin
  if tg_op = 'DELETE' then one := old; else one := new; end if;
  perform app.tell('organization.adopted_' || case tg_op when 'DELETE' then 'removed' else 'said' end, one.audience_id, 'organization', one.organization_id,
    jsonb_build_object('organization_id', one.organization_id, 'space_id', one.space_id, 'state', one.state));
  return null;
end $$;
comment on function app.on_adopted_space() is 'Tells those who see it that an organization said what it adopted, or no longer says it.';

grant execute on function app.may_say_adopted(uuid) to indaba_person;
grant execute on function app.public_adopters() to indaba_person, indaba_visitor;
grant execute on function app.on_adopted_space() to indaba_owner;
set local role indaba_owner;

grant select, delete on app.adopted_spaces to indaba_keyring;
create policy keyring_reads on app.adopted_spaces for select to indaba_keyring using (true);
create policy keyring_closes on app.adopted_spaces for delete to indaba_keyring using (true);
create or replace trigger adopted_told after insert or update or delete on app.adopted_spaces for each row execute function app.on_adopted_space();

grant select on app.adopted_spaces to indaba_person, indaba_visitor;
grant insert, update (state, year, words), delete on app.adopted_spaces to indaba_person;
-- Read through the space: whoever may not read it learns of nobody who adopted it.
create policy readers_see on app.adopted_spaces for select to indaba_visitor
  using (audience_id in (select app.my_audiences()) and space_id in (select s.id from app.spaces s));
create policy readers_see_signed_in on app.adopted_spaces for select to indaba_person
  using ((audience_id in (select app.my_audiences()) or organization_id in (select app.my_run_organizations())) and space_id in (select s.id from app.spaces s));
create policy focal_points_say on app.adopted_spaces for insert to indaba_person with check (app.may_say_adopted(organization_id) and space_id in (select s.id from app.spaces s)
  and (audience_id in (1, 2) or audience_id in (select a.id from app.audiences a where a.kind = 'organization' and a.ref = organization_id)));
create policy focal_points_change on app.adopted_spaces for update to indaba_person using (app.may_say_adopted(organization_id)) with check (app.may_say_adopted(organization_id));
create policy focal_points_remove on app.adopted_spaces for delete to indaba_person using (app.may_say_adopted(organization_id));

grant select, insert on app.adopted_spaces to indaba_clerk;
create policy clerk_keeps on app.adopted_spaces to indaba_clerk using (true) with check (true);
