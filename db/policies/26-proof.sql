-- Step-up: a session says when it last proved whose it is, and dangerous acts ask again when that is long ago. Owned by keyring.
set local role indaba_keyring;

create or replace function app.fresh() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select s.proved_at > now() - interval '15 minutes' from app.sessions s where s.token_hash = app.session_hash()), session_user = 'indaba_worker' and app.me() is not null, false)
$$;
comment on function app.fresh() is 'Did this session prove whose it is in the last 15 minutes? A token does once, when it is made, and never again.';

create or replace function app.need_fresh() returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.me() is not null and not app.fresh() then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
end $$;
comment on function app.need_fresh() is 'For dangerous acts: refuses with people.step_up.needed when the session proved itself too long ago. Whoever is nobody yet (joining, recovering) is held by other means.';

create or replace function app.take_said(wanted text, most int, seconds int, mac bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('take:' || wanted || ':' || most || ':' || seconds, mac) then raise exception using errcode = '42501', message = 'not allowed'; end if;
  return app.take(wanted, most, seconds);
end $$;
comment on function app.take_said(text, int, int, bytea) is 'Counts a try, when the process that holds the key says which and how many: no statement fills the bucket of somebody else, or empties its own.';

create or replace function app.on_dangerous() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.need_fresh();
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;

create or replace function app.prove(proof text, moment bigint, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.sessions;
begin
  select * into one from app.sessions s where s.token_hash = app.session_hash() and s.kind = 'browser';
  if one.id is null or app.me() is null or not app.checked('prove:' || one.id || ':' || one.member_id || ':' || proof || ':' || moment, mac)
     or proof = 'demo' and not exists (select from app.hub where demo)
     or to_timestamp(moment) < now() - interval '2 minutes' or app.sign_in_needs(one.member_id, proof) in ('code', 'passkey', 'sso') then
    raise exception using errcode = 'IN403', message = 'people.step_up.refused';
  end if;
  update app.sessions set proved_at = now() where id = one.id;
end $$;
comment on function app.prove(text, bigint, bytea) is 'Remembers that my session just proved itself, when the process that checked it says so with its key. Less than what would sign this member in is not enough. Refuses with people.step_up.refused.';

create or replace function app.password_proves() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(app.sign_in_needs(app.me(), 'password'), '') not in ('passkey', 'sso') and coalesce(app.sign_in_needs(app.me(), 'password+code'), '') not in ('passkey', 'sso');
end $$;
comment on function app.password_proves() is 'Is my password, with a code where I have a second factor, enough to prove that it is me? Not where my organization asks for a passkey and I have one, or for single sign-on.';

drop function if exists app.tell_oneself(text, uuid), app.tell_recovery(text, uuid), app.own_audience(uuid);

create or replace function app.tell_way_in(what text, whose uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job('people.mail-way-in', json_build_object('ids', json_build_object('member', whose, 'what', what), 'actor', whose));
end $$;
comment on function app.tell_way_in(text, uuid) is 'Tells a member by mail that a way into their account was added, changed or taken away. For functions only.';

create or replace function app.on_way_in() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare whose uuid; what text;
begin
  if tg_op = 'DELETE' then whose := old.member_id; else whose := new.member_id; end if;
  -- Only what a signed-in browser does: joining and recovering have mails of their own.
  if app.me() is distinct from whose then return null; end if;
  what := case tg_table_name when 'second_factors' then case tg_op when 'DELETE' then 'codes_off' else 'codes_on' end
    when 'sessions' then 'token' else case tg_op when 'INSERT' then 'passkey_added' else 'passkey_revoked' end end;
  perform app.tell_way_in(what, whose);
  return null;
end $$;
comment on function app.on_way_in() is 'Tells what was done to passkeys, codes and tokens; passwords by set_my_password itself.';

grant execute on function app.on_way_in() to indaba_owner;
grant execute on function app.take_said(text, int, int, bytea) to indaba_person, indaba_visitor, indaba_clerk;
grant execute on function app.fresh(), app.need_fresh(), app.prove(text, bigint, bytea), app.password_proves() to indaba_person;
grant execute on function app.on_dangerous() to indaba_owner;
set local role indaba_owner;

grant update (proved_at) on app.sessions to indaba_keyring;
create or replace trigger needs_fresh before insert on app.settings for each row execute function app.on_dangerous();
create or replace trigger needs_fresh before insert or delete on app.hub_roles for each row execute function app.on_dangerous();
create or replace trigger needs_fresh before insert on app.sessions for each row when (new.kind = 'token') execute function app.on_dangerous();
create or replace trigger needs_fresh before insert on app.membership_acts for each row execute function app.on_dangerous();
create or replace trigger needs_fresh before insert on app.passkeys for each row execute function app.on_dangerous();
create or replace trigger way_in_told after insert or update of revoked_at on app.passkeys for each row execute function app.on_way_in();
create or replace trigger way_in_told after insert on app.sessions for each row when (new.kind = 'token') execute function app.on_way_in();
create or replace trigger way_in_confirmed after update of confirmed_at on app.second_factors for each row when (new.confirmed_at is not null) execute function app.on_way_in();
create or replace trigger way_in_removed after delete on app.second_factors for each row when (old.confirmed_at is not null) execute function app.on_way_in();
create or replace trigger revoking_needs_fresh before update of revoked_at on app.passkeys for each row execute function app.on_dangerous();
