-- Who is asking. Owned by keyring, which reads exactly the tables named at the end.
set local role indaba_keyring;

create or replace function app.session_hash() returns bytea
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select sha256(convert_to(nullif(current_setting('indaba.session', true), ''), 'UTF8'))
$$;
comment on function app.session_hash() is 'The hash under which the present session stands in app.sessions; null for a visitor.';

create or replace function app.me() returns uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    -- Not by way of session_hash(): a second function would double what the look-up costs, and every policy pays it.
    (select s.member_id from app.sessions s join app.members m on m.id = s.member_id
      where s.token_hash = sha256(convert_to(nullif(current_setting('indaba.session', true), ''), 'UTF8')) and s.expires_at > now() and s.revoked_at is null and m.status = 'active'),
    -- Only the worker's login, which no visitor reaches, may name a person.
    (select m.id from app.members m where session_user = 'indaba_worker' and m.status = 'active'
      and m.id = nullif(current_setting('indaba.member', true), '')::uuid))
$$;
comment on function app.me() is 'The member who is asking, or null.';

create or replace function app.my_audiences() returns setof int
language sql stable parallel safe security definer rows 60 set search_path = pg_catalog, pg_temp as $$
  select 1 union all
  select am.audience_id from app.audience_members am where am.member_id = (select app.me()) and (am.ends_at is null or am.ends_at > now())
$$;
comment on function app.my_audiences() is 'The audiences I belong to; everyone, visitors included, belongs to the audience public (1).';

create or replace function app.my_bylines() returns setof uuid
language sql stable parallel safe security definer rows 2 set search_path = pg_catalog, pg_temp as $$
  select b.id from app.bylines b where b.member_id = (select app.me())
  union all select p.byline_id from sealed.byline_members p where p.member_id = (select app.me())
$$;
comment on function app.my_bylines() is 'The bylines that are mine, pseudonyms included.';

create or replace function app.may_speak(byline uuid, audience int) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select byline in (select app.my_bylines()) and exists (select from app.bylines b where b.id = byline and (b.kind <> 'pseudonym' or b.audience_id = audience))
$$;
comment on function app.may_speak(uuid, int) is 'Is this byline mine, and for this audience? A pseudonym speaks only where it was taken: elsewhere it would tie two audiences together.';

create or replace function app.my_organizations() returns setof uuid
language sql stable parallel safe security definer rows 2 set search_path = pg_catalog, pg_temp as $$
  select organization_id from app.memberships where member_id = (select app.me())
$$;
comment on function app.my_organizations() is 'The organizations I work for.';

create or replace function app.my_rosters() returns setof int
language sql stable parallel safe security definer rows 60 set search_path = pg_catalog, pg_temp as $$
  select am.audience_id from app.audience_members am where am.member_id = (select app.me()) and (am.ends_at is null or am.ends_at > now()) and not exists (
    select from app.circles c where c.audience_id = am.audience_id and c.roster = 'runners' and not exists (select from app.circle_runners r where r.circle_id = c.id and r.member_id = am.member_id))
$$;
comment on function app.my_rosters() is 'Those of my audiences in which I may see who else is in them.';

create or replace function app.open_rosters() returns setof int
language sql stable parallel safe security definer rows 20 set search_path = pg_catalog, pg_temp as $$
  select c.audience_id from app.circles c where c.listed and c.roster = 'everyone' and 2 in (select app.my_audiences())
$$;
comment on function app.open_rosters() is 'Circles that show their members to all full members.';

create or replace function app.my_peers() returns setof uuid
language sql stable parallel safe security definer rows 200 set search_path = pg_catalog, pg_temp as $$
  select distinct o.member_id from app.audience_members o where o.audience_id in (select app.my_rosters()) and (o.ends_at is null or o.ends_at > now())
$$;
comment on function app.my_peers() is 'Members who share an audience with me and can be seen there: a guest sees these, and nobody else.';

create or replace function app.guest_stands(member uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- Two looks by index, one for each way in.
  select exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = member and not o.is_guest)
    or exists (select from app.circle_members cm where cm.member_id = member and (cm.ends_at is null or cm.ends_at > now()))
    or exists (select from app.memberships ms join app.circle_members cm on cm.organization_id = ms.organization_id where ms.member_id = member and (cm.ends_at is null or cm.ends_at > now()))
$$;
comment on function app.guest_stands(uuid) is 'Is this member here now: by a full organization, or as a guest of a circle whose time is not over?';

create or replace function app.stands_in_for(standing uuid, wanted text[], organization uuid) returns uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select d.from_member from app.delegations d join app.members g on g.id = d.from_member and g.status = 'active'
   where d.to_member = standing and d.duty = any(wanted) and d.revoked_at is null and now() >= d.starts_at and now() < d.ends_at and case d.duty
     -- Whoever handed it over must hold it themselves, now: what was handed over is not handed on.
     when 'focal_point' then d.organization_id = organization
       and exists (select from app.memberships f where f.member_id = d.from_member and f.organization_id = organization and f.role = 'focal_point')
       and exists (select from app.memberships t where t.member_id = standing and t.organization_id = organization)
     else exists (select from app.hub_roles r where r.member_id = d.from_member and r.role = d.duty)
       and exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = standing) end
   order by d.made_at limit 1
$$;
comment on function app.stands_in_for(uuid, text[], uuid) is 'For whom this member holds one of these duties just now, while they are away; null for nobody.';

create or replace function app.acting_for(organization uuid) returns uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select case when not exists (select from app.hub_roles where member_id = (select app.me()) and role = 'steward')
      and not exists (select from app.memberships own where own.member_id = (select app.me()) and own.organization_id = organization and own.role = 'focal_point')
    then app.stands_in_for((select app.me()), '{focal_point}', organization) end
$$;
comment on function app.acting_for(uuid) is 'For which focal point of this organization I act just now; null where I act by a right of my own.';

create or replace function app.has_role(wanted text[]) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.hub_roles where member_id = (select app.me()) and role = any(wanted))
    or wanted && '{editor,reviewer,moderator}' and app.stands_in_for((select app.me()), wanted, null) is not null
$$;
comment on function app.has_role(text[]) is 'Do I hold one of these duties in the hub, myself or for somebody who is away? Steward and trustee are never handed over.';

create or replace function app.is_focal_point(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select (exists (select from app.memberships where member_id = (select app.me()) and organization_id = organization and role = 'focal_point')
    or app.stands_in_for((select app.me()), '{focal_point}', organization) is not null) and app.guest_stands((select app.me()))
$$;
comment on function app.is_focal_point(uuid) is 'Do I run the members of this organization? A guest whose time is over runs nobody.';

create or replace function app.may_run_members(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.is_focal_point(organization) or app.has_role('{steward}') and not exists (
    select from app.memberships ms join app.members m on m.id = ms.member_id where ms.organization_id = organization and ms.role = 'focal_point' and m.status = 'active')
$$;
comment on function app.may_run_members(uuid) is 'A focal point in its own organization; a steward only where no focal point is there to do it: what an authority''s people read is no steward''s to give.';

create or replace function app.may_keep_own() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select s.kind = 'browser' or 'write' = any(s.scopes) from app.sessions s where s.token_hash = app.session_hash()),
                  session_user = 'indaba_worker' and app.me() is not null, false)
$$;
comment on function app.may_keep_own() is 'May this session change what is its member''s own (markers, sessions, profile), and leave? A token without the scope write may not. Accepting terms is not asked.';

create or replace function app.may_write() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select (s.kind = 'browser' or 'write' = any(s.scopes)) and m.agreed from app.sessions s join app.members m on m.id = s.member_id where s.token_hash = app.session_hash()),
                  session_user = 'indaba_worker' and exists (select from app.members m where m.id = app.me() and m.agreed), false)
$$;
comment on function app.may_write() is 'May this session change anything? Not by a token without the scope write, nor for whoever has not accepted the present terms (39-agreements.sql).';

create or replace function app.writer() returns uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select s.member_id from app.sessions s join app.members m on m.id = s.member_id
      where s.token_hash = sha256(convert_to(nullif(current_setting('indaba.session', true), ''), 'UTF8')) and s.expires_at > now() and s.revoked_at is null and m.status = 'active'
        and m.agreed and (s.kind = 'browser' or 'write' = any(s.scopes))),
    (select m.id from app.members m where session_user = 'indaba_worker' and m.status = 'active' and m.agreed
      and m.id = nullif(current_setting('indaba.member', true), '')::uuid))
$$;
comment on function app.writer() is 'me() and may_write() in one look-up: the member who is asking, or null when this session may change nothing.';

create or replace function app.sealed_labels() returns text[]
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select array_agg(o.label) from app.marking_outlets o, app.sessions s
    where s.token_hash = app.session_hash() and s.kind = 'token' and not (o.api_scope = 'read' or o.api_scope = any(s.scopes))), '{}')
$$;
comment on function app.sealed_labels() is 'The labels that may not leave through this session: none in a browser, those beyond its scopes for a token.';

create or replace function app.take(wanted text, most int, seconds int) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  -- A name is a hash. Whatever is longer would only fill the table.
  if length(wanted) > 64 then return false; end if;
  if random() < 0.01 then
    delete from app.rate_buckets where bucket in (select bucket from app.rate_buckets where window_start < now() - interval '1 day' limit 1000 for update skip locked);
  end if;
  insert into app.rate_buckets as b values (wanted, now(), 1)
  on conflict (bucket) do update set
    taken = case when b.window_start < now() - make_interval(secs => seconds) then 1 else b.taken + 1 end,
    window_start = case when b.window_start < now() - make_interval(secs => seconds) then now() else b.window_start end
  returning taken into n;
  return n <= most;
end $$;
comment on function app.take(text, int, int) is 'Counts one try in a bucket; false when more than most were made in that many seconds. For functions only: what a process counts it says with its key, app.take_said().';

grant execute on function app.session_hash(), app.me(), app.my_audiences(), app.my_bylines(), app.may_speak(uuid, int), app.my_organizations(), app.my_peers(), app.my_rosters(), app.open_rosters(),
  app.has_role(text[]), app.is_focal_point(uuid), app.may_write(), app.may_keep_own(), app.writer(), app.sealed_labels() to indaba_person, indaba_visitor, indaba_clerk;

set local role indaba_owner;


grant select on app.delegations to indaba_keyring;
create policy keyring_reads on app.delegations for select to indaba_keyring using (true);
grant select on app.sessions, app.members, app.audience_members, app.audiences, app.bylines, app.memberships, app.hub_roles, app.marking_outlets,
  sealed.byline_members, app.organizations, app.circles, app.circle_members, app.circle_runners to indaba_keyring;
grant select, insert, update, delete on app.rate_buckets to indaba_keyring;
create policy keyring_reads on app.sessions for select to indaba_keyring using (true);
create policy keyring_reads on app.members for select to indaba_keyring using (true);
create policy keyring_reads on app.audience_members for select to indaba_keyring using (true);
create policy keyring_reads on app.bylines for select to indaba_keyring using (true);
create policy keyring_reads on app.memberships for select to indaba_keyring using (true);
create policy keyring_reads on app.hub_roles for select to indaba_keyring using (true);
create policy keyring_reads on app.organizations for select to indaba_keyring using (true);
create policy keyring_reads on app.circles for select to indaba_keyring using (true);
create policy keyring_reads on app.circle_members for select to indaba_keyring using (true);
create policy keyring_reads on app.circle_runners for select to indaba_keyring using (true);
create policy keyring_reads on sealed.byline_members for select to indaba_keyring using (true);
create policy keyring_counts on app.rate_buckets to indaba_keyring using (true) with check (true);
