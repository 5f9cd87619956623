-- Finding: one definer function, cut by recency; ids only, read again by the caller under the policies.
set local role indaba_keyring;

drop function if exists search.find(text, text[], int);
drop function if exists search.find(text, boolean, int);
drop function if exists search.find(text, boolean, int, timestamptz, timestamptz);
drop function if exists search.find(text, boolean, int, timestamptz, timestamptz, int[]);
drop function if exists search.facets(uuid, uuid, uuid, text, text, timestamptz);

create or replace function search.space_of(conversation uuid, kind text) returns text[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case kind
    when 'page' then array(select 's:' || p.space_id from app.conversations c join app.pages p on p.id = c.subject_id where c.id = conversation)
    when 'control' then array(select 's:' || p.space_id from app.conversations c join app.controls k on k.id = c.subject_id join app.pages p on p.id = k.page_id where c.id = conversation)
    when 'change_request' then array(select 's:' || r.space_id from app.conversations c join app.change_requests r on r.id = c.subject_id where c.id = conversation)
    else '{}' end
$$;
comment on function search.space_of(uuid, text) is 'The space whose texts a conversation is about, as a lexeme; none of a channel or a direct one, where nothing is looked up. For functions only.';

create or replace function search.facets(byline uuid, conversation uuid, thread uuid, kind text, label text) returns tsvector
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  -- Words of a person hold letters and digits only, so none of them can be taken for one of these.
  select array_to_tsvector(array['f:' || byline, 'c:' || conversation, 't:' || thread, 'k:' || kind, 'l:' || coalesce(label, '')] || search.space_of(conversation, kind))
$$;
comment on function search.facets(uuid, uuid, uuid, text, text) is 'Who wrote a message, in which conversation and thread, about what kind of subject and which space, under which label: what filters ask for, in the same index as the words. When it was written is a column of its own.';

create or replace function search.holds(files boolean, poll boolean) returns tsvector
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select array_to_tsvector(array_remove(array[case when files then 'h:file' end, case when poll then 'h:poll' end], null))
$$;
comment on function search.holds(boolean, boolean) is 'What a message has beside its words; links and indicators are told by whoever cuts the words.';

create or replace function search.redate(message uuid, moment timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update search.entries e set at = moment where e.subject_id = message and e.kind = 'message'
$$;
comment on function search.redate(uuid, timestamptz) is 'Another moment for a message of a demo that is being made. For app.backdate() only.';

create or replace function search.on_held() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update search.entries e set words = e.words || search.holds(tg_table_name = 'attachments', tg_table_name = 'polls') where e.subject_id = new.message_id and e.kind = 'message';
  return null;
end $$;
comment on function search.on_held() is 'A file or a poll joined its message, right after it was posted.';

create or replace function search.put(what text, subject uuid, lexemes text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare audience int; own tsvector := ''; said timestamptz := now();
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
    own := case what when 'message' then (select search.facets(m.byline_id, m.conversation_id, m.thread_id, c.subject_kind, m.marking)
        || search.holds(exists (select from app.attachments a where a.message_id = m.id), exists (select from app.polls p where p.message_id = m.id))
        from app.messages m join app.conversations c on c.id = m.conversation_id where m.id = subject)
      when 'page' then (select array_to_tsvector(array['s:' || p.space_id]) from app.pages p where p.id = subject)
      else (select array_to_tsvector(array['s:' || p.space_id]) from app.controls c join app.pages p on p.id = c.page_id where c.id = subject) end;
    if what = 'message' then select m.created_at into said from app.messages m where m.id = subject; end if;
    insert into search.entries values (nextval('search.positions'), what, subject, audience, lexemes::tsvector || coalesce(own, ''), said);
  end if;
end $$;
comment on function search.put(text, uuid, text) is 'Indexes one thing under its own audience, by whoever may change it. lexemes is a tsvector written out, cut outside: to_tsvector would cut Chinese again. Empty takes the thing out. Refuses with search.subject.not_found.';

-- Written by app.post_message() now.
drop function if exists search.add_message(uuid, text);

create or replace function search.find(query text, texts boolean, most int, since timestamptz default null, until timestamptz default null, among int[] default null, threads uuid[] default null)
returns table (kind text, subject_id uuid)
-- Each statement is written so that one index alone can answer it ("is true" and "+ 0" keep it from others), and no slice is read row by row:
-- a plan that reads what others wrote tells by its time how much that is.
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare mine int[]; places int[]; asks text[]; asked text := ''; q tsquery; exact boolean; spanned boolean := since is not null or until is not null;
  first timestamptz := coalesce(since, '-infinity'); last timestamptz := coalesce(until, 'infinity');
  hi bigint; lo bigint; n int := 0; here int; few int;
  newest constant int := 2000; wide constant int := 100000; little constant int := 3000;
begin
  mine := array(select x from app.my_audiences() x where (among is null or x = any(among))
    -- Texts stand in the audiences of spaces, nowhere else.
    and (not texts or exists (select from app.spaces s where s.audience_id = x)));
  -- What the index is asked: the words that must be there, with the audience before each. The order of words, and what must not be there, the row itself is asked.
  exact := query ~ '[<!]';
  if query <> '' then asked := regexp_replace(regexp_replace(' ' || querytree(query::tsquery), ' <(-|\d+)> ', ' & ', 'g'), '([ (])''', E'\\1''\x01', 'g'); end if;
  if asked !~ '''' then asked := ''; end if;
  if threads is null then
    places := mine;
    asks := array(select replace(asked, E'\x01', x || ':') from unnest(mine) x);
  else
    -- Threads are asked for in their own audience alone, a few at once: the index weighs every word of a question at every hit.
    select array_agg(t.audience), array_agg(replace(concat_ws(' & ', nullif(asked, ''), t.own), E'\x01', t.audience || ':')), concat_ws(' & ', nullif(query, ''), '(' || string_agg(t.plain, ' | ') || ')')
      into places, asks, query from (select x.audience_id as audience, '(' || string_agg(E'''\x01t:' || x.id || '''', ' | ') || ')' as own, string_agg('''t:' || x.id || '''', ' | ') as plain
        from (select y.id, y.audience_id, row_number() over (partition by y.audience_id) / 8 as some from app.threads y where y.id = any(threads) and y.audience_id = any(mine)) x group by x.audience_id, x.some) t;
    mine := array(select distinct x from unnest(places) x);
    asked := 'threads';
  end if;
  if cardinality(mine) > 0 and (asked <> '' or spanned) then else return; end if;
  if query <> '' then q := query::tsquery; end if;
  select last_value + 1 into hi from search.positions;

  if not texts then
    -- A frequent word is among the newest; a seldom one has few hits in any slice. So much is read for every question alike.
    return query select i.kind, i.subject_id from (select * from search.entries e where e.position >= hi - newest and e.position < hi and e.position + 0 >= hi - newest order by e.position + 0 desc offset 0) i
      where i.audience_id = any(mine) and i.kind = 'message' and i.at >= first and i.at < last and (q is null or i.words @@ q) limit most;
    get diagnostics n = row_count;
    hi := hi - newest;
  end if;
  lo := (hi - 1) / 50000 * 50000;
  while hi > 0 and n < most loop
    few := little + 1;
    if spanned and not texts then
      select count(*) into few from (select from unnest(mine) x(audience) cross join lateral (select from search.entries i
        where i.position >= lo and i.position < hi and i.audience_id = x.audience and i.kind = 'message' and i.at >= first and i.at < last limit little + 1 offset 0) e limit little + 1) z;
    end if;
    if few = 0 then here := 0;
    elsif few <= little or asked = '' then
      -- So little was written in these days that it is read as it is.
      return query select e.kind, e.subject_id from unnest(mine) x(audience) cross join lateral (select i.position, i.kind, i.subject_id from search.entries i
          where i.position >= lo and i.position < hi and i.audience_id = x.audience and i.kind = 'message' and i.at >= first and i.at < last and (q is null or i.words @@ q) order by i.at desc limit most offset 0) e
        order by e.position desc limit most - n;
      get diagnostics here = row_count;
    elsif texts then
      return query with hits as materialized (select e.* from unnest(places, asks) x(audience, ask) cross join lateral (select i.position, i.kind, i.subject_id from search.entries i
          where i.position >= lo and i.position < hi and (i.audience_id = x.audience) is true and i.kind <> 'message' and search.tagged(i.audience_id, i.words) @@ x.ask::tsquery and (not exact or i.words @@ q) offset 0) e)
        select h.kind, h.subject_id from hits h order by h.position desc limit most - n;
      get diagnostics here = row_count;
    else
      return query with hits as materialized (select e.* from unnest(places, asks) x(audience, ask) cross join lateral (select i.position, i.kind, i.subject_id from search.entries i
          where i.position >= lo and i.position < hi and (i.audience_id = x.audience) is true and i.kind = 'message' and (i.at >= first and i.at < last) is true
            and search.tagged(i.audience_id, i.words) @@ x.ask::tsquery and (not exact or i.words @@ q) offset 0) e)
        select h.kind, h.subject_id from hits h order by h.position desc limit most - n;
      get diagnostics here = row_count;
    end if;
    n := n + here; hi := lo; lo := lo - wide;
  end loop;
end $$;
comment on function search.find(text, boolean, int, timestamptz, timestamptz, int[], uuid[]) is 'Newest first, what I may read and what matches a tsquery: texts (pages and controls), or messages; of these only what was written from since and before until, and in one of these threads. among: where what was asked for can stand at all; of these only mine are asked. Never an estimate, never a count of what I may not read.';

create or replace function search.threads(part text, most int, among int[] default null) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare mine int[] := array(select x from app.my_audiences() x where among is null or x = any(among)); likely text := '%' || regexp_replace(lower(part), '([\\%_])', '\\\1', 'g') || '%'; found uuid[];
begin
  if part = '' then return; end if;
  -- What many titles hold stands among the newest; what few hold has few in the index.
  found := array(select t.id from (select x.id, x.audience_id, x.title, x.created_at from app.threads x where x.moved_to is null order by x.created_at desc limit 1000) t
    where t.audience_id = any(mine) and lower(t.title) like likely order by t.created_at desc limit most);
  if cardinality(found) < most then
    -- As in search.find(): no other index may answer.
    found := array(select e.id from (select m as audience, array(select distinct hashtextextended(substr(lower(part), n, g), m) from generate_series(1, length(lower(part))) n, (select least(2, length(lower(part))) as g) z where n + g <= length(lower(part)) + 1) as own from unnest(mine) m offset 0) o
      cross join lateral (select t.id, t.created_at from app.threads t where t.moved_to is null and search.pieces(t.audience_id, t.title) @> o.own and (t.audience_id = o.audience) is true and lower(t.title) like likely offset 0) e
      order by e.created_at desc limit most);
  end if;
  return query select unnest(found);
end $$;
comment on function search.threads(text, int, int[]) is 'The newest threads of mine with this part in their title, whatever the case of its letters; among as in search.find().';

grant execute on function search.put(text, uuid, text) to indaba_person, indaba_clerk;
grant execute on function search.find(text, boolean, int, timestamptz, timestamptz, int[], uuid[]), search.threads(text, int, int[]) to indaba_person, indaba_visitor;

grant execute on function search.on_held() to indaba_owner;
set local role indaba_owner;
grant execute on function search.tagged(int, tsvector) to indaba_keyring;
-- Whoever starts or renames a thread writes its index.
grant execute on function search.pieces(int, text) to indaba_keyring, indaba_person, indaba_clerk;
grant select, insert, delete, update (words, at) on search.entries to indaba_keyring;
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
