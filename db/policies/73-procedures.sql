-- Last calls and consultations: opened, extended, moved by the clock, over. All ends are in UTC, at midnight after the last whole day.
set local role indaba_keyring;

create or replace function app.end_of_days(since timestamptz, days int) returns timestamptz
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select (date_trunc('day', since at time zone 'UTC') + make_interval(days => days + 1)) at time zone 'UTC'
$$;
comment on function app.end_of_days(timestamptz, int) is 'The midnight (UTC) that leaves so many whole days: nobody anywhere has less.';

create or replace function app.running_procedure(request uuid) returns app.procedures
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare p app.procedures;
begin
  select * into p from app.procedures x where x.change_request_id = request and x.over_at is null for update;
  if p.id is null then raise exception using errcode = 'IN409', message = 'library.procedure.not_running'; end if;
  return p;
end $$;
comment on function app.running_procedure(uuid) is 'The procedure of a request that runs, locked. For functions only. Refuses with library.procedure.not_running.';

create or replace function app.need_decider(request uuid) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_decide(request) then raise exception using errcode = 'IN403', message = 'library.change_request.may_not_decide'; end if;
end $$;
comment on function app.need_decider(uuid) is 'For what only whoever decides a request may do. For functions only. Refuses with library.change_request.may_not_decide.';

create or replace function app.open_procedure(procedure uuid, request uuid, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(request); r app.space_rules := app.rules_of(c.space_id); asked text := app.asked_of(request); days int; ends timestamptz;
begin
  perform app.need_decider(request);
  if asked is null then raise exception using errcode = 'IN409', message = 'library.procedure.not_asked'; end if;
  if exists (select from app.procedures p where p.change_request_id = request and p.over_at is null) then raise exception using errcode = 'IN409', message = 'library.procedure.runs_already'; end if;
  days := case asked when 'last_call' then r.last_call_days else r.consultation_days end;
  ends := app.end_of_days(now(), days);
  insert into app.procedures (id, change_request_id, audience_id, kind, days, position_days, opened_by, comments_until, wording)
  values (procedure, c.id, c.audience_id, asked, days, r.position_days, app.my_byline(), ends, app.wording_of(c.id));
  perform app.step(c.id, asked || '_opened', app.my_byline(), said, jsonb_build_object('until', ends), app.deciding_for());
end $$;
comment on function app.open_procedure(uuid, uuid, text) is 'Whoever decides puts a request to everybody, as its space asks. Refuses with common.not_found, library.change_request.not_open, .may_not_decide, library.procedure.not_asked, .runs_already.';

create or replace function app.extend_procedure(request uuid, days int, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(request); p app.procedures; was timestamptz; ends timestamptz;
begin
  perform app.need_decider(request);
  p := app.running_procedure(request);
  if length(trim(coalesce(said, ''))) = 0 then raise exception using errcode = 'IN422', message = 'library.change_request.reason_missing'; end if;
  if days is null or days not between 1 and 90 then raise exception using errcode = 'IN422', message = 'library.procedure.days'; end if;
  was := case p.phase when 'comments' then p.comments_until when 'positions' then p.positions_until end;
  if was is null then raise exception using errcode = 'IN409', message = 'library.procedure.not_running'; end if;
  -- A clock that ran out while no worker looked is given the days from now on.
  ends := greatest(was, app.end_of_days(now(), 0)) + make_interval(days => days);
  update app.procedures x set comments_until = case x.phase when 'comments' then ends else x.comments_until end, positions_until = case x.phase when 'positions' then ends else x.positions_until end where x.id = p.id;
  perform app.step(c.id, 'extended', app.my_byline(), said, jsonb_build_object('from', was, 'until', ends, 'phase', p.phase), app.deciding_for());
end $$;
comment on function app.extend_procedure(uuid, int, text) is 'Whoever decides gives more days (1 to 90), with a reason. Refuses with common.not_found, library.change_request.not_open, .may_not_decide, .reason_missing, library.procedure.not_running, .days.';

create or replace function app.close_early(request uuid, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(request); p app.procedures;
begin
  perform app.need_decider(request);
  p := app.running_procedure(request);
  if p.kind = 'consultation' then raise exception using errcode = 'IN409', message = 'library.procedure.formal'; end if;
  if (app.rules_of(c.space_id)).preset = 'formal' then raise exception using errcode = 'IN409', message = 'library.procedure.formal'; end if;
  if length(trim(coalesce(said, ''))) = 0 then raise exception using errcode = 'IN422', message = 'library.change_request.reason_missing'; end if;
  update app.procedures x set phase = 'over', over_at = now() where x.id = p.id;
  perform app.step(c.id, 'closed_early', app.my_byline(), said, jsonb_build_object('from', p.comments_until), app.deciding_for());
end $$;
comment on function app.close_early(uuid, text) is 'Whoever decides ends a last call before its day, with a reason; never where a space decides formally. Refuses with common.not_found, library.change_request.not_open, .may_not_decide, .reason_missing, library.procedure.not_running, .formal.';

create or replace function app.run_procedures(at timestamptz default now()) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare p app.procedures; c app.change_requests; moved int := 0; ends timestamptz;
begin
  -- One at a time; whoever comes meanwhile has nothing to do. What was done stands in the phase, so a second run finds nothing.
  if not pg_try_advisory_xact_lock(hashtext('indaba procedures')) then return 0; end if;
  for p in select * from app.procedures x where x.phase = 'comments' and x.comments_until <= at or x.phase = 'positions' and x.positions_until <= at order by x.comments_until limit 500 loop
    -- The request first, as everybody locks them; then look again.
    select * into c from app.change_requests x where x.id = p.change_request_id for update;
    select * into p from app.procedures x where x.id = p.id for update;
    continue when p.over_at is not null or case p.phase when 'comments' then p.comments_until when 'positions' then p.positions_until end > at or p.phase = 'resolving';
    if p.kind = 'consultation' and p.phase = 'comments' and app.comments_waiting(c.id) > 0 then
      update app.procedures x set phase = 'resolving' where x.id = p.id;
      perform app.step(c.id, 'resolving', null, '', jsonb_build_object('comments', app.comments_waiting(c.id)));
    elsif p.kind = 'consultation' and p.phase = 'comments' then
      -- From now on, however late the clock is looked at: positions have their whole time.
      ends := app.end_of_days(at, p.position_days);
      update app.procedures x set phase = 'positions', positions_until = ends, wording = app.wording_of(c.id) where x.id = p.id;
      perform app.step(c.id, 'positions_opened', null, '', jsonb_build_object('until', ends));
    else
      update app.procedures x set phase = 'over', over_at = at where x.id = p.id;
      perform app.step(c.id, p.kind || '_over', null, '', jsonb_build_object('comments', app.comments_waiting(c.id)));
    end if;
    moved := moved + 1;
  end loop;
  -- Three days before an end, once for each end; not where everything is shorter than that anyway.
  for p in select * from app.procedures x where x.over_at is null and x.reminded_until is distinct from case x.phase when 'comments' then x.comments_until else x.positions_until end
      and case x.phase when 'comments' then x.comments_until when 'positions' then x.positions_until end between at and at + interval '3 days' for update skip locked loop
    ends := case p.phase when 'comments' then p.comments_until else p.positions_until end;
    update app.procedures x set reminded_until = ends where x.id = p.id;
    continue when case p.phase when 'comments' then p.days else p.position_days end < 4;
    perform app.tell_request(p.change_request_id, 'reminder', ends, null, at);
  end loop;
  return moved;
end $$;
comment on function app.run_procedures(timestamptz) is 'Moves every procedure whose clock ran out, and reminds of ends that are near, once, however often and however late it is asked; how many moved. For the clerk.';

create or replace function app.on_reworded() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare p app.procedures; c app.change_requests; ends timestamptz; said_now text;
begin
  if app.me() is null then return null; end if;
  select * into c from app.change_requests x where x.id = coalesce(new.change_request_id, old.change_request_id);
  select * into p from app.procedures x where x.change_request_id = c.id and x.over_at is null for update;
  if c.status is distinct from 'open' or p.id is null or p.phase not in ('comments', 'positions') or p.kind = 'consultation' and p.phase = 'comments' then return null; end if;
  said_now := app.wording_of(c.id);
  if said_now = p.wording then return null; end if;
  -- Silence is assent, and a position stands, only to words that lay before everybody long enough.
  ends := greatest(case p.phase when 'comments' then p.comments_until else p.positions_until end, app.end_of_days(now(), case p.phase when 'comments' then p.days else least(p.position_days, 7) end));
  update app.procedures x set wording = said_now, comments_until = case x.phase when 'comments' then ends else x.comments_until end, positions_until = case x.phase when 'positions' then ends else x.positions_until end where x.id = p.id;
  perform app.step(c.id, 'reworded', app.my_byline(), '', jsonb_build_object('until', ends));
  return null;
end $$;
comment on function app.on_reworded() is 'Other words while a last call runs give it its days anew; while positions are given, a week at least.';

create or replace function app.on_request_closed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.status = 'declined' and app.me() is not null and exists (select from app.procedures p where p.change_request_id = new.id and p.kind = 'consultation' and p.phase in ('comments', 'positions')) then
    raise exception using errcode = 'IN409', message = 'library.procedure.formal';
  end if;
  update app.procedures p set phase = 'over', over_at = now() where p.change_request_id = new.id and p.over_at is null;
  if app.me() is not null and new.status in ('merged', 'declined') then perform app.tell_request(new.id, new.status, null, new.decided_by, now()); end if;
  return null;
end $$;
comment on function app.on_request_closed() is 'What is decided or withdrawn needs no clock any more; a consultation that was promised a last day is not declined before it: library.procedure.formal.';

revoke execute on function app.run_procedures(timestamptz) from public;
grant execute on function app.run_procedures(timestamptz) to indaba_clerk;
grant execute on function app.open_procedure(uuid, uuid, text), app.extend_procedure(uuid, int, text), app.close_early(uuid, text) to indaba_person;
grant execute on function app.on_reworded(), app.on_request_closed() to indaba_owner;
set local role indaba_owner;

create or replace trigger reworded after insert or update of text, path, retires or delete on app.change_request_pages for each row execute function app.on_reworded();
create or replace trigger procedure_over after update of status on app.change_requests for each row when (old.status = 'open' and new.status <> 'open') execute function app.on_request_closed();
