-- What somebody is writing is theirs alone, and only while they read the space: it holds the words of its pages.
set local role indaba_owner;
grant select, insert (id, member_id, space_id, place, part, fields), update (fields, updated_at), delete on app.page_drafts to indaba_person;
create policy own on app.page_drafts for select to indaba_person using (member_id = (select app.me()) and space_id in (select s.id from app.spaces s));
create policy own_begin on app.page_drafts for insert to indaba_person with check (member_id = (select app.me()) and (select app.may_keep_own())
  and space_id in (select s.id from app.spaces s where app.may_propose(s.audience_id)));
create policy own_go_on on app.page_drafts for update to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()) and space_id in (select s.id from app.spaces s));
create policy own_drop on app.page_drafts for delete to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
