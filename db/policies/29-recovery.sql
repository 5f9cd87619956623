-- Coming back without a factor: asked by anybody, confirmed by a focal point who knows the person, after a wait, by a link that works once.
-- Each step is noted for the log by a trigger (51-audit-notes.sql).
set local role indaba_keyring;

create or replace function app.recovery_open(r app.recoveries) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.ended_at is null and case when r.confirmed_at is null then r.asked_at > now() - interval '7 days' else r.ripe_at > now() - interval '24 hours' end
$$;
comment on function app.recovery_open(app.recoveries) is 'Seven days to be confirmed, then the wait, then 24 hours for the link.';

create or replace function app.may_confirm_for(confirmer uuid, member uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select confirmer <> member and exists (select from app.members where id = confirmer and status = 'active') and app.guest_stands(confirmer) and (
    exists (select from app.memberships f join app.memberships o using (organization_id) where f.member_id = confirmer and f.role = 'focal_point' and o.member_id = member)
    -- Whoever stands in, but not for the one they stand in for.
    or exists (select from app.memberships o where o.member_id = member and o.role <> 'focal_point' and app.stands_in_for(confirmer, '{focal_point}', o.organization_id) <> member)
    or exists (select from app.hub_roles where member_id = confirmer and role = 'steward')
       and not exists (select from app.memberships o join app.memberships f using (organization_id) join app.members m on m.id = f.member_id
         where o.member_id = member and f.role = 'focal_point' and f.member_id <> member and m.status = 'active' and app.guest_stands(m.id)))
$$;
comment on function app.may_confirm_for(uuid, uuid) is 'A focal point of the same organization; a steward only where there is no other focal point. Nobody for themselves.';

create or replace function app.may_confirm_recovery(member uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_write() and app.may_confirm_for(app.me(), member)
$$;
comment on function app.may_confirm_recovery(uuid) is 'May I say that it is really them who cannot sign in?';

create or replace function app.ask_recovery(recovery uuid, address text, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare whose uuid;
begin
  if not app.checked('ask-recovery:' || recovery || ':' || address, mac) then raise exception using errcode = 'IN403', message = 'people.recovery.refused'; end if;
  select a.member_id into whose from app.accounts a join app.members m on m.id = a.member_id where a.email_key = lower(trim(address)) and m.status = 'active';
  if whose is null then return; end if;
  -- Whoever asks again and again makes one mail an hour, not more.
  if exists (select from app.recoveries r where r.member_id = whose and r.asked_at > now() - interval '1 hour') then return; end if;
  update app.recoveries r set ended_at = now(), ended_as = 'expired' where r.member_id = whose and r.ended_at is null and not app.recovery_open(r);
  insert into app.recoveries (id, member_id) values (recovery, whose) on conflict do nothing;
  if not found then return; end if;
  perform graphile_worker.add_job('people.mail-recovery-asked', json_build_object('ids', json_build_object('recovery', recovery), 'actor', null));
end $$;
comment on function app.ask_recovery(uuid, text, bytea) is 'Somebody says they cannot sign in. Says nothing about whether the address is known. One open at a time. Refuses with people.recovery.refused.';

create or replace function app.confirm_recovery(recovery uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.recoveries;
begin
  select * into one from app.recoveries r where r.id = recovery and app.recovery_open(r) and r.confirmed_at is null and app.may_confirm_recovery(r.member_id) for update;
  if one.id is null then raise exception using errcode = 'IN404', message = 'people.recovery.not_found'; end if;
  perform app.need_fresh();
  update app.recoveries set confirmed_at = now(), ripe_at = now() + make_interval(hours => coalesce(app.setting('recovery_hours')::text::int, 24)),
    confirmed_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person'),
    -- Whoever is their focal point in one of their organizations confirms as that.
    confirmed_for = case when not exists (select from app.memberships f join app.memberships o using (organization_id) where f.member_id = app.me() and f.role = 'focal_point' and o.member_id = one.member_id)
      then (select app.acting_for(o.organization_id) from app.memberships o where o.member_id = one.member_id and app.acting_for(o.organization_id) is not null order by o.organization_id limit 1) end
    where id = recovery returning * into one;
  perform graphile_worker.add_job('people.mail-recovery-confirmed', json_build_object('ids', json_build_object('recovery', recovery), 'actor', null));
  perform graphile_worker.add_job('people.mail-recovery-link', json_build_object('ids', json_build_object('recovery', recovery), 'actor', null), run_at => one.ripe_at);
end $$;
comment on function app.confirm_recovery(uuid) is 'A focal point says that it is really them; the wait begins. Refuses with people.recovery.not_found, people.step_up.needed.';

create or replace function app.end_recovery(recovery uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.recoveries;
begin
  update app.recoveries r set ended_at = now(), ended_as = case when r.member_id = app.me() then 'stopped' else 'refused' end
   where r.id = recovery and app.recovery_open(r) and app.may_keep_own() and (r.member_id = app.me() or app.may_confirm_recovery(r.member_id)) returning * into one;
  if one.id is null then raise exception using errcode = 'IN404', message = 'people.recovery.not_found'; end if;
end $$;
comment on function app.end_recovery(uuid) is 'Stops a recovery: my own, or one I may confirm and do not believe. Refuses with people.recovery.not_found.';

create or replace function app.stop_recovery(hash bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.recoveries;
begin
  update app.recoveries r set ended_at = now(), ended_as = 'stopped' where r.stop_hash = hash and app.recovery_open(r) returning * into one;
  if one.id is null then return false; end if;
  return true;
end $$;
comment on function app.stop_recovery(bytea) is 'Stops a recovery by the link in the person''s mail; false when there is nothing to stop.';

create or replace function app.find_recovery(hash bytea) returns table (member_id uuid, name text, email text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id, m.name, a.email from app.recoveries r join app.members m on m.id = r.member_id and m.status = 'active' join app.accounts a on a.member_id = m.id
   where r.token_hash = hash and app.recovery_open(r) and r.ripe_at <= now()
     and app.may_confirm_for((select b.member_id from app.bylines b where b.id = r.confirmed_by), r.member_id)
$$;
comment on function app.find_recovery(bytea) is 'Whose account a recovery link opens; looking uses nothing up. Dead when whoever confirmed no longer may.';

create or replace function app.use_recovery(hash bytea, new_password text) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare whose uuid;
begin
  select f.member_id into whose from app.find_recovery(hash) f;
  update app.recoveries r set ended_at = now(), ended_as = 'used' where r.token_hash = hash and r.member_id = whose and r.ended_at is null;
  if not found then raise exception using errcode = 'IN404', message = 'people.recovery.not_found'; end if;
  update app.passkeys set revoked_at = now() where member_id = whose and revoked_at is null;
  update app.sessions set revoked_at = now() where member_id = whose and revoked_at is null;
  delete from app.second_factors where member_id = whose;
  delete from app.recovery_codes where member_id = whose;
  delete from app.half_sign_ins where member_id = whose;
  update app.accounts set password_hash = new_password, address_proved = true where member_id = whose;
  return whose;
end $$;
comment on function app.use_recovery(bytea, text) is 'Uses the link once: every old factor, session and token is dead, the new way in takes their place. Refuses with people.recovery.not_found.';

create or replace function app.on_gone_factors() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from app.half_sign_ins where member_id = new.id;
  update app.recoveries set ended_at = now(), ended_as = 'refused' where member_id = new.id and ended_at is null;
  if new.status = 'left' then
    delete from app.second_factors where member_id = new.id;
    delete from app.recovery_codes where member_id = new.id;
  end if;
  return null;
end $$;
comment on function app.on_gone_factors() is 'Whoever is suspended or left is half signed in nowhere and on no way back; whoever left has no second factor either.';

grant execute on function app.on_gone_factors() to indaba_owner;
grant execute on function app.ask_recovery(uuid, text, bytea), app.stop_recovery(bytea), app.find_recovery(bytea), app.use_recovery(bytea, text) to indaba_visitor;
grant execute on function app.may_confirm_recovery(uuid), app.confirm_recovery(uuid), app.end_recovery(uuid) to indaba_person;
grant execute on function app.recovery_open(app.recoveries), app.may_confirm_for(uuid, uuid) to indaba_clerk;
set local role indaba_owner;

create or replace trigger factors_gone after update of status on app.members for each row when (old.status is distinct from new.status and new.status <> 'active') execute function app.on_gone_factors();
grant select, insert, update on app.recoveries to indaba_keyring;
grant update (revoked_at) on app.sessions to indaba_keyring;
create policy keyring_keeps on app.recoveries to indaba_keyring using (true) with check (true);
grant select (id, member_id, asked_at, confirmed_by, confirmed_for, confirmed_at, ripe_at, ended_at, ended_as) on app.recoveries to indaba_person;
create policy those_concerned_read on app.recoveries for select to indaba_person using (member_id = (select app.me()) or app.may_confirm_recovery(member_id));
-- The jobs that mail: the links are made there, and only their hashes are kept.
grant select, update (stop_hash, token_hash) on app.recoveries to indaba_clerk;
create policy clerk_mails on app.recoveries to indaba_clerk using (true) with check (true);
grant select (id, member_id, name, created_at) on app.sessions to indaba_clerk;
create policy clerk_mails on app.sessions for select to indaba_clerk using (true);
