-- Who speaks for a country, and what its authorities say among themselves about a change request. Such talk has an audience of its own (kind jurisdiction), so whatever
-- asks for the audience of a row (search, stream, notices, counters) knows nothing of it elsewhere; a request itself, its numbers and its clocks never look at it.
set local role indaba_keyring;

create or replace function app.lead_of(jurisdiction uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with here as materialized (select a as id from app.authorities_of(jurisdiction) a)
  select h.id from here h where not exists (
    -- Every other one names it, and it names no other itself.
    select from here o left join app.lead_choices l on l.jurisdiction_id = jurisdiction and l.organization_id = o.id
     where case o.id when h.id then l.lead_id <> h.id else l.lead_id is distinct from h.id end)
$$;
comment on function app.lead_of(uuid) is 'The authority that leads a jurisdiction: its only one, or the one that all others agreed on; else null. For functions only.';

create or replace function app.speaks_for(jurisdiction uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(app.lead_of(jurisdiction) in (select app.my_run_organizations()), false)
$$;
comment on function app.speaks_for(uuid) is 'Am I the focal point of the authority that leads this jurisdiction, or do I stand in? For functions only.';

create or replace function app.speaks_as(byline uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.bylines b where b.id = byline and b.jurisdiction_id is not null and app.speaks_for(b.jurisdiction_id))
$$;
comment on function app.speaks_as(uuid) is 'Is this the name of a country that I speak for now? For functions only.';

create or replace function app.reads_within(request uuid, jurisdiction uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  -- Only where every member reads the request: else the talk of a country would tell its other authorities what they may not know.
  select exists (select from app.memberships ms where ms.member_id = app.me() and ms.organization_id in (select app.authorities_of(jurisdiction)))
    and exists (select from app.change_requests c where c.id = request and c.audience_id in (1, 2) and c.audience_id in (select app.my_audiences()))
$$;
comment on function app.reads_within(uuid, uuid) is 'Do I work for an authority of this jurisdiction, and does this request stand before all members? For functions only.';

create or replace function app.may_speak_within(request uuid, jurisdiction uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.reads_within(request, jurisdiction) and exists (select from app.change_requests c where c.id = request and c.status = 'open')
$$;
comment on function app.may_speak_within(uuid, uuid) is 'Whoever works for an authority of a jurisdiction comments within it on an open request that all members read.';

create or replace function app.may_submit_within(request uuid, jurisdiction uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_speak_within(request, jurisdiction) and app.speaks_for(jurisdiction)
$$;
comment on function app.may_submit_within(uuid, uuid) is 'The focal point of the authority that leads a jurisdiction, or who stands in, makes one submission of what was said within it.';

create or replace function app.my_countries(request uuid) returns table (id uuid, code text, name text, conversation_id uuid, audience_id int, readers int, lead text, may_comment boolean, may_submit boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select j.id, j.code, j.name, k.id, k.audience_id, (select count(distinct ms.member_id)::int from app.memberships ms join app.members m on m.id = ms.member_id and m.status = 'active' where ms.organization_id in (select app.authorities_of(j.id))),
      (select o.name from app.organizations o where o.id = app.lead_of(j.id)), app.may_speak_within(request, j.id), app.may_submit_within(request, j.id)
    from app.jurisdictions j left join app.conversations k on k.subject_kind = 'change_request' and k.subject_id = request and k.within_id = j.id
   where j.id in (select oj.jurisdiction_id from app.organization_jurisdictions oj join app.memberships ms on ms.organization_id = oj.organization_id where ms.member_id = app.me())
     and app.reads_within(request, j.id) order by lower(j.name), j.id
$$;
comment on function app.my_countries(uuid) is 'Within which jurisdictions I read and comment on this request, how many do so with me, who leads, and whether I speak for it.';

create or replace function app.open_within(conversation uuid, request uuid, jurisdiction uuid) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare readers int; made uuid;
begin
  if not app.reads_within(request, jurisdiction) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_speak_within(request, jurisdiction) then raise exception using errcode = 'IN403', message = 'library.country.not_open'; end if;
  select a.id into readers from app.audiences a where a.kind = 'jurisdiction' and a.ref = jurisdiction;
  if readers is null then
    insert into app.audiences (kind, ref, label) select 'jurisdiction', j.id, j.name from app.jurisdictions j where j.id = jurisdiction on conflict do nothing;
    select a.id into readers from app.audiences a where a.kind = 'jurisdiction' and a.ref = jurisdiction;
    perform app.sync_audiences(array[readers]);
  end if;
  insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling, marking, within_id) values (conversation, readers, 'change_request', request, 'TLP:AMBER+STRICT', 'TLP:AMBER', jurisdiction)
    on conflict (subject_id, subject_kind, audience_id) do nothing;
  select k.id into made from app.conversations k where k.subject_kind = 'change_request' and k.subject_id = request and k.within_id = jurisdiction;
  return made;
end $$;
comment on function app.open_within(uuid, uuid, uuid) is 'Opens the conversation of a country about a request, or gives back the one there is. Refuses with common.not_found, library.country.not_open.';

create or replace function app.need_submitter(request uuid, jurisdiction uuid) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.reads_within(request, jurisdiction) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_submit_within(request, jurisdiction) then raise exception using errcode = 'IN403', message = 'library.country.not_yours'; end if;
end $$;
comment on function app.need_submitter(uuid, uuid) is 'For what only whoever speaks for a country does. For functions only. Refuses with common.not_found, library.country.not_yours.';

create or replace function app.keep_country_draft(request uuid, jurisdiction uuid, talk uuid, wanted text, said text, was int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare k app.conversations; n int;
begin
  perform app.need_submitter(request, jurisdiction);
  select * into k from app.conversations x where x.id = talk and x.subject_id = request and x.within_id = jurisdiction;
  if k.id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  insert into app.country_drafts as d (conversation_id, audience_id, stance, words, byline_id) values (k.id, k.audience_id, wanted, said, app.my_byline())
    on conflict (conversation_id) do update set stance = excluded.stance, words = excluded.words, byline_id = excluded.byline_id, saved_at = now(), version = d.version + 1 where d.version = was
    returning version into n;
  if n is null or n > 1 and n <> was + 1 then raise exception using errcode = 'IN409', message = 'library.country.saved_meanwhile'; end if;
  return n;
end $$;
comment on function app.keep_country_draft(uuid, uuid, uuid, text, text, int) is 'Keeps the draft of a position; was: the version it was made from, 0 for none. Refuses with common.not_found, library.country.not_yours, .saved_meanwhile.';

create or replace function app.keep_country_point(request uuid, jurisdiction uuid, said_in uuid, taken boolean, sort text, said text, instead text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.need_submitter(request, jurisdiction);
  insert into app.country_points as p (thread_id, audience_id, take, kind, words, proposed)
    select c.thread_id, c.audience_id, taken, sort, said, instead from app.comments c join app.conversations k on k.id = c.conversation_id join app.messages m on m.id = c.message_id
     where c.thread_id = said_in and k.subject_id = request and k.within_id = jurisdiction and m.deleted_at is null
    on conflict (thread_id) do update set take = excluded.take, kind = excluded.kind, words = excluded.words, proposed = excluded.proposed where p.submitted_at is null;
end $$;
comment on function app.keep_country_point(uuid, uuid, uuid, boolean, text, text, text) is 'Keeps whether a comment made within a country is taken along, and in which words; what was submitted stays as it was. Refuses with common.not_found, library.country.not_yours.';

create or replace function app.drop_country_draft(request uuid, jurisdiction uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.need_submitter(request, jurisdiction);
  delete from app.country_drafts d using app.conversations k where k.id = d.conversation_id and k.subject_id = request and k.within_id = jurisdiction;
end $$;
comment on function app.drop_country_draft(uuid, uuid) is 'The draft became the position. Refuses with common.not_found, library.country.not_yours.';

create or replace function app.submit_point(said_in uuid, talk uuid, thread uuid, message uuid, heading text, hash bytea, lexemes text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare s app.comments; within app.conversations; k app.conversations; c app.change_requests; p app.country_points; author uuid; w app.comment_words;
begin
  select x.* into s from app.comments x where x.thread_id = said_in and x.audience_id in (select app.my_audiences());
  select x.* into within from app.conversations x where x.id = s.conversation_id and x.within_id is not null;
  if within.id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  c := app.open_request(within.subject_id);
  perform app.need_submitter(c.id, within.within_id);
  select x.* into k from app.conversations x where x.id = talk and x.subject_kind = 'change_request' and x.subject_id = c.id and x.within_id is null and x.audience_id = app.talkers(c.audience_id);
  select x.* into p from app.country_points x where x.thread_id = said_in for update;
  if k.id is null or p.thread_id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if p.submitted_at is not null then raise exception using errcode = 'IN409', message = 'library.country.submitted'; end if;
  if app.is_restricted(app.my_byline(), k.id) then raise exception using errcode = 'IN403', message = 'conversations.member.restricted'; end if;
  author := app.country_byline(within.within_id);
  select x.* into w from app.comment_words x where x.message_id = s.message_id;
  insert into app.threads (id, conversation_id, audience_id, title, anchor, byline_id) values (thread, k.id, k.audience_id, heading, 'whole', author);
  insert into search.entries values (nextval('search.positions'), 'message', message, k.audience_id, lexemes::tsvector || search.facets(author, k.id, thread, k.subject_kind, k.marking), now());
  insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash) values (message, k.id, thread, k.audience_id, author, p.words, k.marking, gen_random_uuid(), hash);
  insert into app.comments (thread_id, conversation_id, audience_id, message_id, byline_id, kind) values (thread, k.id, k.audience_id, message, author, p.kind);
  if coalesce(w.quote, '') <> '' or p.proposed <> '' then
    insert into app.comment_words (message_id, thread_id, audience_id, quote, quote_before, quote_after, proposed) values (message, thread, k.audience_id, coalesce(w.quote, ''), coalesce(w.quote_before, ''), coalesce(w.quote_after, ''), p.proposed);
  end if;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values
    ('thread.started', k.audience_id, author, 'thread', thread, jsonb_build_object('conversation_id', k.id, 'about_id', c.id)),
    ('message.posted', k.audience_id, author, 'message', message, jsonb_build_object('conversation_id', k.id, 'thread_id', thread, 'number', 1)),
    ('country.submitted', within.audience_id, app.my_byline(), 'change_request', c.id, jsonb_build_object('conversation_id', within.id, 'space_id', c.space_id));
  -- Whoever submitted it, and whoever said it first, hear what becomes of it.
  insert into app.read_markers (member_id, thread_id, audience_id, number) values (app.me(), thread, k.audience_id, 1) on conflict do nothing;
  insert into app.thread_follows (member_id, thread_id, audience_id, state)
    select distinct x, thread, k.audience_id, 'followed' from (select app.me() as x union select b.member_id from app.bylines b where b.id = s.byline_id) y where x is not null on conflict do nothing;
  update app.country_points x set submitted_id = thread, submitted_by = app.my_byline(), submitted_at = now() where x.thread_id = said_in;
end $$;
comment on function app.submit_point(uuid, uuid, uuid, uuid, text, bytea, text) is 'Makes of a comment within a country, in the words that were kept, a comment of the country before everybody who reads the request. Nothing there leads back to it. Refuses with common.not_found, library.change_request.not_open, library.country.not_yours, .submitted, conversations.member.restricted.';

create or replace function app.country_byline(jurisdiction uuid) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare lead uuid := app.lead_of(jurisdiction); found uuid;
begin
  insert into app.bylines (id, kind, organization_id, jurisdiction_id, name) select gen_random_uuid(), 'jurisdiction', lead, j.id, j.name from app.jurisdictions j where j.id = jurisdiction
    on conflict (jurisdiction_id, organization_id) where jurisdiction_id is not null do nothing;
  select b.id into found from app.bylines b where b.jurisdiction_id = jurisdiction and b.organization_id is not distinct from lead;
  return found;
end $$;
comment on function app.country_byline(uuid) is 'The name a country speaks under, through the authority that leads it now. For functions only.';

grant execute on function app.may_speak_within(uuid, uuid), app.may_submit_within(uuid, uuid), app.my_countries(uuid) to indaba_person, indaba_visitor;
grant execute on function app.open_within(uuid, uuid, uuid), app.keep_country_draft(uuid, uuid, uuid, text, text, int), app.keep_country_point(uuid, uuid, uuid, boolean, text, text, text), app.drop_country_draft(uuid, uuid),
  app.submit_point(uuid, uuid, uuid, uuid, text, bytea, text) to indaba_person;
set local role indaba_owner;

grant insert on app.conversations, app.threads, app.comments, app.comment_words, app.bylines to indaba_keyring;
create policy keyring_opens_within on app.conversations for insert to indaba_keyring with check (within_id is not null);
create policy keyring_submits on app.threads for insert to indaba_keyring with check (exists (select from app.bylines b where b.id = byline_id and b.jurisdiction_id is not null));
create policy keyring_submits on app.comments for insert to indaba_keyring with check (exists (select from app.bylines b where b.id = byline_id and b.jurisdiction_id is not null));
create policy keyring_submits on app.comment_words for insert to indaba_keyring
  with check (exists (select from app.comments c join app.bylines b on b.id = c.byline_id where c.thread_id = comment_words.thread_id and b.jurisdiction_id is not null));
create policy keyring_names_countries on app.bylines for insert to indaba_keyring with check (kind = 'jurisdiction');
grant select on app.comment_words to indaba_keyring;
grant select, insert, update, delete on app.country_drafts, app.country_points to indaba_keyring;
do $$
declare t text;
begin
  foreach t in array array['country_drafts', 'country_points'] loop
    execute format('create policy keyring_keeps on app.%I to indaba_keyring using (true) with check (true)', t);
    execute format('grant select on app.%I to indaba_person', t);
    execute format('create policy readers_see on app.%I for select to indaba_person using (audience_id in (select app.my_audiences()))', t);
    -- As the talk itself: nothing of it leaves by a token that may not carry TLP:AMBER.
    execute format('create policy labels_hold on app.%I as restrictive for select to indaba_person using (cardinality((select app.sealed_labels())) = 0 or not ''TLP:AMBER'' = any ((select app.sealed_labels())::text[]))', t);
  end loop;
end $$;
