-- Applying to take part: what an applicant may do through their link, and what stewards may. One vets, another confirms.
set local role indaba_keyring;

create or replace function app.application_of(hash bytea) returns app.application_contacts
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c from app.application_contacts c join app.applications a on a.id = c.application_id
   where c.token_hash = hash and (a.ended_at is null or a.ended_at > now() - interval '90 days')
$$;
comment on function app.application_of(bytea) is 'The contact whose private link this is; it can be read until 90 days after the end. For functions only.';

create or replace function app.application_state(a app.applications) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(a.ended_as, case when a.vetted_at is not null then 'second'
    when exists (select from app.vetting_answers v where v.application_id = a.id) then 'vetting'
    when a.confirmed_at is null then 'received' when a.proved_at is null then 'confirmed' else 'proved' end)
$$;
comment on function app.application_state(app.applications) is 'Where an application stands: received, confirmed, proved, vetting, second, admitted, refused, withdrawn, expired.';

create or replace function app.queue_application_mail(application uuid, what text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select graphile_worker.add_job('people.mail-application', json_build_object('ids', json_build_object('application', application, 'what', what), 'actor', app.me()))
$$;
comment on function app.queue_application_mail(uuid, text) is 'Tells the contacts or the stewards what happened. For functions only.';

create or replace function app.queue_application_link(application uuid, contact smallint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Whoever writes other people's addresses into forms makes a few mails a day, not more.
  if app.take('apply ' || (select md5(lower(c.email)) from app.application_contacts c where c.application_id = application and c.place = contact), 5, 86400) then
    perform graphile_worker.add_job('people.mail-application-link', json_build_object('ids', json_build_object('application', application, 'place', contact), 'actor', null));
  end if;
end $$;
comment on function app.queue_application_link(uuid, smallint) is 'Mails a contact their private link. For functions only.';

create or replace function app.apply(application uuid, said jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare before record;
begin
  -- An address that only ends alike (evil-ta.example) is not at the domain.
  if exists (select from jsonb_array_elements(said -> 'contacts') c where lower(split_part(c ->> 'email', '@', 2)) <> said ->> 'domain'
      and right(lower(split_part(c ->> 'email', '@', 2)), length(said ->> 'domain') + 1) <> '.' || (said ->> 'domain')) then
    raise exception using errcode = 'IN422', message = 'people.application.contact_elsewhere';
  end if;
  -- Two people, two mailboxes; and what is one mailbox the form does not say: whatever stands after a plus goes to the same.
  if (select count(distinct split_part(split_part(lower(trim(c ->> 'email')), '@', 1), '+', 1) || '@' || split_part(lower(trim(c ->> 'email')), '@', 2)) from jsonb_array_elements(said -> 'contacts') c) <> 2
     or jsonb_array_length(said -> 'contacts') <> 2 then
    raise exception using errcode = 'IN422', message = 'people.application.contacts_same';
  end if;
  perform pg_advisory_xact_lock(hashtext('indaba apply'));
  -- The same form again makes nothing; the same person again, for the same domain, gets a new link to what there is.
  if exists (select from app.applications where id = application) then return; end if;
  select a.id, c.place into before from app.applications a join app.application_contacts c on c.application_id = a.id
   where a.ended_at is null and a.domain = said ->> 'domain' and lower(c.email) = lower(said #>> '{contacts,0,email}') limit 1;
  if before.id is not null then perform app.queue_application_link(before.id, before.place); return; end if;
  if (select count(*) from app.applications where ended_at is null and confirmed_at is null and domain = said ->> 'domain') >= 3
     or (select count(*) from app.applications where ended_at is null and confirmed_at is null) >= 200 then
    raise exception using errcode = 'IN429', message = 'people.application.too_many';
  end if;
  insert into app.applications (id, name, kind, mandate, jurisdictions, domain, why, locale)
  values (application, said ->> 'name', said ->> 'kind', said ->> 'mandate', array(select jsonb_array_elements_text(said -> 'jurisdictions')), said ->> 'domain', said ->> 'why', said ->> 'locale');
  insert into app.application_contacts (application_id, place, name, role, email)
  select application, n, one ->> 'name', one ->> 'role', one ->> 'email' from jsonb_array_elements(said -> 'contacts') with ordinality as e (one, n);
  perform app.note('application.made', null, null, null, jsonb_build_object('application_id', application));
  perform app.queue_application_link(application, 1::smallint);
  perform app.queue_application_link(application, 2::smallint);
end $$;
comment on function app.apply(uuid, jsonb) is 'Takes an application and mails each contact a link; answers alike whether it is new or there already. Refuses with people.application.too_many, .contact_elsewhere, .contacts_same.';

create or replace function app.letters_of(application uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name, 'mime', l.mime, 'size', octet_length(l.bytes), 'by', o.name, 'at', l.at) order by l.at), '[]')
    from app.application_letters l join app.application_contacts o on o.application_id = l.application_id and o.place = l.place where l.application_id = application
$$;
comment on function app.letters_of(uuid) is 'The letters sent with an application, without their bytes. For functions only.';

create or replace function app.find_application(hash bytea) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('name', a.name, 'domain', a.domain, 'public_mail', app.is_public_mail(a.domain), 'token', a.domain_token, 'state', app.application_state(a), 'made_at', a.made_at,
      'confirmed_at', a.confirmed_at, 'proved_at', a.proved_at, 'method', a.method, 'checked_at', a.checked_at, 'result', a.result, 'vetted_at', a.vetted_at, 'ended_at', a.ended_at,
      'reason', case when a.ended_as = 'refused' then a.reason end, 'me', jsonb_build_object('name', c.name, 'confirmed', c.confirmed_at is not null),
      'other', (select jsonb_build_object('name', o.name, 'confirmed', o.confirmed_at is not null) from app.application_contacts o where o.application_id = a.id and o.place <> c.place),
      -- Until somebody has said that it is really them, what was added is nobody's to read.
      'notes', case when c.confirmed_at is null then '[]'::jsonb else coalesce((select jsonb_agg(jsonb_build_object('by', o.name, 'text', n.text, 'at', n.at) order by n.at)
         from app.application_notes n left join app.application_contacts o on o.application_id = n.application_id and o.place = n.place where n.application_id = a.id), '[]') end,
      'letters', case when c.confirmed_at is null then '[]'::jsonb else app.letters_of(a.id) end)
    from app.application_of(hash) c join app.applications a on a.id = c.application_id
$$;
comment on function app.find_application(bytea) is 'What an applicant sees behind their link. Looking changes nothing. Who vets is not named to them.';

create or replace function app.confirm_contact(hash bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.application_contacts := app.application_of(hash);
begin
  perform from app.applications a where a.id = c.application_id and a.ended_at is null for update;
  if not found then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  update app.application_contacts x set confirmed_at = now() where x.token_hash = hash and x.confirmed_at is null;
  if not found then return; end if;
  perform app.note('application.contact_confirmed', null, null, null, jsonb_build_object('application_id', c.application_id, 'contact', c.place));
  if not exists (select from app.application_contacts x where x.application_id = c.application_id and x.confirmed_at is null) then
    update app.applications set confirmed_at = now() where id = c.application_id;
    perform app.queue_application_mail(c.application_id, 'ready');
  end if;
end $$;
comment on function app.confirm_contact(bytea) is 'One of the two says: it is me, and this application is ours. Once; again changes nothing. Refuses with people.application.not_found.';

create or replace function app.confirmed_application(hash bytea) returns app.application_contacts
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare c app.application_contacts := app.application_of(hash);
begin
  if c.confirmed_at is null or not exists (select from app.applications a where a.id = c.application_id and a.ended_at is null) then
    raise exception using errcode = 'IN404', message = 'people.application.not_found';
  end if;
  return c;
end $$;
comment on function app.confirmed_application(bytea) is 'The contact of an open application who has confirmed; refuses with people.application.not_found. For functions only.';

create or replace function app.add_to_application(hash bytea, words text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.application_contacts := app.confirmed_application(hash);
begin
  if (select count(*) from app.application_notes n where n.application_id = c.application_id and n.place is not null) >= 20 then
    raise exception using errcode = 'IN429', message = 'people.application.notes_full';
  end if;
  insert into app.application_notes (application_id, place, text) values (c.application_id, c.place, words);
end $$;
comment on function app.add_to_application(bytea, text) is 'The applicant adds something. Refuses with people.application.not_found, people.application.notes_full.';

create or replace function app.add_application_letter(hash bytea, letter uuid, called text, kind text, content bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.application_contacts := app.confirmed_application(hash);
begin
  -- Two at the same moment are counted one after the other.
  perform from app.applications a where a.id = c.application_id for update;
  if (select count(*) from app.application_letters l where l.application_id = c.application_id) >= 3 then
    raise exception using errcode = 'IN429', message = 'people.application.letters_full';
  end if;
  insert into app.application_letters (id, application_id, place, name, mime, bytes) values (letter, c.application_id, c.place, called, kind, content);
end $$;
comment on function app.add_application_letter(bytea, uuid, text, text, bytea) is 'The applicant sends a letter as a file, three at most. Refuses with people.application.not_found, people.application.letters_full.';

create or replace function app.my_application_letter(hash bytea, letter uuid) returns table (name text, mime text, bytes bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.name, l.mime, l.bytes from app.application_of(hash) c join app.application_letters l on l.application_id = c.application_id
   where l.id = letter and c.confirmed_at is not null
$$;
comment on function app.my_application_letter(bytea, uuid) is 'One letter, for whoever holds a private link of its application and has confirmed it.';

create or replace function app.check_application_domain(hash bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.application_contacts := app.confirmed_application(hash);
begin
  if not app.take('check-domain:' || c.application_id, 10, 3600) then return false; end if;
  perform graphile_worker.add_job('people.check-application', json_build_object('ids', json_build_object('application', c.application_id), 'actor', null));
  return true;
end $$;
comment on function app.check_application_domain(bytea) is 'Queues a look into the DNS; false after ten within the hour. Refuses with people.application.not_found.';

create or replace function app.withdraw_application(hash bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.application_contacts := app.confirmed_application(hash);
begin
  update app.applications a set ended_at = now(), ended_as = 'withdrawn' where a.id = c.application_id and a.ended_at is null;
  perform app.note('application.withdrawn', null, null, null, jsonb_build_object('application_id', c.application_id));
end $$;
comment on function app.withdraw_application(bytea) is 'The applicant takes the application back. Refuses with people.application.not_found.';

grant execute on function app.apply(uuid, jsonb), app.find_application(bytea), app.confirm_contact(bytea), app.add_to_application(bytea, text), app.check_application_domain(bytea),
  app.withdraw_application(bytea), app.add_application_letter(bytea, uuid, text, text, bytea), app.my_application_letter(bytea, uuid) to indaba_visitor, indaba_person;
grant execute on function app.application_state(app.applications) to indaba_person, indaba_clerk;
set local role indaba_owner;

grant select, insert, update on app.applications, app.application_contacts to indaba_keyring;
grant select, insert on app.application_notes to indaba_keyring;
grant select, insert on app.application_letters to indaba_keyring;
create policy keyring_keeps on app.application_letters to indaba_keyring using (true) with check (true);
grant select on app.vetting_answers, app.vetting_questions to indaba_keyring;
create policy keyring_keeps on app.applications to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.application_contacts to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.application_notes to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.vetting_answers for select to indaba_keyring using (true);
create policy keyring_reads on app.vetting_questions for select to indaba_keyring using (true);

-- The jobs: they mail the links and keep their hashes, look into the DNS, and let go what nobody confirmed.
grant select on app.applications, app.application_contacts, app.application_notes to indaba_clerk;
grant update (checked_at, result, method, proved_at, ended_at, ended_as) on app.applications to indaba_clerk;
grant update (token_hash, mailed_at) on app.application_contacts to indaba_clerk;
create policy clerk_reads on app.applications for select to indaba_clerk using (true);
create policy clerk_looks on app.applications for update to indaba_clerk using (ended_at is null)
  with check (method is distinct from 'letter' and (ended_as is null or ended_as = 'expired'));
create policy clerk_mails on app.application_contacts to indaba_clerk using (true) with check (true);
create policy clerk_mails on app.application_notes for select to indaba_clerk using (true);
