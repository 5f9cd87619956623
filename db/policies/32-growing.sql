-- How the community grows: a steward registers organizations and gives duties. Each act leaves an event that no program can leave out.
set local role indaba_keyring;

create or replace function app.invitation_stands(invitation uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.invitations i where i.id = invitation and i.used_at is null and i.revoked_at is null and i.expires_at > now()
    and app.may_invite(i.organization_id) and app.inviter_stands(i.invited_by, i.organization_id, i.role))
$$;
comment on function app.invitation_stands(uuid) is 'Does this link still open? For whoever may invite there; false for everybody else.';

create or replace function app.may_register_organization() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}')
$$;
comment on function app.may_register_organization() is 'A steward takes new organizations and jurisdictions into the hub.';

create or replace function app.may_give_duty(member uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}') and exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = member)
$$;
comment on function app.may_give_duty(uuid) is 'A steward gives duties, to full members only: a guest holds none. Which ones alone, says app.duty_by_one().';

create or replace function app.may_take_back_duties() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}')
$$;
comment on function app.may_take_back_duties() is 'A steward takes duties back, from whomever.';

create or replace function app.tell(what text, audience int, subject_type text, subject uuid, detail jsonb) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  -- What seeds and administrators do is nobody's act, and tells nothing.
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
  select what, audience, b.id, subject_type, subject, detail from app.bylines b where b.member_id = app.me() and b.kind = 'person'
$$;
comment on function app.tell(text, int, text, uuid, jsonb) is 'Writes down an act on the community. For triggers only.';

create or replace function app.keep_steward() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The owner's own hands, and an administrator's, are not held here.
  if session_user not in ('indaba_web', 'indaba_worker') then return; end if;
  -- One after the other: of two stewards who let each other go at the same moment, one stays.
  perform pg_advisory_xact_lock(hashtext('indaba last steward'));
  if not exists (select from app.hub_roles r join app.members m on m.id = r.member_id where r.role = 'steward' and m.status = 'active') then
    raise exception using errcode = 'IN409', message = 'people.duty.last_steward';
  end if;
end $$;
comment on function app.keep_steward() is 'A hub keeps a steward: people.duty.last_steward.';

create or replace function app.on_duty() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op <> 'DELETE' then perform app.tell('member.duty_given', 2, 'member', new.member_id, jsonb_build_object('duty', new.role)); end if;
  if tg_op <> 'INSERT' then
    perform app.tell('member.duty_taken_back', 2, 'member', old.member_id, jsonb_build_object('duty', old.role));
    if old.role = 'steward' then perform app.keep_steward(); end if;
  end if;
  return null;
end $$;

create or replace function app.on_steward_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from app.hub_roles where member_id = new.id and role = 'steward') then perform app.keep_steward(); end if;
  return null;
end $$;

create or replace function app.on_registered() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Who vets is not named to members: an organization that applied was admitted by the hub. Stewards read in the log who confirmed.
  if exists (select from app.applications a where a.name = new.name and a.vetted_at is not null and a.ended_at is null) then
    insert into app.events (kind, audience_id, subject_kind, subject_id, data) values ('organization.registered', 2, 'organization', new.id, '{}');
  else perform app.tell('organization.registered', 2, 'organization', new.id, '{}');
  end if;
  return null;
end $$;
comment on function app.on_registered() is 'Tells members that an organization is here: by whom, where a steward registered it by hand; of one that applied, by nobody.';

grant execute on function app.may_register_organization(), app.may_give_duty(uuid), app.may_take_back_duties() to indaba_person;
grant execute on function app.on_duty(), app.on_steward_gone(), app.on_registered() to indaba_owner;
grant execute on function app.invitation_stands(uuid) to indaba_person;
set local role indaba_owner;

-- What keyring needs for the functions above.
grant insert (kind, audience_id, byline_id, subject_kind, subject_id, data) on app.events to indaba_keyring;
create policy keyring_tells on app.events for insert to indaba_keyring with check (subject_kind in ('organization', 'member', 'circle'));

create or replace trigger duty_told after insert or update or delete on app.hub_roles for each row execute function app.on_duty();
create or replace trigger steward_kept after update of status on app.members for each row when (old.status = 'active' and new.status <> 'active') execute function app.on_steward_gone();
create or replace trigger registered_told after insert on app.organizations for each row execute function app.on_registered();
-- Providers and operators are guests, whoever registers them.
grant insert (id, slug, name, kind, is_guest) on app.organizations to indaba_person;
grant insert (id, code, name) on app.jurisdictions to indaba_person;
grant insert (organization_id, jurisdiction_id) on app.organization_jurisdictions to indaba_person;
create policy stewards_register on app.organizations for insert to indaba_person
  with check ((select app.may_register_organization()) and (is_guest or kind not in ('provider', 'operator')));
create policy stewards_register on app.jurisdictions for insert to indaba_person with check ((select app.may_register_organization()));
create policy stewards_register on app.organization_jurisdictions for insert to indaba_person with check ((select app.may_register_organization()));

-- Who inserts and deletes here stands in 33-two-persons.sql.
grant insert (member_id, role), delete on app.hub_roles to indaba_person;
