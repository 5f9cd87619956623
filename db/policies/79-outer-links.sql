-- Links that lead out: written by the job, read by whoever is signed in and reads the page.
set local role indaba_keyring;

create or replace function app.tell_broken_links() returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare page uuid; told int := 0;
begin
  for page in select distinct l.page_id from app.outer_links l where l.failures > 1 and l.told_at is null loop
    told := told + app.tell_owners(page, 'links_broken');
    update app.outer_links l set told_at = now() where l.page_id = page and l.failures > 1 and l.told_at is null;
  end loop;
  return told;
end $$;
comment on function app.tell_broken_links() is 'Tells the owners of pages once of links that answer no more; how many were told. For the clerk.';

revoke execute on function app.tell_broken_links() from public;
grant execute on function app.tell_broken_links() to indaba_clerk;
set local role indaba_owner;

grant select, update (told_at) on app.outer_links to indaba_keyring;
create policy keyring_tells on app.outer_links to indaba_keyring using (true) with check (true);
grant select, insert, update, delete on app.outer_links to indaba_clerk;
create policy clerk_asks on app.outer_links to indaba_clerk using (true) with check (true);
grant select on app.outer_links to indaba_person;
create policy readers_see on app.outer_links for select to indaba_person using (audience_id in (select app.my_audiences()));
