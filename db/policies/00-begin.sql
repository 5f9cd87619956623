-- Today's whole truth is written anew: every policy is dropped and made again in this one transaction.
do $$
declare p record;
begin
  for p in select schemaname, tablename, policyname from pg_policies where schemaname in ('app','search','sealed') loop
    execute format('drop policy %I on %I.%I', p.policyname, p.schemaname, p.tablename);
  end loop;
  -- Grants too: what is not granted below is not granted.
  execute 'revoke all on all tables in schema app, search, sealed from indaba_person, indaba_visitor, indaba_clerk, indaba_archivist, indaba_relay, indaba_keyring';
  execute 'revoke all on all sequences in schema app, search, sealed from indaba_person, indaba_visitor, indaba_clerk, indaba_archivist, indaba_relay, indaba_keyring';
end $$;
-- A role of a later migration than the schemas.
grant usage on schema app, search to indaba_archivist;
-- Definer functions belong to keyring, which may create only while this transaction runs (see zz-end.sql).
grant create on schema app, search, sealed to indaba_keyring;
set local role indaba_keyring;
alter default privileges revoke execute on functions from public;
-- Each role takes back what it gave: taking back for another is refused, and with it every later start.
do $$
declare f record;
begin
  for f in select oid::regprocedure as name from pg_proc where pronamespace in ('app'::regnamespace, 'search'::regnamespace) and proowner = current_user::regrole loop
    execute format('revoke all on function %s from public, indaba_person, indaba_visitor, indaba_clerk, indaba_archivist, indaba_relay', f.name);
  end loop;
end $$;
set local role indaba_owner;
do $$
declare f record;
begin
  for f in select oid::regprocedure as name from pg_proc where pronamespace in ('app'::regnamespace, 'search'::regnamespace) and proowner = current_user::regrole loop
    execute format('revoke all on function %s from public, indaba_person, indaba_visitor, indaba_clerk, indaba_archivist, indaba_relay', f.name);
  end loop;
end $$;
