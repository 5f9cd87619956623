-- What the rules of a space mean for a request: who approves it, what kind of change it is, what is still missing. The clocks stand in 73-procedures.sql.
set local role indaba_keyring;

create or replace function app.wording_of(request uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(convert_to(coalesce(string_agg(jsonb_build_array(p.page_id, p.action, p.text, p.retires, case when p.path is distinct from p.was_path then p.path end, p.parent_path, p.position)::text
      || case when p.withdrawals <> '[]' then p.withdrawals::text else '' end, E'\n' order by p.page_id::text), ''), 'UTF8')), 'hex')
    from app.change_request_pages p where p.change_request_id = request
$$;
comment on function app.wording_of(uuid) is 'A fingerprint of what a request asks for. Bringing it up to the present text changes it too where that changes its words. For functions only.';

create or replace function app.moved_pages(request uuid) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- Also asked by the merge itself, which has made its revisions by then: those do not count as somebody else's.
  select count(*)::int from app.change_request_pages c join app.pages p on p.id = c.page_id join app.revisions r on r.id = p.revision_id
   where c.change_request_id = request and c.action = 'edit'
     and c.base_revision_id is distinct from case when r.change_request_id = request then (select b.id from app.revisions b where b.page_id = p.id and b.number = r.number - 1) else r.id end
$$;
comment on function app.moved_pages(uuid) is 'How many pages of a request changed since it was based on them. For functions only.';

create or replace function app.approver_role(request uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a from app.change_requests c cross join lateral app.rules_of(c.space_id) r cross join lateral unnest(r.approvers) with ordinality x(a, n)
   where c.id = request and r.approvals > 0 and case a when 'editor' then app.has_role('{editor,reviewer}') when 'steward' then app.has_role('{steward}')
     else exists (select from app.my_run_organizations() o join app.organizations g on g.id = o and not g.is_guest) end
   order by n limit 1
$$;
comment on function app.approver_role(uuid) is 'In which capacity my approval of this request counts; null: it does not. For functions only.';

create or replace function app.may_approve(request uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and exists (select from app.change_requests c where c.id = request and c.status = 'open' and c.audience_id in (select app.my_audiences())
    and c.byline_id not in (select app.my_bylines())) and app.approver_role(request) is not null
$$;
comment on function app.may_approve(uuid) is 'May I approve this request? Not my own, and only where the rules of its space count me.';

create or replace function app.step(request uuid, what text, by uuid, said text, detail jsonb, standing_for uuid default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests;
begin
  select * into c from app.change_requests x where x.id = request;
  insert into app.request_steps (id, change_request_id, audience_id, kind, byline_id, for_byline, words, data)
  values (gen_random_uuid(), c.id, c.audience_id, what, by, (select b.id from app.bylines b where b.member_id = standing_for and b.kind = 'person'), coalesce(said, ''), coalesce(detail, '{}'));
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values ('change_request.step', c.audience_id, by, 'change_request', c.id, jsonb_build_object('space_id', c.space_id, 'step', what));
  perform app.tell_request(c.id, what, (detail ->> 'until')::timestamptz, by, now());
end $$;
comment on function app.step(uuid, text, uuid, text, jsonb, uuid) is 'Writes a step of a procedure down and tells open screens of it. For functions only.';

create or replace function app.deciding_for() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when not exists (select from app.hub_roles r where r.member_id = app.me() and r.role in ('editor', 'reviewer')) then app.stands_in_for(app.me(), '{editor,reviewer}', null) end
$$;
comment on function app.deciding_for() is 'For which editor or reviewer I act just now; null by a right of my own. For functions only.';

create or replace function app.open_request(request uuid) returns app.change_requests
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests;
begin
  -- Locked, so that a merge and what would hold it back wait for each other.
  select * into c from app.change_requests x where x.id = request and x.audience_id in (select app.my_audiences()) for update;
  if c.id is null or app.me() is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if c.status <> 'open' then raise exception using errcode = 'IN409', message = 'library.change_request.not_open'; end if;
  return c;
end $$;
comment on function app.open_request(uuid) is 'The open request that I read, locked. For functions only. Refuses with common.not_found, library.change_request.not_open.';

create or replace function app.approve_request(approval uuid, request uuid, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(request); said_now text := app.wording_of(request); capacity text;
begin
  if not app.may_approve(request) then raise exception using errcode = 'IN403', message = 'library.approval.not_yours'; end if;
  if exists (select from app.approvals a where a.change_request_id = c.id and a.byline_id = app.my_byline() and a.taken_back_at is null and a.wording = said_now) then
    raise exception using errcode = 'IN409', message = 'library.approval.given';
  end if;
  capacity := app.approver_role(request);
  update app.approvals a set taken_back_at = now() where a.change_request_id = c.id and a.byline_id = app.my_byline() and a.taken_back_at is null;
  insert into app.approvals (id, change_request_id, audience_id, byline_id, role, wording, words) values (approval, c.id, c.audience_id, app.my_byline(), capacity, said_now, coalesce(said, ''));
  perform app.step(c.id, 'approved', app.my_byline(), said, jsonb_build_object('role', capacity), case capacity when 'editor' then app.deciding_for() end);
end $$;
comment on function app.approve_request(uuid, uuid, text) is 'I approve this request as it is worded. Refuses with common.not_found, library.change_request.not_open, library.approval.not_yours, library.approval.given.';

create or replace function app.approval_counts(approval uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.approvals a join app.change_requests c on c.id = a.change_request_id cross join lateral app.rules_of(c.space_id) r
    where a.id = approval and a.audience_id in (select app.my_audiences()) and a.taken_back_at is null and a.role = any(r.approvers) and a.wording = app.wording_of(c.id))
$$;
comment on function app.approval_counts(uuid) is 'Was this approval given to the present words, by somebody the rules count? For whoever may read the request.';

create or replace function app.take_back_approval(request uuid, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(request);
begin
  if not app.may_write() then raise exception using errcode = 'IN403', message = 'common.not_allowed'; end if;
  update app.approvals a set taken_back_at = now() where a.change_request_id = c.id and a.byline_id = app.my_byline() and a.taken_back_at is null;
  if not found then raise exception using errcode = 'IN404', message = 'library.approval.not_found'; end if;
  perform app.step(c.id, 'approval_taken_back', app.my_byline(), said, '{}');
end $$;
comment on function app.take_back_approval(uuid, text) is 'I take my approval back. Refuses with common.not_found, common.not_allowed, library.change_request.not_open, library.approval.not_found.';

create or replace function app.correct_nature(request uuid, wanted text, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(request);
begin
  if not app.may_decide(request) then raise exception using errcode = 'IN403', message = 'library.change_request.may_not_decide'; end if;
  if wanted not in ('editorial', 'substantive') then raise exception using errcode = 'IN422', message = 'common.bad_input'; end if;
  if c.nature = wanted then return; end if;
  if length(trim(coalesce(said, ''))) = 0 then raise exception using errcode = 'IN422', message = 'library.change_request.reason_missing'; end if;
  update app.change_requests x set nature = wanted where x.id = c.id;
  perform app.step(c.id, 'nature_corrected', app.my_byline(), said, jsonb_build_object('nature', wanted), app.deciding_for());
end $$;
comment on function app.correct_nature(uuid, text, text) is 'Whoever decides says whether it is editorial or substantive, with a reason. Refuses with common.not_found, common.bad_input, library.change_request.not_open, .may_not_decide, .reason_missing.';

create or replace function app.asked_of(request uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when r.preset = 'formal' and c.nature = 'substantive' then 'consultation' when r.preset = 'formal' or r.preset = 'quick' and c.nature = 'substantive' then 'last_call' end
    from app.change_requests c cross join lateral app.rules_of(c.space_id) r where c.id = request
$$;
comment on function app.asked_of(uuid) is 'Which procedure a request has to go through: last_call, consultation, or null. For functions only.';

create or replace function app.comments_waiting(request uuid) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare n int := 0;
begin
  -- Comments with dispositions bring this function; until it stands, nothing waits.
  if to_regprocedure('app.open_comments_of(uuid)') is not null then execute 'select app.open_comments_of($1)::int' into n using request; end if;
  return coalesce(n, 0);
end $$;
comment on function app.comments_waiting(uuid) is 'How many comments on a request wait for a disposition. For functions only.';

create or replace function app.still_missing(request uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests; r app.space_rules; p app.procedures; asked text; missing jsonb := '[]'; n int; said_now text;
begin
  select * into c from app.change_requests x where x.id = request;
  if c.id is null or c.status = 'declined' or c.status = 'withdrawn' then return missing; end if;
  r := app.rules_of(c.space_id);
  asked := app.asked_of(request);
  if r.up_to_date then
    n := app.moved_pages(request);
    if n > 0 then missing := missing || jsonb_build_object('what', 'up_to_date', 'count', n); end if;
  end if;
  if r.approvals > 0 or asked is not null then said_now := app.wording_of(request); end if;
  if r.approvals > 0 then
    select count(*) into n from app.approvals a where a.change_request_id = c.id and a.taken_back_at is null and a.wording = said_now and a.role = any(r.approvers);
    if n < r.approvals then missing := missing || jsonb_build_object('what', 'approvals', 'have', n, 'need', r.approvals, 'from', to_jsonb(r.approvers)); end if;
  end if;
  if asked is not null then
    select * into p from app.procedures x where x.change_request_id = c.id and (asked = 'last_call' or x.kind = asked) order by x.opened_at desc, x.id desc limit 1;
    if p.id is null then missing := missing || jsonb_build_object('what', asked);
    elsif p.phase = 'comments' then missing := missing || jsonb_build_object('what', p.kind || '_runs', 'until', p.comments_until);
    elsif p.phase = 'resolving' then missing := missing || jsonb_build_object('what', 'positions');
    elsif p.phase = 'positions' then missing := missing || jsonb_build_object('what', 'positions_run', 'until', p.positions_until);
    elsif p.wording <> said_now then missing := missing || jsonb_build_object('what', 'reworded');
    end if;
    n := app.comments_waiting(request);
    if n > 0 then missing := missing || jsonb_build_object('what', 'comments', 'count', n); end if;
  end if;
  -- Whatever the rules became meanwhile: a discuss is cleared by nobody but its author.
  if cardinality(app.discussing(request)) > 0 then missing := missing || jsonb_build_object('what', 'discuss', 'who', to_jsonb(app.discussing(request))); end if;
  return missing;
end $$;
comment on function app.still_missing(uuid) is 'What the rules of its space still ask of a request before it can be merged: a list of {what, …}, empty when it may be. For functions only.';

create or replace function app.missing_of(request uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when exists (select from app.change_requests c where c.id = request and c.status = 'open' and c.audience_id in (select app.my_audiences())) then app.still_missing(request) else '[]' end
$$;
comment on function app.missing_of(uuid) is 'The same for whoever may read the request, while it is open.';

create or replace function app.on_rules_met() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Seeds and imports are nobody's decision.
  if app.me() is not null and jsonb_array_length(app.still_missing(new.id)) > 0 then
    raise exception using errcode = 'IN409', message = 'library.change_request.rules_not_met';
  end if;
  return new;
end $$;
comment on function app.on_rules_met() is 'A merge waits for what the rules of the space ask: library.change_request.rules_not_met.';

create or replace function app.backdate_procedure(request uuid, moment timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare back interval := (select p.opened_at - moment from app.procedures p where p.change_request_id = request);
begin
  if session_user <> 'indaba_worker' or not exists (select from app.hub where demo and seeded_at is null) then
    raise exception using errcode = 'IN403', message = 'common.not_allowed';
  end if;
  -- All its clocks run from another day; its steps are as old as it, and so is what was told of them.
  update app.procedures p set opened_at = moment, comments_until = p.comments_until - back, positions_until = p.positions_until - back
   where p.change_request_id = request;
  update app.request_steps s set at = moment,
      data = case when s.data ? 'until' then s.data || jsonb_build_object('until', (s.data ->> 'until')::timestamptz - back) else s.data end
   where s.change_request_id = request;
  update app.request_notices n set at = moment, until = n.until - back where n.change_request_id = request;
end $$;
comment on function app.backdate_procedure(uuid, timestamptz) is 'As app.backdate(), for a consultation or last call: only while a demo is being made. Refuses with common.not_allowed at any other time.';

grant execute on function app.backdate_procedure(uuid, timestamptz) to indaba_clerk;
grant execute on function app.may_approve(uuid), app.missing_of(uuid), app.approval_counts(uuid) to indaba_person, indaba_visitor;
grant execute on function app.approve_request(uuid, uuid, text), app.take_back_approval(uuid, text), app.correct_nature(uuid, text, text) to indaba_person;
grant execute on function app.on_rules_met() to indaba_owner;
set local role indaba_owner;

create or replace trigger rules_met before update of status on app.change_requests for each row when (old.status = 'open' and new.status = 'merged') execute function app.on_rules_met();
grant select, update (nature) on app.change_requests to indaba_keyring;
create policy keyring_corrects on app.change_requests for update to indaba_keyring using (true) with check (true);
grant select, insert on app.request_steps to indaba_keyring;
-- For app.backdate_procedure(), while a demo is being made.
grant update (at, data) on app.request_steps to indaba_keyring;
grant select, insert, update on app.procedures, app.approvals to indaba_keyring;
do $$
declare t text;
begin
  foreach t in array array['request_steps', 'procedures', 'approvals'] loop
    execute format('create policy keyring_keeps on app.%I to indaba_keyring using (true) with check (true)', t);
    execute format('grant select on app.%I to indaba_person, indaba_visitor', t);
    execute format('create policy readers_see on app.%I for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()))', t);
  end loop;
end $$;
grant insert (nature) on app.change_requests to indaba_person;
grant select (nature) on app.change_requests to indaba_visitor;
