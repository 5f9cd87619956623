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

create or replace function app.delegation_holds(delegation uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.delegations d join app.members f on f.id = d.from_member and f.status = 'active' join app.members t on t.id = d.to_member and t.status = 'active'
    where d.id = delegation and case d.duty when 'focal_point' then exists (select from app.memberships a join app.memberships b using (organization_id)
          where a.organization_id = d.organization_id and a.member_id = d.from_member and a.role = 'focal_point' and b.member_id = d.to_member)
        else exists (select from app.hub_roles r where r.member_id = d.from_member and r.role = d.duty) end)
$$;
comment on function app.delegation_holds(uuid) is 'Do both still have what it takes: the one the duty, the other a place where it counts?';
grant execute on function app.delegation_holds(uuid) to indaba_person;

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

create or replace function app.keeping_for(channel uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when not (ch.byline_id in (select app.my_bylines()) or exists (select from app.hub_roles r where r.member_id = (select app.me()) and r.role in ('steward', 'moderator'))
      or exists (select from app.channel_keepers k where k.channel_id = ch.id and k.byline_id in (select app.my_bylines()))
      or a.kind = 'circle' and a.ref in (select app.my_run_circles())
      or a.kind = 'organization' and exists (select from app.memberships own where own.member_id = (select app.me()) and own.organization_id = a.ref and own.role = 'focal_point'))
    then coalesce(case when a.kind = 'organization' then app.acting_for(a.ref) end, app.stands_in_for((select app.me()), '{moderator}', null)) end
    from app.channels ch join app.audiences a on a.id = ch.audience_id where ch.id = channel
$$;
comment on function app.keeping_for(uuid) is 'For whom I keep order in this channel just now; null where I do by a right of my own. For functions only.';

create or replace function app.on_event_for() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare whom uuid;
begin
  -- Nobody says it themselves; and a pseudonym never says for whom it acts, or it would say whose it is.
  new.data := new.data - 'for_member';
  if not exists (select from app.bylines b where b.id = new.byline_id and b.kind = 'person' and b.member_id = app.me()) then return new; end if;
  whom := case new.subject_kind
    when 'organization' then app.acting_for(new.subject_id)
    when 'member' then case when new.data ? 'organization_id' and new.subject_id <> app.me() then app.acting_for((new.data ->> 'organization_id')::uuid) end
    when 'change_request' then (select c.decided_for from app.change_requests c where c.id = new.subject_id)
    when 'channel' then case when new.kind = 'channel.opened'
      then case when new.audience_id = 1 and not exists (select from app.hub_roles r where r.member_id = app.me() and r.role in ('steward', 'moderator')) then app.stands_in_for(app.me(), '{moderator}', null) end
      else app.keeping_for(new.subject_id) end
    when 'thread' then (select case when t.byline_id in (select app.my_bylines()) then null when c.subject_kind = 'channel' then app.keeping_for(c.subject_id)
        when not exists (select from app.hub_roles r where r.member_id = app.me() and r.role in ('steward', 'moderator')) then app.stands_in_for(app.me(), '{moderator}', null) end
      from app.threads t join app.conversations c on c.id = t.conversation_id where t.id = new.subject_id) end;
  if whom is not null then new.data := new.data || jsonb_build_object('for_member', whom); end if;
  return new;
end $$;
comment on function app.on_event_for() is 'Writes down for whom whoever acts stands in, from what is so: nobody says it themselves.';

create or replace function app.decided_for(request uuid) returns text
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select m.name from app.change_requests c join app.members m on m.id = c.decided_for where c.id = request and c.audience_id in (select app.my_audiences())
$$;
comment on function app.decided_for(uuid) is 'Whom the one who decided this request stood in for, for whoever may read the request.';
grant execute on function app.decided_for(uuid) to indaba_person, indaba_visitor;
grant execute on function app.may_delegate(text, uuid, uuid) to indaba_person;
grant execute on function app.stands_in_for(uuid, text[], uuid) to indaba_clerk;
grant execute on function app.on_delegation(), app.on_delegation_revoked(), app.on_invitation(), app.on_event_for() to indaba_owner;
set local role indaba_owner;

create or replace trigger stands_in before insert on app.invitations for each row execute function app.on_invitation();
-- Not at every message: what is said is said in one's own name.
create or replace trigger stands_in before insert on app.events for each row
  when (new.data ? 'for_member' or new.byline_id is not null and new.kind ~ '^(organization|member|channel)[.]|^change_request[.](merged|declined)$|^thread[.](renamed|resolved|reopened|moved|arrived)$')
  execute function app.on_event_for();
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
