-- Events: written by whoever acts, read by the audience, relayed to live screens.
set local role indaba_keyring;

-- The first form of these functions took other arguments.
drop function if exists app.relay_frames(xid8);
create or replace function app.relay_frames(horizon xid8, known bigint[], most int) returns table (id bigint, xid xid8, kind text, audience_id int, byline_id uuid, subject_kind text, subject_id uuid, data jsonb, at timestamptz, audience_epoch bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, e.xid, e.kind, e.audience_id, e.byline_id, e.subject_kind, e.subject_id, e.data, e.at, a.epoch
    from app.events e join app.audiences a on a.id = e.audience_id where e.xid >= horizon and e.id <> all(known) order by e.xid, e.id limit most
$$;
comment on function app.relay_frames(xid8, bigint[], int) is 'Events at or above a horizon that are not among the known ids, with the epoch of their audience in the same snapshot. For the relay only.';

create or replace function app.relay_position() returns table (epoch uuid, horizon xid8)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select h.epoch, pg_snapshot_xmin(pg_current_snapshot()) from app.hub h
$$;
comment on function app.relay_position() is 'Where the log stands: the epoch of this hub, and the horizon below which nothing can still be committed.';

drop function if exists app.relay_members(text[]);
create or replace function app.relay_members(keys text[]) returns table (key text, member_id uuid, audience_ids int[], sealed_labels text[], expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- Each key is hashed once, and audiences are joined in one go: per pair or per member, a thousand readers would take seconds.
  with asked as materialized (select k, sha256(convert_to(k, 'UTF8')) as hash from unnest(keys) k),
  found as materialized (
    select a.k, m.id, s.kind, s.scopes, s.expires_at from asked a
      join app.sessions s on s.token_hash = a.hash and s.expires_at > now() and s.revoked_at is null
      join app.members m on m.id = s.member_id and m.status = 'active'),
  theirs as materialized (select am.member_id, array_agg(am.audience_id) as ids from app.audience_members am where am.member_id in (select f.id from found f) and (am.ends_at is null or am.ends_at > now()) group by am.member_id)
  select f.k, f.id, coalesce(t.ids, '{}'),
      case when f.kind = 'token' then array(select o.label from app.marking_outlets o where not coalesce(o.api_scope = 'read' or o.api_scope = any(f.scopes), false)) else '{}' end, f.expires_at
    from found f left join theirs t on t.member_id = f.id
$$;
comment on function app.relay_members(text[]) is 'For the connections that are open now: whose they are, which audiences they belong to and which labels may not leave through them. A connection that is missing in the answer must be closed.';

create or replace function app.may_record(what text, audience int, byline uuid, subject_type text, subject uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Volatile, to see what the very statement that records has just written.
  if not app.may_write() or not app.may_speak(byline, audience) or what not like subject_type || '.%' then return false; end if;
  return case subject_type
    -- That it was posted, app.post_message() alone says, once.
    when 'message' then what <> 'message.posted' and exists (select from app.messages m where m.id = subject and m.audience_id = audience and m.byline_id = byline)
    when 'thread' then exists (select from app.threads t where t.id = subject and t.audience_id = audience and (what <> 'thread.started' or t.byline_id in (select app.my_bylines())) and what not in ('thread.moved', 'thread.arrived') and app.may_tend_thread(t.id))
    when 'channel' then exists (select from app.channels c where c.id = subject and c.audience_id = audience and app.may_keep_channel(c.id))
    when 'page' then exists (select from app.pages p where p.id = subject and p.audience_id = audience and app.may_project(p.id))
    when 'change_request' then exists (select from app.change_requests c where c.id = subject and c.audience_id = audience and case what
      when 'change_request.opened' then c.status = 'open' and c.byline_id = byline
      when 'change_request.changed' then c.status = 'open' and c.byline_id in (select app.my_bylines())
      when 'change_request.withdrawn' then c.status = 'withdrawn' and c.byline_id in (select app.my_bylines())
      when 'change_request.merged' then c.status = 'merged' and c.decided_by = byline
      when 'change_request.declined' then c.status = 'declined' and c.decided_by = byline
      else false end)
    when 'edition' then exists (select from app.editions e where e.id = subject and e.audience_id = audience and case what
      when 'edition.published' then e.status = 'in_force' and e.published_by = byline
      when 'edition.withdrawn' then e.status = 'withdrawn' and e.withdrawn_by = byline
      else false end)
    else false end;
end $$;
comment on function app.may_record(text, int, uuid, text, uuid) is 'May I say that this happened? Only of a subject with that very audience, and only what I did there: an event about somebody else''s would carry its words to the wrong readers.';
grant execute on function app.may_record(text, int, uuid, text, uuid) to indaba_person;
grant execute on function app.relay_frames(xid8, bigint[], int), app.relay_position(), app.relay_members(text[]) to indaba_relay;

set local role indaba_owner;
grant select on app.events to indaba_keyring;
create policy keyring_reads on app.events for select to indaba_keyring using (true);

grant select (id, xid, kind, audience_id, byline_id, subject_kind, subject_id, data, at) on app.events to indaba_person, indaba_visitor;
grant insert (kind, audience_id, byline_id, subject_kind, subject_id, data) on app.events to indaba_person, indaba_clerk;
create policy readers_see on app.events for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy actors_record on app.events for insert to indaba_person
  with check (audience_id in (select app.my_audiences()) and byline_id is not null and app.may_record(kind, audience_id, byline_id, subject_kind, subject_id));
create policy clerk_records on app.events for insert to indaba_clerk with check (true);
grant select on app.event_payloads to indaba_person;
create policy readers_see on app.event_payloads for select to indaba_person using (audience_id in (select app.my_audiences()));
