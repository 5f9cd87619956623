-- Guests of a circle: who brings them in, until when, and that nothing is read after that moment, however late the job.
set local role indaba_keyring;

create or replace function app.is_guest(member uuid, organization uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when organization is not null then exists (select from app.organizations o where o.id = organization and o.is_guest)
    else not exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = member and not o.is_guest) end
$$;
comment on function app.is_guest(uuid, uuid) is 'Is this organization, or this person, a guest of the hub?';

create or replace function app.guest_days() returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select coalesce(app.setting('guest_days')::text::int, 90) $$;
comment on function app.guest_days() is 'For how many days a guest comes where nobody is asked for the last one: an accepted invitation, the readers of a channel, an import, somebody whose own organization let them go.';

create or replace function app.may_renew_guest(circle uuid, member uuid, organization uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_run_circle(circle) and app.is_guest(member, organization) and exists (
    select from app.circle_members cm where cm.circle_id = circle and (cm.member_id = member or cm.organization_id = organization))
$$;
comment on function app.may_renew_guest(uuid, uuid, uuid) is 'Whoever runs a circle gives its guests another day. Of whom is no guest there nothing is told.';

create or replace function app.on_guest_comes() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' and not app.is_guest(new.member_id, new.organization_id) then new.ends_at := null; return new; end if;
  if new.ends_at is null then
    -- Whoever brings a guest in by hand says until when; imports and the machine cannot be asked.
    if app.me() is not null then raise exception using errcode = 'IN422', message = 'people.guest.end_missing'; end if;
    new.ends_at := now() + make_interval(days => app.guest_days());
  end if;
  if new.ends_at <= now() and app.me() is not null then raise exception using errcode = 'IN422', message = 'people.guest.end_past'; end if;
  if new.ends_at > now() + interval '366 days' then raise exception using errcode = 'IN422', message = 'people.guest.end_far'; end if;
  if tg_op = 'UPDATE' then
    new.reminded_at := null;
    perform app.note('circle.guest_renewed', app.me(), new.member_id, new.organization_id, jsonb_build_object('circle_id', new.circle_id, 'ends_at', new.ends_at));
  end if;
  return new;
end $$;
comment on function app.on_guest_comes() is 'A guest always has an end: the day that whoever brings them in says, a year at most; where nobody can be asked, the days of the setting. Refuses with people.guest.end_missing, people.guest.end_past, people.guest.end_far.';

create or replace function app.guest_end(audience int, member uuid) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- Several ways in: the one without an end counts, else the longest. Everywhere else a guest is as long as in any circle.
  select case when exists (select from app.audiences a where a.id = audience and a.kind in ('named', 'organization')) then (
    select case when bool_or(cm.ends_at is null) then null else max(cm.ends_at) end from app.circle_members cm
     where app.is_guest(member, null) and (cm.member_id = member or cm.organization_id in (select ms.organization_id from app.memberships ms where ms.member_id = member)))
  else (select case when bool_or(cm.ends_at is null) then null else max(cm.ends_at) end
    from app.circles c join app.circle_members cm on cm.circle_id = c.id and (cm.member_id = member or cm.organization_id in (select ms.organization_id from app.memberships ms where ms.member_id = member))
   where c.audience_id = audience and not (c.by_rule and member in (select app.circle_candidates(c.id)))) end
$$;
comment on function app.guest_end(int, uuid) is 'Until when somebody is in an audience: null for no end. A guest is in a named one, and in that of their own organization, until their last circle ends.';

create or replace function app.end_follows(people uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare moved int[];
begin
  -- Out of everything, or back into it, where the last place went or the first one came.
  perform app.sync_people(people);
  with changed as (update app.audience_members am set ends_at = app.guest_end(am.audience_id, am.member_id)
    where am.member_id = any(people) and am.ends_at is distinct from app.guest_end(am.audience_id, am.member_id) returning am.audience_id)
  select coalesce(array_agg(distinct audience_id), '{}') into moved from changed;
  -- Open streams look again.
  perform from app.audiences a where a.id = any(moved) order by a.id for update;
  update app.audiences a set epoch = epoch + 1 where a.id = any(moved);
end $$;
comment on function app.end_follows(uuid[]) is 'Brings to these members, in every audience, the moment at which their time as guests is over.';

create or replace function app.on_guest_known() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.named_people select new.audience_id, new.member_id from app.audiences a where a.id = new.audience_id and a.kind = 'named' on conflict do nothing;
  new.ends_at := app.guest_end(new.audience_id, new.member_id);
  return new;
end $$;

create or replace function app.on_guest_end_moved() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one app.circle_members; moved boolean;
begin
  if tg_op = 'DELETE' then one := old; else one := new; end if;
  perform app.end_follows(array(select p from (select one.member_id as p where one.member_id is not null
    union select ms.member_id from app.memberships ms where ms.organization_id = one.organization_id) x
    where app.is_guest(p, null) or exists (select from app.audience_members am join app.circles c on c.audience_id = am.audience_id
      where c.id = one.circle_id and am.member_id = p and am.ends_at is distinct from app.guest_end(am.audience_id, p))));
  return null;
end $$;

create or replace function app.on_guest_house_left() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one app.circle_members;
begin
  if tg_op = 'INSERT' then
    if exists (select from app.audience_members am where am.member_id = new.member_id and am.ends_at is not null) then perform app.end_follows(array[new.member_id]); end if;
    return null;
  end if;
  -- Who works for guests only from now on is a guest where they were let in as something else: they run nothing, have an end, and read nothing that shuts guests out.
  if exists (select from app.memberships ms where ms.member_id = old.member_id) and app.is_guest(old.member_id, null) then
    for one in select * from app.circle_members cm where cm.member_id = old.member_id and cm.ends_at is null order by cm.circle_id loop
      delete from app.circle_runners r where r.circle_id = one.circle_id and r.member_id = old.member_id;
      perform app.keep_runner(one.circle_id);
      if exists (select from app.circles c join app.conversations k on k.audience_id = c.audience_id join app.marking_outlets o on o.label = k.ceiling where c.id = one.circle_id and not o.guests) then
        delete from app.circle_members cm where cm.circle_id = one.circle_id and cm.member_id = old.member_id;
      else
        update app.circle_members cm set ends_at = now() + make_interval(days => app.guest_days()) where cm.circle_id = one.circle_id and cm.member_id = old.member_id;
      end if;
    end loop;
  end if;
  if app.is_guest(old.member_id, null) or exists (select from app.audience_members am where am.member_id = old.member_id and am.ends_at is not null) then
    perform app.end_follows(array[old.member_id]);
  end if;
  return null;
end $$;

create or replace function app.end_guests() returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.circle_members; n int := 0;
begin
  for one in select * from app.circle_members cm where cm.ends_at <= now() order by cm.circle_id limit 500 loop
    delete from app.circle_members cm where cm.circle_id = one.circle_id and cm.member_id is not distinct from one.member_id and cm.organization_id is not distinct from one.organization_id;
    perform app.note('circle.guest_ended', null, one.member_id, one.organization_id, jsonb_build_object('circle_id', one.circle_id));
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function app.end_guests() is 'Takes out of the circles those whose time is over. For the job only; they read nothing since that moment anyway.';

create or replace function app.invite_guest(circle uuid, organization uuid, address text, title text, what text, until_at timestamptz, invitation uuid, mailbox text, person text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_run_circle(circle) then raise exception using errcode = 'IN404', message = 'people.circle.not_found'; end if;
  if what not in ('provider', 'operator', 'expert', 'regional-body') then raise exception using errcode = 'IN422', message = 'people.organization.kind_unknown'; end if;
  if not app.take('invite-guest ' || app.me(), 20, 86400) then raise exception using errcode = 'IN429', message = 'people.invitation.slow_down'; end if;
  insert into app.organizations (id, slug, name, kind, is_guest) values (organization, address, title, what, true);
  insert into app.circle_members (circle_id, organization_id, ends_at) values (circle, organization, until_at);
  insert into app.invitations (id, organization_id, email, name, role, invited_by) values (invitation, organization, mailbox, person, 'focal_point', app.my_person());
  perform graphile_worker.add_job('people.mail-invitation', json_build_object('ids', json_build_object('invitation', invitation), 'actor', app.me()));
exception when unique_violation then raise exception using errcode = 'IN409', message = 'people.organization.name_taken';
end $$;
comment on function app.invite_guest(uuid, uuid, text, text, text, timestamptz, uuid, text, text) is 'Whoever runs a circle brings in a guest that is not here yet: its organization, its place in this circle until a day, and the invitation of its first person. Refuses with people.circle.not_found, .no_guests, people.organization.name_taken, .kind_unknown, people.guest.end_past, .end_far, people.invitation.slow_down.';

grant execute on function app.invite_guest(uuid, uuid, text, text, text, timestamptz, uuid, text, text), app.may_renew_guest(uuid, uuid, uuid), app.guest_days() to indaba_person;
grant execute on function app.end_guests() to indaba_clerk;
grant execute on function app.on_guest_comes(), app.on_guest_known(), app.on_guest_end_moved(), app.on_guest_house_left() to indaba_owner;
set local role indaba_owner;

grant update (ends_at) on app.audience_members, app.circle_members to indaba_keyring;
create policy keyring_gives_an_end on app.circle_members for update to indaba_keyring using (member_id is not null) with check (ends_at is not null);
create policy keyring_admits_guests on app.organizations for insert to indaba_keyring with check (is_guest);
grant insert (ends_at), update (ends_at) on app.circle_members to indaba_person;
create policy runners_renew on app.circle_members for update to indaba_person using (app.may_renew_guest(circle_id, member_id, organization_id)) with check (app.may_run_circle(circle_id));
-- The job that reminds.
grant update (reminded_at) on app.circle_members to indaba_clerk;

create or replace trigger a_guest_has_an_end before insert or update of ends_at on app.circle_members for each row execute function app.on_guest_comes();
create or replace trigger ends_follow after insert or update of ends_at or delete on app.circle_members for each row execute function app.on_guest_end_moved();
create or replace trigger ends_known before insert on app.audience_members for each row execute function app.on_guest_known();
create or replace trigger ends_follow after insert or delete on app.memberships for each row execute function app.on_guest_house_left();
