-- Files of messages: mine until they are posted, then the message's.
set local role indaba_keyring;

create or replace function app.on_upload() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- One after the other, so that many begun at the same moment do not pass the limit together.
  perform pg_advisory_xact_lock(hashtextextended(new.member_id::text, 8));
  if (select count(*) from app.uploads u where u.member_id = new.member_id and u.taken_at is null and u.created_at > now() - interval '1 day') >= 30 then
    raise exception using errcode = 'IN429', message = 'files.upload.too_many';
  end if;
  if new.announced + (select coalesce(sum(u.announced), 0) from app.uploads u where u.member_id = new.member_id and u.taken_at is null and u.created_at > now() - interval '1 day') > 262144000 then
    raise exception using errcode = 'IN429', message = 'files.upload.too_much';
  end if;
  new.session_id := app.my_session();
  return new;
end $$;
comment on function app.on_upload() is 'At most thirty files of one member wait for a message, 250 MB in sum: files.upload.too_many, files.upload.too_much. What is sent in belongs to the session that is asking.';

create or replace function app.attach_files(message uuid, wanted uuid[]) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid := app.writer(); m app.messages; n int;
begin
  -- Only while the message is being posted, in the same transaction: what was read with some files never gets others.
  select * into m from app.messages x where x.id = message and x.byline_id in (select app.my_bylines()) and x.created_at = now() and x.deleted_at is null
    and not exists (select from app.attachments a where a.message_id = x.id);
  if not found or mine is null then raise exception using errcode = 'IN404', message = 'conversations.message.not_found'; end if;
  if cardinality(wanted) > 10 then raise exception using errcode = 'IN422', message = 'files.attachment.too_many'; end if;
  if exists (select from app.uploads u where u.id = any(wanted) and u.member_id = mine and u.looked = 'infected') then raise exception using errcode = 'IN422', message = 'files.upload.infected'; end if;
  if exists (select from app.uploads u where u.id = any(wanted) and u.member_id = mine and u.looked = 'waiting') then raise exception using errcode = 'IN409', message = 'files.upload.waiting'; end if;
  with taken as (
    update app.uploads u set taken_at = now() where u.id = any(wanted) and u.member_id = mine and u.session_id is not distinct from app.my_session() and u.sha256 is not null and u.taken_at is null and u.created_at > now() - interval '1 day'
      returning u.*
  )
  insert into app.attachments (message_id, audience_id, place, name, mime, size, sha256, width, height)
    select m.id, m.audience_id, array_position(wanted, t.id), t.name, t.mime, t.size, t.sha256, t.width, t.height from taken t;
  get diagnostics n = row_count;
  if n <> cardinality(wanted) then raise exception using errcode = 'IN404', message = 'files.upload.not_found'; end if;
  return n;
end $$;
comment on function app.attach_files(uuid, uuid[]) is 'Makes files I sent in those of the message I am posting, in this order. Refuses with conversations.message.not_found, files.upload.not_found, files.upload.infected, files.upload.waiting (not looked at yet), files.attachment.too_many.';

create or replace function app.on_upload_looked() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.looked = 'waiting' then
    perform graphile_worker.add_job('files.look', json_build_object('ids', json_build_object('upload', new.id), 'actor', app.me()));
  elsif new.looked = 'infected' then
    perform app.note('file.infected', null, new.member_id, null, jsonb_build_object('upload_id', new.id, 'found', new.found));
    perform graphile_worker.add_job('files.mail-infected', json_build_object('ids', json_build_object('upload', new.id), 'actor', null));
  end if;
  return null;
end $$;
comment on function app.on_upload_looked() is 'A whole file that waits for the scanner is given to a job; one in which it found something is written down for the log, and stewards are mailed.';

grant execute on function app.attach_files(uuid, uuid[]) to indaba_person;
grant execute on function app.on_upload(), app.on_upload_looked() to indaba_owner;
set local role indaba_owner;

create or replace trigger to_be_looked_at after insert or update of looked on app.uploads for each row execute function app.on_upload_looked();
grant select (id, member_id, sha256, looked, found, created_at), update (looked, found) on app.uploads to indaba_clerk;
create policy clerk_finds on app.uploads for select to indaba_clerk using (looked in ('waiting', 'clean', 'infected'));
create policy clerk_says on app.uploads for update to indaba_clerk using (looked = 'waiting') with check (looked in ('clean', 'infected'));

create or replace trigger not_too_many before insert on app.uploads for each row execute function app.on_upload();
grant select, update (taken_at) on app.uploads to indaba_keyring;
create policy keyring_reads on app.uploads for select to indaba_keyring using (true);
create policy keyring_takes on app.uploads for update to indaba_keyring using (taken_at is null) with check (taken_at is not null);
grant select, insert on app.attachments to indaba_keyring;
create policy keyring_attaches on app.attachments to indaba_keyring using (true) with check (true);

grant select, insert (id, member_id, name, announced, mime, size, sha256, width, height, looked), update (mime, size, sha256, width, height, looked), delete on app.uploads to indaba_person;
-- Mine, and of this session: what a stranger, an ended session or another program of mine is shown is nothing. What is a day old is still known to be gone.
create policy own on app.uploads for select to indaba_person using (member_id = (select app.me()) and session_id is not distinct from (select app.my_session()));
create policy own_send on app.uploads for insert to indaba_person with check (member_id = (select app.writer()) and session_id is not distinct from (select app.my_session()) and created_at = now() and looked in ('unasked', 'waiting'));
create policy own_finish on app.uploads for update to indaba_person
  using (member_id = (select app.writer()) and session_id is not distinct from (select app.my_session()) and sha256 is null and created_at > now() - interval '1 day') with check (member_id = (select app.writer()) and looked in ('unasked', 'waiting'));
create policy own_drop on app.uploads for delete to indaba_person using (member_id = (select app.writer()) and session_id is not distinct from (select app.my_session()) and taken_at is null and looked <> 'infected');

grant select on app.attachments to indaba_person, indaba_visitor;
create policy readers_see on app.attachments for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
-- Read through the message: what was taken back is gone, and its label binds the file.
create policy through_the_message on app.attachments as restrictive for select to indaba_person, indaba_visitor
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = attachments.audience_id and m.deleted_at is null));
