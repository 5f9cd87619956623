-- Who belongs to which audience: computed here, by triggers, in the transaction that changes the cause.
set local role indaba_keyring;

create or replace function app.expected_members(audience int) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id from app.members m, app.audiences a where a.id = audience and m.status = 'active' and case a.kind
    when 'everyone' then exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id and not o.is_guest)
    when 'organization' then exists (select from app.memberships ms where ms.member_id = m.id and ms.organization_id = a.ref)
    when 'circle' then exists (select from app.circle_members cm where cm.circle_id = a.ref and (cm.member_id = m.id
        or exists (select from app.memberships ms where ms.member_id = m.id and ms.organization_id = cm.organization_id)))
    else false end
$$;
comment on function app.expected_members(int) is 'Who should be in an audience made by rule. Named audiences are not computed: their people are written down.';

create or replace function app.sync_audiences(wanted int[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare a record;
begin
  -- The row lock orders two changes of one audience; without it each would miss the other's people.
  for a in select id, kind, ref, frozen from app.audiences where id = any(wanted) order by id for update loop
    if a.kind = 'named' then
      delete from app.audience_members am using app.members m where am.audience_id = a.id and m.id = am.member_id and m.status <> 'active';
    else
      delete from app.audience_members am where am.audience_id = a.id and am.member_id not in (select app.expected_members(a.id));
      if not a.frozen then
        insert into app.audience_members select a.id, x from app.expected_members(a.id) x on conflict do nothing;
      end if;
    end if;
    update app.audiences set epoch = epoch + 1,
      size = (select count(*) from app.audience_members where audience_id = a.id),
      has_guests = exists (select from app.audience_members am where am.audience_id = a.id and not exists (
        select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = am.member_id and not o.is_guest))
        -- A guest organization counts before anybody of it has joined: whoever comes will be a guest.
        or exists (select from app.circle_members cm join app.organizations o on o.id = cm.organization_id where a.kind = 'circle' and cm.circle_id = a.ref and o.is_guest)
        -- So does a guest who is suspended: back again, they would read what was opened meanwhile without guests.
        or exists (select from app.circle_members cm where a.kind = 'circle' and cm.circle_id = a.ref and cm.member_id is not null and not exists (
          select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = cm.member_id and not o.is_guest))
      where id = a.id;
  end loop;
end $$;
comment on function app.sync_audiences(int[]) is 'Brings these audiences up to date and raises their epoch, which makes every live stream look again.';

create or replace function app.audiences_touched(members uuid[], organizations uuid[]) returns int[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct a.id), '{}') from app.audiences a where a.kind = 'everyone'
    or a.kind = 'organization' and a.ref = any(organizations || array(select organization_id from app.memberships where member_id = any(members)))
    or a.kind = 'circle' and exists (select from app.circle_members cm where cm.circle_id = a.ref and (cm.member_id = any(members)
        or cm.organization_id = any(organizations || array(select organization_id from app.memberships where member_id = any(members)))))
    or exists (select from app.audience_members am where am.audience_id = a.id and am.member_id = any(members))
$$;
comment on function app.audiences_touched(uuid[], uuid[]) is 'The audiences that may change when these members or organizations do.';

create or replace function app.on_membership() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op <> 'INSERT' then perform app.sync_audiences(app.audiences_touched(array[old.member_id], array[old.organization_id])); end if;
  if tg_op <> 'DELETE' then perform app.sync_audiences(app.audiences_touched(array[new.member_id], array[new.organization_id])); end if;
  return null;
end $$;

create or replace function app.on_member_status() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.sync_audiences(app.audiences_touched(array[new.id], '{}'));
  return null;
end $$;

create or replace function app.on_circle_member() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.sync_audiences(array(select id from app.audiences where kind = 'circle' and ref in (old.circle_id, new.circle_id)));
  return null;
end $$;

create or replace function app.on_organization() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into app.audiences (kind, ref, label) values ('organization', new.id, new.name);
  elsif new.is_guest <> old.is_guest then
    perform app.sync_audiences(app.audiences_touched(array(select member_id from app.memberships where organization_id = new.id), array[new.id]));
  end if;
  return null;
end $$;

create or replace function app.audience_of_people(people uuid[], title text) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare made int;
begin
  if not (session_user = 'indaba_worker' and app.me() is null)
     and (not app.may_write() or not people @> array[app.me()] or exists (select from unnest(people) p where p not in (select app.my_peers()))) then
    raise exception using errcode = 'IN404', message = 'people.member.not_found';
  end if;
  insert into app.audiences (kind, ref, label, frozen) values ('named', gen_random_uuid(), title, true) returning id into made;
  insert into app.audience_members select made, p from unnest(people) p on conflict do nothing;
  perform app.sync_audiences(array[made]);
  return made;
end $$;
comment on function app.audience_of_people(uuid[], text) is 'Makes a frozen audience of named people, myself among them, all of whom I can see. Refuses with people.member.not_found.';

grant execute on function app.audience_of_people(uuid[], text) to indaba_person, indaba_clerk;

-- Whoever makes a trigger must be allowed to call its function.
grant execute on function app.on_membership(), app.on_member_status(), app.on_circle_member(), app.on_organization() to indaba_owner;
set local role indaba_owner;

grant insert, update on app.audiences to indaba_keyring;
grant insert, delete on app.audience_members to indaba_keyring;
create policy keyring_keeps on app.audiences to indaba_keyring using (true) with check (true);
create policy keyring_keeps_members on app.audience_members to indaba_keyring using (true) with check (true);

create or replace trigger audiences_follow after insert or update or delete on app.memberships for each row execute function app.on_membership();
create or replace trigger audiences_follow after update of status on app.members for each row when (old.status is distinct from new.status) execute function app.on_member_status();
create or replace trigger audiences_follow after insert or update or delete on app.circle_members for each row execute function app.on_circle_member();
create or replace trigger audience_made after insert or update on app.organizations for each row execute function app.on_organization();

-- A person sees the audiences they are in: their label and size are what "who will read this?" answers with.
grant select (id, kind, ref, label, has_guests, frozen, size) on app.audiences to indaba_person, indaba_visitor, indaba_clerk;
create policy readers_see on app.audiences for select to indaba_person, indaba_visitor using (id in (select app.my_audiences()));
create policy clerk_reads on app.audiences for select to indaba_clerk using (true);
grant insert on app.audiences to indaba_clerk;
create policy clerk_makes on app.audiences for insert to indaba_clerk with check (kind = 'circle');
grant select on app.audience_members to indaba_person;
create policy readers_see on app.audience_members for select to indaba_person using (audience_id in (select app.my_audiences()));
