-- Channels.
set local role indaba_keyring;
create or replace function app.may_change_channel(opener uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and (opener in (select app.my_bylines()) or app.has_role('{steward,moderator}'))
$$;
comment on function app.may_change_channel(uuid) is 'Whoever opened a channel, a steward or a moderator may rename or close it, where they can read it.';
grant execute on function app.may_change_channel(uuid) to indaba_person, indaba_visitor;
set local role indaba_owner;
grant select on app.channels to indaba_person, indaba_visitor;
grant insert (id, slug, audience_id, name, purpose, byline_id), update (name, purpose, archived_at) on app.channels to indaba_person;
create policy readers_see on app.channels for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy members_open on app.channels for insert to indaba_person
  with check (audience_id in (select app.my_audiences()) and app.may_speak(byline_id, audience_id) and app.may_talk(audience_id) and (audience_id <> 1 or (select app.has_role('{steward,moderator}'))));
create policy openers_change on app.channels for update to indaba_person
  using (audience_id in (select app.my_audiences()) and app.may_change_channel(byline_id));
grant select, insert, update on app.channels to indaba_clerk;
create policy clerk_keeps on app.channels to indaba_clerk using (true) with check (true);
