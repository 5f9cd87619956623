-- Handing a duty over while away. Whether it holds is asked at each use: app.stands_in_for() (10-identity.sql), which has_role(), is_focal_point(),
-- my_run_organizations(), inviter_stands() and may_confirm_for() ask. No job has to end it.
set local role indaba_keyring;

create or replace function app.may_delegate(what text, organization uuid, colleague uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and colleague <> app.me() and exists (select from app.members m where m.id = colleague and m.status = 'active') and case
    when what = 'focal_point' then exists (select from app.memberships ms where ms.member_id = app.me() and ms.organization_id = organization and ms.role = 'focal_point')
      and exists (select from app.memberships ms where ms.member_id = colleague and ms.organization_id = organization)
    when what in ('editor', 'reviewer', 'moderator') then exists (select from app.hub_roles r where r.member_id = app.me() and r.role = what)
      and exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = colleague)
    else false end
$$;
comment on function app.may_delegate(text, uuid, uuid) is 'Whoever holds a duty themselves hands it to a colleague: a focal point within the organization, the others to a full member. Steward and trustee are not handed over.';

create or replace function app.on_delegation() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform app.note('delegation.made', new.from_member, new.to_member, new.organization_id, jsonb_build_object('delegation_id', new.id, 'duty', new.duty, 'until', new.ends_at, 'reason', new.reason));
    perform graphile_worker.add_job('govern.mail-delegation', json_build_object('ids', json_build_object('delegation', new.id), 'actor', app.me()));
  else
    perform app.note('delegation.revoked', app.me(), new.to_member, new.organization_id, jsonb_build_object('delegation_id', new.id, 'duty', new.duty));
  end if;
  return null;
end $$;

create or replace function app.on_delegation_revoked() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.revoked_at := now();
  new.revoked_by := app.me();
  return new;
end $$;

create or replace function app.my_lost_duty() returns table (duty text, organization text, standing_for text, at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.duty, o.name, l.standing_for, l.at from (
    select d.duty, d.organization_id, m.name as standing_for, least(d.revoked_at, d.ends_at) as at from app.delegations d join app.members m on m.id = d.from_member
     where d.to_member = (select app.me()) and least(d.revoked_at, d.ends_at) between now() - interval '14 days' and now()
    union all
    select 'focal_point', a.organization_id, null, a.at from app.membership_acts a where a.member_id = (select app.me()) and a.act = 'made_member' and a.at > now() - interval '14 days'
    union all
    select e.data ->> 'duty', null, null, e.at from app.events e where e.kind = 'member.duty_taken_back' and e.subject_kind = 'member' and e.subject_id = (select app.me()) and e.at > now() - interval '14 days') l
    left join app.organizations o on o.id = l.organization_id
   where not case when l.duty = 'focal_point' then app.is_focal_point(l.organization_id) else app.has_role(array[l.duty]) end
   order by l.at desc limit 1
$$;
comment on function app.my_lost_duty() is 'The duty of mine that ended last, within 14 days, my own or one I held for somebody, unless I hold it again: why something that worked may be refused now.';
grant execute on function app.my_lost_duty() to indaba_person;

create or replace function app.on_invitation() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.for_member := app.acting_for(new.organization_id);
  return new;
end $$;
comment on function app.on_invitation() is 'Writes down for whom whoever invites stands in.';

create or replace function app.decided_for(request uuid) returns text
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select m.name from app.change_requests c join app.members m on m.id = c.decided_for where c.id = request and c.audience_id in (select app.my_audiences())
$$;
comment on function app.decided_for(uuid) is 'Whom the one who decided this request stood in for, for whoever may read the request.';
grant execute on function app.decided_for(uuid) to indaba_person, indaba_visitor;
grant execute on function app.may_delegate(text, uuid, uuid) to indaba_person;
grant execute on function app.stands_in_for(uuid, text[], uuid) to indaba_clerk;
grant execute on function app.on_delegation(), app.on_delegation_revoked(), app.on_invitation() to indaba_owner;
set local role indaba_owner;

create or replace trigger stands_in before insert on app.invitations for each row execute function app.on_invitation();
create or replace trigger needs_fresh before insert on app.delegations for each row execute function app.on_dangerous();
create or replace trigger delegation_revoked before update on app.delegations for each row when (old.revoked_at is null and new.revoked_at is not null) execute function app.on_delegation_revoked();
create or replace trigger delegation_told after insert on app.delegations for each row execute function app.on_delegation();
create or replace trigger delegation_end_told after update on app.delegations for each row when (old.revoked_at is null and new.revoked_at is not null) execute function app.on_delegation();

grant select, insert (id, duty, organization_id, from_member, to_member, starts_at, ends_at, reason), update (revoked_at) on app.delegations to indaba_person;
create policy members_read on app.delegations for select to indaba_person using (2 in (select app.my_audiences()) or from_member = (select app.me()) or to_member = (select app.me()));
create policy holders_hand_over on app.delegations for insert to indaba_person with check (from_member = (select app.me()) and app.may_delegate(duty, organization_id, to_member));
-- Taken back by whoever handed it over, given back by whoever has it, ended by a steward. What has ended stays so.
create policy concerned_revoke on app.delegations for update to indaba_person
  using (revoked_at is null and ends_at > now() and (from_member = (select app.me()) or to_member = (select app.me()) or (select app.has_role('{steward}'))) and (select app.may_keep_own()))
  with check (from_member = (select app.me()) or to_member = (select app.me()) or (select app.has_role('{steward}')));
grant select on app.delegations to indaba_clerk;
create policy clerk_mails on app.delegations for select to indaba_clerk using (true);
