-- Pictures of what is being written: mine alone until a text that shows them is proposed, then read by whoever reads that.
set local role indaba_keyring;

create or replace function app.on_draft_picture() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- One after the other, so that many at the same moment do not pass the limit together.
  perform pg_advisory_xact_lock(hashtextextended(new.member_id::text, 9));
  -- What no text of mine shows any more makes room.
  delete from app.draft_pictures d where d.member_id = new.member_id and d.created_at < now() - interval '30 days'
    and not exists (select from app.page_drafts t where t.member_id = new.member_id and position(d.path in t.fields ->> 'text') > 0);
  if (select count(*) from app.draft_pictures d where d.member_id = new.member_id) >= 50 then
    raise exception using errcode = 'IN429', message = 'library.picture.too_many';
  end if;
  -- No name that the space has already: what readers see there stays.
  if exists (select from app.space_assets a where a.space_id = new.space_id and a.path = new.path) then
    raise exception using errcode = 'IN409', message = 'library.picture.name_taken';
  end if;
  return new;
end $$;
comment on function app.on_draft_picture() is 'At most fifty pictures of one member wait to be proposed (library.picture.too_many), under names that their space does not have (library.picture.name_taken).';

create or replace function app.on_pictures_proposed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare d app.draft_pictures; space uuid; author uuid;
begin
  if app.me() is null or new.text = '' then return null; end if;
  for d in select * from app.draft_pictures x where x.member_id = app.me() and position(x.path in new.text) > 0 order by x.id for update loop
    select c.space_id, c.byline_id into space, author from app.change_requests c where c.id = new.change_request_id;
    continue when d.space_id <> space or author not in (select app.my_bylines()) or exists (select from app.space_assets a where a.space_id = space and a.path = d.path);
    insert into app.files (id, audience_id, name, mime, size, sha256, width, height, byline_id) values (d.id, new.audience_id, d.path, d.mime, d.size, d.sha256, d.width, d.height, author);
    insert into app.space_assets (space_id, audience_id, path, file_id) values (space, new.audience_id, d.path, d.id);
    delete from app.draft_pictures x where x.id = d.id;
  end loop;
  return null;
end $$;
comment on function app.on_pictures_proposed() is 'What the writer''s text shows becomes a picture of its space, with the proposal and for whoever reads that: under a name that was free.';

grant execute on function app.on_draft_picture(), app.on_pictures_proposed() to indaba_owner;
set local role indaba_owner;
create or replace trigger not_too_many before insert on app.draft_pictures for each row execute function app.on_draft_picture();
create or replace trigger pictures after insert or update of text on app.change_request_pages for each row execute function app.on_pictures_proposed();
grant select, update (id), delete on app.draft_pictures to indaba_keyring;
create policy keyring_keeps on app.draft_pictures to indaba_keyring using (true) with check (true);
grant select on app.page_drafts, app.space_assets to indaba_keyring;
create policy keyring_reads on app.page_drafts for select to indaba_keyring using (true);
grant insert on app.space_assets, app.files to indaba_keyring;
create policy keyring_proposes on app.space_assets for insert to indaba_keyring with check (true);
create policy keyring_proposes on app.files for insert to indaba_keyring with check (true);

grant select, insert (id, member_id, space_id, path, mime, size, sha256, width, height), delete on app.draft_pictures to indaba_person;
-- A visitor who reads a text with pictures asks here too, and finds nothing.
grant select on app.draft_pictures to indaba_visitor;
create policy own on app.draft_pictures for select to indaba_person using (member_id = (select app.me()) and space_id in (select s.id from app.spaces s));
create policy own_begin on app.draft_pictures for insert to indaba_person with check (member_id = (select app.me()) and (select app.may_keep_own())
  and space_id in (select s.id from app.spaces s where app.may_propose(s.audience_id)));
create policy own_drop on app.draft_pictures for delete to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
