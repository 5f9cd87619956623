-- Comments on a text: whoever may talk there comments, whoever decides there disposes, whoever commented closes.
set local role indaba_keyring;

create or replace function app.may_dispose(comment uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  -- As with merging: nobody decides on their own comment, nor on those about their own request.
  select app.may_write() and app.has_role('{editor,reviewer}') and exists (
    select from app.comments c join app.conversations k on k.id = c.conversation_id where c.thread_id = comment and c.audience_id in (select app.my_audiences())
      and c.disposition is distinct from 'withdrawn' and c.byline_id not in (select app.my_bylines()) and not app.speaks_as(c.byline_id)
      -- What a country says among itself waits for nobody's answer.
      and k.within_id is null
      and not exists (select from app.change_requests r where r.id = k.subject_id and k.subject_kind = 'change_request' and r.byline_id in (select app.my_bylines())))
$$;
comment on function app.may_dispose(uuid) is 'An editor or reviewer says what becomes of a comment that is not their own, nor about their own request, nor withdrawn.';

create or replace function app.may_close_comment(comment uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and exists (select from app.comments c where c.thread_id = comment and (c.byline_id in (select app.my_bylines()) or app.speaks_as(c.byline_id)) and c.audience_id in (select app.my_audiences()))
$$;
comment on function app.may_close_comment(uuid) is 'Whoever made a comment closes it, opens it again, and withdraws it; of a country''s, whoever speaks for it now. Nobody else.';

create or replace function app.open_comments_of(request uuid) returns int
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)::int from app.comments c join app.conversations k on k.id = c.conversation_id
   where k.subject_kind = 'change_request' and k.subject_id = request and k.within_id is null and c.disposition is null
     -- What was taken back waits for nobody.
     and not exists (select from app.messages m where m.id = c.message_id and m.deleted_at is not null)
     and (c.audience_id in (select app.my_audiences()) or session_user = 'indaba_worker' and app.me() is null)
$$;
comment on function app.open_comments_of(uuid) is 'How many comments on a change request wait for a disposition, of those I may read; for the clerk, of all. What a country says among itself is no number here.';

create or replace function app.on_comment() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said text; mine uuid := (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person');
begin
  if tg_op = 'INSERT' then
    new.space_id := app.space_of(new.conversation_id);
    if new.space_id is null or new.page_id is not null and not exists (select from app.pages p where p.id = new.page_id and p.space_id = new.space_id) then
      raise exception using errcode = 'IN404', message = 'common.not_found';
    end if;
    if exists (select from app.conversations k where k.id = new.conversation_id and k.within_id is not null and not app.may_speak_within(k.subject_id, k.within_id)) then
      raise exception using errcode = 'IN403', message = 'library.country.not_open';
    end if;
    return new;
  end if;
  -- A country takes back and closes as a country.
  if (new.closed_at is null) <> (old.closed_at is null) or 'withdrawn' in (new.disposition, old.disposition) then
    mine := case when app.speaks_as(old.byline_id) then old.byline_id else mine end;
  end if;
  if new.disposition is distinct from old.disposition or new.answer_id is distinct from old.answer_id and new.answer_id is not null or new.answered_by is distinct from old.answered_by then
    if new.disposition = 'withdrawn' or old.disposition = 'withdrawn' then
      if not app.may_close_comment(old.thread_id) or coalesce(old.disposition, new.disposition) <> 'withdrawn' or coalesce(new.disposition, 'withdrawn') <> 'withdrawn' or new.answered_by is not null then
        raise exception using errcode = 'IN403', message = 'library.comment.not_yours';
      end if;
    elsif not app.may_dispose(old.thread_id) then raise exception using errcode = 'IN403', message = 'library.comment.may_not_dispose'; end if;
    if new.answer_id is not null and not exists (select from app.messages m where m.id = new.answer_id and m.thread_id = old.thread_id) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
    if new.answered_by is not null and not exists (select from app.change_requests r where r.id = new.answered_by and r.space_id = old.space_id and r.audience_id in (select app.my_audiences())) then
      raise exception using errcode = 'IN422', message = 'library.comment.request_unknown';
    end if;
    new.version := old.version + 1;
    new.disposed_at := case when new.disposition is not null then now() end;
    new.disposed_by := case when new.disposition is not null then mine end;
    said := 'comment.disposed';
  end if;
  if (new.closed_at is null) <> (old.closed_at is null) then
    if not app.may_close_comment(old.thread_id) then raise exception using errcode = 'IN403', message = 'library.comment.not_yours'; end if;
    new.closed_at := case when new.closed_at is not null then now() end;
    said := coalesce(said, 'comment.closed');
  end if;
  if said is not null then
    insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
      values (said, old.audience_id, mine, 'comment', old.thread_id,
        jsonb_build_object('conversation_id', old.conversation_id, 'space_id', old.space_id));
  end if;
  return new;
end $$;
comment on function app.on_comment() is 'Says whose comment it is in which space, counts dispositions, and writes down what happened. Refuses with common.not_found, library.country.not_open, library.comment.not_yours, library.comment.may_not_dispose, library.comment.request_unknown.';

create or replace function app.on_comment_moves() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from app.comments c where c.thread_id = new.id) then raise exception using errcode = 'IN409', message = 'library.comment.stays'; end if;
  return new;
end $$;
comment on function app.on_comment_moves() is 'A comment stays with the text it is about: library.comment.stays.';

create or replace function app.on_comment_words_due() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The words beside a message go when its own go: with the message, or with what is kept of one that was taken back.
  if tg_table_name = 'messages' then
    delete from app.comment_words w where w.message_id = new.id;
    delete from app.country_points p using app.comments c where c.message_id = new.id and p.thread_id = c.thread_id;
  else
    delete from app.comment_words w using app.messages m where w.message_id = old.message_id and m.id = w.message_id and m.deleted_at is not null
      and not exists (select from app.message_revisions r where r.message_id = m.id);
  end if;
  return null;
end $$;
comment on function app.on_comment_words_due() is 'Forgets the words beside a message together with the message''s own.';

grant execute on function app.may_dispose(uuid), app.may_close_comment(uuid), app.open_comments_of(uuid) to indaba_person, indaba_visitor, indaba_clerk;
grant execute on function app.on_comment(), app.on_comment_moves(), app.on_comment_words_due() to indaba_owner;
set local role indaba_owner;

grant select on app.comments to indaba_keyring;
create policy keyring_reads on app.comments for select to indaba_keyring using (true);
grant select (message_id, thread_id), delete on app.comment_words to indaba_keyring;
create policy keyring_finds on app.comment_words for select to indaba_keyring using (true);
create policy keyring_forgets on app.comment_words for delete to indaba_keyring using (true);
create or replace trigger kept before insert or update on app.comments for each row execute function app.on_comment();
create or replace trigger comments_stay before update on app.threads for each row when (old.moved_to is null and new.moved_to is not null) execute function app.on_comment_moves();
create or replace trigger comment_words_go after update on app.messages for each row when (old.removed_at is null and new.removed_at is not null) execute function app.on_comment_words_due();
create or replace trigger comment_words_go after delete on app.message_revisions for each row execute function app.on_comment_words_due();

grant select, insert (thread_id, conversation_id, audience_id, message_id, page_id, block, byline_id, kind), update (closed_at, disposition, answer_id, answered_by) on app.comments to indaba_person;
create policy readers_see on app.comments for select to indaba_person using (audience_id in (select app.my_audiences()));
create policy through_the_thread on app.comments as restrictive for select to indaba_person using (exists (select from app.threads t where t.id = thread_id and t.audience_id = comments.audience_id));
create policy labels_hold on app.comments as restrictive for select to indaba_person using (cardinality((select app.sealed_labels())) = 0 or not app.sealed_message(message_id));
-- One's own thread becomes a comment together with its first message.
create policy writers_comment on app.comments for insert to indaba_person with check (byline_id in (select app.my_bylines()) and app.may_talk(audience_id)
  and exists (select from app.threads t join app.messages m on m.thread_id = t.id and m.audience_id = t.audience_id where t.id = comments.thread_id and t.byline_id = comments.byline_id
    and m.id = comments.message_id and m.thread_number = 1 and m.byline_id = comments.byline_id));
create policy deciders_dispose on app.comments for update to indaba_person using (app.may_dispose(thread_id)) with check (audience_id in (select app.my_audiences()));
create policy writers_close on app.comments for update to indaba_person using (app.may_close_comment(thread_id)) with check (audience_id in (select app.my_audiences()));

grant select, insert on app.comment_words to indaba_person;
create policy readers_see on app.comment_words for select to indaba_person using (audience_id in (select app.my_audiences()));
-- Taken back, removed, or under a label that may not leave this way: then these words are not read either.
create policy through_the_message on app.comment_words as restrictive for select to indaba_person
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = comment_words.audience_id and m.deleted_at is null));
create policy writers_comment on app.comment_words for insert to indaba_person with check (app.may_talk(audience_id)
  and exists (select from app.messages m where m.id = message_id and m.thread_id = comment_words.thread_id and m.audience_id = comment_words.audience_id and m.byline_id in (select app.my_bylines())));
