-- Acts of security that are no events, written down by triggers in the transaction that does them.
set local role indaba_keyring;

create or replace function app.note(what text, actor uuid, member uuid, organization uuid, detail jsonb) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  -- An act on an organization says for which focal point it was done; what one does about oneself is nobody else's.
  insert into app.audit_notes (kind, actor_id, member_id, organization_id, data) values (what, actor, member, organization, detail
    || case when organization is not null and actor = app.me() and (member is distinct from actor or what like 'export.%')
         then jsonb_strip_nulls(jsonb_build_object('for_member', app.acting_for(organization))) else '{}' end)
$$;
comment on function app.note(text, uuid, uuid, uuid, jsonb) is 'Writes an act of security down for the log. For triggers and functions of keyring only.';

create or replace function app.on_session_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ids jsonb := jsonb_build_object('session_id', new.id);
begin
  if tg_op = 'INSERT' then
    perform app.note(case new.kind when 'token' then 'token.made' else 'session.opened' end, new.member_id, new.member_id, null, ids);
    -- Right after all: this try was none of the failed ones.
    if new.kind = 'browser' then
      update app.audit_tries set tries = tries - 1 where member_id = new.member_id and slot = date_bin('15 minutes', now(), 'epoch') and tries > 0;
    end if;
  elsif old.revoked_at is null and new.revoked_at is not null then
    perform app.note(case new.kind when 'token' then 'token.ended' else 'session.ended' end, app.me(), new.member_id, null, ids);
  elsif new.kind = 'token' and old.last_seen_at = old.created_at and new.last_seen_at > old.last_seen_at then
    perform app.note('token.first_used', new.member_id, new.member_id, null, ids);
  end if;
  return null;
end $$;

create or replace function app.on_passkey_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then perform app.note('passkey.added', coalesce(app.me(), new.member_id), new.member_id, null, jsonb_build_object('passkey_id', new.id));
  elsif old.revoked_at is null and new.revoked_at is not null then
    perform app.note('passkey.revoked', app.me(), new.member_id, null, jsonb_build_object('passkey_id', new.id));
  end if;
  return null;
end $$;

create or replace function app.on_password_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.note(case when new.password_hash is null then 'password.removed' else 'password.changed' end, app.me(), new.member_id, null, '{}');
  return null;
end $$;

create or replace function app.on_invitation_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ids jsonb := jsonb_build_object('invitation_id', new.id) || jsonb_strip_nulls(jsonb_build_object('for_member', new.for_member));
begin
  if tg_op = 'INSERT' then perform app.note('invitation.made', case when new.from_hub then null else app.me() end, null, new.organization_id, ids);
  elsif old.used_at is null and new.used_at is not null then perform app.note('invitation.used', null, null, new.organization_id, ids);
  elsif old.revoked_at is null and new.revoked_at is not null then perform app.note('invitation.revoked', app.me(), null, new.organization_id, ids);
  end if;
  return null;
end $$;

create or replace function app.on_reading_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.note('audit.read', new.member_id, new.member_id, null, jsonb_build_object('reason', new.reason));
  return null;
end $$;

create or replace function app.on_factor_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    if old.confirmed_at is not null then perform app.note('second_factor.removed', app.me(), old.member_id, null, '{}'); end if;
  elsif new.confirmed_at is not null and (tg_op = 'INSERT' or old.confirmed_at is null) then perform app.note('second_factor.added', app.me(), new.member_id, null, '{}');
  end if;
  return null;
end $$;

create or replace function app.on_code_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.note('recovery_code.used', new.member_id, new.member_id, null, '{}');
  return null;
end $$;

create or replace function app.on_recovery_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ids jsonb := jsonb_build_object('recovery_id', new.id);
begin
  if tg_op = 'INSERT' then perform app.note('recovery.asked', null, new.member_id, null, ids); return null; end if;
  if old.confirmed_at is null and new.confirmed_at is not null then perform app.note('recovery.confirmed', app.me(), new.member_id, null, ids || jsonb_strip_nulls(jsonb_build_object('for_member', new.confirmed_for))); end if;
  if old.ended_as is null and new.ended_as is not null then perform app.note('recovery.' || new.ended_as, app.me(), new.member_id, null, ids); end if;
  return null;
end $$;

create or replace function app.note_try(address text, mac bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into app.audit_tries as t (member_id, slot, tries)
  select coalesce((select a.member_id from app.accounts a where a.email_key = lower(trim(address))), '00000000-0000-0000-0000-000000000000'), date_bin('15 minutes', now(), 'epoch'), 1
   where app.checked('find-account:' || address, mac)
  on conflict (member_id, slot) do update set tries = t.tries + 1
$$;
comment on function app.note_try(text, bytea) is 'Counts a password that is about to be compared; a browser that gets in takes it off again, so a second step that is never done counts too. What remains after the quarter of an hour becomes one note.';

create or replace function app.note_token_use() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update app.sessions set last_seen_at = clock_timestamp() where token_hash = app.session_hash() and kind = 'token' and revoked_at is null and expires_at > now()
    and (last_seen_at = created_at or last_seen_at < now() - interval '5 minutes')
$$;
comment on function app.note_token_use() is 'Remembers that this token is in use: its first use at once, then at most every five minutes.';

grant execute on function app.note_token_use() to indaba_person;
grant execute on function app.note_try(text, bytea) to indaba_visitor, indaba_person;
grant execute on function app.on_session_noted(), app.on_passkey_noted(), app.on_password_noted(), app.on_invitation_noted(), app.on_reading_noted(),
  app.on_factor_noted(), app.on_code_noted(), app.on_recovery_noted() to indaba_owner;
set local role indaba_owner;

-- A note waits here until it is sealed; who takes it out is the job's function.
grant select, insert, delete on app.audit_notes to indaba_keyring;
grant select, insert, update, delete on app.audit_tries to indaba_keyring;
create policy keyring_queues on app.audit_notes to indaba_keyring using (true) with check (true);
create policy keyring_counts on app.audit_tries to indaba_keyring using (true) with check (true);

create or replace trigger session_noted after insert or update of revoked_at, last_seen_at on app.sessions for each row execute function app.on_session_noted();
create or replace trigger passkey_noted after insert or update of revoked_at on app.passkeys for each row execute function app.on_passkey_noted();
create or replace trigger password_noted after update of password_hash on app.accounts for each row when (old.password_hash is distinct from new.password_hash) execute function app.on_password_noted();
create or replace trigger invitation_noted after insert or update of used_at, revoked_at on app.invitations for each row execute function app.on_invitation_noted();
create or replace trigger factor_noted after insert or update of confirmed_at or delete on app.second_factors for each row execute function app.on_factor_noted();
create or replace trigger code_noted after update of used_at on app.recovery_codes for each row when (old.used_at is null and new.used_at is not null) execute function app.on_code_noted();
create or replace trigger recovery_noted after insert or update of confirmed_at, ended_as on app.recoveries for each row execute function app.on_recovery_noted();
create or replace trigger reading_noted after insert on app.audit_readings for each row execute function app.on_reading_noted();
