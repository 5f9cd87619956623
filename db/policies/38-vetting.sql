-- Vetting: stewards read applications, answer the checklist, and decide. Two of them: who vets never confirms.
set local role indaba_keyring;

create or replace function app.is_own_application(a app.applications) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.accounts c where c.member_id = (select app.me()) and (
      not app.is_public_mail(a.domain) and (split_part(c.email_key, '@', 2) = a.domain or split_part(c.email_key, '@', 2) like '%.' || a.domain)
      or exists (select from app.application_contacts x where x.application_id = a.id and lower(trim(x.email)) = c.email_key)))
    or exists (select from app.organization_domains d where d.domain = a.domain and d.proved_at is not null and d.organization_id in (select app.my_organizations()))
    or exists (select from app.organizations o where lower(o.name) = lower(a.name) and o.id in (select app.my_organizations()))
$$;
comment on function app.is_own_application(app.applications) is 'Is this my own house applying? By my address, my organization''s proved domain, or its name.';

create or replace function app.may_vet(application uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}') and exists (
    select from app.applications a where a.id = application and a.ended_at is null and a.vetted_at is null and not app.is_own_application(a))
$$;
comment on function app.may_vet(uuid) is 'A steward vets an open application, never of their own house.';

create or replace function app.may_read_letters(application uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.has_role('{steward}') and exists (select from app.applications a where a.id = application and not app.is_own_application(a))
$$;
comment on function app.may_read_letters(uuid) is 'A steward reads the letters of an application in a browser, never those of their own house.';

create or replace function app.may_finish_vetting(application uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_vet(application)
$$;
comment on function app.may_finish_vetting(uuid) is 'Whoever vets says in a browser that it is done, or takes a letter as proof; a program does neither.';

create or replace function app.has_vetted(application uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.bylines b where b.member_id = app.me() and b.kind = 'person' and (
    b.id in (select v.byline_id from app.vetting_answers v where v.application_id = application)
    or b.id in (select unnest(array[a.vetted_by, a.letter_by]) from app.applications a where a.id = application)))
$$;
comment on function app.has_vetted(uuid) is 'Did I answer a question, accept the letter, or finish the vetting of this application?';

create or replace function app.may_confirm_application(application uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_write() and app.has_role('{steward}') and not app.has_vetted(application) and exists (
    select from app.applications a where a.id = application and a.ended_at is null and a.vetted_at is not null and not app.is_own_application(a))
$$;
comment on function app.may_confirm_application(uuid) is 'A second steward confirms, in a browser: one who had no hand in the vetting, and whose own house it is not.';

create or replace function app.may_end_application(application uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_write() and app.has_role('{steward}') and exists (select from app.applications a where a.id = application and a.ended_at is null and not app.is_own_application(a))
$$;
comment on function app.may_end_application(uuid) is 'A steward refuses an open application in a browser, with a reason, never of their own house.';

create or replace function app.vetting_gap(a app.applications) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when a.confirmed_at is null then 'people.application.unconfirmed' when a.proved_at is null then 'people.application.unproved'
    when exists (select from app.checklist_points p where p.version = app.checklist_of(a) and not exists (
      select from app.vetting_answers v where v.application_id = a.id and v.question = p.question)) then 'people.application.unanswered'
    when exists (select from app.checklist_points p cross join lateral (
      select v.answer from app.vetting_answers v where v.application_id = a.id and v.question = p.question order by v.at desc, v.id desc limit 1) last
      where p.version = app.checklist_of(a) and last.answer = 'no') then 'people.application.answered_no' end
   where app.has_role('{steward}')
$$;
comment on function app.vetting_gap(app.applications) is 'What is missing before the vetting can be finished, as the code of a refusal; null when nothing is. For stewards: whoever else asks, with whatever row they make up, hears nothing.';

create or replace function app.my_person() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person'
$$;
comment on function app.my_person() is 'The byline of my own name.';

create or replace function app.accept_application_letter(application uuid, reference text, written_on date) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.need_fresh();
  update app.applications a set method = 'letter', letter_reference = trim(reference), letter_on = written_on, letter_by = app.my_person(), proved_at = now()
   where a.id = application and a.proved_at is null and app.may_finish_vetting(a.id);
  if not found then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  perform app.note('application.letter_accepted', app.me(), null, null, jsonb_build_object('application_id', application));
end $$;
comment on function app.accept_application_letter(uuid, text, date) is 'A steward notes the letter that proves the domain. Refuses with people.application.not_found, people.step_up.needed.';

create or replace function app.finish_vetting(application uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare a app.applications; gap text;
begin
  select * into a from app.applications x where x.id = application for update;
  if a.id is null or not app.may_finish_vetting(a.id) then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  perform app.need_fresh();
  gap := app.vetting_gap(a);
  if gap is not null then raise exception using errcode = 'IN422', message = gap; end if;
  update app.applications set vetted_at = now(), vetted_by = app.my_person() where id = application;
  perform app.note('application.vetted', app.me(), null, null, jsonb_build_object('application_id', application));
  perform app.queue_application_mail(application, 'second');
end $$;
comment on function app.finish_vetting(uuid) is 'Says that nothing stands against it, and asks for a second steward. Refuses with people.application.not_found, .unconfirmed, .unproved, .unanswered, .answered_no, people.step_up.needed.';

create or replace function app.send_back_application(application uuid, because text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_confirm_application(application) then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  update app.applications set vetted_at = null, vetted_by = null where id = application;
  perform app.note('application.sent_back', app.me(), null, null, jsonb_build_object('application_id', application, 'reason', because));
end $$;
comment on function app.send_back_application(uuid, text) is 'The second steward is not convinced: the vetting goes on. Refuses with people.application.not_found.';

create or replace function app.refuse_application(application uuid, because text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from app.applications a where a.id = application for update;
  if not app.may_end_application(application) then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  perform app.need_fresh();
  update app.applications set ended_at = now(), ended_as = 'refused', ended_by = app.my_person(), reason = because where id = application;
  perform app.note('application.refused', app.me(), null, null, jsonb_build_object('application_id', application));
  -- Who has not confirmed may never have heard of it.
  if exists (select from app.application_contacts c where c.application_id = application and c.confirmed_at is not null) then perform app.queue_application_mail(application, 'refused'); end if;
end $$;
comment on function app.refuse_application(uuid, text) is 'Ends an application with a reason, which is mailed to whoever has confirmed. Refuses with people.application.not_found, people.step_up.needed.';

create or replace function app.admit_application(application uuid, organization uuid, address text, places jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare a app.applications; c record; place jsonb; country uuid; invitation uuid; gap text;
begin
  select * into a from app.applications x where x.id = application for update;
  if a.id is null or not app.may_confirm_application(a.id) then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  perform app.need_fresh();
  -- Asked again: an answer may have come, or a question, since the first steward was content.
  gap := app.vetting_gap(a);
  if gap is not null then raise exception using errcode = 'IN422', message = gap; end if;
  if exists (select from app.organizations o where lower(o.name) = lower(a.name)) then raise exception using errcode = 'IN409', message = 'people.organization.name_taken'; end if;
  insert into app.organizations (id, slug, name, kind, is_guest) values (organization, address, a.name, a.kind, false);
  for place in select * from jsonb_array_elements(places) loop
    select j.id into country from app.jurisdictions j where lower(j.name) = lower(place ->> 'name');
    if country is null then
      insert into app.jurisdictions (id, code, name) values ((place ->> 'id')::uuid, place ->> 'code', place ->> 'name') returning id into country;
    end if;
    insert into app.organization_jurisdictions (organization_id, jurisdiction_id) values (organization, country) on conflict do nothing;
  end loop;
  if not app.is_public_mail(a.domain) then
    insert into app.organization_domains (id, organization_id, domain, method, letter_reference, letter_on, proved_by, proved_at, result)
    values (gen_random_uuid(), organization, a.domain, a.method, a.letter_reference, a.letter_on, a.letter_by, a.proved_at, a.result);
  end if;
  for c in select * from app.application_contacts x where x.application_id = a.id order by x.place loop
    insert into app.invitations (id, organization_id, email, name, role, invited_by, from_hub)
    values (gen_random_uuid(), organization, c.email, c.name, 'focal_point', app.my_person(), true) returning id into invitation;
    perform graphile_worker.add_job('people.mail-invitation', json_build_object('ids', json_build_object('invitation', invitation), 'actor', app.me()));
  end loop;
  update app.applications set ended_at = now(), ended_as = 'admitted', ended_by = app.my_person(), organization_id = organization where id = application;
  perform app.note('application.admitted', app.me(), null, null, jsonb_build_object('application_id', application));
exception when unique_violation then
  raise exception using errcode = 'IN409', message = 'people.application.taken';
end $$;
comment on function app.admit_application(uuid, uuid, text, jsonb) is 'The second steward confirms: organization, jurisdictions, domain and both invitations come to be in this one transaction. Refuses with people.application.not_found, .taken, the gaps of finish_vetting, people.organization.name_taken, people.step_up.needed.';

create or replace function app.count_second_stewards(application uuid) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)::int from app.hub_roles r join app.members m on m.id = r.member_id join app.bylines b on b.member_id = m.id and b.kind = 'person'
   where app.has_role('{steward}') and r.role = 'steward' and m.status = 'active' and m.id <> app.me()
     and b.id not in (select v.byline_id from app.vetting_answers v where v.application_id = application)
     and b.id not in (select x from app.applications a, unnest(array[a.vetted_by, a.letter_by]) x where a.id = application and x is not null)
$$;
comment on function app.count_second_stewards(uuid) is 'How many other stewards had no hand in vetting this: none means that nobody could confirm it yet.';

create or replace function app.on_steward_asked() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.queue_application_mail(new.application_id, 'asked');
  return null;
end $$;
comment on function app.on_steward_asked() is 'What a steward asks goes to the contacts by mail.';

grant execute on function app.may_vet(uuid), app.may_read_letters(uuid), app.may_finish_vetting(uuid), app.may_confirm_application(uuid), app.may_end_application(uuid), app.has_vetted(uuid), app.is_own_application(app.applications), app.vetting_gap(app.applications),
  app.my_person(), app.accept_application_letter(uuid, text, date), app.finish_vetting(uuid), app.send_back_application(uuid, text), app.refuse_application(uuid, text),
  app.admit_application(uuid, uuid, text, jsonb), app.count_second_stewards(uuid) to indaba_person;
grant execute on function app.on_steward_asked() to indaba_owner;
set local role indaba_owner;

grant insert on app.organizations, app.jurisdictions, app.organization_jurisdictions, app.organization_domains, app.invitations to indaba_keyring;

create policy keyring_admits_applicants on app.organizations for insert to indaba_keyring with check (not is_guest);
create policy keyring_admits_applicants on app.jurisdictions for insert to indaba_keyring with check (true);
create policy keyring_admits_applicants on app.organization_jurisdictions for insert to indaba_keyring with check (true);
create policy keyring_admits_applicants on app.organization_domains for insert to indaba_keyring with check (not app.is_public_mail(domain));
create policy keyring_admits_applicants on app.invitations for insert to indaba_keyring with check (role = 'focal_point');
create or replace trigger asked_by_mail after insert on app.application_notes for each row when (new.byline_id is not null) execute function app.on_steward_asked();

grant select on app.applications, app.application_notes, app.vetting_answers, app.vetting_questions to indaba_person;
grant select (application_id, place, name, role, email, mailed_at, confirmed_at) on app.application_contacts to indaba_person;
create policy stewards_read on app.applications for select to indaba_person using ((select app.has_role('{steward}')));
create policy stewards_read on app.application_contacts for select to indaba_person using ((select app.has_role('{steward}')));
create policy stewards_read on app.application_notes for select to indaba_person using ((select app.has_role('{steward}')));
create policy stewards_read on app.vetting_answers for select to indaba_person using ((select app.has_role('{steward}')));
create policy stewards_read on app.vetting_questions for select to indaba_person using ((select app.has_role('{steward}')));
grant insert (application_id, byline_id, text) on app.application_notes to indaba_person;
grant insert (application_id, question, answer, remark, byline_id) on app.vetting_answers to indaba_person;
create policy stewards_ask on app.application_notes for insert to indaba_person with check (app.may_vet(application_id) and byline_id = (select app.my_person()) and place is null);
create policy stewards_answer on app.vetting_answers for insert to indaba_person with check (app.may_vet(application_id) and app.is_asked(application_id, question) and byline_id = (select app.my_person()));
grant select on app.application_letters to indaba_person;
create policy stewards_read on app.application_letters for select to indaba_person using (app.may_read_letters(application_id));
