-- The log that can be checked: one job seals events and notes (51-audit-notes.sql) into the chain, and nobody who serves may change a row of it.
set local role indaba_keyring;

create or replace function app.audit_event(e app.events) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('id', e.id, 'kind', e.kind, 'audience_id', e.audience_id, 'byline_id', e.byline_id, 'subject_kind', e.subject_kind, 'subject_id', e.subject_id,
    'data', e.data, 'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$;
comment on function app.audit_event(app.events) is 'An event as it is sealed, and as it is compared again when the log is checked.';

create or replace function app.audit_line(pos bigint, origin text, origin_id bigint, what text, moment timestamptz, payload bytea, before bytea) returns bytea
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select sha256(convert_to(concat_ws(E'\n', 'indaba-audit-1', pos::text, origin, origin_id::text, what,
    to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), encode(payload, 'hex'), encode(before, 'hex')), 'UTF8'))
$$;
comment on function app.audit_line(bigint, text, bigint, text, timestamptz, bytea, bytea) is 'The hash of a row of the chain. The check does not call it: it computes the same on its own.';

create or replace function app.audit_seal(most int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one record; horizon xid8; pos bigint; before bytea; salt bytea; body text; payload bytea; restored boolean; last_xid xid8; last_id bigint; today date := (now() at time zone 'UTC')::date; n int := 0;
begin
  -- One sealer at a time; writers never wait for it. Nor before a demonstration has been given its age.
  if not pg_try_advisory_xact_lock(hashtext('indaba audit chain')) or exists (select from app.hub where demo and seeded_at is null) then return 0; end if;
  with closed as (delete from app.audit_tries where slot < now() - interval '15 minutes' returning member_id, slot, tries)
  insert into app.audit_notes (kind, member_id, data, at)
    select 'sign_in.failed', nullif(c.member_id, '00000000-0000-0000-0000-000000000000'), jsonb_build_object('tries', c.tries), c.slot from closed c where c.tries > 0;
  -- The root of the day before stands before anything of today is added to what it covers.
  insert into app.audit_roots (day, last_position, root)
    select today - 1, l.position, sha256(convert_to(concat_ws(E'\n', 'indaba-audit-root-1', (today - 1)::text, encode(l.hash, 'hex')), 'UTF8'))
      from (select e.position, e.hash from app.audit_entries e where e.sealed_at < today::timestamp at time zone 'UTC' order by e.position desc limit 1) l
     where not exists (select from app.audit_roots r where r.day = today - 1);
  horizon := pg_snapshot_xmin(pg_current_snapshot());
  -- After a restore the numbers of transactions begin anew: look once at every event, then go on from there.
  select c.epoch is distinct from h.epoch into restored from app.audit_cursor c, app.hub h;
  select e.position, e.hash into pos, before from app.audit_entries e order by e.position desc limit 1;
  pos := coalesce(pos, 0);
  before := coalesce(before, sha256(convert_to('indaba-audit-1', 'UTF8')));
  for one in
    select * from (
      (select e.xid, 'event' as source, e.id, e.kind, e.at, b.member_id as actor_id, case e.subject_kind when 'member' then e.subject_id end as member_id,
          -- Only of what triggers tell: the data of other events is whatever its writer put there, and a bad id would stop the sealing of everything.
          case when e.subject_kind in ('member', 'organization', 'circle') and e.data ->> 'organization_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (e.data ->> 'organization_id')::uuid end as organization_id, case when e.subject_kind in ('member', 'organization') then null else e.audience_id end as audience_id,
          app.audit_event(e) as raw
         from app.events e left join app.bylines b on b.id = e.byline_id and b.kind = 'person', app.audit_cursor c
        where case when restored then not exists (select from app.audit_entries s where s.source = 'event' and s.source_id = e.id) else (e.xid, e.id) > (c.xid, c.event_id) end
          and e.xid < horizon order by e.xid, e.id limit most)
      union all
      (select t.xid, 'note', t.id, t.kind, t.at, t.actor_id, t.member_id, t.organization_id, null, t.data from app.audit_notes t where t.xid < horizon order by t.xid, t.id limit most)
    ) both_kinds order by xid, source, id limit most
  loop
    pos := pos + 1;
    n := n + 1;
    -- Acts on members count for the organization they work for at this moment, or worked for last.
    if one.audience_id is null and one.organization_id is null then
      one.organization_id := coalesce((select ms.organization_id from app.memberships ms where ms.member_id = coalesce(one.member_id, one.actor_id) order by ms.since limit 1),
        (select b.organization_id from app.bylines b where b.member_id = coalesce(one.member_id, one.actor_id)));
    end if;
    salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    body := jsonb_build_object(one.source, one.raw, 'actor_id', one.actor_id, 'member_id', one.member_id, 'organization_id', one.organization_id, 'audience_id', one.audience_id)::text;
    payload := sha256(salt || convert_to(body, 'UTF8'));
    insert into app.audit_entries (position, source, source_id, kind, at, payload_hash, previous, hash)
      values (pos, one.source, one.id, one.kind, one.at, payload, before, app.audit_line(pos, one.source, one.id, one.kind, one.at, payload, before)) returning hash into before;
    insert into app.audit_payloads (position, kind, at, actor_id, member_id, organization_id, audience_id, salt, body)
      values (pos, one.kind, one.at, one.actor_id, one.member_id, one.organization_id, one.audience_id, salt, body);
    if one.source = 'note' then delete from app.audit_notes where id = one.id;
    else last_xid := one.xid; last_id := one.id; end if;
  end loop;
  -- Once, at the end: a row updated a thousand times in one transaction takes ever longer to find.
  if not restored and last_id is not null then update app.audit_cursor set xid = last_xid, event_id = last_id;
  -- While a row that the log has already stands above the horizon, a cursor below it would seal that row again: then look at every event once more.
  elsif restored and n < most and not exists (
      select from app.events e join app.audit_entries s on s.source = 'event' and s.source_id = e.id where e.xid >= horizon) then
    update app.audit_cursor set epoch = (select h.epoch from app.hub h), (xid, event_id) = (
      select coalesce(max(l.xid), '0'), coalesce(max(l.id), 0) from (select e.xid, e.id from app.events e where e.xid < horizon order by e.xid desc, e.id desc limit 1) l);
  end if;
  return n;
end $$;
comment on function app.audit_seal(int) is 'Chains what happened since, in the order of (transaction, id) below the horizon, and makes the root of the day before. Returns how many rows; 0 also while another seals. For the job only.';

create or replace function app.audit_forget(wanted bigint, why text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from app.audit_payloads where position = wanted and kind <> 'audit.forgotten';
  if not found then return false; end if;
  perform app.note('audit.forgotten', app.me(), null, null, jsonb_build_object('position', wanted, 'reason', why));
  return true;
end $$;
comment on function app.audit_forget(bigint, text) is 'Erases what a row of the log is about, and writes down that it did and why; the chain stays whole. False when there is nothing to erase.';

create or replace function app.audit_rows(after bigint, most int) returns table (pos bigint, source text, source_id text, kind text, at text, payload_hash bytea, previous bytea, hash bytea,
  salt bytea, body text, repeated jsonb, event jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.position, a.source, a.source_id::text, a.kind, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), a.payload_hash, a.previous, a.hash, p.salt, p.body,
      case when p.position is not null then jsonb_build_object('kind', p.kind, 'at', to_char(p.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'actor_id', p.actor_id, 'member_id', p.member_id, 'organization_id', p.organization_id, 'audience_id', p.audience_id) end,
      case when e.id is not null then app.audit_event(e) end
    from app.audit_entries a left join app.audit_payloads p on p.position = a.position left join app.events e on a.source = 'event' and e.id = a.source_id
   where a.position > after order by a.position limit most
$$;
comment on function app.audit_rows(bigint, int) is 'The log as it is checked and exported, by whoever runs the hub. For the clerk only.';

create or replace function app.audit_stray_event() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id from app.events e, app.audit_cursor c, app.hub h where c.epoch = h.epoch and (e.xid, e.id) <= (c.xid, c.event_id)
    and not exists (select from app.audit_entries a where a.source = 'event' and a.source_id = e.id) order by e.id limit 1
$$;
comment on function app.audit_stray_event() is 'The first event that stands behind the cursor and is not in the log: put there afterwards, or its row was taken out.';

create or replace function app.may_read_audit() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.has_role('{steward}') and exists (select from app.audit_readings r where r.member_id = (select app.me()) and r.at > now() - interval '15 minutes')
$$;
comment on function app.may_read_audit() is 'Am I a steward who has said why, within the last quarter of an hour?';

create or replace function app.may_ask_audit() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}')
$$;
comment on function app.may_ask_audit() is 'May I read the log once I have said why?';

grant execute on function app.may_read_audit(), app.may_ask_audit() to indaba_person;
grant execute on function app.audit_seal(int), app.audit_forget(bigint, text), app.audit_rows(bigint, int), app.audit_stray_event() to indaba_clerk;
set local role indaba_owner;

-- Keyring adds to the chain; it changes nothing, and erases payloads only.
grant select, insert on app.audit_entries, app.audit_roots to indaba_keyring;
grant select, insert, delete on app.audit_payloads to indaba_keyring;
grant select, update on app.audit_cursor to indaba_keyring;
grant select on app.audit_readings to indaba_keyring;
create policy keyring_reads on app.audit_entries for select to indaba_keyring using (true);
create policy keyring_seals on app.audit_entries for insert to indaba_keyring with check (true);
create policy keyring_reads on app.audit_roots for select to indaba_keyring using (true);
create policy keyring_seals on app.audit_roots for insert to indaba_keyring with check (true);
create policy keyring_reads on app.audit_payloads for select to indaba_keyring using (true);
create policy keyring_seals on app.audit_payloads for insert to indaba_keyring with check (true);
create policy keyring_forgets on app.audit_payloads for delete to indaba_keyring using (true);
create policy keyring_moves on app.audit_cursor to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.audit_readings for select to indaba_keyring using (true);

-- What concerns me; for a focal point, their people; for a steward who said why, everything that is security or about members, and of the rest what they may read anyway.
grant select (position, kind, at, actor_id, member_id, organization_id, body) on app.audit_payloads to indaba_person;
create policy concerned_read on app.audit_payloads for select to indaba_person using (
  audience_id is null and (actor_id = (select app.me()) or member_id = (select app.me()) or organization_id in (select app.my_run_organizations()))
  or (select app.may_read_audit()) and (audience_id is null or audience_id in (select app.my_audiences())));
grant select, insert (id, member_id, reason) on app.audit_readings to indaba_person;
create policy own on app.audit_readings for select to indaba_person using (member_id = (select app.me()));
create policy stewards_say_why on app.audit_readings for insert to indaba_person with check (member_id = (select app.me()) and (select app.may_ask_audit()));
-- The root says nothing about anybody; how many rows it covers would.
grant select (day, root) on app.audit_roots to indaba_person, indaba_visitor;
create policy published on app.audit_roots for select to indaba_person, indaba_visitor using (day < (now() at time zone 'UTC')::date);
grant select on app.audit_roots, app.audit_notes to indaba_clerk;
create policy clerk_reads on app.audit_roots for select to indaba_clerk using (true);
create policy clerk_reads on app.audit_notes for select to indaba_clerk using (true);
