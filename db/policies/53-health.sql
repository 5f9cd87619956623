-- Whether the hub is well: what its processes say of themselves, what waits, what failed. Figures only, nobody's words.
set local role indaba_keyring;

create or replace function app.may_see_health() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.has_role('{steward}') or session_user = 'indaba_worker' and app.me() is null
$$;
comment on function app.may_see_health() is 'Stewards see how the hub does, and the job that looks.';

create or replace function app.beat(what text, node text, began timestamptz, clock double precision, told jsonb, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('beat:' || what || ':' || node || ':' || clock, mac) then raise exception using errcode = 'IN403', message = 'hub.beat.refused'; end if;
  insert into app.nodes as n (kind, name, started_at, seen_at, skew_seconds, facts)
    values (what, node, began, clock_timestamp(), clock - extract(epoch from clock_timestamp()), told)
  on conflict (kind, name) do update set started_at = excluded.started_at, seen_at = excluded.seen_at, skew_seconds = excluded.skew_seconds, facts = excluded.facts;
end $$;
comment on function app.beat(text, text, timestamptz, double precision, jsonb, bytea) is 'A process says that it lives, and what it sees. Only one that holds the keys of the hub. Refuses with hub.beat.refused.';

create or replace function app.leave(what text, node text, mac bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  delete from app.nodes where kind = what and name = node and app.checked('leave:' || what || ':' || node, mac)
$$;
comment on function app.leave(text, text, bytea) is 'A process ends in order: nobody has to look for it.';

create or replace function app.health_figures() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare late constant interval := interval '5 minutes';
begin
  if not app.may_see_health() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  return jsonb_build_object(
    'demo', (select demo from app.hub),
    'age_seconds', (select coalesce(extract(epoch from now() - min(joined_at)), 0) from app.members),
    'nodes', (select coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'name', n.name, 'seen_seconds', extract(epoch from clock_timestamp() - n.seen_at),
        'skew_seconds', n.skew_seconds, 'facts', n.facts) order by n.kind, n.name), '[]') from app.nodes n),
    'waiting', (select jsonb_build_object('count', count(*), 'seconds', coalesce(max(extract(epoch from now() - j.run_at)), 0))
        from graphile_worker._private_jobs j where j.run_at < now() - late and j.attempts < j.max_attempts and j.locked_at is null and j.attempts = 0),
    'mail', (select jsonb_build_object('count', count(*), 'seconds', coalesce(max(extract(epoch from now() - j.created_at)), 0), 'error', (array_agg(left(j.last_error, 200) order by j.updated_at desc))[1])
        from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier like '%.mail-%' and j.last_error is not null and j.attempts < j.max_attempts),
    'failed', (select coalesce(jsonb_agg(f order by f.count desc), '[]') from (select t.identifier as task, count(*) as count, (array_agg(left(j.last_error, 200) order by j.updated_at desc))[1] as error
        from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where j.attempts >= j.max_attempts group by 1) f),
    -- The scenes of a demonstration are older than the hub.
    'unsealed_seconds', coalesce((select extract(epoch from now() - greatest(h.seeded_at, w.at)) from app.hub h, (select least(
        (select min(a.at) from app.audit_notes a),
        (select e.at from app.events e, app.audit_cursor c where (e.xid, e.id) > (c.xid, c.event_id) order by e.xid, e.id limit 1)) as at) w where w.at is not null), 0),
    'open_seconds', (select case when h.oldest = pg_snapshot_xmin(pg_current_snapshot()) and h.oldest < pg_snapshot_xmax(pg_current_snapshot()) then extract(epoch from now() - h.since) else 0 end from app.horizon_samples h),
    'unfound', (select count(*) from (select m.id from app.messages m where m.created_at between now() - interval '1 day' and now() - interval '1 minute' and m.deleted_at is null
        and m.body ~ '[[:alpha:]]{4}' order by m.created_at desc limit 200) m where not exists (select from search.entries e where e.subject_id = m.id)),
    'recount', (select to_jsonb(c) || jsonb_build_object('seconds', extract(epoch from now() - c.at)) from app.recounts c order by c.id desc limit 1),
    'agreements', array(select distinct v.document from app.agreement_versions v where not v.starter order by 1),
    'unlooked', (select jsonb_build_object('count', count(*), 'seconds', coalesce(max(extract(epoch from now() - u.created_at)), 0)) from app.uploads u where u.looked = 'waiting'),
    'backup_seconds', (select extract(epoch from now() - max(b.made_at)) from app.backups b),
    'states', (select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'bad', s.bad, 'since', s.since, 'finding', s.finding)), '[]') from app.health_states s));
end $$;
comment on function app.health_figures() is 'How the hub does, as figures: what waits, what failed, who lives, how old the last backup is. Last errors of jobs are what servers said, cut at 200 characters. As not found for whoever is no steward.';

create or replace function app.note_horizon() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into app.horizon_samples as h (oldest) values (pg_snapshot_xmin(pg_current_snapshot()))
  on conflict (singleton) do update set since = case when h.oldest = excluded.oldest then h.since else now() end, oldest = excluded.oldest
$$;
comment on function app.note_horizon() is 'Remembers which transaction is the oldest open one, so that it shows how long anything has been open. For the job only.';

grant execute on function app.may_see_health() to indaba_person, indaba_clerk;
grant execute on function app.beat(text, text, timestamptz, double precision, jsonb, bytea), app.leave(text, text, bytea) to indaba_visitor, indaba_person, indaba_clerk;
grant execute on function app.health_figures() to indaba_person, indaba_clerk;
grant execute on function app.note_horizon() to indaba_clerk;
set local role indaba_owner;

grant select, insert, update, delete on app.nodes to indaba_keyring;
grant select, insert, update on app.horizon_samples to indaba_keyring;
grant select on app.health_states, app.backups, app.audit_notes, app.audit_cursor to indaba_keyring;
create policy keyring_keeps on app.nodes to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.horizon_samples to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.health_states for select to indaba_keyring using (true);
create policy keyring_reads on app.backups for select to indaba_keyring using (true);
grant select, insert, update on app.health_states to indaba_clerk;
grant select, delete on app.nodes to indaba_clerk;
create policy clerk_keeps on app.health_states to indaba_clerk using (true) with check (true);
create policy clerk_reads on app.nodes for select to indaba_clerk using (true);
create policy clerk_forgets on app.nodes for delete to indaba_clerk using (seen_at < now() - interval '1 day');
-- Whoever makes a backup holds the owner's login anyway.
create policy owner_notes on app.backups for insert to indaba_owner with check (true);
