-- Keeping and forgetting: one table says how long, one role (the archivist, of the retention job alone) removes what is due, and only that.
set local role indaba_keyring;

create or replace function app.keep_days(what text, mark text) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- For a week the longer of old and new counts. No number is for good.
  select case when r.changed_at > now() - interval '7 days' and (r.was_days is null or r.was_days > r.keep_days) then r.was_days else r.keep_days end
    from app.retention_rules r where r.kind = what and r.label is not distinct from mark
$$;
comment on function app.keep_days(text, text) is 'How many days this is kept as of now; null: for good, also where no rule says anything.';

create or replace function app.is_due(what text, mark text, since timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(since < now() - make_interval(days => app.keep_days(what, mark)), false)
$$;
comment on function app.is_due(text, text, timestamptz) is 'Is the time of something over that is kept since then?';

create or replace function app.kind_of_words(conversation uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case c.subject_kind when 'channel' then 'message' when 'direct' then 'direct' else 'comment' end from app.conversations c where c.id = conversation
$$;
comment on function app.kind_of_words(uuid) is 'What a message of this conversation is called in the rules.';

create or replace function app.label_of_words(conversation uuid, mark text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(mark, (select c.ceiling from app.conversations c where c.id = conversation))
$$;
comment on function app.label_of_words(uuid, text) is 'The label that the rules go by: its own, or where it has none the highest that its conversation allows.';

create or replace function app.message_due(conversation uuid, author uuid, audience int, mark text, since timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.is_due(app.kind_of_words(conversation), app.label_of_words(conversation, mark), since) and not app.words_held(author, conversation, audience, null)
$$;
comment on function app.message_due(uuid, uuid, int, text, timestamptz) is 'May the words of this message go now?';

create or replace function app.earlier_words_due(message uuid, mark text, since timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (m.removed_at is not null or app.is_due('earlier_words', app.label_of_words(m.conversation_id, coalesce(m.marking, mark)), since))
      and not app.words_held(m.byline_id, m.conversation_id, m.audience_id, null) from app.messages m where m.id = message
$$;
comment on function app.earlier_words_due(uuid, text, timestamptz) is 'May go now what a message said before it was edited or taken back?';

create or replace function app.thread_due(thread uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not exists (select from app.messages m where m.thread_id = t.id and m.removed_at is null)
      and app.is_due('thread', app.label_of_words(t.conversation_id, null), greatest(t.created_at, (select max(m.removed_at) from app.messages m where m.thread_id = t.id)))
      and not app.words_held(t.byline_id, t.conversation_id, t.audience_id, null)
      and not exists (select from app.messages m where m.thread_id = t.id and app.words_held(m.byline_id, m.conversation_id, m.audience_id, null))
    from app.threads t where t.id = thread
$$;
comment on function app.thread_due(uuid) is 'Does a thread hold nothing but empty places, long enough? Then it goes with them.';

create or replace function app.event_payload_due(event bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (app.is_due('event_payload', null, e.at) or exists (select from app.messages m where m.id = e.subject_id and m.removed_at is not null)) and not app.event_held(e)
    from app.events e where e.id = event
$$;
comment on function app.event_payload_due(bigint) is 'May go now what of an event can be erased?';

create or replace function app.draft_due(page uuid, request uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.status = 'withdrawn' and app.is_due('draft', null, c.decided_at) and not app.words_held(c.byline_id, null, c.audience_id, c.space_id) from app.change_requests c where c.id = request
$$;
comment on function app.draft_due(uuid, uuid) is 'May go now the text of a proposal that its author withdrew? What was merged or declined is kept: it says why the text is what it is.';

create or replace function app.file_due(file uuid, author uuid, audience int, since timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.is_due('file', null, since) and not exists (select from app.space_assets a where a.file_id = file) and not app.words_held(author, null, audience, null)
$$;
comment on function app.file_due(uuid, uuid, int, timestamptz) is 'May go now a picture that no space names?';

create or replace function app.attachment_due(message uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (m.removed_at is not null or m.deleted_at is not null and app.is_due('earlier_words', app.label_of_words(m.conversation_id, m.marking), m.deleted_at))
      and not app.words_held(m.byline_id, m.conversation_id, m.audience_id, null) from app.messages m where m.id = message
$$;
comment on function app.attachment_due(uuid) is 'May a file go now? With the words of its message, or as the words it had before it was taken back.';

create or replace function app.way_in_due(what text, member uuid, since timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.is_due(what, null, since) and not app.person_held(member)
$$;
comment on function app.way_in_due(text, uuid, timestamptz) is 'May go now a session, passkey or recovery that ended then?';

create or replace function app.invitation_due(organization uuid, author uuid, since timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.is_due('invitation', null, since) and not app.organization_held(organization) and not app.words_held(author, null, null, null)
$$;
comment on function app.invitation_due(uuid, uuid, timestamptz) is 'May go now an invitation that ended then?';

create or replace function app.application_due(organization uuid, since timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.is_due('application', null, since) and not coalesce(app.organization_held(organization), false) and not app.words_held(null, null, null, null)
$$;
comment on function app.application_due(uuid, timestamptz) is 'May go now an application that ended then, with its contacts, notes and answers?';

create or replace function app.audit_forget_due(most int, dry boolean) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint[];
begin
  select coalesce(array_agg(d.position), '{}') into gone from (
    select p.position from app.audit_payloads p where p.kind <> 'audit.forgotten' and app.is_due('audit_payload', null, p.at) and not app.row_held('audit_payloads', to_jsonb(p))
     order by p.position limit most) d;
  if dry or cardinality(gone) = 0 then return cardinality(gone); end if;
  delete from app.audit_payloads where position = any(gone);
  -- One row for many: else forgetting would grow the log by as much as it takes away.
  perform app.note('audit.forgotten', null, null, null, jsonb_build_object('positions', to_jsonb(gone), 'reason', 'retention'));
  return cardinality(gone);
end $$;
comment on function app.audit_forget_due(int, boolean) is 'Erases what rows of the log are about whose time is over, and writes down which. The chain stays whole. For the archivist only.';

create or replace function app.retention_ran(run uuid, counts jsonb, over boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.retention_runs as r (id, removed, ended_at) values (run, counts, case when over then now() end)
    on conflict (id) do update set removed = excluded.removed, ended_at = excluded.ended_at;
  if over and counts <> '{}' then perform app.note('retention.ran', null, null, null, jsonb_build_object('run_id', run, 'removed', counts)); end if;
end $$;
comment on function app.retention_ran(uuid, jsonb, boolean) is 'How far a run of the retention job is; at its end, if it removed anything, a note in the log. For the archivist only.';

create or replace function app.may_change_retention() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}')
$$;
comment on function app.may_change_retention() is 'A steward says how long what is kept.';

create or replace function app.retention_needs_two(what text, mark text, days int) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.two_stewards() and exists (select from app.retention_rules r where r.kind = what and r.label is not distinct from mark
    and coalesce(days, 2147483647) < coalesce(r.keep_days, 2147483647))
$$;
comment on function app.retention_needs_two(text, text, int) is 'Does keeping this only so long (null: for good) wait for a second steward? What is shorter destroys sooner.';

create or replace function app.retention_subject(what text, mark text) returns uuid
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$ select md5('indaba retention ' || what || ' ' || coalesce(mark, ''))::uuid $$;
comment on function app.retention_subject(text, text) is 'The id by which an act names a rule of retention.';

create or replace function app.on_retention_rule() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if session_user not in ('indaba_web', 'indaba_worker') then return new; end if;
  perform app.need_fresh();
  -- Changed twice within a week, the longest of all still counts.
  new.was_days := app.keep_days(old.kind, old.label);
  new.changed_at := now();
  new.changed_by := (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person');
  perform app.note('retention.changed', app.me(), null, null, jsonb_build_object('kind', new.kind, 'label', new.label, 'days', new.keep_days, 'was', new.was_days));
  return new;
end $$;
comment on function app.on_retention_rule() is 'Changing a rule needs a fresh proof, remembers what held before, and leaves a note.';

grant execute on function app.may_change_retention(), app.keep_days(text, text), app.retention_needs_two(text, text, int), app.retention_subject(text, text) to indaba_person;
grant execute on function app.is_due(text, text, timestamptz), app.kind_of_words(uuid), app.label_of_words(uuid, text), app.message_due(uuid, uuid, int, text, timestamptz),
  app.earlier_words_due(uuid, text, timestamptz), app.thread_due(uuid), app.event_payload_due(bigint), app.draft_due(uuid, uuid), app.file_due(uuid, uuid, int, timestamptz), app.attachment_due(uuid),
  app.way_in_due(text, uuid, timestamptz), app.invitation_due(uuid, uuid, timestamptz), app.application_due(uuid, timestamptz), app.audit_forget_due(int, boolean), app.retention_ran(uuid, jsonb, boolean),
  app.anything_held(), app.keep_days(text, text) to indaba_archivist;
grant execute on function app.on_retention_rule() to indaba_owner;
set local role indaba_owner;

grant select on app.retention_rules, app.event_payloads to indaba_keyring;
grant select, insert, update on app.retention_runs to indaba_keyring;
create policy keyring_reads on app.retention_rules for select to indaba_keyring using (true);
create policy keyring_reads on app.event_payloads for select to indaba_keyring using (true);
create policy keyring_keeps on app.retention_runs to indaba_keyring using (true) with check (true);
create or replace trigger rule_changed before update on app.retention_rules for each row execute function app.on_retention_rule();

grant select on app.retention_rules, app.retention_runs to indaba_person;
grant update (keep_days, reason) on app.retention_rules to indaba_person;
create policy members_read on app.retention_rules for select to indaba_person using ((select app.me()) is not null);
create policy stewards_change on app.retention_rules for update to indaba_person using ((select app.may_change_retention())) with check ((select app.may_change_retention()) and reason is not null and not app.retention_needs_two(kind, label, keep_days));
create policy stewards_read on app.retention_runs for select to indaba_person using ((select app.has_role('{steward}')));

-- The archivist sees which rows there are, never a word of them, and removes nothing but what is due.
grant select (id, conversation_id, thread_id, audience_id, byline_id, marking, created_at, deleted_at, removed_at), update (body, body_hash, deleted_at, removed_at), delete on app.messages to indaba_archivist;
create policy archivist_looks on app.messages for select to indaba_archivist using (true);
create policy archivist_empties on app.messages for update to indaba_archivist using (removed_at is null and app.message_due(conversation_id, byline_id, audience_id, marking, created_at))
  with check (body = '' and removed_at is not null);
create policy archivist_removes on app.messages for delete to indaba_archivist using (removed_at is not null and app.thread_due(thread_id));
grant select (id, message_id, audience_id, marking, replaced_at), delete on app.message_revisions to indaba_archivist;
create policy archivist_looks on app.message_revisions for select to indaba_archivist using (true);
create policy archivist_removes on app.message_revisions for delete to indaba_archivist using (app.earlier_words_due(message_id, marking, replaced_at));
grant select (message_id), delete on app.polls to indaba_archivist;
create policy archivist_looks on app.polls for select to indaba_archivist using (true);
create policy archivist_removes on app.polls for delete to indaba_archivist using (exists (select from app.messages m where m.id = message_id and m.removed_at is not null));
grant select (message_id), delete on app.mentions to indaba_archivist;
create policy archivist_looks on app.mentions for select to indaba_archivist using (true);
create policy archivist_removes on app.mentions for delete to indaba_archivist using (exists (select from app.messages m where m.id = message_id and m.removed_at is not null));
grant select (id, message_id, sha256), delete on app.attachments to indaba_archivist;
create policy archivist_looks on app.attachments for select to indaba_archivist using (true);
create policy archivist_removes on app.attachments for delete to indaba_archivist using (app.attachment_due(message_id));
grant select (sha256) on app.draft_pictures to indaba_archivist;
create policy archivist_looks on app.draft_pictures for select to indaba_archivist using (true);
grant select (sha256) on app.import_files to indaba_archivist;
create policy archivist_looks on app.import_files for select to indaba_archivist using (true);
grant select (id, sha256, created_at), delete on app.uploads to indaba_archivist;
create policy archivist_looks on app.uploads for select to indaba_archivist using (true);
create policy archivist_removes on app.uploads for delete to indaba_archivist using (created_at < now() - interval '1 day');
grant select (id, conversation_id, audience_id, byline_id, created_at), delete on app.threads to indaba_archivist;
create policy archivist_looks on app.threads for select to indaba_archivist using (true);
create policy archivist_removes on app.threads for delete to indaba_archivist using (app.thread_due(id));
grant select (thread_id, audience_id), delete on app.read_markers to indaba_archivist;
create policy archivist_looks on app.read_markers for select to indaba_archivist using (true);
create policy archivist_removes on app.read_markers for delete to indaba_archivist using (app.thread_due(thread_id));
grant select (scope_id, audience_id), delete on app.counters to indaba_archivist;
create policy archivist_looks on app.counters for select to indaba_archivist using (true);
create policy archivist_removes on app.counters for delete to indaba_archivist using (app.thread_due(scope_id));
grant select (subject_id, kind), delete on search.entries to indaba_archivist;
create policy archivist_looks on search.entries for select to indaba_archivist using (kind = 'message');
create policy archivist_removes on search.entries for delete to indaba_archivist using (kind = 'message' and exists (select from app.messages m where m.id = subject_id and m.removed_at is not null));
grant select (id, at, subject_id) on app.events to indaba_archivist;
create policy archivist_looks on app.events for select to indaba_archivist using (true);
grant select (event_id), delete on app.event_payloads to indaba_archivist;
create policy archivist_looks on app.event_payloads for select to indaba_archivist using (true);
create policy archivist_removes on app.event_payloads for delete to indaba_archivist using (app.event_payload_due(event_id));
grant select (id, change_request_id), delete on app.change_request_pages to indaba_archivist;
create policy archivist_looks on app.change_request_pages for select to indaba_archivist using (true);
create policy archivist_removes on app.change_request_pages for delete to indaba_archivist using (app.draft_due(id, change_request_id));
grant select (id, audience_id, byline_id, created_at, sha256), delete on app.files to indaba_archivist;
create policy archivist_looks on app.files for select to indaba_archivist using (true);
create policy archivist_removes on app.files for delete to indaba_archivist using (app.file_due(id, byline_id, audience_id, created_at));
grant select (id, member_id, expires_at, revoked_at), delete on app.sessions to indaba_archivist;
create policy archivist_looks on app.sessions for select to indaba_archivist using (true);
create policy archivist_removes on app.sessions for delete to indaba_archivist using (app.way_in_due('session', member_id, least(revoked_at, expires_at)));
grant select (id, member_id, revoked_at), delete on app.passkeys to indaba_archivist;
create policy archivist_looks on app.passkeys for select to indaba_archivist using (true);
create policy archivist_removes on app.passkeys for delete to indaba_archivist using (revoked_at is not null and app.way_in_due('passkey', member_id, revoked_at));
grant select (id, member_id, ended_at), delete on app.recoveries to indaba_archivist;
create policy archivist_looks on app.recoveries for select to indaba_archivist using (true);
create policy archivist_removes on app.recoveries for delete to indaba_archivist using (ended_at is not null and app.way_in_due('recovery', member_id, ended_at));
grant select (id, organization_id, invited_by, expires_at, used_at, revoked_at), delete on app.invitations to indaba_archivist;
create policy archivist_looks on app.invitations for select to indaba_archivist using (true);
create policy archivist_removes on app.invitations for delete to indaba_archivist using (app.invitation_due(organization_id, invited_by, least(used_at, revoked_at, expires_at)));
grant select (id, organization_id, ended_at), delete on app.applications to indaba_archivist;
create policy archivist_looks on app.applications for select to indaba_archivist using (true);
create policy archivist_removes on app.applications for delete to indaba_archivist using (ended_at is not null and app.application_due(organization_id, ended_at));
-- Counters and half-done steps of signing in: no words, nobody's record, under no hold.
grant select (bucket, window_start), delete on app.rate_buckets to indaba_archivist;
create policy archivist_looks on app.rate_buckets for select to indaba_archivist using (true);
create policy archivist_removes on app.rate_buckets for delete to indaba_archivist using (app.is_due('sign_in_try', null, window_start));
grant select (id, expires_at), delete on app.ceremonies to indaba_archivist;
create policy archivist_looks on app.ceremonies for select to indaba_archivist using (true);
create policy archivist_removes on app.ceremonies for delete to indaba_archivist using (app.is_due('sign_in_try', null, expires_at));
grant select (token_hash, expires_at), delete on app.half_sign_ins to indaba_archivist;
create policy archivist_looks on app.half_sign_ins for select to indaba_archivist using (true);
create policy archivist_removes on app.half_sign_ins for delete to indaba_archivist using (app.is_due('sign_in_try', null, expires_at));
