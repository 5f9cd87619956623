-- Pseudonymising: thirty days after somebody left, on the asking of the person or their focal point, two stewards erase who it was. What they wrote stays under their authority.
set local role indaba_keyring;

create or replace function app.erase_days() returns int
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$ select 30 $$;
comment on function app.erase_days() is 'How many days after somebody left their name can be erased at the earliest.';

create or replace function app.on_left() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.status = 'left' then new.left_at := now(); end if;
  return new;
end $$;

create or replace function app.may_ask_erasure(member uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.in_browser() and exists (select from app.members m where m.id = member and m.erased_at is null
    and (m.id = app.me() or m.status = 'left' and exists (select from app.bylines b where b.member_id = m.id and b.organization_id in (select app.my_run_organizations()))))
$$;
comment on function app.may_ask_erasure(uuid) is 'A person asks for themselves, beforehand; a focal point for whoever left their organization.';

create or replace function app.ask_erasure(member uuid, wanted boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_ask_erasure(member) then raise exception using errcode = 'IN404', message = 'records.erasure.not_found'; end if;
  perform app.need_fresh();
  update app.members m set erase_asked_at = case when wanted then now() end,
    erase_asked_by = case when wanted then (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') end where m.id = member and (m.erase_asked_at is null) = wanted
    -- What somebody asked for themselves, nobody takes back for them.
    and (wanted or m.id = app.me() or not exists (select from app.bylines b where b.id = m.erase_asked_by and b.member_id = m.id));
  if found then perform app.note(case when wanted then 'erasure.asked' else 'erasure.withdrawn' end, app.me(), member, null, '{}'); end if;
end $$;
comment on function app.ask_erasure(uuid, boolean) is 'Asks that a name be erased, or takes that back. Refuses with records.erasure.not_found, people.step_up.needed.';

drop function if exists app.erasure_of(uuid);
create or replace function app.erasure_of(member uuid) returns table (asked_at timestamptz, asked_by text, left_at timestamptz, due_at timestamptz, erased_at timestamptz, may_ask boolean, may_propose boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.erase_asked_at, b.name, m.left_at, m.left_at + make_interval(days => app.erase_days()), m.erased_at, app.may_ask_erasure(m.id), coalesce(app.may_propose_act('pseudonymise'), false)
    from app.members m left join app.bylines b on b.id = m.erase_asked_by
   where m.id = member and (app.may_ask_erasure(m.id) or coalesce(app.may_propose_act('pseudonymise'), false))
$$;
comment on function app.erasure_of(uuid) is 'How it stands with erasing a name, for whoever may ask for it or propose it. Whether anything is held it does not say.';

create or replace function app.act_pseudonymise_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;

create or replace function app.named_words_held(member uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.anything_held() and (
    exists (select from app.messages m join app.bylines b on b.id = m.byline_id where b.member_id = member and app.words_held(m.byline_id, m.conversation_id, m.audience_id, null))
    or exists (select from app.change_requests c join app.bylines b on b.id = c.byline_id where b.member_id = member and app.words_held(c.byline_id, null, c.audience_id, c.space_id))
    or exists (select from app.mentions x join app.bylines b on b.id = x.target_id join app.messages m on m.id = x.message_id
      where x.kind = 'person' and b.member_id = member and app.words_held(m.byline_id, m.conversation_id, m.audience_id, null)))
$$;
comment on function app.named_words_held(uuid) is 'Does this name stand beside or in words that are held, in a conversation, a circle or a space? Who said it, and whom it names, is part of what is held. For functions only.';

create or replace function app.unnamed(words text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare one record; said text := words;
begin
  if position('](person:' in words) = 0 then return words; end if;
  for one in select distinct b.id, b.name from regexp_matches(words, '\]\(person:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)', 'g') f (x)
      join app.bylines b on b.id = f.x[1]::uuid join app.members m on m.id = b.member_id and m.erased_at is not null loop
    said := regexp_replace(said, '@\[[^\[\]\n]{1,200}\]\(person:' || one.id || '\)', '@[' || replace(translate(one.name, E'[]\n', '   '), '\', '\\') || '](person:' || one.id || ')', 'g');
  end loop;
  return said;
end $$;
comment on function app.unnamed(text) is 'The same words, with whoever was erased mentioned as a former member. For functions only.';

create or replace function app.act_pseudonymise_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare m app.members; own app.bylines;
begin
  select * into m from app.members x where x.id = subject;
  if m.id is null or m.erased_at is not null then raise exception using errcode = 'IN404', message = 'records.erasure.not_found'; end if;
  if m.status <> 'left' then raise exception using errcode = 'IN409', message = 'records.erasure.not_left'; end if;
  if m.erase_asked_at is null then raise exception using errcode = 'IN409', message = 'records.erasure.not_asked'; end if;
  if m.left_at + make_interval(days => app.erase_days()) > now() then raise exception using errcode = 'IN409', message = 'records.erasure.waits'; end if;
  if app.person_held(subject) or app.named_words_held(subject) then raise exception using errcode = 'IN409', message = 'records.hold.stands'; end if;
  select * into own from app.bylines b where b.member_id = subject;
  return jsonb_build_object('name', m.name, 'slug', m.slug, 'organizations', (select coalesce(jsonb_agg(o.name), '[]') from app.organizations o where o.id = own.organization_id), 'left_on', m.left_at::date,
    'asked_by', (select b.name from app.bylines b where b.id = m.erase_asked_by), 'asked_on', m.erase_asked_at::date);
end $$;
comment on function app.act_pseudonymise_shown(uuid, jsonb) is 'Refuses with records.erasure.not_found, .not_left, .not_asked, .waits (thirty days), records.hold.stands.';

create or replace function app.former_member(organization text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select U&'\2068' || left('A former member' || coalesce(' of ' || organization, ''), 118) || U&'\2069'
$$;
comment on function app.former_member(text) is 'The name of whoever was erased, between two signs that no name may hold: pages say it in the language of their reader, the API says the English words.';

create or replace function app.act_pseudonymise_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare whom uuid := act.subject_id; was app.members; title text; gone bigint[]; t text;
begin
  perform pg_advisory_xact_lock_shared(hashtext('indaba legal holds'));
  -- A statement of its own, after the lock: a hold placed in the meantime is seen.
  if app.person_held(whom) or app.named_words_held(whom) then raise exception using errcode = 'IN409', message = 'records.hold.stands'; end if;
  select * into was from app.members m where m.id = whom for update;
  select app.former_member(o.name) into title from app.bylines b left join app.organizations o on o.id = b.organization_id where b.member_id = whom;
  -- A conversation of named people carries their names; renamed where they wrote.
  update app.audiences a set label = replace(a.label, was.name, coalesce(title, app.former_member(null))) where a.kind = 'named' and position(was.name in a.label) > 0
    and a.id in (select m.audience_id from app.messages m join app.bylines b on b.id = m.byline_id where b.member_id = whom);
  -- Before the links, which say under which subject they came.
  delete from app.sso_requests r where (r.connection_id, r.subject) in (select l.connection_id, l.subject from app.sso_links l where l.member_id = whom)
    or lower(r.address) in (select lower(a.email) from app.accounts a where a.member_id = whom and a.email <> '');
  delete from app.sso_tries x where (x.connection_id, x.subject) in (select l.connection_id, l.subject from app.sso_links l where l.member_id = whom);
  foreach t in array app.erased_tables() loop
    execute format('delete from app.%I where member_id = $1', t) using whom;
  end loop;
  delete from app.held_copies h where h.byline_id in (select b.id from app.bylines b where b.member_id = whom);
  update app.accounts set email = '', email_key = 'erased:' || whom, password_hash = null where member_id = whom;
  update app.membership_acts set reason = 'Erased' where member_id = whom;
  update app.delegations set reason = 'Erased' where whom in (from_member, to_member);
  update app.two_person_acts a set shown = (a.shown - 'slug') || jsonb_build_object('name', coalesce(title, app.former_member(null))), reason = case when a.id = act.id then a.reason else 'Erased' end, end_reason = null
   where a.subject_member_id = whom and a.state <> 'open';
  delete from app.event_payloads p using app.events e where e.id = p.event_id and (e.subject_id = whom or e.byline_id in (select b.id from app.bylines b where b.member_id = whom));
  -- The trigger on names carries it to the byline, and so to everything they wrote.
  -- A copy that a lifted hold left behind went above; this change makes none, because nothing is held.
  update app.members set name = coalesce(title, app.former_member(null)), slug = 'former-' || replace(gen_random_uuid()::text, '-', ''), locale = 'en', time_zone = 'UTC', in_cast = false, erased_at = now() where id = whom;
  -- Where others mention them the name stands in the others' words: it goes there, too, and from what finds them.
  update app.messages m set body = app.unnamed(m.body) where m.id in (select x.message_id from app.mentions x join app.bylines b on b.id = x.target_id where x.kind = 'person' and b.member_id = whom)
    and m.body <> app.unnamed(m.body);
  update search.entries e set words = ts_delete(e.words, tsvector_to_array(to_tsvector('simple', was.name)))
   where e.kind = 'message' and e.subject_id in (select x.message_id from app.mentions x join app.bylines b on b.id = x.target_id where x.kind = 'person' and b.member_id = whom);
  update app.message_revisions r set body = app.unnamed(r.body) where exists (select from app.bylines b where b.member_id = whom and position('](person:' || b.id || ')' in r.body) > 0);
  update app.message_reports r set handed_words = app.unnamed(r.handed_words) where exists (select from app.bylines b where b.member_id = whom and position('](person:' || b.id || ')' in r.handed_words) > 0);
  -- What rows of the log say of them; the rows and their hashes stay.
  select coalesce(array_agg(p.position), '{}') into gone from app.audit_payloads p where p.kind <> 'audit.forgotten' and (p.member_id = whom or p.actor_id = whom and p.member_id is null and p.audience_id is null);
  delete from app.audit_payloads where position = any(gone);
  if cardinality(gone) > 0 then perform app.note('audit.forgotten', app.me(), null, null, jsonb_build_object('positions', to_jsonb(gone), 'reason', 'pseudonymised')); end if;
  perform app.note('member.pseudonymised', app.me(), whom, null, jsonb_build_object('act_id', act.id));
end $$;

create or replace function app.erased_tables() returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select array['passkeys', 'sessions', 'second_factors', 'recovery_codes', 'half_sign_ins', 'ceremonies', 'recoveries', 'read_markers', 'involvements', 'thread_follows', 'topic_follows', 'sso_links', 'sso_tries', 'data_exports', 'profile_fields', 'on_call', 'notices', 'notice_mails', 'telling_choices']
    || array['saved_messages', 'uploads', 'push_subscriptions', 'drafts', 'page_drafts', 'draft_pictures', 'shared_drafts', 'shared_draft_writers', 'scheduled_messages', 'reply_addresses', 'request_notices', 'watches', 'page_answers']
$$;
comment on function app.erased_tables() is 'Tables whose rows go when a member is pseudonymised. tests/policies/erasing.test.ts asks of every table with a member whether it stands here or holds nothing that names one.';

grant execute on function app.may_ask_erasure(uuid), app.ask_erasure(uuid, boolean), app.erasure_of(uuid) to indaba_person;
grant execute on function app.on_left(), app.erased_tables() to indaba_owner;
set local role indaba_owner;

-- Others' words lose a name only once its bearer was erased.
grant update (body) on app.messages, app.message_revisions to indaba_keyring;
create policy keyring_unnames on app.messages for update to indaba_keyring using (exists (select from app.mentions x join app.bylines b on b.id = x.target_id join app.members m on m.id = b.member_id
  where x.message_id = messages.id and x.kind = 'person' and m.erased_at is not null));
grant update (handed_words) on app.message_reports to indaba_keyring;
create policy keyring_unnames on app.message_revisions for update to indaba_keyring using (true) with check (body = app.unnamed(body));
create or replace trigger left_noted before update of status on app.members for each row when (new.status = 'left' and old.status <> 'left') execute function app.on_left();
grant update (name, slug, locale, time_zone, in_cast, erase_asked_at, erase_asked_by, erased_at) on app.members to indaba_keyring;
grant update (reason) on app.membership_acts to indaba_keyring;
create policy keyring_erases on app.membership_acts for update to indaba_keyring using (exists (select from app.members m where m.id = member_id and m.status = 'left'));
grant select, update (reason) on app.delegations to indaba_keyring;
create policy keyring_erases on app.delegations for update to indaba_keyring using (exists (select from app.members m where m.id in (from_member, to_member) and m.status = 'left'));
grant delete on app.event_payloads to indaba_keyring;
create policy keyring_erases on app.event_payloads for delete to indaba_keyring using (true);
do $$
declare t text;
begin
  foreach t in array app.erased_tables() loop
    execute format('grant select (member_id), delete on app.%I to indaba_keyring', t);
    -- Only of whoever left: no function erases anything of a member who is here.
    execute format('create policy keyring_finds_to_erase on app.%I for select to indaba_keyring using (exists (select from app.members m where m.id = member_id and m.status = ''left''))', t);
    execute format('create policy keyring_erases on app.%I for delete to indaba_keyring using (exists (select from app.members m where m.id = member_id and m.status = ''left''))', t);
  end loop;
end $$;
