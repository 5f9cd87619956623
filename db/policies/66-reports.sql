-- Reports and what moderators decide. A moderator sees what they read anyway, and of other places exactly what somebody hands over.
set local role indaba_keyring;

create or replace function app.may_moderate(conversation uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.in_browser() and not app.am_restricted(null) and exists (select from app.conversations c where c.id = conversation and c.audience_id in (select app.my_audiences()) and c.subject_kind <> 'direct'
    and (app.has_role('{moderator}') or c.subject_kind = 'channel' and app.keeps_channel(c.subject_id)))
$$;
comment on function app.may_moderate(uuid) is 'May I decide about messages and people here, where I read? The moderators of the hub, and in a channel its own keepers. Not stewards as such; and nobody where people write to each other directly.';

create or replace function app.may_restrict(conversation uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select case when conversation is null then app.may_write() and app.in_browser() and app.has_role('{moderator}') else app.may_moderate(conversation) end
$$;
comment on function app.may_restrict(uuid) is 'May I say who reads and does not write: here, or (null) in all of the hub, which moderators of the hub do.';

create or replace function app.may_report(message uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.writer() is not null and exists (select from app.messages m where m.id = message and m.audience_id in (select app.my_audiences()) and m.deleted_at is null
    and (m.marking is null or m.marking <> all(app.sealed_labels())) and m.byline_id not in (select app.my_bylines()))
$$;
comment on function app.may_report(uuid) is 'May I report this message? Whoever reads it and did not write it.';

create or replace function app.may_close_report(report uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.message_reports r where r.id = report and r.author_id not in (select app.my_bylines())
    and case when r.handed then app.may_restrict(null) else app.may_moderate(r.conversation_id) end)
$$;
comment on function app.may_close_report(uuid) is 'Is this report for me to decide? Never about my own words.';

create or replace function app.order_keepers(conversation uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id from app.conversations c join app.members m on m.status = 'active' and m.agreed
   where c.id = conversation and c.subject_kind <> 'direct'
     and (c.audience_id = 1 or exists (select from app.audience_members am where am.audience_id = c.audience_id and am.member_id = m.id and (am.ends_at is null or am.ends_at > now())))
     and (exists (select from app.hub_roles r where r.member_id = m.id and r.role = 'moderator')
       or c.subject_kind = 'channel' and (
         exists (select from app.channels h join app.bylines b on b.id = h.byline_id where h.id = c.subject_id and b.member_id = m.id)
         or exists (select from app.channel_keepers k join app.bylines b on b.id = k.byline_id where k.channel_id = c.subject_id and b.member_id = m.id)
         or exists (select from app.audiences a join app.memberships ms on ms.organization_id = a.ref and ms.role = 'focal_point' where a.id = c.audience_id and a.kind = 'organization' and ms.member_id = m.id)
         or exists (select from app.audiences a join app.circle_runners cr on cr.circle_id = a.ref where a.id = c.audience_id and a.kind = 'circle' and cr.member_id = m.id)))
$$;
comment on function app.order_keepers(uuid) is 'Who keeps order in a conversation, as app.may_moderate says of each; none in a direct one. For functions and the job.';

create or replace function app.hub_moderators() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.member_id from app.hub_roles r join app.members m on m.id = r.member_id and m.status = 'active' and m.agreed where r.role = 'moderator'
$$;
comment on function app.hub_moderators() is 'The moderators of the hub. For functions and the job.';

create or replace function app.report_goes(message uuid) returns table (handed boolean, words boolean, refusal text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select x.handed, x.handed and (x.label is null or app.marking_rank(x.label) <= app.marking_rank('TLP:GREEN')),
      case when not x.handed then null when x.label = 'TLP:RED' then 'conversations.report.red'
        when not exists (select from app.hub_moderators() h where h not in (select b.member_id from app.bylines b where b.id = x.byline_id and b.member_id is not null)) then 'conversations.report.nobody' end
    from (select coalesce(m.marking, c.marking) as label, m.byline_id,
        not exists (select from app.order_keepers(m.conversation_id) k where k not in (select b.member_id from app.bylines b where b.id = m.byline_id and b.member_id is not null)) as handed
      from app.messages m join app.conversations c on c.id = m.conversation_id where m.id = message and app.may_report(m.id)) x
$$;
comment on function app.report_goes(uuid) is 'To whom a report of this message goes: those who keep order there (handed false), or by handing over to the moderators of the hub; whether its words go with it, as its label lets them; and why it cannot.';

create or replace function app.report_message(report uuid, message uuid, why text, said text, hand boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare m app.messages; mine uuid; goes record;
begin
  select * into m from app.messages x where x.id = message and x.audience_id in (select app.my_audiences()) and x.deleted_at is null and (x.marking is null or x.marking <> all(app.sealed_labels()));
  if not found then raise exception using errcode = 'IN404', message = 'conversations.message.not_found'; end if;
  if m.byline_id in (select app.my_bylines()) then raise exception using errcode = 'IN422', message = 'conversations.report.own'; end if;
  select b.id into mine from app.bylines b where b.member_id = app.writer() and b.kind = 'person';
  if mine is null then raise exception using errcode = '42501', message = 'not allowed'; end if;
  perform pg_advisory_xact_lock(hashtextextended(mine::text, 10));
  if exists (select from app.message_reports r where r.byline_id = mine and r.message_id = message and r.closed_at is null) then
    raise exception using errcode = 'IN409', message = 'conversations.report.open';
  end if;
  if (select count(*) from app.message_reports r where r.byline_id = mine and r.created_at > now() - interval '1 day') >= 30 then
    raise exception using errcode = 'IN429', message = 'conversations.report.too_many';
  end if;
  select * into goes from app.report_goes(message);
  if goes.refusal is not null then raise exception using errcode = 'IN422', message = goes.refusal; end if;
  if goes.handed and not hand then raise exception using errcode = 'IN422', message = 'conversations.report.not_handed'; end if;
  insert into app.message_reports (id, message_id, conversation_id, audience_id, byline_id, author_id, reason, words, handed, handed_words)
    values (report, m.id, m.conversation_id, m.audience_id, mine, m.byline_id, why, said, goes.handed, case when goes.words then m.body end);
  -- Without whoever reported: a focal point who wrote the message would read it there.
  perform app.note('moderation.reported', null, null, null, jsonb_build_object('reason', why));
  perform app.mail_moderation('report', report, 'keepers');
end $$;
comment on function app.report_message(uuid, uuid, text, text, boolean) is 'Reports a message of others that I read. hand: I hand it over to the moderators of the hub, where nobody else keeps order. Refuses with conversations.message.not_found, conversations.report.own, .open (one of mine waits), .too_many (30 a day), .not_handed, .red, .nobody.';

create or replace function app.mail_moderation(what text, id uuid, whom text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare of jsonb := jsonb_build_object(what, id, 'whom', whom); moment timestamptz;
begin
  -- Who keeps order has a duty, and duties do not sleep; a decision about somebody, or what came of their report, waits for the end of their quiet hours. The bell does not.
  select app.moment_to_push(b.member_id, now()) into moment from app.bylines b
   where whom <> 'keepers' and b.id = case what when 'act' then (select a.byline_id from app.moderation_acts a where a.id = mail_moderation.id) else (select r.byline_id from app.message_reports r where r.id = mail_moderation.id) end;
  if moment > now() then
    perform graphile_worker.add_job('conversations.mail-moderation', json_build_object('ids', of || '{"only": "bell"}', 'actor', app.me()));
    -- Decided anew before they wake, they are told once, of what stands.
    perform graphile_worker.add_job('conversations.mail-moderation', json_build_object('ids', of, 'actor', app.me()), run_at => moment, job_key => 'moderation ' || what || ' ' || id || ' ' || whom);
  else
    perform graphile_worker.add_job('conversations.mail-moderation', json_build_object('ids', of, 'actor', app.me()));
  end if;
end $$;
comment on function app.mail_moderation(text, uuid, text) is 'Queues a mail about a report or a decision: to keepers at once, to the author or the reporter after their quiet hours; open windows look at their bell at once. For functions only.';

create or replace function app.my_byline() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person'
$$;
comment on function app.my_byline() is 'My own byline, under my name. For functions only.';

create or replace function app.close_report(report uuid, what text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare r app.message_reports;
begin
  select * into r from app.message_reports x where x.id = report for update;
  if r.id is null or not app.may_close_report(report) then raise exception using errcode = 'IN404', message = 'conversations.report.not_found'; end if;
  if r.closed_at is not null then raise exception using errcode = 'IN409', message = 'conversations.report.closed'; end if;
  update app.message_reports x set closed_at = now(), outcome = what, closed_by = app.my_byline() where x.id = report;
  if what = 'dismissed' then
    perform app.note('moderation.dismissed', app.me(), (select b.member_id from app.bylines b where b.id = r.author_id), null, jsonb_build_object('reason', r.reason));
  end if;
  perform app.mail_moderation('report', report, 'reporter');
end $$;
comment on function app.close_report(uuid, text) is 'Ends a report that is for me to decide, and tells whoever made it. For functions only. Refuses with conversations.report.not_found, .closed.';

create or replace function app.dismiss_report(report uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$ select app.close_report(report, 'dismissed') $$;
comment on function app.dismiss_report(uuid) is 'Nothing is done about a report. Refuses with conversations.report.not_found, .closed.';

create or replace function app.removed_words_over(message uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare m app.messages; label text;
begin
  select * into m from app.messages x where x.id = message;
  label := app.label_of_words(m.conversation_id, m.marking);
  return coalesce(m.removed_at is not null or app.is_due('earlier_words', label, m.deleted_at) or app.is_due(app.kind_of_words(m.conversation_id), label, m.created_at), true);
end $$;
comment on function app.removed_words_over(uuid) is 'Is the time over for which what a removed message said is kept? Asked of the rules alone: a hold keeps the words longer, and nobody is shown by them that there is one. For functions only.';

create or replace function app.moderation_queue() returns table (id uuid, message_id uuid, conversation_id uuid, subject_id uuid, subject_kind text, author_id uuid, author text, reporter text, reason text, words text, handed boolean, said text, marking text, gone boolean, at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.id, r.message_id, case when not r.handed then r.conversation_id end, case when not r.handed then c.subject_id end, c.subject_kind, r.author_id, a.name, b.name, r.reason, r.words, r.handed,
      case when r.handed then r.handed_words when m.deleted_at is null then m.body
        -- Taken back after it was reported: what it said then.
        else (select x.body from app.message_revisions x where x.message_id = m.id and x.replaced_at >= r.created_at and not app.removed_words_over(m.id) order by x.replaced_at, x.id limit 1) end,
      m.marking, m.deleted_at is not null, r.created_at
    from app.message_reports r join app.messages m on m.id = r.message_id join app.conversations c on c.id = r.conversation_id join app.bylines a on a.id = r.author_id join app.bylines b on b.id = r.byline_id
   where r.closed_at is null and app.may_close_report(r.id) order by r.created_at limit 200
$$;
comment on function app.moderation_queue() is 'Open reports that are for me to decide. Of what was handed over: the words that were handed over, and not where it was said.';

create or replace function app.moderates() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_restrict(null) or exists (select from app.conversations c where c.subject_kind = 'channel' and c.audience_id in (select app.my_audiences()) and app.may_moderate(c.id))
$$;
comment on function app.moderates() is 'Do I keep order anywhere?';

grant execute on function app.may_moderate(uuid), app.may_restrict(uuid), app.may_report(uuid), app.may_close_report(uuid), app.report_goes(uuid), app.report_message(uuid, uuid, text, text, boolean),
  app.dismiss_report(uuid), app.moderation_queue(), app.moderates() to indaba_person;
grant execute on function app.order_keepers(uuid), app.hub_moderators() to indaba_clerk;
set local role indaba_owner;

grant select, insert, update (closed_at, outcome, closed_by) on app.message_reports to indaba_keyring;
create policy keyring_decides on app.message_reports to indaba_keyring using (true) with check (true);
grant select on app.circle_runners, app.channel_keepers to indaba_keyring;

-- Whoever reported sees their report and its outcome; not what was handed over, nor who decided. The author sees nothing of it.
grant select (id, message_id, byline_id, reason, words, handed, created_at, closed_at, outcome) on app.message_reports to indaba_person;
create policy own on app.message_reports for select to indaba_person using (byline_id in (select app.my_bylines()));
create policy labels_hold on app.message_reports as restrictive for select to indaba_person using (cardinality((select app.sealed_labels())) = 0 or not app.sealed_message(message_id));
-- The job that writes the mails: whom, and of what kind; never a word.
grant select (id, conversation_id, byline_id, author_id, handed, outcome) on app.message_reports to indaba_clerk;
create policy clerk_tells on app.message_reports for select to indaba_clerk using (true);
-- A report goes with the words it is about.
grant select (message_id), delete on app.message_reports to indaba_archivist;
create policy archivist_looks on app.message_reports for select to indaba_archivist using (true);
create policy archivist_removes on app.message_reports for delete to indaba_archivist using (exists (select from app.messages m where m.id = message_id and m.removed_at is not null));
