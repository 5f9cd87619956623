-- Circles: who knows of them, comes in, leaves, runs them. Nobody outside enters by their own hand but by an open door, stewards included.
set local role indaba_keyring;

create or replace function app.may_make_circle() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and (app.has_role('{steward}') or exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id
    where ms.member_id = (select app.me()) and ms.role = 'focal_point' and not o.is_guest))
$$;
comment on function app.may_make_circle() is 'Stewards and the focal points of member organizations make circles, and run what they made.';

create or replace function app.my_run_circles() returns setof uuid
language sql stable parallel safe security definer rows 5 set search_path = pg_catalog, pg_temp as $$
  select r.circle_id from app.circle_runners r join app.circles c on c.id = r.circle_id
    join app.audience_members am on am.audience_id = c.audience_id and am.member_id = r.member_id where r.member_id = (select app.me())
$$;
comment on function app.my_run_circles() is 'The circles I run: whoever is no longer in one runs it no more.';

create or replace function app.may_run_circle(circle uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and circle in (select app.my_run_circles())
$$;
comment on function app.may_run_circle(uuid) is 'Whoever runs a circle, from within, says who else is in it and how one comes in.';

create or replace function app.may_rule_circle(circle uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_run_circle(circle) and app.has_role('{steward}')
$$;
comment on function app.may_rule_circle(uuid) is 'A rule that brings people in without asking them is set by a steward who runs the circle.';

create or replace function app.my_circle_invitations() returns setof uuid
language sql stable parallel safe security definer rows 2 set search_path = pg_catalog, pg_temp as $$
  select a.circle_id from app.circle_admissions a where a.member_id = (select app.me()) and a.kind = 'invitation' and a.outcome is null
$$;
comment on function app.my_circle_invitations() is 'The circles that wait for my answer: their name and purpose I may read.';

create or replace function app.circle_door(circle uuid) returns text
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select case when not app.may_write() or am.member_id is not null then null
      when c.by_rule and b.member_id is not null and not b.by_runner then 'open'
      when b.by_runner then null else nullif(c.entry, 'invitation') end
    from app.circles c left join app.audience_members am on am.audience_id = c.audience_id and am.member_id = (select app.me())
      left join app.circle_absences b on b.circle_id = c.id and b.member_id = (select app.me())
   where c.id = circle and c.listed and 2 in (select app.my_audiences()) and (select app.me()) in (select app.circle_candidates(c.id))
$$;
comment on function app.circle_door(uuid) is 'How I can come into a circle that I know of: open, request, or null for not at all. Guests, and whom the rule does not fit, not at all; whoever was taken out only by those who run it.';

create or replace function app.may_join_circle(circle uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(app.circle_door(circle) = 'open', false)
$$;
comment on function app.may_join_circle(uuid) is 'May I walk into this circle by a button?';

create or replace function app.may_ask_circle(circle uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(app.circle_door(circle) = 'request', false)
$$;
comment on function app.may_ask_circle(uuid) is 'May I ask to be let into this circle?';

create or replace function app.circle_size(circle uuid) returns int
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select a.size from app.circles c join app.audiences a on a.id = c.audience_id
   where c.id = circle and (c.audience_id in (select app.my_audiences()) or c.listed and 2 in (select app.my_audiences()))
$$;
comment on function app.circle_size(uuid) is 'How many are in a circle that I am in or that is listed.';

create or replace function app.may_be_runner(circle uuid, member uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_run_circle(circle) and exists (select from app.circles c join app.audience_members am on am.audience_id = c.audience_id join app.audience_members full_one on full_one.member_id = am.member_id and full_one.audience_id = 2
    where c.id = circle and am.member_id = member)
$$;
comment on function app.may_be_runner(uuid, uuid) is 'Whoever runs a circle names others to run it with them: full members who are in it.';

grant execute on function app.may_make_circle(), app.my_run_circles(), app.may_run_circle(uuid), app.may_rule_circle(uuid), app.my_circle_invitations(), app.circle_door(uuid), app.may_join_circle(uuid),
  app.may_ask_circle(uuid), app.circle_size(uuid), app.may_be_runner(uuid, uuid) to indaba_person;
set local role indaba_owner;

grant select on app.topics, app.circle_admissions to indaba_keyring;
create policy keyring_reads on app.topics for select to indaba_keyring using (true);
create policy keyring_reads on app.circle_admissions for select to indaba_keyring using (true);
create policy keyring_keeps on app.circle_absences to indaba_keyring using (true) with check (true);

grant select on app.circles, app.circle_members, app.circle_runners to indaba_person;
create policy readers_see on app.circles for select to indaba_person
  using (audience_id in (select app.my_audiences()) or listed and 2 in (select app.my_audiences()) or id in (select app.my_circle_invitations()));
-- Who is in it: as its roster says, and each sees their own way in.
create policy readers_see on app.circle_members for select to indaba_person
  using (circle_id in (select c.id from app.circles c where c.audience_id in (select app.my_rosters()) or c.audience_id in (select app.open_rosters())) or member_id = (select app.me()));
create policy readers_see on app.circle_runners for select to indaba_person using (circle_id in (select c.id from app.circles c where c.audience_id in (select app.my_audiences()) or c.audience_id in (select app.open_rosters())));
grant insert (circle_id, member_id, organization_id), delete on app.circle_members to indaba_person;
create policy runners_add on app.circle_members for insert to indaba_person with check (app.may_run_circle(circle_id));
create policy runners_remove on app.circle_members for delete to indaba_person using (app.may_run_circle(circle_id));
grant insert (circle_id, member_id), delete on app.circle_runners to indaba_person;
create policy runners_name on app.circle_runners for insert to indaba_person with check (app.may_be_runner(circle_id, member_id));
create policy runners_take_back on app.circle_runners for delete to indaba_person using (app.may_run_circle(circle_id));
grant select, insert (id, circle_id, member_id, kind, words, byline_id) on app.circle_admissions to indaba_person;
create policy concerned_read on app.circle_admissions for select to indaba_person using (member_id = (select app.me()) or circle_id in (select app.my_run_circles()));
create policy concerned_make on app.circle_admissions for insert to indaba_person
  with check (byline_id in (select b.id from app.bylines b where b.kind = 'person' and b.member_id = (select app.me())) and case kind
    when 'request' then member_id = (select app.me()) and app.may_ask_circle(circle_id)
    else app.may_run_circle(circle_id) and member_id in (select m.id from app.members m where m.status = 'active') end);

grant select on app.topics to indaba_person;
create policy signed_in_read on app.topics for select to indaba_person using ((select app.me()) is not null);
grant select, insert, delete on app.topic_follows to indaba_person;
create policy own on app.topic_follows for select to indaba_person using (member_id = (select app.me()));
-- No rule fits a guest, so following would do nothing for one.
create policy own_follow on app.topic_follows for insert to indaba_person with check (member_id = (select app.writer()) and 2 in (select app.my_audiences()));
create policy own_unfollow on app.topic_follows for delete to indaba_person using (member_id = (select app.writer()));

grant select, insert on app.circle_runners, app.topic_follows to indaba_clerk;
grant select on app.topics to indaba_clerk;
create policy clerk_keeps on app.circle_runners to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.topic_follows to indaba_clerk using (true) with check (true);
create policy clerk_reads on app.topics for select to indaba_clerk using (true);
