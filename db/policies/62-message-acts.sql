-- Reactions, pins, and what one saves for oneself.
set local role indaba_keyring;

create or replace function app.may_react(audience int) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.audience_members am where am.audience_id = app.talkers(audience) and am.member_id = (select app.writer()) and (am.ends_at is null or am.ends_at > now()))
$$;
comment on function app.may_react(int) is 'May I react to messages of this audience? Whoever reads and is a member, also where only few post.';

create or replace function app.on_message_act() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one uuid; m app.messages;
begin
  if tg_op = 'DELETE' then one := old.message_id; else one := new.message_id; end if;
  select * into m from app.messages x where x.id = one;
  -- What comes along with a thread that is moved is told by the move.
  -- So is nothing told of what is brought in from elsewhere.
  if found and not (m.source is not null and app.is_importing()) and not exists (select from app.threads t where t.id = m.thread_id and t.moved_at = now()) then
    perform app.tell(case tg_table_name when 'reactions' then 'message.reacted' else case tg_op when 'INSERT' then 'message.pinned' else 'message.unpinned' end end, m.audience_id, 'message', m.id,
      jsonb_build_object('conversation_id', m.conversation_id, 'thread_id', m.thread_id, 'number', m.thread_number) || case tg_table_name when 'pins' then jsonb_build_object('pins_id', m.conversation_id) else '{}' end);
  end if;
  return null;
end $$;
comment on function app.on_message_act() is 'Tells open screens that something under a message changed.';

grant execute on function app.may_react(int) to indaba_person, indaba_visitor;
grant execute on function app.on_message_act() to indaba_owner;
set local role indaba_owner;

create or replace trigger told after insert or delete on app.reactions for each row execute function app.on_message_act();
create or replace trigger told after insert or delete on app.pins for each row execute function app.on_message_act();

grant select on app.reactions, app.pins to indaba_person, indaba_visitor;
grant insert (message_id, audience_id, byline_id, emoji), delete on app.reactions to indaba_person;
grant insert (message_id, conversation_id, audience_id, byline_id), delete on app.pins to indaba_person;
create policy readers_see on app.reactions for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy through_the_message on app.reactions as restrictive for select to indaba_person, indaba_visitor
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = reactions.audience_id and m.deleted_at is null));
create policy readers_react on app.reactions for insert to indaba_person with check (audience_id in (select app.my_audiences()) and byline_id in (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') and app.may_react(audience_id)
  and exists (select from app.messages m where m.id = message_id and m.audience_id = reactions.audience_id and m.deleted_at is null));
create policy readers_unreact on app.reactions for delete to indaba_person using (byline_id in (select app.my_bylines()) and (select app.may_write()));

create policy readers_see on app.pins for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy through_the_message on app.pins as restrictive for select to indaba_person, indaba_visitor
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = pins.audience_id and m.deleted_at is null));
create policy talkers_pin on app.pins for insert to indaba_person with check (audience_id in (select app.my_audiences()) and byline_id in (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') and app.may_talk(audience_id)
  and exists (select from app.messages m where m.id = message_id and m.audience_id = pins.audience_id and m.conversation_id = pins.conversation_id and m.deleted_at is null));
create policy talkers_unpin on app.pins for delete to indaba_person using (audience_id in (select app.my_audiences()) and app.may_talk(audience_id));

grant select on app.saved_messages to indaba_person;
grant insert (member_id, message_id, audience_id), delete on app.saved_messages to indaba_person;
create policy own on app.saved_messages for select to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()));
create policy through_the_message on app.saved_messages as restrictive for select to indaba_person
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = saved_messages.audience_id));
create policy own_keep on app.saved_messages for insert to indaba_person with check (member_id = (select app.me()) and (select app.may_keep_own())
  and exists (select from app.messages m where m.id = message_id and m.audience_id = saved_messages.audience_id and m.deleted_at is null));
create policy own_remove on app.saved_messages for delete to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
