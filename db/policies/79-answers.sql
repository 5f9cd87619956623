-- What readers say of a page: counted for whoever keeps it; their words go to a conversation with those people.
set local role indaba_keyring;

create or replace function app.counted_answers() returns table (page_id uuid, useful int, not_useful int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.page_id, count(*) filter (where a.useful)::int, count(*) filter (where not a.useful)::int from app.page_answers a
   where a.page_id in (select p.id from app.pages p where p.retired_at is null and p.audience_id in (select app.my_audiences())) group by a.page_id having app.may_review_page(a.page_id)
$$;
comment on function app.counted_answers() is 'How many found each page useful and how many not, of the pages that I keep or decide about; never who.';

create or replace function app.who_hears(page uuid) returns table (member_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with p as materialized (select x.id, x.audience_id from app.pages x where x.id = page and x.retired_at is null and x.audience_id in (select app.my_audiences())),
  owners as materialized (select o as id from p, app.owners_of(p.id) o where o <> app.me())
  select o.id from owners o
  union all (select distinct r.member_id from p, app.hub_roles r where not exists (select from owners) and r.role in ('editor', 'reviewer') and r.member_id <> app.me() and app.reads(r.member_id, p.audience_id) order by 1 limit 20)
$$;
comment on function app.who_hears(uuid) is 'Who is told what is missing on a page: those who answer for it, or where nobody does the editors and reviewers who read it; never oneself.';

grant execute on function app.counted_answers(), app.who_hears(uuid) to indaba_person;
set local role indaba_owner;

grant select on app.page_answers to indaba_keyring;
create policy keyring_counts on app.page_answers for select to indaba_keyring using (true);
grant select (member_id, page_id, audience_id, useful, at), insert (member_id, page_id, audience_id, useful), update (useful, at) on app.page_answers to indaba_person;
create policy own on app.page_answers for select to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()));
create policy own_say on app.page_answers for insert to indaba_person with check (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_write()));
create policy own_change on app.page_answers for update to indaba_person using (member_id = (select app.me()) and (select app.may_write())) with check (member_id = (select app.me()) and audience_id in (select app.my_audiences()));
