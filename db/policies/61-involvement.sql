-- What I hear of: levels of conversations, threads followed and muted. Mine alone, and only where I still read.
set local role indaba_keyring;

create or replace function app.level_of(member uuid, conversation uuid) returns text
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select i.level from app.involvements i where i.member_id = member and i.conversation_id = conversation),
    (select case c.subject_kind when 'direct' then 'everything' else 'mentions' end from app.conversations c where c.id = conversation))
$$;
comment on function app.level_of(uuid, uuid) is 'What a member is told of a conversation: nothing, mentions or everything. Where they said nothing: everything of a direct one, mentions elsewhere. For functions that tell.';

create or replace function app.follow_of(member uuid, thread uuid) returns text
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select state from app.thread_follows f where f.member_id = member and f.thread_id = thread
$$;
comment on function app.follow_of(uuid, uuid) is 'followed, muted or null. For functions that tell.';

create or replace function app.stands_in_list(conversation uuid, said boolean) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(said, (select ch.everyone_joins or ch.audience_id > 2 from app.conversations c join app.channels ch on ch.id = c.subject_id where c.id = conversation and c.subject_kind = 'channel'), true)
$$;
comment on function app.stands_in_list(uuid, boolean) is 'Does a conversation stand in the list of somebody who said so, or not (said), or nothing (null)? A channel for all stands in everybody''s or in that of who joined, as its keepers chose.';
grant execute on function app.stands_in_list(uuid, boolean) to indaba_person, indaba_visitor;

grant execute on function app.level_of(uuid, uuid), app.follow_of(uuid, uuid) to indaba_clerk;
set local role indaba_owner;

grant select, insert on app.thread_follows to indaba_keyring;
grant select on app.involvements to indaba_keyring;
create policy keyring_reads on app.involvements for select to indaba_keyring using (true);
create policy keyring_reads on app.thread_follows for select to indaba_keyring using (true);
-- Posting follows, and never mutes; a thread that is moved takes along who muted it.
create policy keyring_follows on app.thread_follows for insert to indaba_keyring
  with check (state = 'followed' or exists (select from app.threads t where t.id = thread_id and t.moved_from is not null));

-- A visitor may ask and has none.
grant select on app.involvements to indaba_visitor;
grant select, insert (member_id, conversation_id, audience_id, level, joined, view), update (level, joined, view, changed_at) on app.involvements to indaba_person;
create policy own on app.involvements for select to indaba_person, indaba_visitor using (member_id = (select app.me()) and audience_id in (select app.my_audiences()));
create policy own_set on app.involvements for insert to indaba_person with check (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_keep_own()));
create policy own_change on app.involvements for update to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_keep_own()));

-- A visitor may ask and has none.
grant select on app.thread_follows to indaba_visitor;
grant select, insert (member_id, thread_id, audience_id, state), update (state, changed_at), delete on app.thread_follows to indaba_person;
create policy own on app.thread_follows for select to indaba_person, indaba_visitor using (member_id = (select app.me()) and audience_id in (select app.my_audiences()));
create policy own_set on app.thread_follows for insert to indaba_person with check (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_keep_own()));
create policy own_change on app.thread_follows for update to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_keep_own()));
create policy own_end on app.thread_follows for delete to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_keep_own()));
