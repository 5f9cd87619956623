-- Leaving: a focal point, in its own organization, or a steward says who pauses, goes, or runs the members. One insert is the whole act.
set local role indaba_keyring;

create or replace function app.my_run_organizations() returns setof uuid
language sql stable parallel safe security definer rows 2 set search_path = pg_catalog, pg_temp as $$
  select organization_id from app.memberships where member_id = (select app.me()) and role = 'focal_point' and app.guest_stands((select app.me()))
  union select d.organization_id from app.delegations d where d.to_member = (select app.me()) and d.duty = 'focal_point'
    and app.stands_in_for((select app.me()), '{focal_point}', d.organization_id) is not null and app.guest_stands((select app.me()))
$$;
comment on function app.my_run_organizations() is 'The organizations whose focal point I am, or stand in for.';

create or replace function app.may_act_on_member(what text, member uuid, organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select (app.may_write() or what = 'ended' and member = app.me() and app.may_keep_own()) and exists (
    select from app.memberships ms join app.members m on m.id = ms.member_id, (select app.has_role('{steward}') as steward) i
     where ms.member_id = member and ms.organization_id = organization
     -- Whoever wants to go, goes: that is held up by nobody.
     and (i.steward or ms.organization_id in (select app.my_run_organizations()) or what = 'ended' and m.id = app.me() and app.in_browser())
     -- Whoever stands in names no focal points and touches none: nobody raises themselves, nobody puts out whom they stand in for.
     and (i.steward or exists (select from app.memberships own where own.member_id = app.me() and own.organization_id = ms.organization_id and own.role = 'focal_point')
       or ms.role <> 'focal_point' and what in ('suspended', 'lifted', 'ended')) and case
      -- Who holds steward or trustee is let go by their own house, or loses the duty by an act of two. One steward may stop another (a lost laptop does not wait), which takes no duty away.
      when what = 'ended' and m.id <> app.me() and not app.is_focal_point(ms.organization_id)
        and exists (select from app.hub_roles r where r.member_id = m.id and r.role in ('steward', 'trustee')) then false
      when what in ('suspended', 'lifted') then m.id <> app.me()
        -- Being suspended bites everywhere: whoever works for somebody else as well, a focal point lets go but does not stop.
        and (i.steward or not exists (select from app.memberships o where o.member_id = m.id and o.organization_id not in (select app.my_run_organizations())))
        and case what when 'suspended' then m.status = 'active' else m.status = 'suspended' and (i.steward or not coalesce((
          select a.by_steward from app.membership_acts a where a.member_id = m.id and a.act = 'suspended' order by a.at desc, a.id desc limit 1), true)) end
      when what = 'ended' then true
      when what = 'made_focal_point' then ms.role = 'member' and m.status = 'active'
      when what = 'made_member' then ms.role = 'focal_point'
      else false end)
$$;
comment on function app.may_act_on_member(text, uuid, uuid) is 'May I do this to a membership? A focal point in its own organization, a steward anywhere but where it would put out a steward or trustee; nobody suspends or restores themselves. Everybody may end their own membership.';

create or replace function app.on_act_said() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.by_steward := new.organization_id not in (select app.my_run_organizations());
  new.for_member := app.acting_for(new.organization_id);
  return new;
end $$;

create or replace function app.on_membership_act() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare steward boolean; readers int; ran boolean;
begin
  -- One after the other in one organization, and asked again: of two focal points who let each other go at the same moment, one stays.
  perform pg_advisory_xact_lock(hashtextextended('indaba members of ' || new.organization_id, 0));
  if not app.may_act_on_member(new.act, new.member_id, new.organization_id) then raise exception using errcode = 'IN404', message = 'people.membership.not_found'; end if;
  steward := app.has_role('{steward}');
  ran := exists (select from app.memberships ms where ms.member_id = new.member_id and ms.organization_id = new.organization_id and ms.role = 'focal_point');
  select a.id into readers from app.audiences a where a.kind = 'organization' and a.ref = new.organization_id;
  -- Told before it is done: whoever lets themselves go is nobody afterwards.
  perform app.tell('member.' || new.act, readers, 'member', new.member_id, jsonb_build_object('organization_id', new.organization_id, 'act_id', new.id));
  -- Queued here, so that nobody is put out without being told.
  perform graphile_worker.add_job('people.mail-membership', json_build_object('ids', json_build_object('act', new.id), 'actor', app.me()));
  if new.act = 'made_focal_point' then update app.memberships set role = 'focal_point' where member_id = new.member_id and organization_id = new.organization_id;
  elsif new.act = 'made_member' then update app.memberships set role = 'member' where member_id = new.member_id and organization_id = new.organization_id;
  elsif new.act = 'suspended' then update app.members set status = 'suspended' where id = new.member_id;
  elsif new.act = 'lifted' then update app.members set status = 'active' where id = new.member_id;
  else
    delete from app.hub_roles r where r.member_id = new.member_id and not exists (select from app.memberships o join app.organizations x on x.id = o.organization_id
      where o.member_id = new.member_id and o.organization_id <> new.organization_id and not x.is_guest);
    delete from app.memberships where member_id = new.member_id and organization_id = new.organization_id;
    if not exists (select from app.memberships where member_id = new.member_id) then update app.members set status = 'left' where id = new.member_id; end if;
  end if;
  -- Whoever ran nobody leaves nobody without.
  if ran and not steward and not exists (select from app.memberships ms join app.members m on m.id = ms.member_id
      where ms.organization_id = new.organization_id and ms.role = 'focal_point' and m.status = 'active') then
    raise exception using errcode = 'IN409', message = 'people.membership.last_focal_point';
  end if;
  -- Links sent by whoever may no longer send them.
  update app.invitations i set revoked_at = now() where i.organization_id = new.organization_id and i.used_at is null and i.revoked_at is null
    and not app.inviter_stands(i.invited_by, i.organization_id, i.role);
  return null;
end $$;
comment on function app.on_membership_act() is 'Does what the act says: tells it, queues the mail, changes status or membership. Refuses with people.membership.not_found, people.membership.last_focal_point (unless a steward does it), people.duty.last_steward.';

create or replace function app.on_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- me() refuses already by the status; this makes it last when the suspension is lifted.
  update app.sessions set revoked_at = now() where member_id = new.id and revoked_at is null;
  delete from app.ceremonies where member_id = new.id;
  update app.invitations i set revoked_at = now() where i.used_at is null and i.revoked_at is null and (
    i.invited_by in (select b.id from app.bylines b where b.member_id = new.id)
    or lower(trim(i.email)) = (select a.email_key from app.accounts a where a.member_id = new.id));
  if new.status = 'left' then
    update app.passkeys set revoked_at = now() where member_id = new.id and revoked_at is null;
    -- The address is free again: whoever comes back, for whichever organization, comes as somebody new. The job forgets the address itself.
    update app.accounts set password_hash = null, email_key = 'left:' || new.id where member_id = new.id;
  end if;
  return null;
end $$;
comment on function app.on_gone() is 'Whoever is suspended or left has no session, no token and no open invitation any more, whoever changed the status; whoever left has no passkey and no password either.';

grant execute on function app.may_act_on_member(text, uuid, uuid), app.my_run_organizations() to indaba_person;
grant execute on function app.on_act_said(), app.on_membership_act(), app.on_gone() to indaba_owner;
set local role indaba_owner;

-- What keyring needs for the functions above.
grant select on app.membership_acts to indaba_keyring;
grant update (status) on app.members to indaba_keyring;
grant update (role), delete on app.memberships to indaba_keyring;
grant update (revoked_at) on app.sessions to indaba_keyring;
grant delete on app.hub_roles to indaba_keyring;
create policy keyring_reads on app.membership_acts for select to indaba_keyring using (true);
create policy keyring_stops on app.members for update to indaba_keyring using (true) with check (true);
create policy keyring_changes on app.memberships for update to indaba_keyring using (true) with check (true);
create policy keyring_ends on app.memberships for delete to indaba_keyring using (true);
create policy keyring_takes_back on app.hub_roles for delete to indaba_keyring using (true);

create or replace trigger act_said before insert on app.membership_acts for each row execute function app.on_act_said();
create or replace trigger act_done after insert on app.membership_acts for each row execute function app.on_membership_act();
create or replace trigger gone_everywhere after update of status on app.members for each row when (old.status is distinct from new.status and new.status <> 'active') execute function app.on_gone();

grant select, insert (id, member_id, organization_id, act, reason, byline_id) on app.membership_acts to indaba_person;
create policy concerned_read on app.membership_acts for select to indaba_person
  using (member_id = (select app.me()) or organization_id in (select app.my_run_organizations()) or (select app.has_role('{steward}')));
create policy responsible_act on app.membership_acts for insert to indaba_person
  with check (app.may_act_on_member(act, member_id, organization_id) and byline_id in (select b.id from app.bylines b where b.kind = 'person' and b.member_id = (select app.me())));
-- The job that tells the person.
grant select on app.membership_acts to indaba_clerk;
create policy clerk_reads on app.membership_acts for select to indaba_clerk using (true);
