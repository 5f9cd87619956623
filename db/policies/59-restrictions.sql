-- Whoever may read and not write for a time. Asked at every way of writing into a conversation.
set local role indaba_keyring;

create or replace function app.is_restricted(byline uuid, conversation uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.moderation_acts a where a.byline_id = byline and a.kind = 'restricted' and not a.undone and a.ends_at > now()
    and (a.conversation_id is null or a.conversation_id = conversation))
$$;
comment on function app.is_restricted(uuid, uuid) is 'May this person read and not write here: in this conversation, or in all of the hub? For functions only.';

create or replace function app.am_restricted(conversation uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.bylines b where b.member_id = app.me() and b.kind = 'person' and app.is_restricted(b.id, conversation))
$$;
comment on function app.am_restricted(uuid) is 'May I read and not write in this conversation? Null: in all of the hub.';

create or replace function app.on_restricted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare r jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
begin
  if app.me() is not null and app.am_restricted(case tg_table_name when 'conversations' then (r ->> 'id')::uuid when 'threads' then (r ->> 'conversation_id')::uuid
      else (select m.conversation_id from app.messages m where m.id = (r ->> 'message_id')::uuid) end) then
    raise exception using errcode = 'IN403', message = 'conversations.member.restricted';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
comment on function app.on_restricted() is 'Whoever is restricted starts, renames, pins, reacts and votes no more than they post: conversations.member.restricted.';

grant execute on function app.am_restricted(uuid) to indaba_person, indaba_visitor;
grant execute on function app.on_restricted() to indaba_owner;
set local role indaba_owner;

create or replace trigger b_not_restricted before insert or update of title, resolved_at, moved_to on app.threads for each row execute function app.on_restricted();
create or replace trigger b_not_restricted before insert on app.conversations for each row execute function app.on_restricted();
create or replace trigger b_not_restricted before insert on app.reactions for each row execute function app.on_restricted();
create or replace trigger b_not_restricted before insert or delete on app.pins for each row execute function app.on_restricted();
create or replace trigger b_not_restricted before insert on app.poll_votes for each row execute function app.on_restricted();
create or replace trigger b_not_restricted before insert on app.polls for each row execute function app.on_restricted();

grant select, insert, update on app.moderation_acts to indaba_keyring;
create policy keyring_decides on app.moderation_acts to indaba_keyring using (true) with check (true);
