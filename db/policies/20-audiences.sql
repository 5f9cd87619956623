-- Who belongs to which audience: computed here, by triggers, in the transaction that changes the cause.
set local role indaba_keyring;

create or replace function app.circle_candidates(circle uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- One membership has to fit kind and region both: a regulator here who advises a bank elsewhere is no central bank of that region.
  select distinct ms.member_id from app.circles c, app.memberships ms join app.organizations o on o.id = ms.organization_id and not o.is_guest
   where c.id = circle and (cardinality(c.rule_kinds) = 0 or o.kind = any(c.rule_kinds))
     and (cardinality(c.rule_regions) = 0 or exists (select from app.organization_jurisdictions oj join app.jurisdictions j on j.id = oj.jurisdiction_id
       where oj.organization_id = o.id and j.region = any(c.rule_regions)))
     and (cardinality(c.rule_topics) = 0 or exists (select from app.topic_follows f where f.member_id = ms.member_id and f.topic = any(c.rule_topics)))
$$;
comment on function app.circle_candidates(uuid) is 'Whom the rule of a circle fits: full members only, all of them where it asks nothing.';

create or replace function app.circle_people(circle uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select cm.member_id from app.circle_members cm where cm.circle_id = circle and cm.member_id is not null
  union
  (select ms.member_id from app.circle_members cm join app.memberships ms on ms.organization_id = cm.organization_id where cm.circle_id = circle
   union select p from app.circles c, app.circle_candidates(c.id) p where c.id = circle and c.by_rule
   except select a.member_id from app.circle_absences a where a.circle_id = circle)
$$;
comment on function app.circle_people(uuid) is 'Who is in a circle: in person, or by organization or rule unless they left.';

create or replace function app.authorities_of(jurisdiction uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.id from app.organization_jurisdictions oj join app.organizations o on o.id = oj.organization_id
   where oj.jurisdiction_id = jurisdiction and not o.is_guest and o.ended_on is null and o.kind in ('regulator', 'central-bank', 'supervisor')
$$;
comment on function app.authorities_of(uuid) is 'The authorities of a jurisdiction. For functions only.';

create or replace function app.expected_members(audience int) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id from app.members m where m.status = 'active' and m.id in (
    select ms.member_id from app.audiences a, app.memberships ms join app.organizations o on o.id = ms.organization_id where a.id = audience and a.kind = 'everyone' and not o.is_guest
    union select ms.member_id from app.audiences a join app.memberships ms on ms.organization_id = a.ref where a.id = audience and a.kind = 'organization' and app.guest_stands(ms.member_id)
    union select ms.member_id from app.audiences a, app.memberships ms where a.id = audience and a.kind = 'jurisdiction' and ms.organization_id in (select app.authorities_of(a.ref))
    union select n.member_id from app.audiences a join app.named_people n on n.audience_id = a.id where a.id = audience and a.kind = 'named' and app.guest_stands(n.member_id)
    union select p from app.audiences a, app.circle_people(a.ref) p where a.id = audience and a.kind = 'circle')
$$;
comment on function app.expected_members(int) is 'Who should be in an audience: by its rule, or of those it names whoever is here. A guest whose time is over is in none.';

create or replace function app.expected_audiences(member uuid) returns setof int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- The same question as expected_members() from the other side: a test holds them together.
  with mine as materialized (select ms.organization_id, o.kind, o.is_guest from app.memberships ms join app.organizations o on o.id = ms.organization_id join app.members m on m.id = ms.member_id
      where ms.member_id = member and m.status = 'active'),
  regions as materialized (select x.organization_id, j.region from mine x join app.organization_jurisdictions oj on oj.organization_id = x.organization_id join app.jurisdictions j on j.id = oj.jurisdiction_id),
  topics as materialized (select f.topic from app.topic_follows f where f.member_id = member)
  select 2 where exists (select from mine where not is_guest)
  union select a.id from app.audiences a join mine on a.kind = 'organization' and a.ref = mine.organization_id where app.guest_stands(member)
  union select a.id from mine join app.organization_jurisdictions oj on oj.organization_id = mine.organization_id join app.audiences a on a.kind = 'jurisdiction' and a.ref = oj.jurisdiction_id
     where mine.organization_id in (select app.authorities_of(a.ref))
  union select n.audience_id from app.named_people n where n.member_id = member and app.guest_stands(member) and exists (select from app.members m where m.id = member and m.status = 'active')
  union select c.audience_id from app.circles c join app.circle_members cm on cm.circle_id = c.id join app.members m on m.id = cm.member_id where cm.member_id = member and m.status = 'active'
  union
  (select c.audience_id from app.circles c join app.circle_members cm on cm.circle_id = c.id join mine on mine.organization_id = cm.organization_id
   union select c.audience_id from app.circles c where c.by_rule and exists (select from mine where not mine.is_guest
       and (cardinality(c.rule_kinds) = 0 or mine.kind = any(c.rule_kinds))
       and (cardinality(c.rule_regions) = 0 or exists (select from regions r where r.organization_id = mine.organization_id and r.region = any(c.rule_regions))))
     and (cardinality(c.rule_topics) = 0 or exists (select from topics where topic = any(c.rule_topics)))
   except select c.audience_id from app.circle_absences b join app.circles c on c.id = b.circle_id where b.member_id = member)
$$;
comment on function app.expected_audiences(uuid) is 'Which audiences a member should be in: by rule, or because they were named.';

create or replace function app.audience_guests(audience int) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.audience_members am where am.audience_id = audience and not exists (
      select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = am.member_id and not o.is_guest))
    -- A guest organization counts before anybody of it has joined: whoever comes will be a guest.
    or exists (select from app.circles c join app.circle_members cm on cm.circle_id = c.id join app.organizations o on o.id = cm.organization_id where c.audience_id = audience and o.is_guest)
    -- So does a guest who is suspended: back again, they would read what was opened meanwhile without guests.
    or exists (select from app.circles c join app.circle_members cm on cm.circle_id = c.id where c.audience_id = audience and cm.member_id is not null and not exists (
      select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = cm.member_id and not o.is_guest))
    or exists (select from app.named_people n where n.audience_id = audience and not exists (
      select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = n.member_id and not o.is_guest))
$$;
comment on function app.audience_guests(int) is 'Are there guests in an audience, or could one walk in?';

create or replace function app.sync_audiences(wanted int[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare a record;
begin
  -- Whole audiences are brought up to date alone; changes of single people wait, or the two would miss each other.
  perform pg_advisory_xact_lock(hashtext('indaba audiences'));
  -- The row lock orders two changes of one audience; without it each would miss the other's people.
  for a in select id, kind, ref, frozen from app.audiences where id = any(wanted) order by id for update loop
    delete from app.audience_members am where am.audience_id = a.id and am.member_id not in (select app.expected_members(a.id));
    -- Frozen: nobody is added, but whoever was named is put back.
    if not a.frozen or a.kind = 'named' then
      insert into app.audience_members select a.id, x from app.expected_members(a.id) x on conflict do nothing;
    end if;
    update app.audiences set epoch = epoch + 1, size = (select count(*) from app.audience_members where audience_id = a.id), has_guests = app.audience_guests(a.id) where id = a.id;
  end loop;
end $$;
comment on function app.sync_audiences(int[]) is 'Brings these audiences up to date and raises their epoch, which makes every live stream look again.';

create or replace function app.sync_people(people uuid[], heirs boolean default true) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one uuid; guest boolean; gone int[]; come int[]; circle uuid;
begin
  perform pg_advisory_xact_lock_shared(hashtext('indaba audiences'));
  for one in select m.id from app.members m where m.id = any(people) order by m.id for no key update loop
    guest := not exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = one and not o.is_guest);
    with here as materialized (select am.audience_id, a.kind from app.audience_members am join app.audiences a on a.id = am.audience_id where am.member_id = one),
    due as materialized (select e as audience_id from app.expected_audiences(one) e)
    select coalesce(array(select h.audience_id from here h where h.audience_id not in (select d.audience_id from due d) order by 1), '{}'),
      coalesce(array(select d.audience_id from due d join app.audiences a on a.id = d.audience_id where (not a.frozen or a.kind = 'named') and d.audience_id not in (select h.audience_id from here h) order by 1), '{}') into gone, come;
    -- In one order for all, so that two such changes never wait for each other.
    perform from app.audiences a where a.id = any(gone || come) or guest and a.id in (select am.audience_id from app.audience_members am where am.member_id = one) order by a.id for update;
    delete from app.audience_members am where am.member_id = one and am.audience_id = any(gone);
    insert into app.audience_members select x, one from unnest(come) x on conflict do nothing;
    update app.audiences a set epoch = epoch + 1, size = size + case when a.id = any(come) then 1 else -1 end where a.id = any(gone || come);
    -- Guests are counted again only where this person may be the one who makes the difference.
    update app.audiences a set has_guests = app.audience_guests(a.id) where a.kind <> 'everyone' and (a.has_guests or guest)
      and (a.id = any(gone) or a.id in (select am.audience_id from app.audience_members am where am.member_id = one)) and a.has_guests <> app.audience_guests(a.id);
    continue when not heirs;
    for circle in select c.id from app.circles c where c.audience_id = any(gone) loop perform app.keep_runner(circle); end loop;
  end loop;
end $$;
comment on function app.sync_people(uuid[], boolean) is 'Brings the audiences of these members up to date, touching no others: what a change of one membership costs does not grow with the hub. heirs: a circle that lost its last runner by it is given another.';

create or replace function app.on_membership() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then perform app.sync_people(array[new.member_id]);
  elsif tg_op = 'DELETE' then perform app.sync_people(array[old.member_id]);
  elsif (old.member_id, old.organization_id) is distinct from (new.member_id, new.organization_id) then perform app.sync_people(array[old.member_id, new.member_id]);
  end if;
  return null;
end $$;

create or replace function app.on_member_status() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.sync_people(array[new.id]);
  return null;
end $$;

create or replace function app.on_own_choice() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Whoever leaves of their own will names who follows; the act asks for it.
  perform app.sync_people(array[case tg_op when 'DELETE' then old.member_id else new.member_id end], tg_table_name <> 'circle_absences');
  return null;
end $$;
comment on function app.on_own_choice() is 'What a member follows, or has left, may bring them into a circle or out of it.';

create or replace function app.on_circle_member() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one app.circle_members;
begin
  if tg_op = 'UPDATE' or coalesce(old.organization_id, new.organization_id) is not null then
    perform app.sync_audiences(array(select id from app.audiences where kind = 'circle' and ref in (old.circle_id, new.circle_id)));
  else
    if tg_op = 'DELETE' then one := old; else one := new; end if;
    perform from app.audiences a join app.circles c on c.audience_id = a.id where c.id = one.circle_id for update of a;
    perform app.sync_people(array[one.member_id], false);
    update app.audiences a set has_guests = app.audience_guests(a.id) from app.circles c where c.id = one.circle_id and a.id = c.audience_id and a.has_guests <> app.audience_guests(a.id);
  end if;
  return null;
end $$;

create or replace function app.on_organization() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into app.audiences (kind, ref, label) values ('organization', new.id, new.name);
  elsif new.is_guest <> old.is_guest or new.kind <> old.kind or (new.ended_on is null) <> (old.ended_on is null) then
    perform pg_advisory_xact_lock(hashtext('indaba audiences'));
    perform app.sync_people(array(select member_id from app.memberships where organization_id = new.id));
    update app.audiences a set has_guests = app.audience_guests(a.id) where a.kind = 'circle' and a.has_guests <> app.audience_guests(a.id)
      and exists (select from app.circles c join app.circle_members cm on cm.circle_id = c.id where c.audience_id = a.id and cm.organization_id = new.id);
  end if;
  return null;
end $$;

create or replace function app.on_region() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtext('indaba audiences'));
  if tg_table_name = 'jurisdictions' then
    perform app.sync_people(array(select ms.member_id from app.memberships ms join app.organization_jurisdictions oj on oj.organization_id = ms.organization_id where oj.jurisdiction_id = new.id));
  else
    perform app.sync_people(array(select ms.member_id from app.memberships ms where ms.organization_id = case tg_op when 'DELETE' then old.organization_id else new.organization_id end));
  end if;
  return null;
end $$;
comment on function app.on_region() is 'A country changes its region, or an organization its countries: circles by region follow.';

drop function if exists app.audiences_touched(uuid[], uuid[]);

create or replace function app.audience_of_people(people uuid[], title text) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare made int;
begin
  if not (session_user = 'indaba_worker' and app.me() is null)
     and (not app.may_write() or not people @> array[app.me()] or exists (select from unnest(people) p where p not in (select app.my_peers()))) then
    raise exception using errcode = 'IN404', message = 'people.member.not_found';
  end if;
  insert into app.audiences (kind, ref, label, frozen) values ('named', gen_random_uuid(), title, true) returning id into made;
  insert into app.named_people select made, p from unnest(people) p on conflict do nothing;
  perform app.sync_audiences(array[made]);
  return made;
end $$;
comment on function app.audience_of_people(uuid[], text) is 'Makes a frozen audience of named people, myself among them, all of whom I can see. Refuses with people.member.not_found.';

grant execute on function app.audience_of_people(uuid[], text) to indaba_person, indaba_clerk;

-- Whoever makes a trigger must be allowed to call its function.
grant execute on function app.on_membership(), app.on_member_status(), app.on_own_choice(), app.on_circle_member(), app.on_organization(), app.on_region() to indaba_owner;
set local role indaba_owner;

grant insert, update on app.audiences to indaba_keyring;
grant select on app.topic_follows, app.circle_absences, app.organization_jurisdictions, app.jurisdictions to indaba_keyring;
create policy keyring_reads on app.topic_follows for select to indaba_keyring using (true);
create policy keyring_reads on app.organization_jurisdictions for select to indaba_keyring using (true);
create policy keyring_reads on app.jurisdictions for select to indaba_keyring using (true);
grant insert, delete on app.audience_members to indaba_keyring;
grant select, insert on app.named_people to indaba_keyring;
create policy keyring_names on app.named_people to indaba_keyring using (true) with check (true);
-- Who a conversation is between, also while one of them is away.
grant select on app.named_people to indaba_person;
create policy readers_see on app.named_people for select to indaba_person using (audience_id in (select app.my_audiences()));
create policy keyring_keeps on app.audiences to indaba_keyring using (true) with check (true);
create policy keyring_keeps_members on app.audience_members to indaba_keyring using (true) with check (true);

create or replace trigger audiences_follow after insert or update or delete on app.memberships for each row execute function app.on_membership();
create or replace trigger audiences_follow after update of status on app.members for each row when (old.status is distinct from new.status) execute function app.on_member_status();
create or replace trigger audiences_follow after insert or update or delete on app.circle_members for each row execute function app.on_circle_member();
create or replace trigger audiences_follow after insert or delete on app.topic_follows for each row execute function app.on_own_choice();
create or replace trigger audiences_follow after insert or delete on app.circle_absences for each row execute function app.on_own_choice();
create or replace trigger audiences_follow after insert or delete on app.organization_jurisdictions for each row execute function app.on_region();
create or replace trigger audiences_follow after update of region on app.jurisdictions for each row when (old.region is distinct from new.region) execute function app.on_region();
create or replace trigger audience_made after insert or update on app.organizations for each row execute function app.on_organization();

-- A person sees the audiences they are in: their label and size are what "who will read this?" answers with.
grant select (id, kind, ref, label, has_guests, frozen, size) on app.audiences to indaba_person, indaba_visitor, indaba_clerk;
create policy readers_see on app.audiences for select to indaba_person, indaba_visitor using (id in (select app.my_audiences()));
create policy clerk_reads on app.audiences for select to indaba_clerk using (true);
grant insert on app.audiences to indaba_clerk;
create policy clerk_makes on app.audiences for insert to indaba_clerk with check (kind = 'circle');
grant select on app.audience_members to indaba_person;
-- Who is in it, a circle may keep from its own members; that I am in it myself I know.
create policy readers_see on app.audience_members for select to indaba_person
  using (audience_id in (select app.my_rosters()) or audience_id in (select app.open_rosters()) or member_id = (select app.me()));
