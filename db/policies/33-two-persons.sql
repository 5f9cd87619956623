-- Dangerous acts need two. One person proposes, with exactly what will be done; another with the same duty confirms within 72 hours, and the database
-- does it in that transaction. A kind of act is three functions in the policy file of its subject (src/domains/govern/README.md says how to add one):
--   app.act_<kind>_duty() returns text                                 the duty that both people hold: steward or trustee
--   app.act_<kind>_shown(subject uuid, content jsonb) returns jsonb    the facts that both read; raises a refusal where the act is impossible
--   app.act_<kind>_done(act app.two_person_acts) returns void          does it
set local role indaba_keyring;

create or replace function app.act_duty(what text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare duty text;
begin
  if what is null or what !~ '^[a-z_]{3,40}$' or to_regprocedure(format('app.act_%s_duty()', what)) is null then return null; end if;
  execute format('select app.act_%s_duty()', what) into duty;
  return duty;
end $$;
comment on function app.act_duty(text) is 'The duty that both people of such an act hold; null when there is no act of that kind.';

create or replace function app.act_facts(what text, subject uuid, detail jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare facts jsonb;
begin
  execute format('select app.act_%s_shown($1, $2)', what) into facts using subject, detail;
  return facts;
end $$;
comment on function app.act_facts(text, uuid, jsonb) is 'What both people read before such an act, as it is now. For functions only.';

create or replace function app.act_hash(act uuid, what text, subject uuid, detail jsonb, facts jsonb, why text) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select sha256(convert_to(jsonb_build_array(act, what, subject, detail, facts, why)::text, 'UTF8'))
$$;
comment on function app.act_hash(uuid, text, uuid, jsonb, jsonb, text) is 'The hash of exactly what is shown. The id is in it: what was seen of one act confirms no other.';

create or replace function app.may_propose_act(what text) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_write() and app.has_role(array[app.act_duty(what)])
$$;
comment on function app.may_propose_act(text) is 'Whoever holds the duty proposes the act, in a browser: a program proposes nothing that two people are there for.';

create or replace function app.act_is_about_me(a app.two_person_acts) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select a.subject_id = app.me() or a.subject_id in (select app.my_bylines()) or a.subject_id in (select app.my_organizations())
$$;
comment on function app.act_is_about_me(app.two_person_acts) is 'Is it about me, a byline of mine, or an organization I work for?';

create or replace function app.may_confirm_act(act uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_write() and exists (
    select from app.two_person_acts a where a.id = act and a.state = 'open' and a.lapses_at > now() and app.has_role(array[a.duty])
      and a.proposed_by <> app.me() and a.subject_member_id is distinct from app.me() and not app.act_is_about_me(a))
$$;
comment on function app.may_confirm_act(uuid) is 'A second person with the duty, in a browser: not whoever proposed it, not whom it is about, no token.';

create or replace function app.may_end_act(act uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and exists (select from app.two_person_acts a where a.id = act and a.state = 'open' and a.lapses_at > now()
    and (a.proposed_by = app.me() or app.has_role(array[a.duty]) and a.subject_member_id is distinct from app.me() and not app.act_is_about_me(a)))
$$;
comment on function app.may_end_act(uuid) is 'Whoever proposed an act withdraws it; another with the duty declines it. Whom it is about does neither.';

create or replace function app.act_kinds() returns setof text
language sql stable security definer rows 8 set search_path = pg_catalog, pg_temp as $$
  select substring(p.proname from '^act_(.+)_duty$') from pg_proc p where p.pronamespace = 'app'::regnamespace and p.proname ~ '^act_.+_duty$'
$$;
comment on function app.act_kinds() is 'The kinds of act that need two, as the policies define them.';

create or replace function app.preview_act(what text, subject uuid, detail jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not coalesce(app.may_propose_act(what), false) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  return app.act_facts(what, subject, detail);
end $$;
comment on function app.preview_act(text, uuid, jsonb) is 'What both would read, for whoever may propose it. Refuses with govern.act.not_found, and with what the kind refuses.';

create or replace function app.propose_act(act uuid, what text, subject uuid, detail jsonb, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare facts jsonb;
begin
  if not coalesce(app.may_propose_act(what), false) or subject is null then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  perform app.need_fresh();
  -- One after the other: of two who propose the same at once, one is told that it waits already.
  perform pg_advisory_xact_lock(hashtextextended('indaba act ' || what || ' ' || subject, 0));
  if exists (select from app.two_person_acts a where a.kind = what and a.subject_id = subject and a.content = detail and a.state = 'open' and a.lapses_at > now()) then
    raise exception using errcode = 'IN409', message = 'govern.act.waits_already';
  end if;
  facts := app.act_facts(what, subject, detail);
  insert into app.two_person_acts (id, kind, duty, subject_id, subject_member_id, content, shown, hash, reason, proposed_by)
  values (act, what, app.act_duty(what), subject, (select m.id from app.members m where m.id = subject), detail, facts, app.act_hash(act, what, subject, detail, facts, why), why, app.me());
end $$;
comment on function app.propose_act(uuid, text, uuid, jsonb, text) is 'Proposes an act that needs two. Refuses with govern.act.not_found (also where one may not), .waits_already, people.step_up.needed, and with what the kind itself refuses.';

create or replace function app.confirm_act(act uuid, seen bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.two_person_acts;
begin
  -- The row is locked until commit: of two confirmations at once the second finds the act done.
  select * into one from app.two_person_acts a where a.id = act for update;
  if one.id is null or not app.has_role(array[one.duty]) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  if one.state <> 'open' then raise exception using errcode = 'IN409', message = 'govern.act.ended'; end if;
  if one.lapses_at <= now() then raise exception using errcode = 'IN409', message = 'govern.act.lapsed'; end if;
  if not app.may_confirm_act(act) then raise exception using errcode = 'IN403', message = 'govern.act.not_second'; end if;
  perform app.need_fresh();
  if not exists (select from app.hub_roles r join app.members m on m.id = r.member_id where r.member_id = one.proposed_by and r.role = one.duty and m.status = 'active') then
    raise exception using errcode = 'IN409', message = 'govern.act.proposer_gone';
  end if;
  if one.hash <> seen or seen is null
     or one.hash <> app.act_hash(one.id, one.kind, one.subject_id, one.content, app.act_facts(one.kind, one.subject_id, one.content), one.reason) then
    raise exception using errcode = 'IN409', message = 'govern.act.changed';
  end if;
  update app.two_person_acts a set state = 'done', ended_by = app.me(), ended_at = now() where a.id = act;
  execute format('select app.act_%s_done($1)', one.kind) using one;
end $$;
comment on function app.confirm_act(uuid, bytea) is 'Confirms and does an act, when what I saw (its hash) is what it is now. Refuses with govern.act.not_found, .ended, .lapsed, .not_second (who proposed it, whom it is about, a token), .proposer_gone, .changed, people.step_up.needed, and with what the kind itself refuses.';

create or replace function app.end_act(act uuid, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.two_person_acts;
begin
  select * into one from app.two_person_acts a where a.id = act for update;
  if one.id is null or one.proposed_by <> app.me() and not app.has_role(array[one.duty]) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  if one.state <> 'open' then raise exception using errcode = 'IN409', message = 'govern.act.ended'; end if;
  if one.lapses_at <= now() then raise exception using errcode = 'IN409', message = 'govern.act.lapsed'; end if;
  if not app.may_end_act(act) then raise exception using errcode = 'IN403', message = 'govern.act.not_second'; end if;
  if one.proposed_by <> app.me() and length(trim(coalesce(why, ''))) = 0 then raise exception using errcode = 'IN422', message = 'govern.act.reason_missing'; end if;
  update app.two_person_acts a set state = case when one.proposed_by = app.me() then 'withdrawn' else 'declined' end, ended_by = app.me(), ended_at = now(), end_reason = nullif(trim(why), '')
   where a.id = act;
end $$;
comment on function app.end_act(uuid, text) is 'Withdraws what I proposed, or declines, with a reason, what another did. Refuses with govern.act.not_found, .ended, .lapsed, .not_second, .reason_missing.';

create or replace function app.on_act() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.state = 'open' then perform app.note('act.proposed', app.me(), new.subject_member_id, null, jsonb_build_object('act_id', new.id, 'act', new.kind, 'reason', new.reason));
  else perform app.note('act.' || new.state, app.me(), new.subject_member_id, null, jsonb_build_object('act_id', new.id, 'act', new.kind) || jsonb_strip_nulls(jsonb_build_object('reason', new.end_reason)));
  end if;
  perform graphile_worker.add_job('govern.mail-act', json_build_object('ids', json_build_object('act', new.id, 'state', new.state), 'actor', app.me()));
  return null;
end $$;
comment on function app.on_act() is 'Each step of an act is a row of the log, and a mail to those it waits for or who waited for it.';

-- Giving and taking back the duties that need two.
create or replace function app.act_give_duty_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;
create or replace function app.act_take_duty_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;

create or replace function app.duty_facts(member uuid, duty text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if duty is null or duty not in ('steward', 'trustee') then raise exception using errcode = 'IN422', message = 'people.duty.unknown'; end if;
  return (select jsonb_build_object('duty', duty, 'name', m.name, 'slug', m.slug,
      'held', (select coalesce(jsonb_agg(r.role order by r.role), '[]') from app.hub_roles r where r.member_id = m.id),
      'organizations', (select coalesce(jsonb_agg(o.name order by o.name), '[]') from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id))
    from app.members m where m.id = member and m.status = 'active');
end $$;
comment on function app.duty_facts(uuid, text) is 'Who it is, for whom they work and what they hold already. Refuses with people.duty.unknown.';

create or replace function app.act_give_duty_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare facts jsonb := app.duty_facts(subject, content ->> 'duty');
begin
  if facts is null then raise exception using errcode = 'IN404', message = 'people.member.not_found'; end if;
  if not exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = subject) then raise exception using errcode = 'IN422', message = 'people.duty.members_only'; end if;
  if facts -> 'held' ? (content ->> 'duty') then raise exception using errcode = 'IN409', message = 'people.duty.held'; end if;
  return facts;
end $$;
comment on function app.act_give_duty_shown(uuid, jsonb) is 'Refuses with people.member.not_found, people.duty.unknown, .members_only, .held.';

create or replace function app.act_take_duty_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare facts jsonb := app.duty_facts(subject, content ->> 'duty');
begin
  if facts is null or not facts -> 'held' ? (content ->> 'duty') then raise exception using errcode = 'IN404', message = 'people.duty.not_held'; end if;
  return facts;
end $$;
comment on function app.act_take_duty_shown(uuid, jsonb) is 'Refuses with people.duty.not_held. Circles are run by those named there, steward or not.';

create or replace function app.act_give_duty_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.hub_roles (member_id, role) values (act.subject_id, act.content ->> 'duty');
end $$;
create or replace function app.act_take_duty_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from app.hub_roles where member_id = act.subject_id and role = act.content ->> 'duty';
end $$;

create or replace function app.duty_by_one(duty text) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select duty in ('editor', 'reviewer', 'moderator') or duty = 'steward' and app.in_browser() and (select h.second_steward_at is null from app.hub h)
$$;
comment on function app.duty_by_one(text) is 'Does one steward give this duty alone? Steward and trustee need two; only while the hub never had two stewards, the first names the second, in a browser.';

create or replace function app.on_second_steward() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The lock of keep_steward(): two browsers of the first steward name one second steward, not two.
  perform pg_advisory_xact_lock(hashtext('indaba last steward'));
  if app.me() is not null and session_user in ('indaba_web', 'indaba_worker') and (select h.second_steward_at is not null from app.hub h)
     and not exists (select from app.two_person_acts a where a.subject_id = new.member_id and a.state = 'done' and a.ended_at = now()) then
    raise exception using errcode = 'IN409', message = 'people.duty.needs_two';
  end if;
  update app.hub set second_steward_at = now() where second_steward_at is null and (select count(*) from app.hub_roles where role = 'steward') > 1;
  return null;
end $$;
comment on function app.on_second_steward() is 'Remembers, for good, that there were two: people.duty.needs_two from then on.';

grant execute on function app.act_duty(text), app.act_kinds(), app.preview_act(text, uuid, jsonb), app.may_propose_act(text), app.may_confirm_act(uuid), app.may_end_act(uuid), app.propose_act(uuid, text, uuid, jsonb, text),
  app.confirm_act(uuid, bytea), app.end_act(uuid, text), app.duty_by_one(text) to indaba_person;
grant execute on function app.on_act(), app.on_second_steward() to indaba_owner;
set local role indaba_owner;

-- The duties that one steward gives and takes back alone; the others come and go by an act of two.
create policy stewards_give on app.hub_roles for insert to indaba_person with check (app.may_give_duty(member_id) and app.duty_by_one(role));
create policy stewards_take_back on app.hub_roles for delete to indaba_person using ((select app.may_take_back_duties()) and role in ('editor', 'reviewer', 'moderator'));

grant select, insert, update on app.two_person_acts to indaba_keyring;
grant update (second_steward_at) on app.hub to indaba_keyring;
create policy keyring_keeps on app.two_person_acts to indaba_keyring using (true) with check (true);
create policy keyring_remembers on app.hub for update to indaba_keyring using (true) with check (true);
create or replace trigger act_told after insert or update of state on app.two_person_acts for each row execute function app.on_act();
create or replace trigger second_steward after insert on app.hub_roles for each row when (new.role = 'steward') execute function app.on_second_steward();

-- Those who hold the duty, whoever proposed it, and whom it is about. Facts of an opened seal go to nobody by this way.
grant select on app.two_person_acts to indaba_person;
create policy concerned_read on app.two_person_acts for select to indaba_person using (
  duty = 'steward' and (select app.has_role('{steward}')) or duty = 'trustee' and (select app.has_role('{trustee}')) or proposed_by = (select app.me()) or subject_member_id = (select app.me()));
-- The job that mails.
grant select on app.two_person_acts to indaba_clerk;
create policy clerk_mails on app.two_person_acts for select to indaba_clerk using (true);
