-- Counting anew, every night: numbers that are kept along with what they count, held against it and put right.
set local role indaba_keyring;

create or replace function app.miscounted(wanted_scope uuid default null) returns table (scope uuid, kind text, number boolean, moment boolean, wanted int, latest timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- Of a thread the last number counts exactly. Of a conversation it may be higher than what is left: the retention job takes threads whole, and numbers are never given again.
  select t.id, 'thread', k.last_number is distinct from coalesce(m.last, 0), k.last_at is distinct from m.latest and m.latest is not null, coalesce(m.last, 0), m.latest
    from app.threads t left join app.counters k on k.scope_id = t.id and k.audience_id = t.audience_id
    left join lateral (select max(x.thread_number) as last, greatest(max(x.created_at), case when count(*) > 0 then t.moved_at end) as latest from app.messages x where x.thread_id = t.id and x.audience_id = t.audience_id) m on true
   where t.moved_to is null and (wanted_scope is null or t.id = wanted_scope) and (k.last_number is distinct from coalesce(m.last, 0) or m.latest is not null and k.last_at is distinct from m.latest)
  union all
  select c.id, 'conversation', true, false, greatest(m.last, k.last_number), null::timestamptz
    from app.conversations c left join app.counters k on k.scope_id = c.id and k.audience_id = c.audience_id
    left join lateral (select coalesce(max(x.number), 0) as last from app.messages x where x.conversation_id = c.id and x.audience_id = c.audience_id) m on true
   where (wanted_scope is null or c.id = wanted_scope) and (k.last_number is null or k.last_number < m.last)
$$;
comment on function app.miscounted(uuid) is 'Counters of threads and conversations that stand otherwise than their messages say: of all, or of one. For the recount only.';

create or replace function app.recount() returns app.recounts
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare place uuid; one record; done app.recounts; threads int := 0; talks int := 0; moments int := 0; marks int; readers int;
begin
  for place in select distinct w.scope from app.miscounted() w loop
    -- Under the lock that every post takes, and looked at once more: what was posted meanwhile is no drift.
    perform from app.counters k where k.scope_id = place for update;
    for one in select * from app.miscounted(place) loop
      insert into app.counters as k (scope_id, audience_id, last_number, last_at)
        select place, x.audience_id, one.wanted, one.latest from (select t.audience_id from app.threads t where t.id = place union select c.audience_id from app.conversations c where c.id = place) x
        on conflict (scope_id) do update set last_number = excluded.last_number, last_at = coalesce(excluded.last_at, k.last_at);
      threads := threads + (one.kind = 'thread' and one.number)::int;
      talks := talks + (one.kind = 'conversation' and one.number)::int;
      moments := moments + one.moment::int;
    end loop;
  end loop;
  -- Whoever has read further than there is would not be told of what comes next.
  update app.read_markers r set number = k.last_number from app.counters k where k.scope_id = r.thread_id and r.number > k.last_number;
  get diagnostics marks = row_count;
  perform pg_advisory_xact_lock(hashtext('indaba audiences'));
  update app.audiences a set size = n.size, has_guests = n.guests, epoch = epoch + 1
    from (select x.id, (select count(*) from app.audience_members am where am.audience_id = x.id) as size, case when x.kind in ('public', 'everyone') then x.has_guests else app.audience_guests(x.id) end as guests from app.audiences x) n
   where a.id = n.id and (a.size, a.has_guests) is distinct from (n.size::int, n.guests);
  get diagnostics readers = row_count;
  insert into app.recounts (counted, threads, conversations, markers, activity, audiences)
    values ((select count(*) from app.counters), threads, talks, marks, moments, readers) returning * into done;
  delete from app.recounts c where c.at < now() - interval '90 days';
  return done;
end $$;
comment on function app.recount() is 'Counts anew the last number and latest activity of every thread and conversation, how far members have read, and how many read with each audience; puts right what stands otherwise and says how much that was. For the nightly job only.';

grant execute on function app.recount() to indaba_clerk;
set local role indaba_owner;
grant select, insert, delete on app.recounts to indaba_keyring;
create policy keyring_keeps on app.recounts to indaba_keyring using (true) with check (true);
