-- The roles of the whole cluster, who may become whom, and nothing else. Run by an administrator (a superuser, or a role
-- that may create roles and owns the database) before the first migration; running it again changes nothing.
--
--   indaba_owner     login    owns every table, migrates, never serves a request
--   indaba_web       login    owns nothing; may become person or visitor
--   indaba_worker    login    owns nothing; may become person, clerk or archivist; takes and ends jobs
--   indaba_stream    login    owns nothing; may become relay
--   indaba_person    a signed-in member      indaba_visitor  nobody in particular
--   indaba_clerk     a job                   indaba_relay    the live stream's reader
--   indaba_archivist the retention job: the only one that removes rows that people wrote, and only those whose time is over
--   indaba_keyring   owns the definer functions, no table; bypasses nothing
--
-- A login inherits nothing: it has to become somebody, and can only become what is written here.

do $$
declare
  name text;
begin
  foreach name in array array['owner', 'web', 'worker', 'stream'] loop
    if not exists (select from pg_roles where rolname = 'indaba_' || name) then
      execute format('create role %I login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls', 'indaba_' || name);
    end if;
  end loop;
  foreach name in array array['person', 'visitor', 'clerk', 'archivist', 'relay', 'keyring'] loop
    if not exists (select from pg_roles where rolname = 'indaba_' || name) then
      execute format('create role %I nologin noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls', 'indaba_' || name);
    end if;
  end loop;
end $$;

do $$
declare
  pair record;
begin
  for pair in
    select * from (values
      ('indaba_person',  'indaba_web',    false),
      ('indaba_visitor', 'indaba_web',    false),
      ('indaba_person',  'indaba_worker', false),
      ('indaba_clerk',   'indaba_worker', false),
      ('indaba_archivist', 'indaba_worker', false),
      ('indaba_relay',   'indaba_stream', false),
      -- The owner replaces the functions that the keyring owns; it could take every right anyway.
      ('indaba_keyring', 'indaba_owner',  true)
    ) as wanted (role, member, inherits)
  loop
    if not exists (
      select from pg_auth_members m
       where m.roleid = pair.role::regrole and m.member = pair.member::regrole
         and m.inherit_option = pair.inherits and m.set_option and not m.admin_option
    ) then
      execute format('grant %I to %I with inherit %s, set true, admin false', pair.role, pair.member, pair.inherits::text);
    end if;
  end loop;
end $$;

-- The database itself: the owner makes schemas in it, the logins may connect, nobody else gets in by being there.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect, create, temporary on database %I to indaba_owner', current_database());
  execute format('grant connect on database %I to indaba_web, indaba_worker, indaba_stream', current_database());
end $$;
revoke all on schema public from public;
grant usage on schema public to indaba_owner, indaba_person, indaba_visitor, indaba_clerk, indaba_archivist, indaba_relay, indaba_keyring;

-- The names of prepared statements are a secret of the serving process: whoever knew one could put a statement of their own under it for
-- whoever comes next on that connection. Only a superuser can shut the view; "indaba doctor" says whether it is.
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    revoke all on function pg_catalog.pg_prepared_statement() from public;
    revoke all on table pg_catalog.pg_prepared_statements from public;
  end if;
end $$;
