-- Legal holds: what may not be removed, whoever asks and by whatever way. The word stands here once; every removal asks it through a trigger.
set local role indaba_keyring;

create or replace function app.people_behind(byline uuid) returns setof uuid
language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
  select b.member_id from app.bylines b where b.id = byline and b.member_id is not null
$$;
comment on function app.people_behind(uuid) is 'Who speaks under a byline by name. A pseudonym is held by app.sealed_words_held(), which keeps copies: what stayed where all else goes would name it.';

create or replace function app.worked_for(member uuid, organization uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.memberships ms where ms.member_id = member and ms.organization_id = organization)
    or exists (select from app.former_memberships f where f.member_id = member and f.organization_id = organization)
    or exists (select from app.bylines b where b.member_id = member and b.organization_id = organization)
$$;
comment on function app.worked_for(uuid, uuid) is 'Does or did this person work for that organization, be it their first or their second?';

create or replace function app.concerned_people(byline uuid, conversation uuid) returns setof uuid
language sql stable security definer rows 2 set search_path = pg_catalog, pg_temp as $$
  select app.people_behind(byline)
  -- What was said to somebody in person concerns them as much as what they said.
  union select am.member_id from app.conversations c join app.audience_members am on am.audience_id = c.audience_id where c.id = conversation and c.subject_kind = 'direct'
  union select n.member_id from app.conversations c join app.named_people n on n.audience_id = c.audience_id where c.id = conversation and c.subject_kind = 'direct'
  union select app.people_behind(m.byline_id) from app.conversations c join app.messages m on m.conversation_id = c.id where c.id = conversation and c.subject_kind = 'direct'
$$;
comment on function app.concerned_people(uuid, uuid) is 'Whom a message concerns: who wrote it, and everybody in a direct conversation, also those who left it.';

create or replace function app.space_of(conversation uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case c.subject_kind when 'page' then (select p.space_id from app.pages p where p.id = c.subject_id)
    when 'control' then (select k.space_id from app.controls k where k.id = c.subject_id)
    when 'change_request' then (select r.space_id from app.change_requests r where r.id = c.subject_id) end from app.conversations c where c.id = conversation
$$;
comment on function app.space_of(uuid) is 'The space whose text a conversation is about, if it is about one.';

create or replace function app.words_held(byline uuid, conversation uuid, audience int, space uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.legal_holds h where h.lifted_at is null and case h.scope
    when 'everything' then true
    when 'person' then h.subject_id in (select app.concerned_people(byline, conversation))
    when 'organization' then exists (select from app.bylines b where b.id = byline and b.organization_id = h.subject_id)
      or exists (select from app.concerned_people(byline, conversation) p where app.worked_for(p, h.subject_id))
      or exists (select from app.audiences a where a.id = audience and a.kind = 'organization' and a.ref = h.subject_id)
    when 'conversation' then h.subject_id = conversation
    when 'circle' then exists (select from app.circles c where c.id = h.subject_id and c.audience_id = audience)
    when 'space' then h.subject_id = coalesce(space, app.space_of(conversation))
    else false end)
$$;
comment on function app.words_held(uuid, uuid, int, uuid) is 'Is what somebody wrote held: by its author, their organization, its conversation, its circle, its space, or because everything is?';

create or replace function app.person_held(member uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.legal_holds h where h.lifted_at is null and (h.scope = 'everything' or h.scope = 'person' and h.subject_id = member
    or h.scope = 'organization' and app.worked_for(member, h.subject_id)))
$$;
comment on function app.person_held(uuid) is 'Is what the hub knows of a person held?';

create or replace function app.organization_held(organization uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.legal_holds h where h.lifted_at is null and (h.scope = 'everything' or h.scope = 'organization' and h.subject_id = organization
    or h.scope = 'person' and exists (select from app.memberships ms where ms.member_id = h.subject_id and ms.organization_id = organization)))
$$;
comment on function app.organization_held(uuid) is 'Is what the hub knows of an organization held, for its own sake or for one of its people?';

create or replace function app.anything_held() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.legal_holds h where h.lifted_at is null)
$$;
comment on function app.anything_held() is 'Does any hold stand? Then mails and jobs, of which nobody can say whom they concern, stay as well.';

create or replace function app.row_held(what text, r jsonb) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare audience int := (r ->> 'audience_id')::int; author uuid := (r ->> 'byline_id')::uuid; id uuid := case when r ->> 'id' ~ '-' then (r ->> 'id')::uuid end;
begin
  return case what
    when 'messages' then app.words_held(author, (r ->> 'conversation_id')::uuid, audience, null)
    when 'threads' then app.words_held(author, (r ->> 'conversation_id')::uuid, audience, null)
    when 'conversations' then app.words_held(null, id, audience, null)
    when 'channels' then app.words_held(author, null, audience, null)
    when 'message_revisions' then (select app.words_held(m.byline_id, m.conversation_id, m.audience_id, null) from app.messages m where m.id = (r ->> 'message_id')::uuid)
    when 'attachments' then (select app.words_held(m.byline_id, m.conversation_id, m.audience_id, null) from app.messages m where m.id = (r ->> 'message_id')::uuid)
    when 'spaces' then app.words_held(null, null, audience, id)
    when 'pages' then app.words_held(null, null, audience, (r ->> 'space_id')::uuid)
    when 'revisions' then (select app.words_held(author, null, audience, p.space_id) from app.pages p where p.id = (r ->> 'page_id')::uuid)
    when 'change_requests' then app.words_held(author, null, audience, (r ->> 'space_id')::uuid)
    when 'change_request_pages' then (select app.words_held(c.byline_id, null, c.audience_id, c.space_id) from app.change_requests c where c.id = (r ->> 'change_request_id')::uuid)
    when 'files' then app.words_held(author, null, audience, (select a.space_id from app.space_assets a where a.file_id = id limit 1))
    when 'event_payloads' then (select app.event_held(e) from app.events e where e.id = (r ->> 'event_id')::bigint)
    when 'audit_payloads' then app.person_held((r ->> 'actor_id')::uuid) or app.person_held((r ->> 'member_id')::uuid) or app.organization_held((r ->> 'organization_id')::uuid)
      or app.words_held(null, null, audience, null)
    when 'members' then app.person_held(id)
    when 'applications' then app.organization_held((r ->> 'organization_id')::uuid) or app.words_held(null, null, null, null)
    when 'organizations' then app.organization_held(id)
    when 'bylines' then app.words_held(id, null, audience, null)
    when 'circles' then app.words_held(null, null, audience, null)
    when 'invitations' then app.words_held((r ->> 'invited_by')::uuid, null, null, null) or app.organization_held((r ->> 'organization_id')::uuid)
    else app.person_held((r ->> 'member_id')::uuid) end;
end $$;
comment on function app.row_held(text, jsonb) is 'Is this row of that table held?';

create or replace function app.event_held(e app.events) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.words_held(e.byline_id, (select m.conversation_id from app.messages m where m.id = e.subject_id), e.audience_id,
      (select p.space_id from app.pages p where p.id = e.subject_id union all select c.space_id from app.change_requests c where c.id = e.subject_id limit 1))
    or e.subject_kind = 'member' and app.person_held(e.subject_id) or e.subject_kind = 'organization' and app.organization_held(e.subject_id)
$$;
comment on function app.event_held(app.events) is 'Is what may be erased of an event held?';

create or replace function app.on_removal() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Whoever places a hold waits until removals under way are over; whoever removes waits until the hold stands.
  perform pg_advisory_xact_lock_shared(hashtext('indaba legal holds'));
  if app.anything_held() then
    -- A page of one's own proposal is the one thing people remove by themselves: as ever, and it is kept aside.
    if tg_table_name = 'change_request_pages' and app.me() is not null and (app.row_held(tg_table_name, to_jsonb(old)) or app.sealed_words_held(app.byline_of(tg_table_name, to_jsonb(old))))
       or app.sealed_words_held(app.byline_of(tg_table_name, to_jsonb(old))) and not app.row_held(tg_table_name, to_jsonb(old)) then
      perform app.keep_copy(tg_table_name, to_jsonb(old));
    elsif app.row_held(tg_table_name, to_jsonb(old)) then
      raise exception using errcode = 'IN409', message = 'records.hold.stands';
    end if;
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
comment on function app.on_removal() is 'A hold wins over every removal, whoever removes, the owner included: records.hold.stands. What whoever wrote it removes, and what a pseudonym said, is kept as a copy instead.';

create or replace function app.on_worked_here() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.former_memberships (member_id, organization_id) select m.id, o.id from app.members m, app.organizations o where m.id = old.member_id and o.id = old.organization_id
    on conflict (member_id, organization_id) do update set ended_at = now();
  return null;
end $$;
comment on function app.on_worked_here() is 'Remembers who worked for an organization, for its holds.';

create or replace function app.may_hold() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}')
$$;
comment on function app.may_hold() is 'A steward places and lifts holds.';

drop function if exists app.may_lift(uuid);

create or replace function app.on_hold() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform app.need_fresh();
    perform pg_advisory_xact_lock(hashtext('indaba legal holds'));
    new.placed_at := now();
  end if;
  -- Not whom it concerns: they read what concerns them in the log.
  perform app.note(case tg_op when 'INSERT' then 'hold.placed' else 'hold.lifted' end, app.me(), null, null, jsonb_build_object('hold_id', new.id));
  return new;
end $$;
comment on function app.on_hold() is 'Placing needs a fresh proof; placing and lifting leave a note. Refuses with people.step_up.needed.';

-- Lifting needs two stewards (33-two-persons.sql).
create or replace function app.act_lift_hold_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;

create or replace function app.act_lift_hold_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare h app.legal_holds;
begin
  select * into h from app.legal_holds l where l.id = subject;
  if h.id is null then raise exception using errcode = 'IN404', message = 'records.hold.not_found'; end if;
  if h.lifted_at is not null then raise exception using errcode = 'IN409', message = 'records.hold.lifted_already'; end if;
  -- Both stewards read the same: what one of them might not see is not named.
  return jsonb_build_object('reference', h.reference, 'hold', h.scope, 'whose', case h.scope when 'person' then (select m.name from app.members m where m.id = h.subject_id)
      when 'organization' then (select o.name from app.organizations o where o.id = h.subject_id) when 'circle' then (select c.name from app.circles c where c.id = h.subject_id and c.listed)
      when 'space' then (select x.title from app.spaces x where x.id = h.subject_id and x.audience_id <= 2) end, 'held_why', h.reason, 'placed_by', (select b.name from app.bylines b where b.id = h.placed_by), 'placed_on', h.placed_at::date);
end $$;
comment on function app.act_lift_hold_shown(uuid, jsonb) is 'Refuses with records.hold.not_found, .lifted_already.';

create or replace function app.act_lift_hold_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Two people do it; the row names the one of them who did not place it.
  update app.legal_holds h set lifted_at = now(), lifted_reason = act.reason, lifted_by = (select b.id from app.bylines b
      where b.member_id in (app.me(), act.proposed_by) and b.kind = 'person' and b.id <> h.placed_by order by b.member_id = app.me() desc limit 1) where h.id = act.subject_id;
end $$;

grant execute on function app.may_hold() to indaba_person;
grant execute on function app.person_held(uuid) to indaba_clerk;
grant execute on function app.on_removal(), app.on_hold(), app.on_worked_here() to indaba_owner;
set local role indaba_owner;

-- What keyring needs for the functions above.
grant select on app.legal_holds, app.files, app.space_assets, app.spaces to indaba_keyring;
grant select, insert, update on app.former_memberships to indaba_keyring;
create policy keyring_keeps on app.former_memberships to indaba_keyring using (true) with check (true);
create or replace trigger worked_here after delete on app.memberships for each row execute function app.on_worked_here();
grant update (lifted_at, lifted_by, lifted_reason) on app.legal_holds to indaba_keyring;
create policy keyring_lifts on app.legal_holds for update to indaba_keyring using (lifted_at is null) with check (lifted_at is not null);
create policy keyring_reads on app.legal_holds for select to indaba_keyring using (true);
create policy keyring_reads on app.files for select to indaba_keyring using (true);
create policy keyring_reads on app.space_assets for select to indaba_keyring using (true);

do $$
declare t text;
begin
  foreach t in array array['messages','threads','conversations','channels','message_revisions','spaces','pages','revisions','change_requests','change_request_pages','files','attachments','event_payloads',
      'audit_payloads','members','organizations','bylines','circles','invitations','applications','accounts','sessions','passkeys','recoveries','membership_acts'] loop
    execute format('create or replace trigger a_held before delete on app.%I for each row execute function app.on_removal()', t);
  end loop;
end $$;
create or replace trigger a_held_words before update of removed_at on app.messages for each row when (new.removed_at is not null) execute function app.on_removal();
create or replace trigger held before insert or update on app.legal_holds for each row execute function app.on_hold();

grant select, insert (id, scope, subject_id, reference, reason, placed_by) on app.legal_holds to indaba_person;
create policy stewards_read on app.legal_holds for select to indaba_person using ((select app.has_role('{steward}')));
create policy stewards_place on app.legal_holds for insert to indaba_person
  with check ((select app.may_hold()) and placed_by in (select b.id from app.bylines b where b.kind = 'person' and b.member_id = (select app.me())));
