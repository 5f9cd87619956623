-- Channels.
set local role indaba_keyring;
create or replace function app.on_channel_archived() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.conversations set closed_at = new.archived_at where subject_kind = 'channel' and subject_id = new.id;
  return null;
end $$;
comment on function app.on_channel_archived() is 'An archived channel is read and found, and nothing is written in it.';

create or replace function app.may_be_keeper(channel uuid, byline uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_keep_channel(channel) and exists (select from app.channels ch join app.bylines b on b.id = byline and b.kind = 'person'
    join app.audience_members am on am.member_id = b.member_id and am.audience_id = app.talkers(ch.audience_id) where ch.id = channel)
$$;
comment on function app.may_be_keeper(uuid, uuid) is 'Whoever keeps a channel names others to keep it with them, of those who write in it.';
grant execute on function app.may_be_keeper(uuid, uuid) to indaba_person;
grant execute on function app.on_channel_archived() to indaba_owner;
set local role indaba_owner;
grant update (closed_at) on app.conversations to indaba_keyring;
create policy keyring_closes on app.conversations for update to indaba_keyring using (subject_kind = 'channel');
create or replace trigger archived after update of archived_at on app.channels for each row when (old.archived_at is distinct from new.archived_at) execute function app.on_channel_archived();

grant select on app.channels to indaba_person, indaba_visitor;
grant insert (id, slug, audience_id, name, purpose, byline_id, rules, everyone_joins), update (name, purpose, rules, everyone_joins, archived_at) on app.channels to indaba_person;
create policy readers_see on app.channels for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy members_open on app.channels for insert to indaba_person
  with check (audience_id in (select app.my_audiences()) and app.may_speak(byline_id, audience_id) and app.may_talk(audience_id) and (audience_id <> 1 or (select app.has_role('{steward,moderator}'))));
create policy keepers_change on app.channels for update to indaba_person
  using (audience_id in (select app.my_audiences()) and app.may_keep_channel(id));
grant select on app.channel_keepers to indaba_person, indaba_visitor;
grant insert (channel_id, audience_id, byline_id), delete on app.channel_keepers to indaba_person;
create policy readers_see on app.channel_keepers for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy keepers_name on app.channel_keepers for insert to indaba_person with check (audience_id in (select app.my_audiences()) and app.may_be_keeper(channel_id, byline_id));
create policy keepers_end on app.channel_keepers for delete to indaba_person
  using (audience_id in (select app.my_audiences()) and (app.may_keep_channel(channel_id) or byline_id in (select app.my_bylines()) and (select app.may_keep_own())));
grant select, insert, update on app.channels to indaba_clerk;
create policy clerk_keeps on app.channels to indaba_clerk using (true) with check (true);
