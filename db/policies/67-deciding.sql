-- What moderators decide: removing, restricting, undoing; and the answer of whoever it concerns.
set local role indaba_keyring;

create or replace function app.remove_message(act uuid, message uuid, why text, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare m app.messages; one record; over boolean;
begin
  select * into m from app.messages x where x.id = message for update;
  over := m.id is not null and not (m.audience_id in (select app.my_audiences()) and app.may_moderate(m.conversation_id) and (m.marking is null or m.marking <> all(app.sealed_labels())));
  -- What was handed over is removed by whom it was handed to, whatever else they may not read there.
  if m.id is null or over and not exists (select from app.message_reports r where r.message_id = m.id and r.handed and r.closed_at is null and app.may_close_report(r.id)) then
    raise exception using errcode = 'IN404', message = 'conversations.message.not_found';
  end if;
  if m.byline_id in (select app.my_bylines()) then raise exception using errcode = 'IN422', message = 'conversations.moderation.own'; end if;
  if m.deleted_at is not null then raise exception using errcode = 'IN409', message = 'conversations.moderation.gone'; end if;
  -- The trigger keeps the words as earlier ones; retention and holds go by them.
  update app.messages x set body = '', deleted_at = now(), moderated_as = why where x.id = m.id;
  delete from search.entries e where e.subject_id = m.id and e.kind = 'message';
  insert into app.moderation_acts (id, kind, message_id, conversation_id, audience_id, byline_id, moderator_id, handed, reason, words)
    values (act, 'removed', m.id, m.conversation_id, m.audience_id, m.byline_id, app.my_byline(), over, why, said);
  for one in select r.id from app.message_reports r where r.message_id = m.id and r.closed_at is null loop
    update app.message_reports r set closed_at = now(), outcome = 'removed', closed_by = app.my_byline() where r.id = one.id;
    perform app.mail_moderation('report', one.id, 'reporter');
  end loop;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
    values ('message.removed', m.audience_id, null, 'message', m.id, jsonb_build_object('conversation_id', m.conversation_id, 'thread_id', m.thread_id, 'number', m.thread_number));
  perform app.note('moderation.removed', app.me(), (select b.member_id from app.bylines b where b.id = m.byline_id), null, jsonb_build_object('act_id', act, 'reason', why));
  perform app.mail_moderation('act', act, 'author');
end $$;
comment on function app.remove_message(uuid, uuid, text, text) is 'Removes a message where I keep order, or one that was handed over: its place and number stay, its words are kept for an answer. Refuses with conversations.message.not_found, conversations.moderation.own, .gone.';

create or replace function app.may_settle(act uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.moderation_acts a where a.id = act and a.byline_id not in (select app.my_bylines())
    and case when a.handed or a.conversation_id is null then app.may_restrict(null) else app.may_moderate(a.conversation_id) end)
$$;
comment on function app.may_settle(uuid) is 'May I undo this decision, or settle the answer to it? Whoever could decide so, never about myself.';

create or replace function app.another_settles(act uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.moderation_acts a cross join lateral (
      select h from app.hub_moderators() h where a.handed or a.conversation_id is null union all select k from app.order_keepers(a.conversation_id) k where not a.handed and a.conversation_id is not null) x(who)
    where a.id = act and x.who <> app.me() and x.who not in (select b.member_id from app.bylines b where b.id = a.byline_id and b.member_id is not null))
$$;
comment on function app.another_settles(uuid) is 'Is there somebody else, beside me and whom it concerns, who could settle this decision? For functions only.';

create or replace function app.settle(act uuid, undo boolean, said text) returns app.moderation_acts
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare a app.moderation_acts;
begin
  select * into a from app.moderation_acts x where x.id = act for update;
  if a.id is null or not app.may_settle(act) then raise exception using errcode = 'IN404', message = 'conversations.moderation.not_found'; end if;
  if a.undone or not undo and (a.answer is null or a.settled_at is not null) then raise exception using errcode = 'IN409', message = 'conversations.moderation.settled'; end if;
  -- An answer is read by somebody else, where there is somebody else.
  if not undo and a.moderator_id = app.my_byline() and app.another_settles(act) then
    raise exception using errcode = 'IN403', message = 'conversations.moderation.another';
  end if;
  update app.moderation_acts x set settled_at = now(), settled_by = app.my_byline(), settled_words = said, undone = undo, seen_at = null where x.id = act returning x.* into a;
  perform app.note(case when not undo then 'moderation.upheld' when a.kind = 'removed' then 'moderation.restored' else 'moderation.lifted' end,
    app.me(), (select b.member_id from app.bylines b where b.id = a.byline_id), null, jsonb_build_object('act_id', act));
  perform app.mail_moderation('act', act, 'author');
  return a;
end $$;
comment on function app.settle(uuid, boolean, text) is 'Undoes a decision or upholds it against an answer. For functions only. Refuses with conversations.moderation.not_found, .settled, .another (somebody else reads an answer).';

create or replace function app.uphold_act(act uuid, said text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$ select app.settle(act, false, said) $$;
comment on function app.uphold_act(uuid, text) is 'The answer changes nothing. Refuses with conversations.moderation.not_found, .settled, .another.';

create or replace function app.lift_restriction(act uuid, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from app.moderation_acts a where a.id = act and a.kind = 'restricted') then raise exception using errcode = 'IN404', message = 'conversations.moderation.not_found'; end if;
  perform app.settle(act, true, said);
end $$;
comment on function app.lift_restriction(uuid, text) is 'They may write again. Refuses with conversations.moderation.not_found, .settled.';

create or replace function app.restore_message(act uuid, said text, lexemes text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare a app.moderation_acts; m app.messages; was text; about text;
begin
  if not exists (select from app.moderation_acts x where x.id = act and x.kind = 'removed') then raise exception using errcode = 'IN404', message = 'conversations.moderation.not_found'; end if;
  a := app.settle(act, true, said);
  select * into m from app.messages x where x.id = a.message_id for update;
  select r.body into was from app.message_revisions r where r.message_id = m.id order by r.replaced_at desc, r.id desc limit 1;
  if m.moderated_as is null or m.moved_to is not null or was is null or app.removed_words_over(m.id) then raise exception using errcode = 'IN409', message = 'conversations.moderation.gone'; end if;
  update app.messages x set body = was, deleted_at = null, moderated_as = null where x.id = m.id;
  select c.subject_kind into about from app.conversations c where c.id = m.conversation_id;
  if lexemes <> '' then
    insert into search.entries values (nextval('search.positions'), 'message', m.id, m.audience_id, lexemes::tsvector || search.facets(m.byline_id, m.conversation_id, m.thread_id, about, m.marking)
      || search.holds(exists (select from app.attachments x where x.message_id = m.id), exists (select from app.polls x where x.message_id = m.id)), m.created_at);
  end if;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
    values ('message.restored', m.audience_id, null, 'message', m.id, jsonb_build_object('conversation_id', m.conversation_id, 'thread_id', m.thread_id, 'number', m.thread_number));
end $$;
comment on function app.restore_message(uuid, text, text) is 'Puts a removed message back as it was, while its words are kept. lexemes as in search.put(). Refuses with conversations.moderation.not_found, .settled, .gone.';

create or replace function app.restrict_member(act uuid, whom uuid, conversation uuid, why text, said text, until timestamptz, report uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare target app.bylines; c app.conversations; r app.message_reports;
begin
  if not app.may_restrict(conversation) then raise exception using errcode = 'IN404', message = 'conversations.conversation.not_found'; end if;
  select * into c from app.conversations x where x.id = conversation;
  select * into target from app.bylines b where b.id = whom and b.kind = 'person' and exists (select from app.members m where m.id = b.member_id and m.status = 'active');
  -- Only of those who read there does one know.
  if target.id is null or conversation is not null and c.audience_id <> 1
      and not exists (select from app.audience_members am where am.audience_id = c.audience_id and am.member_id = target.member_id) then
    raise exception using errcode = 'IN404', message = 'conversations.restriction.nobody';
  end if;
  if target.member_id = app.me() then raise exception using errcode = 'IN422', message = 'conversations.moderation.own'; end if;
  if conversation is not null and target.member_id in (select app.order_keepers(conversation))
     or conversation is null and exists (select from app.hub_roles h where h.member_id = target.member_id and h.role in ('moderator', 'steward')) then
    raise exception using errcode = 'IN422', message = 'conversations.restriction.keeper';
  end if;
  if until is null or until < now() + interval '30 minutes' or until > now() + interval '1 year' then raise exception using errcode = 'IN422', message = 'conversations.restriction.until'; end if;
  if exists (select from app.moderation_acts a where a.byline_id = whom and a.kind = 'restricted' and not a.undone and a.ends_at > now() and a.conversation_id is not distinct from conversation) then
    raise exception using errcode = 'IN409', message = 'conversations.restriction.stands';
  end if;
  insert into app.moderation_acts (id, kind, conversation_id, audience_id, byline_id, moderator_id, reason, words, ends_at)
    values (act, 'restricted', conversation, c.audience_id, whom, app.my_byline(), why, said, until);
  perform app.note('moderation.restricted', app.me(), target.member_id, null, jsonb_build_object('act_id', act, 'reason', why, 'until', until, 'hub', conversation is null));
  if report is not null then
    select * into r from app.message_reports x where x.id = report;
    if r.author_id <> whom then raise exception using errcode = 'IN404', message = 'conversations.report.not_found'; end if;
    perform app.close_report(report, 'restricted');
  end if;
  perform app.mail_moderation('act', act, 'author');
end $$;
comment on function app.restrict_member(uuid, uuid, uuid, text, text, timestamptz, uuid) is 'Somebody reads and does not write until a moment, in one conversation or (null) in all; closes a report about them with it. Refuses with conversations.conversation.not_found, conversations.restriction.nobody, .keeper, .until (half an hour to a year), .stands, conversations.moderation.own, conversations.report.not_found, .closed.';

create or replace function app.answer_act(act uuid, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare a app.moderation_acts;
begin
  select * into a from app.moderation_acts x where x.id = act and x.byline_id in (select app.my_bylines()) for update;
  if a.id is null or not app.may_keep_own() then raise exception using errcode = 'IN404', message = 'conversations.moderation.not_found'; end if;
  if a.answer is not null then raise exception using errcode = 'IN409', message = 'conversations.moderation.answered'; end if;
  if a.undone or a.at < now() - interval '30 days' then raise exception using errcode = 'IN409', message = 'conversations.moderation.settled'; end if;
  update app.moderation_acts x set answer = said, answered_at = now() where x.id = act;
  perform app.note('moderation.answered', app.me(), app.me(), null, jsonb_build_object('act_id', act));
  perform app.mail_moderation('act', act, 'keepers');
end $$;
comment on function app.answer_act(uuid, text) is 'My answer to a decision about me, once, within thirty days. Refuses with conversations.moderation.not_found, .answered, .settled.';

create or replace function app.words_removed(act uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.body from app.moderation_acts a join app.messages m on m.id = a.message_id and m.moderated_as is not null and not app.removed_words_over(m.id) join app.message_revisions r on r.message_id = a.message_id
   where a.id = act and (m.marking is null or m.marking <> all(app.sealed_labels())) and (a.byline_id in (select app.my_bylines()) or not a.handed and app.may_settle(a.id)
       or a.handed and app.may_settle(a.id) and exists (select from app.message_reports h where h.message_id = a.message_id and h.handed_words = r.body))
   order by r.replaced_at desc, r.id desc limit 1
$$;
comment on function app.words_removed(uuid) is 'What a removed message said, while it is kept: for its author and for whoever may settle the decision; of what was handed over, the words that were.';

create or replace function app.moderation_log() returns table (id uuid, kind text, message_id uuid, subject_id uuid, subject_kind text, who text, moderator text, mine boolean, handed boolean, reason text, words text, at timestamptz, ends_at timestamptz, answer text, answered_at timestamptz, settled_at timestamptz, settled_by text, settled_words text, undone boolean, said text, may_restore boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.id, a.kind, case when not a.handed then a.message_id end, case when not a.handed then c.subject_id end, c.subject_kind, w.name, m.name, a.moderator_id in (select app.my_bylines()), a.handed, a.reason, a.words, a.at, a.ends_at,
      a.answer, a.answered_at, a.settled_at, s.name, a.settled_words, a.undone, app.words_removed(a.id),
      exists (select from app.messages x where x.id = a.message_id and x.moderated_as is not null and x.moved_to is null and not app.removed_words_over(x.id)) and exists (select from app.message_revisions r where r.message_id = a.message_id)
    from app.moderation_acts a left join app.conversations c on c.id = a.conversation_id join app.bylines w on w.id = a.byline_id join app.bylines m on m.id = a.moderator_id left join app.bylines s on s.id = a.settled_by
   where app.may_settle(a.id) order by (a.answer is not null and a.settled_at is null) desc, a.at desc limit 200
$$;
comment on function app.moderation_log() is 'What was decided where I keep order, answers that wait first.';

grant execute on function app.remove_message(uuid, uuid, text, text), app.restore_message(uuid, text, text), app.restrict_member(uuid, uuid, uuid, text, text, timestamptz, uuid), app.lift_restriction(uuid, text),
  app.uphold_act(uuid, text), app.may_settle(uuid), app.answer_act(uuid, text), app.words_removed(uuid), app.moderation_log() to indaba_person;
set local role indaba_owner;

grant update (moderated_as) on app.messages to indaba_keyring;
create policy keyring_keeps_order on app.messages for update to indaba_keyring using (true) with check (moderated_as is not null or deleted_at is null);
-- Whoever it concerns reads what was decided, and by whom.
grant select (id, kind, message_id, conversation_id, byline_id, moderator_id, reason, words, at, ends_at, answer, answered_at, settled_at, settled_words, undone) on app.moderation_acts to indaba_person;
create policy own on app.moderation_acts for select to indaba_person using (byline_id in (select app.my_bylines()));
create policy labels_hold on app.moderation_acts as restrictive for select to indaba_person using (cardinality((select app.sealed_labels())) = 0 or message_id is null or not app.sealed_message(message_id));
-- The job that writes the mails.
grant select (id, kind, conversation_id, byline_id, moderator_id, handed, settled_at, undone) on app.moderation_acts to indaba_clerk;
create policy clerk_tells on app.moderation_acts for select to indaba_clerk using (true);
