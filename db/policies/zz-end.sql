-- Forced everywhere, on partitions too; and nobody may create any more.
do $$
declare t record;
begin
  for t in select c.oid::regclass as name from pg_class c where c.relkind in ('r','p') and c.relnamespace in ('app'::regnamespace,'search'::regnamespace,'sealed'::regnamespace) loop
    execute format('alter table %s enable row level security', t.name);
    execute format('alter table %s force row level security', t.name);
    -- A backup is read by the owner, who serves nobody. What is sealed is sealed in the backup too.
    execute format('create policy owner_backs_up on %s for select to indaba_owner using (true)', t.name);
  end loop;
end $$;
revoke create on schema app, search, sealed from indaba_keyring;
