-- Being told: whom a message concerns, and when and in what words mail may say so. A job learns neither words nor, above TLP:GREEN, names.
set local role indaba_keyring;

create or replace function app.moment_to_tell(member uuid, mode text, since timestamptz) returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare zone text; digest int; q int; u int; clock timestamp; minute int;
begin
  select m.time_zone, coalesce(c.digest_at, 480), c.quiet_from, c.quiet_until into zone, digest, q, u
    from app.members m left join app.telling_choices c on c.member_id = m.id where m.id = member;
  -- All in the clock of the member: a day there may have 23 hours, and eight o'clock stays eight o'clock.
  clock := case mode when 'now' then since + interval '1 minute' when 'hourly' then date_trunc('hour', since) + interval '1 hour' when 'daily' then since end at time zone zone;
  if mode = 'daily' then
    clock := date_trunc('day', clock) + make_interval(mins => digest) + case when clock >= date_trunc('day', clock) + make_interval(mins => digest) then interval '1 day' else interval '0' end;
  end if;
  minute := extract(hour from clock) * 60 + extract(minute from clock);
  if q < u and minute >= q and minute < u or q > u and (minute >= q or minute < u) then
    clock := date_trunc('day', clock) + make_interval(mins => u) + case when q > u and minute >= q then interval '1 day' else interval '0' end;
  end if;
  return clock at time zone zone;
end $$;
comment on function app.moment_to_tell(uuid, text, timestamptz) is 'When a member may be told of what happened at a moment: mode now (a minute later), hourly (at the full hour), daily (at the time they chose), never (null); after their quiet hours. In their own time zone. For functions only.';

create or replace function app.moment_to_push(member uuid, since timestamptz) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case app.moment_to_tell(member, 'now', since) when since + interval '1 minute' then since else app.moment_to_tell(member, 'now', since) end
$$;
comment on function app.moment_to_push(uuid, timestamptz) is 'When a push may tell a member of what happened at a moment: at once, after their quiet hours. For functions only.';

create or replace function app.mail_mode(member uuid, reason text) returns text
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select case reason when 'mention' then coalesce(c.mail_mentions, 'now') when 'direct' then coalesce(c.mail_direct, 'now') else coalesce(c.mail_followed, 'daily') end
    from (select) one left join app.telling_choices c on c.member_id = member
$$;
comment on function app.mail_mode(uuid, text) is 'now, hourly, daily or never: what a member chose for this reason. For functions only.';

create or replace function app.tell() returns setof uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare place app.telling; hub app.hub; next xid8;
begin
  -- One at a time; whoever comes meanwhile has nothing to do.
  select * into place from app.telling for update skip locked;
  if not found then return; end if;
  select * into hub from app.hub;
  if hub.demo and hub.seeded_at is null then return; end if;
  next := pg_snapshot_xmin(pg_current_snapshot());
  -- After a restore the numbers of transactions begin elsewhere; what was told stands in the rows themselves.
  if place.epoch is distinct from hub.epoch and place.epoch is not null then place.horizon := '0'; end if;
  return query with told as (insert into app.notices (member_id, message_id, audience_id, thread_id, number, reason, at, mail_due)
  select distinct on (w.member_id, m.id) w.member_id, m.id, m.audience_id, m.thread_id, m.thread_number, w.reason, e.at,
      -- Nobody is woken for what was said days ago, before the hub was there, or while nobody told.
      case when e.at > greatest(now() - interval '3 days', case when hub.demo then hub.seeded_at end) then app.moment_to_tell(w.member_id, app.mail_mode(w.member_id, w.reason), e.at) end
    from app.events e
      join app.messages m on m.id = e.subject_id and m.audience_id = e.audience_id and m.deleted_at is null
      join app.conversations t on t.id = m.conversation_id
      cross join lateral (
        select x as member_id, 'mention' as reason, 1 as rank from app.mentioned_members(m.id) x
        union all select am.member_id, 'direct', 2 from app.audience_members am where t.subject_kind = 'direct' and e.kind = 'message.posted' and am.audience_id = t.audience_id
        union all select f.member_id, 'followed', 3 from app.thread_follows f where f.thread_id = m.thread_id and f.state = 'followed' and e.kind = 'message.posted'
        union all select i.member_id, 'channel', 4 from app.involvements i where i.conversation_id = t.id and i.level = 'everything' and e.kind = 'message.posted') w
      join app.members p on p.id = w.member_id and p.status = 'active'
   where e.kind in ('message.posted', 'message.edited') and e.xid >= place.horizon and e.at > now() - interval '30 days'
     and app.still_told(p.id, m.id, w.reason)
   order by w.member_id, m.id, w.rank
  on conflict do nothing returning notices.id, notices.member_id, notices.reason, notices.at),
  pushed as (insert into app.pushes (notice_id, subscription_id, due)
    select t.id, p.id, app.moment_to_push(t.member_id, t.at) from told t join app.push_subscriptions p on p.member_id = t.member_id left join app.telling_choices c on c.member_id = t.member_id
     where t.at > now() - interval '1 hour' and case coalesce(c.push, 'calls') when 'calls' then t.reason in ('mention', 'direct') when 'everything' then true else false end on conflict do nothing)
  select distinct told.member_id from told;
  return query select app.tell_watchers(place.horizon, case when hub.demo then hub.seeded_at end);
  update app.telling set epoch = hub.epoch, horizon = next;
end $$;
comment on function app.tell() is 'Reads the log from where it stood last and writes down whom each new message, and what happens to what is watched, concerns: once for each member, however often it is read. Whom. For the clerk.';

create or replace function app.still_told(member uuid, message uuid, reason text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.messages m join app.conversations t on t.id = m.conversation_id join app.members p on p.id = member and p.status = 'active'
    where m.id = message and m.deleted_at is null
      and not exists (select from app.bylines b where b.id = m.byline_id and b.member_id = member)
      and (m.audience_id = 1 or exists (select from app.audience_members am where am.audience_id = m.audience_id and am.member_id = member and (am.ends_at is null or am.ends_at > now())))
      and app.follow_of(member, m.thread_id) is distinct from 'muted'
      and case app.level_of(member, t.id) when 'everything' then true when 'nothing' then false else reason not in ('direct', 'channel') end)
$$;
comment on function app.still_told(uuid, uuid, text) is 'Does this message concern this member now for that reason: they read it, did not write it, and neither muted its thread nor said that they want to hear nothing there? Asked when it is written down and again before anything is sent.';

create or replace function app.claim_mails(most int)
returns table (member_id uuid, email text, name text, locale text, time_zone text, notices uuid[], reasons text[], items jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from app.notice_mails x where x.sent_at < now() - interval '90 days';
  return query
  with due as materialized (
    select n.* from app.notices n where n.mail_due <= now() and (n.mail_claimed_at is null or n.mail_claimed_at < now() - interval '10 minutes')
     order by n.mail_due limit 2000 for update skip locked),
  -- What was read meanwhile, taken back, or is not theirs any more is told to nobody.
  live as materialized (
    select d.*, coalesce(r.number, 0) as read_to from due d left join app.read_markers r on r.member_id = d.member_id and r.thread_id = d.thread_id
     where d.number > coalesce(r.number, 0) and d.seen_at is null and app.still_told(d.member_id, d.message_id, d.reason)
       and exists (select from app.accounts a where a.member_id = d.member_id and a.email <> '')),
  dead as (update app.notices n set mail_due = null, mail_claimed_at = null from due d where n.id = d.id and not exists (select from live l where l.id = d.id)),
  -- What is told at once is told once for a thread until it was read; an hourly or daily mail lists what came since.
  again as (update app.notices n set mail_due = null from live l where n.id = l.id and app.mail_mode(l.member_id, l.reason) = 'now'
      and exists (select from app.notices o where o.member_id = l.member_id and o.thread_id = l.thread_id and o.mailed_at is not null and o.number > l.read_to and o.id <> l.id)
    returning n.id),
  chosen as materialized (select l.* from live l where l.id not in (select a.id from again a) and l.member_id in (select x.member_id from live x group by x.member_id order by min(x.mail_due) limit most)),
  mine as (update app.notices n set mail_claimed_at = now() from chosen c where n.id = c.id)
  select c.member_id, a.email, m.name, m.locale, m.time_zone, array_agg(c.id order by c.at), array_agg(distinct c.reason),
      jsonb_agg(case o.mail when 'text' then jsonb_build_object('mail', 'text', 'reason', c.reason, 'thread_id', h.id, 'message_id', x.id, 'label', coalesce(x.marking, t.ceiling), 'author', b.name, 'organization', g.name,
        'thread', case when top.mail = 'text' then h.title end, 'kind', t.subject_kind, 'body', left(x.body, 2000), 'at', x.created_at)
      -- Above TLP:GREEN not even where, or by whom. A title carries the highest label of its conversation.
      else jsonb_build_object('mail', case when x.marking is null then 'notice' else o.mail end) end order by c.at)
    from chosen c join app.members m on m.id = c.member_id join app.accounts a on a.member_id = c.member_id
      join app.messages x on x.id = c.message_id join app.threads h on h.id = x.thread_id join app.conversations t on t.id = x.conversation_id
      join app.marking_outlets o on o.label = app.label_of_words(t.id, x.marking)
      join app.marking_outlets top on top.label = t.ceiling
      left join app.bylines b on b.id = x.byline_id left join app.organizations g on g.id = b.organization_id
   group by c.member_id, a.email, m.name, m.locale, m.time_zone;
end $$;
comment on function app.claim_mails(int) is 'Takes up what mail has to tell now, for at most so many members, one row each; what was read, taken back or lost meanwhile is dropped. The words of a message only where its label lets mail carry text; above that an item says no more than notice or waits. Claimed for ten minutes. For the clerk.';

create or replace function app.mails_sent(ids uuid[], went boolean) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update app.notices set mail_claimed_at = null, mailed_at = case when went then now() end, mail_due = case when not went then now() + interval '5 minutes' end where id = any(ids) and mail_claimed_at is not null
$$;
comment on function app.mails_sent(uuid[], boolean) is 'What was claimed has gone out, or is to be tried again in five minutes. For the clerk.';

create or replace function app.stop_mail(secret bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare mail app.notice_mails;
begin
  select * into mail from app.notice_mails n where n.stop_hash = secret;
  if not found then return false; end if;
  insert into app.telling_choices (member_id) values (mail.member_id) on conflict do nothing;
  update app.telling_choices set mail_mentions = case when 'mention' = any(mail.reasons) then 'never' else mail_mentions end,
    mail_direct = case when 'direct' = any(mail.reasons) then 'never' else mail_direct end,
    mail_followed = case when mail.reasons && '{followed,channel}' then 'never' else mail_followed end where member_id = mail.member_id;
  update app.notices set mail_due = null where member_id = mail.member_id and reason = any(mail.reasons || case when mail.reasons && '{followed,channel}' then array['followed', 'channel'] else '{}' end) and mail_claimed_at is null;
  return true;
end $$;
comment on function app.stop_mail(bytea) is 'The link at the end of a mail that told of messages: no more of its kinds. It can do nothing else, so it needs no signing in; false for a link that is not known.';

grant execute on function app.tell(), app.claim_mails(int), app.mails_sent(uuid[], boolean) to indaba_clerk;
grant execute on function app.stop_mail(bytea) to indaba_person, indaba_visitor;
set local role indaba_owner;

grant select, insert, update on app.notices, app.telling_choices to indaba_keyring;
grant select, delete on app.notice_mails to indaba_keyring;
grant select, update on app.telling to indaba_keyring;
create policy keyring_tells on app.notices to indaba_keyring using (true) with check (true);
create policy keyring_stops on app.telling_choices to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.notice_mails for select to indaba_keyring using (true);
create policy keyring_tidies on app.notice_mails for delete to indaba_keyring using (sent_at < now() - interval '90 days');
create policy keyring_keeps on app.telling to indaba_keyring using (true);
grant insert on app.notice_mails to indaba_clerk;
create policy clerk_notes on app.notice_mails for insert to indaba_clerk with check (true);

-- Mine alone, and only of what I still read.
grant select (id, member_id, message_id, audience_id, thread_id, number, reason, at, seen_at), update (seen_at) on app.notices to indaba_person;
create policy own on app.notices for select to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()));
create policy own_through_message on app.notices as restrictive for select to indaba_person
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = notices.audience_id and m.deleted_at is null));
create policy own_seen on app.notices for update to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_keep_own()));
grant select, insert, update on app.telling_choices to indaba_person;
create policy own on app.telling_choices for select to indaba_person using (member_id = (select app.me()));
create policy own_set on app.telling_choices for insert to indaba_person with check (member_id = (select app.me()) and (select app.may_keep_own()));
create policy own_change on app.telling_choices for update to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
