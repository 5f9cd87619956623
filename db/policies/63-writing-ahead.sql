-- Drafts and scheduled messages are their writer's alone. Polls belong to their message.
set local role indaba_keyring;

create or replace function app.end_scheduled(wanted uuid, outcome text, reason text, posted uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Only the job: a person who could say that theirs was sent would make it vanish, which they may anyway, but not that it failed.
  if session_user <> 'indaba_worker' or outcome not in ('sent', 'refused') then raise exception using errcode = 'IN403', message = 'common.job.refused'; end if;
  update app.scheduled_messages set state = outcome, why = reason, message_id = posted, ended_at = now() where id = wanted and state = 'waiting';
end $$;
comment on function app.end_scheduled(uuid, text, text, uuid) is 'How a scheduled message ended. For the job. Refuses with common.job.refused.';

create or replace function app.vote(message uuid, chosen int[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid := app.writer(); m app.messages; p app.polls; author uuid; picked int[];
begin
  select * into m from app.messages x where x.id = message and x.deleted_at is null and x.audience_id in (select app.my_audiences())
    and (x.marking is null or x.marking <> all(app.sealed_labels()));
  select * into p from app.polls x where x.message_id = m.id;
  if p.message_id is null then raise exception using errcode = 'IN404', message = 'conversations.poll.not_found'; end if;
  if mine is null or not app.may_react(m.audience_id) then raise exception using errcode = 'IN403', message = 'conversations.poll.not_voting'; end if;
  if p.closes_at <= now() then raise exception using errcode = 'IN409', message = 'conversations.poll.closed'; end if;
  select coalesce(array_agg(o.place order by o.place), '{}') into picked from app.poll_options o where o.message_id = m.id and o.place = any(chosen);
  if not p.multiple and cardinality(picked) > 1 then raise exception using errcode = 'IN422', message = 'conversations.poll.only_one'; end if;
  select b.id into author from app.bylines b where b.member_id = mine and b.kind = 'person';
  -- Two answers of one person come one after the other.
  perform pg_advisory_xact_lock(hashtextextended(m.id::text || author::text, 9));
  if picked = (select coalesce(array_agg(v.place order by v.place), '{}') from app.poll_votes v where v.message_id = m.id and v.byline_id = author) then return; end if;
  delete from app.poll_votes v where v.message_id = m.id and v.byline_id = author;
  insert into app.poll_votes (message_id, audience_id, place, byline_id) select m.id, m.audience_id, x, author from unnest(picked) x;
  -- Where only numbers are shown, the event does not say who either.
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
    values ('message.voted', m.audience_id, case when p.named then author end, 'message', m.id, jsonb_build_object('conversation_id', m.conversation_id, 'thread_id', m.thread_id, 'number', m.thread_number));
end $$;
comment on function app.vote(uuid, int[]) is 'My answer to a poll, in place of the one before; none takes it back. Refuses with conversations.poll.not_found, .not_voting, .closed, .only_one.';

create or replace function app.poll_counts(messages uuid[]) returns table (message_id uuid, place int, votes int, voters int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.message_id, o.place, (select count(*)::int from app.poll_votes v where v.message_id = o.message_id and v.place = o.place),
      (select count(distinct v.byline_id)::int from app.poll_votes v where v.message_id = o.message_id)
    from app.poll_options o join app.messages m on m.id = o.message_id and m.audience_id in (select app.my_audiences()) and m.deleted_at is null and (m.marking is null or m.marking <> all(app.sealed_labels()))
   where o.message_id = any(messages)
$$;
comment on function app.poll_counts(uuid[]) is 'How many chose what, and how many answered, in polls of messages I may read.';

grant execute on function app.end_scheduled(uuid, text, text, uuid), app.vote(uuid, int[]) to indaba_person;
grant execute on function app.end_scheduled(uuid, text, text, uuid) to indaba_clerk;
grant execute on function app.poll_counts(uuid[]) to indaba_person, indaba_visitor;
set local role indaba_owner;

grant select, insert (id, member_id, subject_kind, subject_id, thread_id, title, body, marking), update (title, body, marking, updated_at), delete on app.drafts to indaba_person;
create policy own on app.drafts for select to indaba_person using (member_id = (select app.me()));
create policy labels_hold on app.drafts as restrictive for select to indaba_person using (marking is null or marking <> all ((select app.sealed_labels())::text[]));
-- Only where one reads: nobody notes down what is said elsewhere, nor fills tables from outside.
create policy own_begin on app.drafts for insert to indaba_person with check (member_id = (select app.me()) and (select app.may_keep_own())
  and case subject_kind when 'direct' then exists (select from app.conversations c where c.subject_kind = 'direct' and c.subject_id = drafts.subject_id) else app.talk_audience(subject_kind, subject_id) is not null end);
create policy own_go_on on app.drafts for update to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
create policy own_drop on app.drafts for delete to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));

grant select on app.scheduled_messages to indaba_person;
grant insert (id, member_id, conversation_id, audience_id, thread_id, title, anchor, body, marking, poll, retry_key, send_at), update (title, body, marking, send_at), delete on app.scheduled_messages to indaba_person;
create policy own on app.scheduled_messages for select to indaba_person using (member_id = (select app.me()));
create policy labels_hold on app.scheduled_messages as restrictive for select to indaba_person using (marking is null or marking <> all ((select app.sealed_labels())::text[]));
create policy writers_schedule on app.scheduled_messages for insert to indaba_person with check (member_id = (select app.writer()) and audience_id in (select app.my_audiences()) and app.may_talk(audience_id)
  and (marking is null or marking <> all ((select app.sealed_labels())::text[]))
  and (thread_id is null or exists (select from app.threads t where t.id = thread_id and t.conversation_id = scheduled_messages.conversation_id and t.audience_id = scheduled_messages.audience_id)));
create policy writers_change on app.scheduled_messages for update to indaba_person using (member_id = (select app.writer()) and state = 'waiting')
  with check (marking is null or marking <> all ((select app.sealed_labels())::text[]));
create policy own_cancel on app.scheduled_messages for delete to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
-- The job sees which are due and whose, not what they say: that it reads as their writer.
grant select (id, member_id, send_at, state) on app.scheduled_messages to indaba_clerk;
create policy clerk_finds on app.scheduled_messages for select to indaba_clerk using (state = 'waiting');
grant select, update (state, why, message_id, ended_at) on app.scheduled_messages to indaba_keyring;
create policy keyring_ends on app.scheduled_messages to indaba_keyring using (true) with check (true);

grant select on app.polls, app.poll_options, app.poll_votes to indaba_person, indaba_visitor;
grant insert on app.polls, app.poll_options to indaba_person;
create policy readers_see on app.polls for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy through_the_message on app.polls as restrictive for select to indaba_person, indaba_visitor
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = polls.audience_id and m.deleted_at is null));
create policy readers_see on app.poll_options for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy through_the_message on app.poll_options as restrictive for select to indaba_person, indaba_visitor
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = poll_options.audience_id and m.deleted_at is null));
-- Made with their message, in one transaction, and never afterwards: what was answered is what was asked.
create policy writers_ask on app.polls for insert to indaba_person with check ((select app.may_write()) and exists (select from app.messages m where m.id = message_id and m.audience_id = polls.audience_id
  and m.byline_id in (select app.my_bylines()) and m.created_at = now() and m.deleted_at is null));
create policy writers_offer on app.poll_options for insert to indaba_person with check ((select app.may_write()) and exists (select from app.messages m where m.id = message_id and m.audience_id = poll_options.audience_id
  and m.byline_id in (select app.my_bylines()) and m.created_at = now() and m.deleted_at is null));
create policy readers_see on app.poll_votes for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy through_the_message on app.poll_votes as restrictive for select to indaba_person, indaba_visitor
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = poll_votes.audience_id and m.deleted_at is null));
create policy named_or_mine on app.poll_votes as restrictive for select to indaba_person, indaba_visitor
  using (byline_id in (select app.my_bylines()) or message_id in (select p.message_id from app.polls p where p.named));
-- It copies them when a thread is moved.
grant select, insert on app.polls, app.poll_options to indaba_keyring;
grant select, insert, delete on app.poll_votes to indaba_keyring;
create policy keyring_copies on app.polls to indaba_keyring using (true) with check (true);
create policy keyring_copies on app.poll_options to indaba_keyring using (true) with check (true);
create policy keyring_votes on app.poll_votes to indaba_keyring using (true) with check (true);
