-- Values sealed with a key outside the database, closed anew when that key was rotated. Owned by keyring.
set local role indaba_keyring;

create or replace function app.sealed_values(present text, most int) returns table (kind text, id uuid, sealed text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select * from (
    select 'authenticator', f.member_id, f.sealed from app.second_factors f where f.sealed not like present || ':%'
    union all select 'sso', c.id, c.sealed_secret from app.sso_connections c where c.sealed_secret not like present || ':%') v limit most
$$;
comment on function app.sealed_values(text, int) is 'Values that are sealed with another version of the key than the present one. They open only with the key, which is not here. For the job and the command.';

create or replace function app.reseal(what text, whose uuid, before text, after text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Only over what was read: who set up another factor meanwhile keeps it.
  if what = 'authenticator' then update app.second_factors set sealed = after where member_id = whose and sealed = before;
  elsif what = 'sso' then update app.sso_connections set sealed_secret = after where id = whose and sealed_secret = before;
  else return false; end if;
  return found;
end $$;
comment on function app.reseal(text, uuid, text, text) is 'Puts the same value, sealed with the present key, in place of the older one; false when it was changed meanwhile. For the job and the command.';

create or replace function app.passwords_under(version int) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)::int from app.accounts where password_hash like version || ':%'
$$;
comment on function app.passwords_under(int) is 'How many passwords are keyed with this version of the key session: each becomes one of the present version when its owner signs in.';

drop function if exists app.nodes_signing_with(int);
create or replace function app.nodes_using_key(name text, version int) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)::int from app.nodes n where n.seen_at > now() - interval '2 minutes' and (n.facts -> 'keys' ->> nodes_using_key.name)::int = version
$$;
comment on function app.nodes_using_key(text, int) is 'How many living processes still take this version of a key for the present one.';

create or replace function app.note_key(what text, name text, version int) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select app.note(what, null, null, null, jsonb_build_object('name', name, 'version', version)) where what in ('key.rotated', 'key.retired')
$$;
comment on function app.note_key(text, text, int) is 'Writes into the log that whoever runs the hub rotated or retired a key.';

grant execute on function app.sealed_values(text, int), app.reseal(text, uuid, text, text), app.passwords_under(int), app.nodes_using_key(text, int), app.note_key(text, text, int) to indaba_clerk;
set local role indaba_owner;
grant update (sealed_secret) on app.sso_connections to indaba_keyring;
