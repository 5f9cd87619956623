-- What is done to circles: making, changing, coming in, leaving. Each act leaves an event that no program can leave out.
set local role indaba_keyring;

create or replace function app.make_circle(circle uuid, address text, title text, aim text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare readers int;
begin
  if not app.may_make_circle() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  insert into app.audiences (kind, ref, label) values ('circle', circle, title) returning id into readers;
  insert into app.circles (id, slug, name, purpose, audience_id) values (circle, address, title, aim, readers);
  insert into app.circle_members (circle_id, member_id) values (circle, app.me());
  insert into app.circle_runners (circle_id, member_id) values (circle, app.me()) on conflict do nothing;
end $$;
comment on function app.make_circle(uuid, text, text, text) is 'Makes a circle with its audience; whoever makes it is in it and runs it. Refuses with common.not_found.';

create or replace function app.change_circle(circle uuid, title text, aim text, how text, known boolean, shown text, ruled boolean, regions text[], kinds text[], topics text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare was app.circles; other boolean;
begin
  if not app.may_run_circle(circle) then raise exception using errcode = 'IN404', message = 'people.circle.not_found'; end if;
  select * into was from app.circles where id = circle for update;
  other := (was.by_rule, was.rule_regions, was.rule_kinds, was.rule_topics) is distinct from (ruled, regions, kinds, topics);
  if ruled and other and not app.may_rule_circle(circle) then raise exception using errcode = 'IN403', message = 'people.circle.rule_needs_steward'; end if;
  if exists (select from unnest(topics) t where t not in (select slug from app.topics)) then raise exception using errcode = 'IN422', message = 'people.circle.topic_unknown'; end if;
  -- People came in under what was said to them.
  if array_position(array['runners', 'members', 'everyone'], shown) > array_position(array['runners', 'members', 'everyone'], was.roster)
     and exists (select from app.audience_members am where am.audience_id = was.audience_id and am.member_id not in (select r.member_id from app.circle_runners r where r.circle_id = circle)) then
    raise exception using errcode = 'IN409', message = 'people.circle.roster_widens';
  end if;
  update app.circles set name = title, purpose = aim, entry = how, listed = known, roster = shown, by_rule = ruled, rule_regions = regions, rule_kinds = kinds, rule_topics = topics where id = circle;
  update app.audiences set label = title where id = was.audience_id and label <> title;
  if other and (ruled or was.by_rule) then perform app.sync_audiences(array[was.audience_id]); end if;
  perform app.tell('circle.changed', was.audience_id, 'circle', circle, jsonb_build_object('entry', how, 'listed', known, 'roster', shown, 'by_rule', ruled));
end $$;
comment on function app.change_circle(uuid, text, text, text, boolean, text, boolean, text[], text[], text[]) is 'Says anew what a circle is and how one comes in. Refuses with people.circle.not_found, .rule_needs_steward, .topic_unknown, .roster_widens (who is in it came in under a narrower word).';

create or replace function app.join_circle(circle uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_join_circle(circle) then raise exception using errcode = 'IN404', message = 'people.circle.not_found'; end if;
  delete from app.circle_absences where circle_id = circle and member_id = app.me();
  if app.me() not in (select app.circle_people(circle)) then
    insert into app.circle_members (circle_id, member_id, ends_at) values (circle, app.me(), now() + make_interval(days => app.guest_days()));
  end if;
end $$;
comment on function app.join_circle(uuid) is 'Walks in by an open door. Refuses with people.circle.not_found where there is none for me.';

create or replace function app.leave_circle(circle uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_keep_own() or circle not in (select c.id from app.circles c where c.audience_id in (select app.my_audiences())) then
    raise exception using errcode = 'IN404', message = 'people.circle.not_found';
  end if;
  perform app.put_out(circle, app.me(), false);
end $$;
comment on function app.leave_circle(uuid) is 'I leave a circle, by whatever way I came in. Refuses with people.circle.not_found, .last_runner.';

create or replace function app.remove_from_circle(circle uuid, member uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_run_circle(circle) or member not in (select app.circle_people(circle)) then return false; end if;
  perform app.put_out(circle, member, true);
  return true;
end $$;
comment on function app.remove_from_circle(uuid, uuid) is 'Whoever runs a circle takes somebody out, by whatever way they came in; false where there is nothing to do or it is not mine. Refuses with people.circle.last_runner.';

create or replace function app.put_out(circle uuid, member uuid, by_runner boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare told boolean;
begin
  insert into app.circle_absences (circle_id, member_id, by_runner) values (circle, member, put_out.by_runner) on conflict (circle_id, member_id) do update set by_runner = excluded.by_runner, at = now();
  -- An invitation from before is no way back in.
  if put_out.by_runner then
    update app.circle_admissions a set outcome = 'withdrawn', answered_at = now(), answered_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person')
     where a.circle_id = circle and a.member_id = member and a.outcome is null;
  end if;
  delete from app.circle_runners r where r.circle_id = circle and r.member_id = member;
  delete from app.circle_members cm where cm.circle_id = circle and cm.member_id = member;
  told := found;
  -- Whoever was in it by organization or by rule has no row that could tell.
  if not told then perform app.tell_of_circle('circle.left', circle, member, null); end if;
  perform app.need_runner(circle);
end $$;
comment on function app.put_out(uuid, uuid, boolean) is 'For functions only: the one way out of a circle for one person.';

create or replace function app.tell_of_circle(what text, circle uuid, member uuid, organization uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.circles;
begin
  select * into one from app.circles c where c.id = circle;
  -- Where members do not see each other the event says that somebody came, not who: whoever came or went by themselves does not sign it either.
  if one.roster = 'runners' and member = app.me() and what in ('circle.joined', 'circle.left') then
    insert into app.events (kind, audience_id, subject_kind, subject_id, data) values (what, one.audience_id, 'circle', circle, '{}');
  else
    perform app.tell(what, one.audience_id, 'circle', circle,
      case one.roster when 'runners' then '{}' else jsonb_strip_nulls(jsonb_build_object('member_id', member, 'organization_id', organization)) end);
  end if;
end $$;
comment on function app.tell_of_circle(text, uuid, uuid, uuid) is 'Tells those in a circle that somebody came, went or runs it. For functions only.';

create or replace function app.circle_has_runner(circle uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.circles c join app.circle_runners r on r.circle_id = c.id join app.audience_members am on am.audience_id = c.audience_id and am.member_id = r.member_id where c.id = circle)
$$;

create or replace function app.need_runner(circle uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- One after the other: of two who leave at the same moment, one stays. A circle that nobody is in needs nobody.
  perform pg_advisory_xact_lock(hashtextextended('indaba runners of ' || circle, 0));
  if app.me() is not null and not app.circle_has_runner(circle) and exists (select from app.audience_members am join app.circles c on c.audience_id = am.audience_id where c.id = circle) then
    raise exception using errcode = 'IN409', message = 'people.circle.last_runner';
  end if;
end $$;
comment on function app.need_runner(uuid) is 'A circle keeps somebody who runs it: people.circle.last_runner.';

create or replace function app.keep_runner(circle uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare heir uuid;
begin
  if app.circle_has_runner(circle) then return; end if;
  select am.member_id into heir from app.circles c join app.audience_members am on am.audience_id = c.audience_id join app.members m on m.id = am.member_id
     join app.memberships ms on ms.member_id = am.member_id join app.organizations o on o.id = ms.organization_id and not o.is_guest
   where c.id = circle order by exists (select from app.hub_roles h where h.member_id = m.id and h.role = 'steward') desc, ms.role = 'focal_point' desc, m.joined_at, m.id limit 1;
  if heir is null then return; end if;
  insert into app.circle_runners (circle_id, member_id) values (circle, heir) on conflict do nothing;
end $$;
comment on function app.keep_runner(uuid) is 'When the last who ran a circle is suspended or leaves the hub, which nothing may hold up, another full member in it runs it: a steward before a focal point before whoever is here longest.';

create or replace function app.answer_admission(wanted uuid, yes boolean, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.circle_admissions;
begin
  select * into one from app.circle_admissions where id = wanted and outcome is null for update;
  if one.id is null or not coalesce(app.may_write() and case one.kind when 'request' then app.may_run_circle(one.circle_id) else one.member_id = app.me() end, false) then
    raise exception using errcode = 'IN404', message = 'people.admission.not_found';
  end if;
  update app.circle_admissions set outcome = case when yes then 'accepted' else 'declined' end, answered_at = now(), answer = said,
    answered_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') where id = wanted;
  if not yes or one.member_id in (select app.circle_people(one.circle_id)) then return; end if;
  delete from app.circle_absences where circle_id = one.circle_id and member_id = one.member_id;
  if one.member_id not in (select app.circle_people(one.circle_id)) then
    -- A guest's last day is said nowhere on this way; of a full member the trigger takes it off again.
    insert into app.circle_members (circle_id, member_id, ends_at) values (one.circle_id, one.member_id, now() + make_interval(days => app.guest_days()));
  end if;
end $$;
comment on function app.answer_admission(uuid, boolean, text) is 'Those who run a circle answer who asks; whoever is invited answers for themselves. Refuses with people.admission.not_found, people.circle.no_guests.';

create or replace function app.withdraw_admission(wanted uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.circle_admissions a set outcome = 'withdrawn', answered_at = now(), answered_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person')
   where a.id = wanted and a.outcome is null and app.may_write() and case a.kind when 'request' then a.member_id = app.me() else app.may_run_circle(a.circle_id) end;
  if not found then raise exception using errcode = 'IN404', message = 'people.admission.not_found'; end if;
end $$;
comment on function app.withdraw_admission(uuid) is 'Takes back what I asked, or an invitation to a circle I run. Refuses with people.admission.not_found.';

create or replace function app.on_admission() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.member_id in (select app.circle_people(new.circle_id)) then raise exception using errcode = 'IN409', message = 'people.circle.already_in_it'; end if;
  if new.kind = 'invitation' and exists (select from app.circles c join app.conversations k on k.audience_id = c.audience_id join app.marking_outlets o on o.label = k.ceiling where c.id = new.circle_id and not o.guests)
     and not exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = new.member_id) then
    raise exception using errcode = 'IN409', message = 'people.circle.no_guests';
  end if;
  return new;
end $$;
comment on function app.on_admission() is 'Runs after the policy let it in, so what it says only they hear who may: people.circle.already_in_it, .no_guests.';

create or replace function app.on_circle() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.tell('circle.made', new.audience_id, 'circle', new.id, '{}');
  if new.by_rule then perform app.sync_audiences(array[new.audience_id]); end if;
  return null;
end $$;

create or replace function app.on_circle_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one app.circle_members; readers int; made boolean;
begin
  if tg_op = 'DELETE' then one := old; else one := new; end if;
  select c.audience_id, c.created_at = now() into readers, made from app.circles c where c.id = one.circle_id;
  -- Whoever makes a circle is in it from the start; that it was made says so already.
  if tg_op = 'DELETE' or one.member_id is distinct from app.me() or not made then
    perform app.tell_of_circle(case tg_op when 'DELETE' then 'circle.left' else 'circle.joined' end, one.circle_id, one.member_id, one.organization_id);
  end if;
  if tg_op = 'INSERT' then
    if exists (select from app.audiences a join app.conversations k on k.audience_id = a.id join app.marking_outlets o on o.label = k.ceiling
        where a.id = readers and a.has_guests and not o.guests) then
      raise exception using errcode = 'IN409', message = 'people.circle.no_guests';
    end if;
    if one.member_id is not null then
      if one.member_id is distinct from app.me() and exists (select from app.circle_absences b where b.circle_id = one.circle_id and b.member_id = one.member_id and not b.by_runner) then
        raise exception using errcode = 'IN409', message = 'people.circle.left_themselves';
      end if;
      delete from app.circle_absences b where b.circle_id = one.circle_id and b.member_id = one.member_id;
      -- What was asked or offered is settled by being in.
      update app.circle_admissions a set outcome = 'accepted', answered_at = now() where a.circle_id = one.circle_id and a.member_id = one.member_id and a.outcome is null;
    end if;
    if (not made or app.me() is null) and not exists (select from app.circle_runners r where r.circle_id = one.circle_id) then perform app.keep_runner(one.circle_id); end if;
  elsif app.me() is null then perform app.keep_runner(one.circle_id);
  else perform app.need_runner(one.circle_id);
  end if;
  return null;
end $$;
comment on function app.on_circle_changed() is 'Runs after the audience was brought up to date. No guest comes in where a ceiling shuts guests out (people.circle.no_guests); whoever left comes back by invitation only (people.circle.left_themselves); somebody stays who runs it (people.circle.last_runner).';

create or replace function app.on_circle_runner() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select from app.circles c where c.id = new.circle_id and c.created_at = now()) then perform app.tell_of_circle('circle.runner_given', new.circle_id, new.member_id, null); end if;
  elsif app.me() is not null then
    perform app.tell_of_circle('circle.runner_taken_back', old.circle_id, old.member_id, null);
    -- Leaving asks this itself, once the person is out.
    if not exists (select from app.circle_absences b where b.circle_id = old.circle_id and b.member_id = old.member_id) and pg_trigger_depth() = 1 then perform app.need_runner(old.circle_id); end if;
  end if;
  return null;
end $$;

grant execute on function app.make_circle(uuid, text, text, text), app.change_circle(uuid, text, text, text, boolean, text, boolean, text[], text[], text[]), app.join_circle(uuid), app.leave_circle(uuid),
  app.remove_from_circle(uuid, uuid), app.answer_admission(uuid, boolean, text), app.withdraw_admission(uuid) to indaba_person;
grant execute on function app.on_admission(), app.on_circle(), app.on_circle_changed(), app.on_circle_runner() to indaba_owner;
set local role indaba_owner;

-- What keyring needs for the functions above.
grant insert, update on app.circles to indaba_keyring;
grant insert, delete on app.circle_members, app.circle_runners to indaba_keyring;
grant insert, update, delete on app.circle_absences to indaba_keyring;
grant update on app.circle_admissions to indaba_keyring;
create policy keyring_makes on app.circles for insert to indaba_keyring with check (true);
create policy keyring_changes on app.circles for update to indaba_keyring using (true) with check (true);
create policy keyring_makes on app.circle_members for insert to indaba_keyring with check (true);
create policy keyring_takes_out on app.circle_members for delete to indaba_keyring using (true);
create policy keyring_makes on app.circle_runners for insert to indaba_keyring with check (true);
create policy keyring_takes_back on app.circle_runners for delete to indaba_keyring using (true);
create policy keyring_answers on app.circle_admissions for update to indaba_keyring using (true) with check (true);

create or replace trigger circle_told after insert on app.circles for each row execute function app.on_circle();
-- Triggers run in the order of their names: this one after audiences_follow.
create or replace trigger circle_kept after insert or delete on app.circle_members for each row execute function app.on_circle_changed();
create or replace trigger runner_told after insert or delete on app.circle_runners for each row execute function app.on_circle_runner();
create or replace trigger admission_checked after insert on app.circle_admissions for each row execute function app.on_admission();
