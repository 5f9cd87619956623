-- Moving a thread to a channel. An audience never changes: the words are copied to their new readers and taken from the old place.
set local role indaba_keyring;

create or replace function app.may_move_thread(thread uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_tend_thread(thread) and exists (select from app.threads t join app.conversations c on c.id = t.conversation_id where t.id = thread and c.subject_kind in ('channel', 'page', 'control'))
$$;
comment on function app.may_move_thread(uuid) is 'May I move this thread to a channel? Whoever started it or keeps order there; never out of a direct conversation or a change request.';

create or replace function app.plan_move(thread uuid, target uuid) returns table (refusal text, gaining int, losing int, messages int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare t app.threads; c app.conversations; seen boolean; mine uuid[] := array(select app.my_bylines());
begin
  select * into t from app.threads x where x.id = thread and x.audience_id in (select app.my_audiences());
  select * into c from app.conversations x where x.id = target and x.audience_id in (select app.my_audiences());
  if t.id is null or c.id is null then raise exception using errcode = 'IN404', message = 'conversations.thread.not_found'; end if;
  if t.moved_to is not null then raise exception using errcode = 'IN409', message = 'conversations.thread.moved'; end if;
  if not app.may_move_thread(thread) then raise exception using errcode = 'IN403', message = 'conversations.move.not_yours'; end if;
  if c.closed_at is not null then raise exception using errcode = 'IN409', message = 'conversations.conversation.closed'; end if;
  if c.subject_kind <> 'channel' or c.id = t.conversation_id or not app.may_start_thread(target) then raise exception using errcode = 'IN403', message = 'conversations.move.not_there'; end if;

  -- Where its readers do not see each other, how many of them read elsewhere would tell who is in it: then all of them count.
  seen := (c.audience_id <= 2 or c.audience_id in (select app.my_rosters())) and (t.audience_id <= 2 or t.audience_id in (select app.my_rosters()));
  if c.audience_id = t.audience_id then gaining := 0; losing := 0;
  elsif not seen then
    select a.size into gaining from app.audiences a where a.id = c.audience_id;
    select a.size into losing from app.audiences a where a.id = t.audience_id;
  else
    select case when t.audience_id = 1 then 0 else count(*) end into gaining from app.audience_members n where n.audience_id = app.talkers(c.audience_id) and (n.ends_at is null or n.ends_at > now())
      and not exists (select from app.audience_members o where o.audience_id = t.audience_id and o.member_id = n.member_id and (o.ends_at is null or o.ends_at > now()));
    select case when c.audience_id = 1 then 0 else count(*) end into losing from app.audience_members o where o.audience_id = app.talkers(t.audience_id) and (o.ends_at is null or o.ends_at > now())
      and not exists (select from app.audience_members n where n.audience_id = c.audience_id and n.member_id = o.member_id and (n.ends_at is null or n.ends_at > now()));
  end if;
  select count(*) into messages from app.messages m where m.thread_id = thread;

  -- What was said among members is not put before the public.
  refusal := case when c.audience_id = 1 and t.audience_id <> 1 then 'conversations.move.public'
    when messages > 2000 then 'conversations.move.too_long'
    when exists (select from app.messages m where m.thread_id = thread and m.deleted_at is null and m.marking is not null
      and (app.marking_rank(m.marking) > app.marking_rank(c.ceiling) or not app.marking_admits(m.marking, c.audience_id) or m.marking = any(app.sealed_labels()))) then 'conversations.move.label'
    -- In another audience a pseudonym would tie the two together.
    when c.audience_id <> t.audience_id and exists (select from app.messages m join app.bylines b on b.id = m.byline_id where m.thread_id = thread and b.kind = 'pseudonym') then 'conversations.move.pseudonym'
    -- New readers get others' words only where their label lets members pass them on.
    when gaining > 0 and exists (select from app.messages m left join app.marking_outlets o on o.label = m.marking
      where m.thread_id = thread and m.deleted_at is null and m.byline_id <> all(mine) and coalesce(o.feed, 'none') not in ('yes', 'own')) then 'conversations.move.not_to_pass_on' end;
  return next;
end $$;
comment on function app.plan_move(uuid, uuid) is 'What moving a thread to a channel would do, said before it is done: how many readers gain its words and how many lose them, or why it is refused. Refuses with conversations.thread.not_found, .moved, conversations.move.not_yours, .not_there, conversations.conversation.closed.';

create or replace function app.readers_of(audience int) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select am.member_id from app.audience_members am where am.audience_id = app.talkers(audience) and (am.ends_at is null or am.ends_at > now())
$$;
comment on function app.readers_of(int) is 'The members who read with an audience; of the public, full members. For functions only.';

create or replace function app.move_thread(thread uuid, target uuid, new_thread uuid, expected int) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare t app.threads; c app.conversations; m app.messages; plan record; mover uuid; copy uuid; cut tsvector;
begin
  -- First the lock that every post to it waits for: nobody's words come in between.
  perform from app.counters k where k.scope_id = thread for update;
  select * into plan from app.plan_move(thread, target);
  if plan.refusal is not null then raise exception using errcode = 'IN422', message = plan.refusal; end if;
  if plan.gaining <> expected then raise exception using errcode = 'IN409', message = 'conversations.move.readers_changed'; end if;
  select * into t from app.threads x where x.id = thread;
  select * into c from app.conversations x where x.id = target;
  select b.id into mover from app.bylines b where b.member_id = app.me() and b.kind = 'person';

  insert into app.threads (id, conversation_id, audience_id, title, byline_id, created_at, resolved_at, history_number, moved_from, moved_at, moved_by)
    values (new_thread, c.id, c.audience_id, t.title, t.byline_id, t.created_at, t.resolved_at, t.history_number, t.id, now(), mover);
  for m in select * from app.messages x where x.thread_id = thread order by x.thread_number loop
    copy := gen_random_uuid();
    insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash, created_at, edited_at, deleted_at, removed_at, source, moderated_as)
      values (copy, c.id, new_thread, c.audience_id, m.byline_id, m.body, m.marking, gen_random_uuid(), m.body_hash, m.created_at, m.edited_at, m.deleted_at, m.removed_at, m.source, m.moderated_as);
    if m.deleted_at is null then
      -- What it said before an edit was said to these readers only.
      if plan.gaining = 0 then
        insert into app.message_revisions (id, message_id, audience_id, body, marking, replaced_at)
          select gen_random_uuid(), copy, c.audience_id, r.body, r.marking, r.replaced_at from app.message_revisions r where r.message_id = m.id
            and (r.marking is null or app.marking_rank(r.marking) <= app.marking_rank(c.ceiling) and app.marking_admits(r.marking, c.audience_id));
      end if;
      insert into app.mentions select copy, c.audience_id, n.kind, case n.kind when 'channel' then c.id else n.target_id end, n.at from app.mentions n where n.message_id = m.id on conflict do nothing;
      insert into app.polls (message_id, audience_id, multiple, named, closes_at) select copy, c.audience_id, p.multiple, p.named, p.closes_at from app.polls p where p.message_id = m.id;
      insert into app.poll_options (message_id, audience_id, place, words) select copy, c.audience_id, o.place, o.words from app.poll_options o where o.message_id = m.id;
      insert into app.poll_votes (message_id, audience_id, place, byline_id) select copy, c.audience_id, v.place, v.byline_id from app.poll_votes v where v.message_id = m.id;
      insert into app.reactions select copy, c.audience_id, r.byline_id, r.emoji, r.at from app.reactions r where r.message_id = m.id;
      insert into app.pins select copy, c.id, c.audience_id, p.byline_id, p.at from app.pins p where p.message_id = m.id;
      insert into app.saved_messages select s.member_id, copy, c.audience_id, s.at from app.saved_messages s where s.message_id = m.id and s.member_id in (select app.readers_of(c.audience_id));
      -- What somebody was told of and has not looked at waits for them in the new place; it is not told again.
      insert into app.notices (member_id, message_id, audience_id, thread_id, number, reason, at, seen_at)
        select n.member_id, copy, c.audience_id, new_thread, n.number, n.reason, n.at, n.seen_at from app.notices n where n.message_id = m.id and n.member_id in (select app.readers_of(c.audience_id));
      insert into app.attachments (message_id, audience_id, place, name, mime, size, sha256, width, height)
        select copy, c.audience_id, a.place, a.name, a.mime, a.size, a.sha256, a.width, a.height from app.attachments a where a.message_id = m.id;
      delete from search.entries e where e.subject_id = m.id and e.kind = 'message' returning e.words into cut;
      if found then insert into search.entries values (nextval('search.positions'), 'message', copy, c.audience_id,
        ts_delete(cut, (select array['c:' || k.id, 't:' || m.thread_id, 'k:' || k.subject_kind] || search.space_of(k.id, k.subject_kind) from app.conversations k where k.id = m.conversation_id)) || search.facets(m.byline_id, c.id, new_thread, c.subject_kind, m.marking), m.created_at); end if;
    end if;
    -- Kept as its earlier words, which nobody reads, until their time is over; so a hold on the old place still holds.
    update app.messages x set body = '', deleted_at = coalesce(x.deleted_at, now()), moved_to = copy where x.id = m.id;
  end loop;
  -- Whoever read or followed it does so in the new place, if they read there.
  insert into app.read_markers (member_id, thread_id, audience_id, number)
    select r.member_id, new_thread, c.audience_id, r.number from app.read_markers r where r.thread_id = thread and r.member_id in (select app.readers_of(c.audience_id));
  insert into app.thread_follows (member_id, thread_id, audience_id, state)
    select f.member_id, new_thread, c.audience_id, f.state from app.thread_follows f where f.thread_id = thread and f.member_id in (select app.readers_of(c.audience_id)) on conflict do nothing;
  update app.threads x set moved_to = new_thread, moved_at = now(), moved_by = mover where x.id = thread;
  delete from app.counters k where k.scope_id = thread;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values
    ('thread.moved', t.audience_id, mover, 'thread', thread, jsonb_build_object('conversation_id', t.conversation_id, 'thread_id', thread)),
    ('thread.arrived', c.audience_id, mover, 'thread', new_thread, jsonb_build_object('conversation_id', c.id, 'thread_id', new_thread));
end $$;
comment on function app.move_thread(uuid, uuid, uuid, int) is 'Moves a thread to a channel, for exactly as many new readers as its mover was told of. The old place keeps a notice and no word. Refuses as plan_move does, and with what that gives as refusal: conversations.move.public, .too_long, .label, .pseudonym, .not_to_pass_on; and conversations.move.readers_changed.';

create or replace function app.moved_message(message uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recursive way as (select m.id, m.moved_to, m.audience_id from app.messages m where m.id = message
    union select m.id, m.moved_to, m.audience_id from way w join app.messages m on m.id = w.moved_to)
  select w.id from way w where w.moved_to is null and w.id <> message and w.audience_id in (select app.my_audiences())
$$;
comment on function app.moved_message(uuid) is 'Where a message went with its thread, if I read it there; null otherwise, for absent and not-mine alike. So that a link to it goes on for whoever reads only the new place.';

grant execute on function app.may_move_thread(uuid), app.moved_message(uuid) to indaba_person, indaba_visitor;
grant execute on function app.plan_move(uuid, uuid), app.move_thread(uuid, uuid, uuid, int) to indaba_person;
set local role indaba_owner;
grant insert, update (moved_to, moved_at, moved_by) on app.threads to indaba_keyring;
create policy keyring_moves_in on app.threads for insert to indaba_keyring with check (moved_from is not null);
create policy keyring_moves_out on app.threads for update to indaba_keyring using (true);
grant update (body, deleted_at, moved_to) on app.messages to indaba_keyring;
create policy keyring_moves on app.messages for update to indaba_keyring using (true) with check (body = '' and moved_to is not null);
grant select on app.message_revisions to indaba_keyring;
create policy keyring_reads on app.message_revisions for select to indaba_keyring using (true);
grant delete on app.counters to indaba_keyring;
grant select, insert on app.reactions to indaba_keyring;
create policy keyring_moves on app.reactions to indaba_keyring using (true) with check (true);
grant select, insert on app.pins, app.saved_messages, app.notices to indaba_keyring;
create policy keyring_moves on app.pins to indaba_keyring using (true) with check (true);
create policy keyring_moves on app.saved_messages to indaba_keyring using (true) with check (true);
