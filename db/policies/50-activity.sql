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
  theirs as materialized (select am.member_id, array_agg(am.audience_id) as ids from app.audience_members am where am.member_id in (select f.id from found f) group by am.member_id)
  select f.k, f.id, coalesce(t.ids, '{}'),
      case when f.kind = 'token' then array(select o.label from app.marking_outlets o where not coalesce(o.api_scope = 'read' or o.api_scope = any(f.scopes), false)) else '{}' end, f.expires_at
    from found f left join theirs t on t.member_id = f.id
$$;
comment on function app.relay_members(text[]) is 'For the connections that are open now: whose they are, which audiences they belong to and which labels may not leave through them. A connection that is missing in the answer must be closed.';

grant execute on function app.relay_frames(xid8, bigint[], int), app.relay_position(), app.relay_members(text[]) to indaba_relay;

set local role indaba_owner;
grant select on app.events to indaba_keyring;
create policy keyring_reads on app.events for select to indaba_keyring using (true);

grant select (id, xid, kind, audience_id, byline_id, subject_kind, subject_id, data, at) on app.events to indaba_person, indaba_visitor;
grant insert (kind, audience_id, byline_id, subject_kind, subject_id, data) on app.events to indaba_person, indaba_clerk;
create policy readers_see on app.events for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy actors_record on app.events for insert to indaba_person
  with check (audience_id in (select app.my_audiences()) and (byline_id is null or byline_id in (select app.my_bylines())) and (select app.may_write()));
create policy clerk_records on app.events for insert to indaba_clerk with check (true);
grant select, insert on app.event_payloads to indaba_person;
create policy readers_see on app.event_payloads for select to indaba_person using (audience_id in (select app.my_audiences()));
create policy actors_record on app.event_payloads for insert to indaba_person with check (audience_id in (select app.my_audiences()) and (select app.may_write()));
