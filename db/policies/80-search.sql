-- Finding: one definer function, cut by recency; ids only, read again by the caller under the policies.
set local role indaba_keyring;

drop function if exists search.find(text, text[], int);
drop function if exists search.find(text, boolean, int);
drop function if exists search.find(text, boolean, int, timestamptz, timestamptz);

create or replace function search.space_of(conversation uuid, kind text) returns text[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case kind
    when 'page' then array(select 's:' || p.space_id from app.conversations c join app.pages p on p.id = c.subject_id where c.id = conversation)
    when 'control' then array(select 's:' || p.space_id from app.conversations c join app.controls k on k.id = c.subject_id join app.pages p on p.id = k.page_id where c.id = conversation)
    when 'change_request' then array(select 's:' || r.space_id from app.conversations c join app.change_requests r on r.id = c.subject_id where c.id = conversation)
    else '{}' end
$$;
comment on function search.space_of(uuid, text) is 'The space whose texts a conversation is about, as a lexeme; none of a channel or a direct one, where nothing is looked up. For functions only.';

create or replace function search.facets(byline uuid, conversation uuid, thread uuid, kind text, label text, at timestamptz) returns tsvector
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  -- Words of a person hold letters and digits only, so none of them can be taken for one of these.
  select array_to_tsvector(array['f:' || byline, 'c:' || conversation, 't:' || thread, 'k:' || kind, 'l:' || coalesce(label, ''),
    'm:' || (extract(year from at at time zone 'UTC') * 100 + extract(month from at at time zone 'UTC'))::int] || search.space_of(conversation, kind))
$$;
comment on function search.facets(uuid, uuid, uuid, text, text, timestamptz) is 'Who wrote a message, in which conversation and thread, about what kind of subject and which space, under which label, in which month (UTC): what filters ask for, in the same index as the words.';

create or replace function search.holds(files boolean, poll boolean) returns tsvector
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select array_to_tsvector(array_remove(array[case when files then 'h:file' end, case when poll then 'h:poll' end], null))
$$;
comment on function search.holds(boolean, boolean) is 'What a message has beside its words; links and indicators are told by whoever cuts the words.';

create or replace function search.redate(message uuid, moment timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update search.entries e set words = ts_delete(e.words, array(select l.lexeme from unnest(e.words) l where l.lexeme like 'm:%')) || array_to_tsvector(array['m:' || (extract(year from moment at time zone 'UTC') * 100 + extract(month from moment at time zone 'UTC'))::int])
    from app.messages m where m.id = message and e.subject_id = message and e.kind = 'message'
$$;
comment on function search.redate(uuid, timestamptz) is 'Another month for a message of a demo that is being made. For app.backdate() only.';

create or replace function search.on_held() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update search.entries e set words = e.words || search.holds(tg_table_name = 'attachments', tg_table_name = 'polls') where e.subject_id = new.message_id and e.kind = 'message';
  return null;
end $$;
comment on function search.on_held() is 'A file or a poll joined its message, right after it was posted.';

create or replace function search.put(what text, subject uuid, lexemes text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare audience int; own tsvector := '';
begin
  audience := case what
    -- What was taken back stays out, whoever asks.
    when 'message' then (select m.audience_id from app.messages m where m.id = subject and (m.deleted_at is null or lexemes = '')
      and (m.byline_id in (select app.my_bylines()) and m.audience_id in (select app.my_audiences()) and app.may_write() or session_user = 'indaba_worker'))
    when 'page' then (select p.audience_id from app.pages p where p.id = subject and (app.may_project(p.id) or session_user = 'indaba_worker'))
    when 'control' then (select c.audience_id from app.controls c where c.id = subject and (app.may_project(c.page_id) or session_user = 'indaba_worker')) end;
  if audience is null then raise exception using errcode = 'IN404', message = 'search.subject.not_found'; end if;
  -- Of this kind only: who makes a message chooses its id, and could choose that of a page.
  delete from search.entries where subject_id = subject and kind = what;
  if lexemes <> '' then
    own := case what when 'message' then (select search.facets(m.byline_id, m.conversation_id, m.thread_id, c.subject_kind, m.marking, m.created_at)
        || search.holds(exists (select from app.attachments a where a.message_id = m.id), exists (select from app.polls p where p.message_id = m.id))
        from app.messages m join app.conversations c on c.id = m.conversation_id where m.id = subject)
      when 'page' then (select array_to_tsvector(array['s:' || p.space_id]) from app.pages p where p.id = subject)
      else (select array_to_tsvector(array['s:' || p.space_id]) from app.controls c join app.pages p on p.id = c.page_id where c.id = subject) end;
    insert into search.entries values (nextval('search.positions'), what, subject, audience, lexemes::tsvector || coalesce(own, ''));
  end if;
end $$;
comment on function search.put(text, uuid, text) is 'Indexes one thing under its own audience, by whoever may change it. lexemes is a tsvector written out, cut outside: to_tsvector would cut Chinese again. Empty takes the thing out. Refuses with search.subject.not_found.';

-- Written by app.post_message() now.
drop function if exists search.add_message(uuid, text);

create or replace function search.find(query text, texts boolean, most int, since timestamptz default null, until timestamptz default null, among int[] default null) returns table (kind text, subject_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare a int[] := array(select x from app.my_audiences() x where among is null or x = any(among));
  q tsquery := query::tsquery;
  hi bigint; w bigint := 50000; n int := 0; found_here int;
begin
  if numnode(q) = 0 or cardinality(a) = 0 then return; end if;
  select last_value / 50000 * 50000 + 50000 into hi from search.positions;
  -- Texts and messages have an index each, so that a question about texts never reads the postings of a million messages.
  while hi > 0 and n < most loop
    if texts then
      return query with hits as materialized (
        select e.position, e.kind as k, e.subject_id as s from search.entries e
         where e.position >= hi - w and e.position < hi and e.audience_id = any(a) and e.words @@ q and e.kind <> 'message')
        select h.k, h.s from hits h order by h.position desc limit most - n;
    elsif cardinality(a) <= 64 then
      -- Audience by audience, both columns of the index are asked: else the planner reads every message that has the word, and time tells how many.
      return query with hits as materialized (
        select e.position, e.kind as k, e.subject_id as s from unnest(a) x(audience) cross join lateral (
          select i.position, i.kind, i.subject_id from search.entries i
           where i.position >= hi - w and i.position < hi and i.audience_id = x.audience and i.words @@ q and i.kind = 'message' offset 0) e),
      -- Months were asked of the index; the very moments are looked at from the newest on, until there are enough.
      newest as (select * from hits order by position desc offset 0)
        select h.k, h.s from newest h where since is null and until is null
            or (select m.created_at from app.messages m where m.id = h.s) between coalesce(since, '-infinity') and coalesce(until - interval '1 microsecond', 'infinity') limit most - n;
    else
      return query with hits as materialized (
        select e.position, e.kind as k, e.subject_id as s from search.entries e
         where e.position >= hi - w and e.position < hi and e.audience_id = any(a) and e.words @@ q and e.kind = 'message'),
      newest as (select * from hits order by position desc offset 0)
        select h.k, h.s from newest h where since is null and until is null
            or (select m.created_at from app.messages m where m.id = h.s) between coalesce(since, '-infinity') and coalesce(until - interval '1 microsecond', 'infinity') limit most - n;
    end if;
    get diagnostics found_here = row_count;
    n := n + found_here; hi := hi - w; w := 2 * w;
  end loop;
end $$;
comment on function search.find(text, boolean, int, timestamptz, timestamptz, int[]) is 'Newest first, what I may read and what matches a tsquery: texts (pages and controls), or messages; of these only what was written from since and before until. among: where what was asked for can stand at all; of these only mine are asked. Never an estimate, never a count of what I may not read.';

grant execute on function search.put(text, uuid, text) to indaba_person, indaba_clerk;
grant execute on function search.find(text, boolean, int, timestamptz, timestamptz, int[]) to indaba_person, indaba_visitor;

grant execute on function search.on_held() to indaba_owner;
set local role indaba_owner;
grant select, insert, delete, update (words) on search.entries to indaba_keyring;
create or replace trigger searched after insert on app.attachments for each row execute function search.on_held();
create or replace trigger searched after insert on app.polls for each row execute function search.on_held();
grant usage, select on sequence search.positions to indaba_keyring;
create policy keyring_keeps on search.entries to indaba_keyring using (true) with check (true);
do $$
declare t record;
begin
  -- A partition asked directly does not use its parent's policies: each has its own, for keyring alone.
  for t in select c.oid::regclass as name from pg_class c where c.relispartition and c.relkind = 'r' and c.relnamespace = 'search'::regnamespace loop
    execute format('create policy keyring_keeps on %s to indaba_keyring using (true) with check (true)', t.name);
  end loop;
end $$;
