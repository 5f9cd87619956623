-- Who keeps a channel, starts threads there, and looks after a thread.
set local role indaba_keyring;
drop function if exists app.may_change_channel(uuid);

create or replace function app.keeps_channel(channel uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.channels ch join app.audiences a on a.id = ch.audience_id
    where ch.id = channel and ch.audience_id in (select app.my_audiences()) and (
      ch.byline_id in (select app.my_bylines())
      or exists (select from app.channel_keepers k where k.channel_id = ch.id and k.byline_id in (select app.my_bylines()))
      or case a.kind when 'organization' then app.is_focal_point(a.ref) when 'circle' then a.ref in (select app.my_run_circles()) else false end))
$$;
comment on function app.keeps_channel(uuid) is 'Am I one of this channel''s own keepers, of whom order there is asked first? Whoever opened it, whom they named; of an organization its focal point, of a circle who runs it. For functions only.';

create or replace function app.may_keep_channel(channel uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and not app.am_restricted(null) and exists (select from app.channels ch where ch.id = channel and ch.audience_id in (select app.my_audiences()) and (app.has_role('{steward,moderator}') or app.keeps_channel(ch.id)))
$$;
comment on function app.may_keep_channel(uuid) is 'May I keep this channel, which I read? Whoever opened it, whom they named, a steward, a moderator; of an organization its focal point, of a circle who runs it.';

create or replace function app.may_keep_talk(conversation uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select case c.subject_kind when 'channel' then app.may_keep_channel(c.subject_id) when 'direct' then false
    else app.may_write() and c.audience_id in (select app.my_audiences()) and app.has_role('{steward,moderator}') end from app.conversations c where c.id = conversation), false)
$$;
comment on function app.may_keep_talk(uuid) is 'May I keep order in this conversation, which I read? In a channel its keepers, elsewhere stewards and moderators; between people who write to each other directly nobody.';

create or replace function app.may_start_thread(conversation uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.conversations c where c.id = conversation and c.closed_at is null and c.audience_id in (select app.my_audiences()) and app.may_talk(c.audience_id) and not app.am_restricted(c.id)
    and (c.starters = 'readers' or app.may_keep_talk(c.id)))
$$;
comment on function app.may_start_thread(uuid) is 'May I start a thread here? Not where talk is closed; among announcements only whoever keeps the channel.';

create or replace function app.may_tend_thread(thread uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and exists (select from app.threads t join app.conversations c on c.id = t.conversation_id
    where t.id = thread and t.audience_id in (select app.my_audiences()) and c.closed_at is null and t.moved_to is null and not app.am_restricted(c.id)
      and (t.byline_id in (select app.my_bylines()) or app.may_keep_talk(c.id)))
$$;
comment on function app.may_tend_thread(uuid) is 'May I rename, resolve and reopen this thread, which I read? Whoever started it and whoever keeps order there.';

grant execute on function app.may_keep_channel(uuid), app.may_keep_talk(uuid), app.may_start_thread(uuid), app.may_tend_thread(uuid) to indaba_person, indaba_visitor;
set local role indaba_owner;
grant select on app.channel_keepers to indaba_keyring;
create policy keyring_reads on app.channel_keepers for select to indaba_keyring using (true);

create policy keepers_change on app.conversations for update to indaba_person using (audience_id in (select app.my_audiences()) and subject_kind = 'channel' and app.may_keep_talk(id));
create policy readers_start on app.threads for insert to indaba_person
  with check (audience_id in (select app.my_audiences()) and app.may_speak(byline_id, audience_id) and app.may_start_thread(conversation_id));
create policy tenders_change on app.threads for update to indaba_person using (audience_id in (select app.my_audiences()) and app.may_tend_thread(id));
