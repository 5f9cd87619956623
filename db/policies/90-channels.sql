-- Channels.
grant select on app.channels to indaba_person, indaba_visitor;
grant insert (id, slug, audience_id, name, purpose, byline_id), update (name, purpose, archived_at) on app.channels to indaba_person;
create policy readers_see on app.channels for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy members_open on app.channels for insert to indaba_person
  with check (audience_id in (select app.my_audiences()) and byline_id in (select app.my_bylines()) and app.may_talk(audience_id) and (audience_id <> 1 or (select app.has_role('{steward,moderator}'))));
create policy openers_change on app.channels for update to indaba_person
  using (audience_id in (select app.my_audiences()) and (select app.may_write()) and (byline_id in (select app.my_bylines()) or (select app.has_role('{steward,moderator}'))));
grant select, insert, update on app.channels to indaba_clerk;
create policy clerk_keeps on app.channels to indaba_clerk using (true) with check (true);
