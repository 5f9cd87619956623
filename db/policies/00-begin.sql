-- Today's whole truth is written anew: every policy is dropped and made again in this one transaction.
do $$
declare p record;
begin
  for p in select schemaname, tablename, policyname from pg_policies where schemaname in ('app','search','sealed') loop
    execute format('drop policy %I on %I.%I', p.policyname, p.schemaname, p.tablename);
  end loop;
  -- Grants too: what is not granted below is not granted.
  execute 'revoke all on all tables in schema app, search, sealed from indaba_person, indaba_visitor, indaba_clerk, indaba_relay, indaba_keyring';
  execute 'revoke all on all sequences in schema app, search, sealed from indaba_person, indaba_visitor, indaba_clerk, indaba_relay, indaba_keyring';
end $$;
-- Definer functions belong to keyring, which may create only while this transaction runs (see zz-end.sql).
grant create on schema app, search, sealed to indaba_keyring;
set local role indaba_keyring;
alter default privileges revoke execute on functions from public;
revoke all on all functions in schema app, search from public, indaba_person, indaba_visitor, indaba_clerk, indaba_relay;
set local role indaba_owner;
