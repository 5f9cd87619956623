-- The second factor: codes from an app, codes kept on paper, and the state between a right password and a session. Owned by keyring.
set local role indaba_keyring;

create or replace function app.sign_in_needs(member uuid, proof text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when proof = 'demo' then null
    when proof like 'sso:%' then case when p.passkeys_only then 'passkey' when p.sso_only and not p.this_one then 'sso' end
    when proof = 'passkey' then case when p.sso_only and not p.runs_it then 'sso' end
    when p.passkeys_only and k.has then 'passkey'
    when proof = 'password' and exists (select from app.second_factors f where f.member_id = member and f.confirmed_at is not null) then 'code'
    when p.sso_only then 'sso'
    when p.passkeys_only then 'set_passkey'
    when proof = 'password' and p.second_factor then case when k.has then 'passkey' else 'set_factor' end end
  from (select exists (select from app.passkeys where member_id = member and revoked_at is null) as has) k,
    (select coalesce(bool_or(s.passkeys_only), false) or app.hub_asks(member, 'passkeys_only') as passkeys_only,
       coalesce(bool_or(s.second_factor), false) or app.hub_asks(member, 'second_factor') as second_factor,
       coalesce(bool_or(x.only), false) as sso_only, coalesce(bool_or(x.only and proof = 'sso:' || c.id), false) as this_one,
       -- Whoever runs an organization that asks for single sign-on keeps a way in for the day its provider is down.
       coalesce(bool_and(ms.role = 'focal_point') filter (where x.only), false) as runs_it
       from app.memberships ms join app.sign_in_policies s using (organization_id) left join app.sso_connections c using (organization_id)
         -- What was never walked through, or has no proved domain any more, is asked of nobody.
         cross join lateral (select s.sso_only and c.tested_at is not null
           and exists (select from app.organization_domains d where d.organization_id = s.organization_id and d.proved_at is not null) as only) x
      where ms.member_id = member) p
$$;
comment on function app.sign_in_needs(uuid, text) is 'What is still asked of a member who proved so much: nothing (null), code, passkey (has one), sso (their institution has to vouch), or to set up a passkey or a second factor first. Not granted: what somebody has set up is nobody''s business.';

create or replace function app.ask_more(member uuid, proof text, half bytea, mac bytea) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare needs text := app.sign_in_needs(member, proof);
begin
  if not app.checked('ask-more:' || member || ':' || proof || ':' || encode(half, 'hex'), mac) then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  delete from app.half_sign_ins where expires_at < now();
  if needs in ('code', 'set_factor', 'set_passkey', 'sso') and proof not like 'sso:%' then
    insert into app.half_sign_ins (token_hash, member_id, how) values (half, member, proof);
  end if;
  return needs;
end $$;
comment on function app.ask_more(uuid, text, bytea, bytea) is 'After a right password: what more is asked (null: nothing). Keeps the half sign-in where the person can go on from. Refuses with people.sign_in.refused.';

create or replace function app.half_sign_in(half bytea) returns table (member_id uuid, how text, needs text, email text, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select h.member_id, h.how, app.sign_in_needs(h.member_id, h.how), a.email, m.name from app.half_sign_ins h
    join app.members m on m.id = h.member_id and m.status = 'active' join app.accounts a on a.member_id = h.member_id
   where h.token_hash = half and h.expires_at > now() and h.tries < 5
$$;
comment on function app.half_sign_in(bytea) is 'Who is half signed in with this secret, and what is asked of them.';

create or replace function app.half_try(half bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update app.half_sign_ins set tries = tries + 1 where token_hash = half
$$;
comment on function app.half_try(bytea) is 'Counts a wrong code: after five the password is asked again.';

create or replace function app.half_ends(half bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  delete from app.half_sign_ins where token_hash = half
$$;
comment on function app.half_ends(bytea) is 'The rest was given, or the person begins anew.';

create or replace function app.may_change_factor(member uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select case when app.me() is not null then app.me() = member and app.in_browser() and app.fresh()
    else exists (select from app.half_sign_ins h where h.member_id = member and h.expires_at > now() and app.sign_in_needs(member, h.how) = 'set_factor') end
$$;
comment on function app.may_change_factor(uuid) is 'One''s own, from a browser that just proved itself; or whoever is asked for one and has none, half signed in.';

create or replace function app.second_factor_of(member uuid, mac bytea) returns table (sealed text, last_step bigint, confirmed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.sealed, f.last_step, f.confirmed_at from app.second_factors f where f.member_id = member and app.checked('second-factor-of:' || member, mac)
$$;
comment on function app.second_factor_of(uuid, bytea) is 'The sealed secret, for the process that holds the key to check a code with.';

create or replace function app.keep_second_factor(member uuid, closed text, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('keep-second-factor:' || member || ':' || closed, mac) then raise exception using errcode = 'IN403', message = 'people.factor.refused'; end if;
  if not app.may_change_factor(member) then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
  insert into app.second_factors as f (member_id, sealed) values (member, closed)
    on conflict (member_id) do update set sealed = excluded.sealed, made_at = now(), last_step = 0 where f.confirmed_at is null;
  if not found then raise exception using errcode = 'IN409', message = 'people.factor.already'; end if;
end $$;
comment on function app.keep_second_factor(uuid, text, bytea) is 'Begins a second factor; it asks for nothing before it is confirmed. Refuses with people.factor.refused, .already, people.step_up.needed.';

create or replace function app.renew_recovery_codes(member uuid, hashes bytea[], mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('recovery-codes:' || member || ':' || encode(sha256(convert_to((select string_agg(encode(h, 'hex'), ',' order by n) from unnest(hashes) with ordinality u(h, n)), 'UTF8')), 'hex'), mac) or cardinality(hashes) <> 10 then
    raise exception using errcode = 'IN403', message = 'people.factor.refused';
  end if;
  if not app.may_change_factor(member) then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
  delete from app.recovery_codes where member_id = member;
  insert into app.recovery_codes (code_hash, member_id) select h, member from unnest(hashes) h;
end $$;
comment on function app.renew_recovery_codes(uuid, bytea[], bytea) is 'Ten new codes; the old ones are dead. Refuses with people.factor.refused, people.step_up.needed.';

create or replace function app.confirm_second_factor(member uuid, step bigint, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('confirm-second-factor:' || member || ':' || step, mac) then raise exception using errcode = 'IN403', message = 'people.factor.refused'; end if;
  if not app.may_change_factor(member) then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
  update app.second_factors set confirmed_at = now(), last_step = step where member_id = member and confirmed_at is null;
  if not found then raise exception using errcode = 'IN409', message = 'people.factor.already'; end if;
end $$;
comment on function app.confirm_second_factor(uuid, bigint, bytea) is 'The first right code makes it count. Refuses with people.factor.refused, .already, people.step_up.needed.';

create or replace function app.use_code(member uuid, step bigint, mac bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('use-code:' || member || ':' || step, mac) then return false; end if;
  update app.second_factors set last_step = step where member_id = member and confirmed_at is not null and last_step < step;
  return found;
end $$;
comment on function app.use_code(uuid, bigint, bytea) is 'A right code is used once: false when this one, or a later one, was used already.';

create or replace function app.use_recovery_code(member uuid, hash bytea, mac bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('use-recovery-code:' || member || ':' || encode(hash, 'hex'), mac) then return false; end if;
  update app.recovery_codes set used_at = now() where member_id = member and code_hash = hash and used_at is null;
  return found;
end $$;
comment on function app.use_recovery_code(uuid, bytea, bytea) is 'Takes a recovery code: false when it is none of theirs, or was used.';

create or replace function app.remove_second_factor() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.need_fresh();
  if not app.in_browser() then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
  delete from app.recovery_codes where member_id = app.me();
  delete from app.second_factors where member_id = app.me() and confirmed_at is not null;
end $$;
comment on function app.remove_second_factor() is 'Takes my second factor and its recovery codes away. Refuses with people.step_up.needed.';

create or replace function app.my_second_factor() returns table (on_since timestamptz, begun boolean, codes_left int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.confirmed_at, f.confirmed_at is null, (select count(*)::int from app.recovery_codes c where c.member_id = f.member_id and c.used_at is null)
    from app.second_factors f where f.member_id = app.me()
$$;
comment on function app.my_second_factor() is 'Whether I have a second factor, and how many recovery codes are left.';

grant execute on function app.ask_more(uuid, text, bytea, bytea), app.half_sign_in(bytea), app.half_try(bytea), app.half_ends(bytea), app.second_factor_of(uuid, bytea), app.keep_second_factor(uuid, text, bytea),
  app.renew_recovery_codes(uuid, bytea[], bytea), app.confirm_second_factor(uuid, bigint, bytea), app.use_code(uuid, bigint, bytea), app.use_recovery_code(uuid, bytea, bytea) to indaba_visitor, indaba_person;
grant execute on function app.remove_second_factor(), app.my_second_factor() to indaba_person;
set local role indaba_owner;

-- What keyring needs for the functions above. Nobody else reads these tables.
grant select, insert, update, delete on app.second_factors, app.recovery_codes, app.half_sign_ins to indaba_keyring;
grant select on app.sign_in_policies, app.sso_connections, app.organization_domains to indaba_keyring;
create policy keyring_keeps on app.second_factors to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.recovery_codes to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.half_sign_ins to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.sign_in_policies for select to indaba_keyring using (true);
