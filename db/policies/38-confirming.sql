-- The yearly question who still works there: who answers it, and what happens when nobody does.
set local role indaba_keyring;

create or replace function app.may_confirm_members(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and (app.has_role('{steward}') or app.is_focal_point(organization))
$$;
comment on function app.may_confirm_members(uuid) is 'A focal point says who still works there; a steward may in their place.';

create or replace function app.confirm_due(confirmed timestamptz) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select confirmed + make_interval(days => coalesce(app.setting('confirm_days')::text::int, 365))
$$;
comment on function app.confirm_due(timestamptz) is 'When the next confirmation is due.';

create or replace function app.confirm_until(confirmed timestamptz) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.confirm_due(confirmed) + make_interval(days => coalesce(app.setting('confirm_grace_days')::text::int, 30))
$$;
comment on function app.confirm_until(timestamptz) is 'When the time beyond that is over, and whoever was not confirmed is suspended.';

create or replace function app.confirm_member(member uuid, organization uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Nobody for themselves: another focal point, or a steward.
  if not app.may_confirm_members(organization) or member = app.me() then raise exception using errcode = 'IN404', message = 'people.membership.not_found'; end if;
  update app.memberships ms set confirmed_at = now(), reminded_at = null where ms.member_id = member and ms.organization_id = organization;
  if not found then raise exception using errcode = 'IN404', message = 'people.membership.not_found'; end if;
  -- Whom the hub itself suspended for want of this word comes back by it; whom somebody suspended does not.
  update app.members m set status = 'active' where m.id = member and m.status = 'suspended' and exists (
      select from app.memberships ms where ms.member_id = m.id and ms.unconfirmed_at is not null)
    and not exists (select from app.membership_acts a where a.member_id = m.id and a.act = 'suspended' and a.at > (select max(ms.unconfirmed_at) from app.memberships ms where ms.member_id = m.id));
  update app.memberships ms set unconfirmed_at = null where ms.member_id = member and ms.unconfirmed_at is not null;
  perform app.note('membership.confirmed', app.me(), member, organization, '{}');
end $$;
comment on function app.confirm_member(uuid, uuid) is 'Says that somebody still works there, never oneself. Refuses with people.membership.not_found.';

create or replace function app.suspend_unconfirmed() returns setof uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one record;
begin
  for one in select ms.member_id, min(ms.organization_id::text)::uuid as organization_id from app.memberships ms join app.members m on m.id = ms.member_id
      where m.status = 'active' and not exists (select from app.hub_roles r where r.member_id = m.id and r.role = 'steward')
      -- Whoever works for somebody else, too, stays while one of them stands by it.
      group by ms.member_id having bool_and(app.confirm_until(ms.confirmed_at) < now()) order by ms.member_id limit 500 loop
    -- Somebody has to be there who can put it right: the last focal point stays, and the stewards see it.
    continue when exists (select from app.memberships ms where ms.member_id = one.member_id and ms.role = 'focal_point' and not exists (
      select from app.memberships f join app.members x on x.id = f.member_id where f.organization_id = ms.organization_id and f.role = 'focal_point' and f.member_id <> ms.member_id and x.status = 'active'));
    update app.memberships ms set unconfirmed_at = now() where ms.member_id = one.member_id;
    update app.members m set status = 'suspended' where m.id = one.member_id;
    perform app.note('membership.unconfirmed', null, one.member_id, one.organization_id, '{}');
    return next one.member_id;
  end loop;
end $$;
comment on function app.suspend_unconfirmed() is 'Suspends whom nobody confirmed in time; not stewards, and not the last focal point of an organization. For the job only; returns whom.';

create or replace function app.on_lifted_otherwise() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- A steward lifted it: the question is answered for now, or the next run would suspend again.
  update app.memberships ms set unconfirmed_at = null, confirmed_at = now() where ms.member_id = new.id and ms.unconfirmed_at is not null;
  return null;
end $$;

grant execute on function app.may_confirm_members(uuid), app.confirm_due(timestamptz), app.confirm_until(timestamptz), app.confirm_member(uuid, uuid) to indaba_person;
grant execute on function app.confirm_due(timestamptz), app.confirm_until(timestamptz), app.suspend_unconfirmed() to indaba_clerk;
grant execute on function app.on_lifted_otherwise() to indaba_owner;
set local role indaba_owner;

grant update (confirmed_at, reminded_at, unconfirmed_at) on app.memberships to indaba_keyring;
create or replace trigger lifted_counts after update of status on app.members for each row when (old.status = 'suspended' and new.status = 'active') execute function app.on_lifted_otherwise();
