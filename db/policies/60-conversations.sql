-- Conversations, threads, messages, read markers.
set local role indaba_keyring;

create or replace function app.next_number(scope uuid, audience int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  update app.counters set last_number = last_number + 1, last_at = now() where scope_id = scope and audience_id = audience returning last_number into n;
  return n;
end $$;
comment on function app.next_number(uuid, int) is 'The next dense number of a conversation, thread or space; null when there is none such. For triggers only.';

create or replace function app.on_scope() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.counters (scope_id, audience_id) values (new.id, new.audience_id);
  return null;
end $$;

create or replace function app.on_message() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare cap text;
begin
  -- The retention job takes the words away; they are not kept as earlier ones.
  if tg_op = 'UPDATE' and new.removed_at is distinct from old.removed_at then return new; end if;
  -- Somebody was erased who is mentioned in it: no edit of whoever wrote it, and the name is not kept as earlier words.
  if tg_op = 'UPDATE' and new.body <> old.body and new.marking is not distinct from old.marking and new.deleted_at is not distinct from old.deleted_at and new.body = app.unnamed(old.body) then return new; end if;
  -- Put back as it was before a moderator removed it: nothing was edited.
  if tg_op = 'UPDATE' and old.moderated_as is not null and new.moderated_as is null then return new; end if;
  -- A label taken off gives way to the usual one of the place.
  if tg_op = 'UPDATE' and new.marking is null and old.marking is not null and new.body <> '' then
    select c.marking into new.marking from app.conversations c where c.id = new.conversation_id and c.audience_id = new.audience_id;
  end if;
  if new.marking is not null then
    select c.ceiling into cap from app.conversations c where c.id = new.conversation_id and c.audience_id = new.audience_id;
    if cap is not null and (app.marking_rank(new.marking) > app.marking_rank(cap) or not app.marking_admits(new.marking, new.audience_id)) then
      raise exception using errcode = 'IN422', message = 'conversations.message.above_ceiling';
    end if;
  end if;
  if tg_op = 'UPDATE' then
    if new.body is distinct from old.body or new.marking is distinct from old.marking then
      -- Where talk is closed nothing is written any more; taking back one's own always goes.
      if new.deleted_at is null and exists (select from app.conversations c where c.id = new.conversation_id and c.closed_at is not null) then
        raise exception using errcode = 'IN409', message = 'conversations.conversation.closed';
      end if;
      if new.deleted_at is null and app.is_restricted(old.byline_id, old.conversation_id) then raise exception using errcode = 'IN403', message = 'conversations.member.restricted'; end if;
      insert into app.message_revisions (id, message_id, audience_id, body, marking) values (gen_random_uuid(), old.id, old.audience_id, old.body, old.marking);
      -- What a moderator removes was not edited, and is put back as it was.
      if new.moderated_as is not distinct from old.moderated_as then new.edited_at := now(); end if;
    end if;
    return new;
  end if;
  -- Not by way of next_number(): two more calls on the way that every message takes.
  update app.counters c set last_number = c.last_number + 1, last_at = now() where c.scope_id = new.conversation_id and c.audience_id = new.audience_id
    returning c.last_number into new.number;
  update app.counters c set last_number = c.last_number + 1, last_at = now() where c.scope_id = new.thread_id and c.audience_id = new.audience_id
    returning c.last_number into new.thread_number;
  if new.number is null or new.thread_number is null then
    -- Its counter went with its words, so that whoever posts at the same moment is told, and nothing is lost.
    if exists (select from app.threads t where t.id = new.thread_id and t.moved_at is not null) then raise exception using errcode = 'IN409', message = 'conversations.thread.moved'; end if;
    raise exception using errcode = 'IN404', message = 'conversations.thread.not_found';
  end if;
  return new;
end $$;
comment on function app.on_message() is 'Gives a message its numbers and refuses a label above the ceiling before anything is stored: conversations.message.above_ceiling, conversations.thread.not_found.';

create or replace function app.on_conversation() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Waits for whoever is bringing people into this audience: a guest and a ceiling without guests must not pass each other by.
  perform from app.audiences where id = new.audience_id for key share;
  if not app.marking_admits(new.ceiling, new.audience_id) then
    raise exception using errcode = 'IN422', message = 'conversations.ceiling.not_admitted';
  end if;
  if app.marking_rank(new.marking) > app.marking_rank(new.ceiling) then
    raise exception using errcode = 'IN422', message = 'conversations.marking.above_ceiling';
  end if;
  return new;
end $$;
comment on function app.on_conversation() is 'A ceiling must admit the audience, and the usual label must not be above it: conversations.ceiling.not_admitted, conversations.marking.above_ceiling.';

create or replace function app.talk_audience(kind text, subject uuid) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- Texts that anyone may read are talked about among members, not before the public.
  select x.talk from (select case when a = 1 and kind <> 'channel' then 2 else a end as talk, a as own from (select case kind
    when 'channel' then (select audience_id from app.channels where id = subject)
    when 'page' then (select audience_id from app.pages where id = subject)
    when 'control' then (select audience_id from app.controls where id = subject)
    when 'change_request' then (select audience_id from app.change_requests where id = subject) end as a) s) x where x.own in (select app.my_audiences())
$$;
comment on function app.talk_audience(text, uuid) is 'The audience that a conversation about this subject has; null for a subject I may not read, as for one that is not there.';

create or replace function app.talkers(audience int) returns int
language sql immutable parallel safe as $$
  -- Without a path of its own, so that the planner puts the body in its place.
  select case audience when 1 then 2 else audience end
$$;
comment on function app.talkers(int) is 'Whose members write in a conversation with this audience: before the public only full members speak.';

create or replace function app.may_talk(audience int) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.audience_members am where am.audience_id = app.talkers(audience) and am.member_id = (select app.writer()) and (am.ends_at is null or am.ends_at > now()))
$$;
comment on function app.may_talk(int) is 'May I write in a conversation with this audience?';

-- The first form took no mentions.
drop function if exists app.post_message(uuid, uuid, text, text, uuid, bytea, text);
create or replace function app.post_message(message uuid, thread uuid, words text, label text, key uuid, hash bytea, lexemes text, named text[] default '{}')
returns table (posted uuid, posted_in uuid, posted_as int, repeated boolean, same boolean)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid := app.writer(); author uuid; talk uuid; audience int; n int; usual text; ended timestamptz; about text;
begin
  -- Who asks, and whether they may, is settled once and kept in this call's own variables, which no other statement can
  -- reach: row by row, under the policies of a person, the session would be looked up some twenty times.
  select b.id, t.conversation_id, t.audience_id, k.marking, k.closed_at, k.subject_kind into author, talk, audience, usual, ended, about
    from app.bylines b, app.threads t join app.conversations k on k.id = t.conversation_id
   where b.member_id = mine and b.kind = 'person' and t.id = thread
     and exists (select from app.audience_members am where am.member_id = mine and am.audience_id = app.talkers(t.audience_id) and (am.ends_at is null or am.ends_at > now()));
  if not found then
    -- Read but not written: a token that only reads, or a guest before the public.
    if exists (select from app.threads t where t.id = thread and t.audience_id in (select app.my_audiences())) then
      raise exception using errcode = '42501', message = 'not allowed';
    end if;
    raise exception using errcode = 'IN404', message = 'conversations.thread.not_found';
  end if;
  label := coalesce(label, usual);
  -- The look-up is a statement of its own: it takes its snapshot after a twin has committed.
  perform pg_advisory_xact_lock(hashtextextended(key::text, 7));
  return query select m.id, m.thread_id, m.thread_number, true, m.body_hash = hash from app.messages m where m.byline_id = author and m.retry_key = key;
  if found then return; end if;
  if ended is not null then raise exception using errcode = 'IN409', message = 'conversations.conversation.closed'; end if;
  if app.is_restricted(author, talk) then raise exception using errcode = 'IN403', message = 'conversations.member.restricted'; end if;
  if lexemes <> '' then
    insert into search.entries values (nextval('search.positions'), 'message', message, audience, lexemes::tsvector || search.facets(author, talk, thread, about, label), now());
  end if;
  -- From here on the counters' rows are locked until commit.
  insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash)
    values (message, talk, thread, audience, author, words, label, key, hash) returning thread_number into n;
  -- What a token may not read it does not write either; after the insert, so that a label above the ceiling is told as that.
  if label is not null and label = any(app.sealed_labels()) then raise exception using errcode = '42501', message = 'not allowed'; end if;
  if named <> '{}' then perform app.name_in_message(message, audience, talk, named); end if;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
    values ('message.posted', audience, author, 'message', message, jsonb_build_object('conversation_id', talk, 'thread_id', thread, 'number', n));
  insert into app.read_markers as r (member_id, thread_id, audience_id, number) values (mine, thread, audience, n)
    on conflict (member_id, thread_id) do update set number = greatest(r.number, excluded.number);
  -- Whoever speaks in a thread follows it, unless they muted it.
  insert into app.thread_follows (member_id, thread_id, audience_id, state) values (mine, thread, audience, 'followed') on conflict do nothing;
  return query select message, thread, n, false, true;
end $$;
comment on function app.post_message(uuid, uuid, text, text, uuid, bytea, text, text[]) is 'Posts a message under my own name: its numbers, its event, my marker, my following, its search entry and whom it names with it. A retry key of mine answers with what it made before. lexemes is a tsvector written out; named are targets as kind:id. Without a label it carries the usual one of the place. Refuses with conversations.thread.not_found, .moved, conversations.conversation.closed, conversations.member.restricted, conversations.message.above_ceiling.';
grant execute on function app.post_message(uuid, uuid, text, text, uuid, bytea, text, text[]) to indaba_person;

create or replace function app.may_edit_message(author uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select author in (select app.my_bylines()) and app.may_write()
$$;
comment on function app.may_edit_message(uuid) is 'One edits and takes back one''s own messages.';

create or replace function app.holds_sealed(scope uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.messages m where m.thread_id = scope and m.marking = any(app.sealed_labels()))
    or exists (select from app.threads t join app.messages m on m.thread_id = t.id where t.conversation_id = scope and m.marking = any(app.sealed_labels()))
$$;
comment on function app.holds_sealed(uuid) is 'Does this thread or conversation hold a label that may not leave through this session? Then it is told no number of it either: how many there are, and how far one has read, is information.';

create or replace function app.sealed_message(message uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.messages m where m.id = message and m.marking = any(app.sealed_labels()))
$$;
comment on function app.sealed_message(uuid) is 'Does this message carry a label that may not leave through this session? False of what is not there.';

-- A policy asks as whoever reads.
grant execute on function app.holds_sealed(uuid), app.sealed_message(uuid) to indaba_person;
grant execute on function app.talk_audience(text, uuid) to indaba_person;
-- A visitor may ask and is told no.
grant execute on function app.may_talk(int), app.may_edit_message(uuid) to indaba_person, indaba_visitor;

-- Whoever makes a trigger must be allowed to call its function.
grant execute on function app.on_scope(), app.on_message(), app.on_conversation() to indaba_owner;
set local role indaba_owner;

create or replace function app.posted_before(key uuid, hash bytea) returns table (id uuid, thread_id uuid, number int, same boolean)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  -- The look-up is a statement of its own: it takes its snapshot after a twin has committed.
  perform pg_advisory_xact_lock(hashtextextended(key::text, 7));
  return query select m.id, m.thread_id, m.thread_number, m.body_hash = hash from app.messages m where m.retry_key = key and m.byline_id in (select app.my_bylines());
end $$;
comment on function app.posted_before(uuid, bytea) is 'The message that this retry key of mine made before, and whether it said the same. Holds the key until commit.';
grant execute on function app.posted_before(uuid, bytea) to indaba_person;

grant select on app.conversations, app.channels, app.pages, app.controls to indaba_keyring;
grant select, insert, update on app.counters to indaba_keyring;
grant insert on app.message_revisions to indaba_keyring;
grant insert on app.messages, app.events to indaba_keyring;
grant select, insert, update (number) on app.read_markers to indaba_keyring;
create policy keyring_posts on app.messages for insert to indaba_keyring with check (true);
create policy keyring_records on app.events for insert to indaba_keyring with check (true);
create policy keyring_marks on app.read_markers to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.conversations for select to indaba_keyring using (true);
create policy keyring_reads on app.channels for select to indaba_keyring using (true);
create policy keyring_reads on app.pages for select to indaba_keyring using (true);
create policy keyring_reads on app.controls for select to indaba_keyring using (true);
create policy keyring_counts on app.counters to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.message_revisions for insert to indaba_keyring with check (true);

create or replace trigger numbers after insert on app.conversations for each row execute function app.on_scope();
create or replace trigger numbers after insert on app.threads for each row execute function app.on_scope();
create or replace trigger numbers after insert on app.spaces for each row execute function app.on_scope();
create or replace trigger ceiling before insert or update on app.conversations for each row execute function app.on_conversation();
create or replace trigger numbers before insert or update on app.messages for each row execute function app.on_message();

grant select on app.counters to indaba_person, indaba_visitor;
create policy readers_see on app.counters for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
-- One look at the session, and in a browser no more than that.
create policy labels_hold on app.counters as restrictive for select to indaba_person using (cardinality((select app.sealed_labels())) = 0 or not app.holds_sealed(scope_id));

grant select on app.conversations, app.threads to indaba_person, indaba_visitor;
grant insert (id, audience_id, subject_kind, subject_id, ceiling, marking, starters), update (ceiling, marking, starters) on app.conversations to indaba_person;
create policy readers_see on app.conversations for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_open on app.conversations for insert to indaba_person
  with check (audience_id in (select app.my_audiences()) and app.may_talk(audience_id)
    and case subject_kind when 'direct' then exists (select from app.audiences a where a.id = audience_id and a.kind = 'named') else audience_id = app.talk_audience(subject_kind, subject_id) end);

grant insert (id, conversation_id, audience_id, title, anchor, byline_id), update (title, resolved_at) on app.threads to indaba_person;
create policy readers_see on app.threads for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));

grant select (id, conversation_id, thread_id, audience_id, number, thread_number, byline_id, body, marking, retry_key, body_hash, created_at, edited_at, deleted_at, removed_at, source, moved_to, moderated_as) on app.messages to indaba_person;
grant select (id, conversation_id, thread_id, audience_id, number, thread_number, byline_id, body, marking, created_at, edited_at, deleted_at, removed_at, source, moved_to, moderated_as) on app.messages to indaba_visitor;
-- Messages are written by app.post_message() alone.
grant update (body, marking, deleted_at) on app.messages to indaba_person;
create policy readers_see on app.messages for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy labels_hold on app.messages as restrictive for select to indaba_person using (marking is null or marking <> all ((select app.sealed_labels())::text[]));
-- Taking back is never refused: it is one's own.
create policy writers_edit on app.messages for update to indaba_person
  using (byline_id in (select app.my_bylines()) and audience_id in (select app.my_audiences()) and (select app.may_write()) and moderated_as is null);

grant select on app.message_revisions to indaba_person;
create policy readers_see on app.message_revisions for select to indaba_person using (audience_id in (select app.my_audiences()));
create policy labels_hold on app.message_revisions as restrictive for select to indaba_person using (marking is null or marking <> all ((select app.sealed_labels())::text[]));
-- Read through the message: what was taken back is gone, and a label raised later covers the words from before.
create policy through_the_message on app.message_revisions as restrictive for select to indaba_person
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = message_revisions.audience_id and m.deleted_at is null));

grant select, insert, update (number) on app.read_markers to indaba_person;
grant select on app.read_markers to indaba_visitor;
create policy own on app.read_markers for select to indaba_person, indaba_visitor using (member_id = (select app.me()));
create policy labels_hold on app.read_markers as restrictive for select to indaba_person using (cardinality((select app.sealed_labels())) = 0 or not app.holds_sealed(thread_id));
create policy own_set on app.read_markers for insert to indaba_person with check (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_keep_own()));
create policy own_move on app.read_markers for update to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
