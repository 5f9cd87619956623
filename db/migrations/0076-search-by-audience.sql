-- The index holds each word under its audience, so that no posting of another audience is touched when a word, or the beginning of one, is looked up.
-- Each entry carries the moment of its message in place of its month, so that days are cut where the words are.
create function search.tagged(audience int, words tsvector) returns tsvector
language sql immutable parallel safe
return replace(' ' || words::text, ' ''', ' ''' || audience || ':')::tsvector;
comment on function search.tagged(int, tsvector) is 'Each lexeme with the audience before it, as the index holds it and search.find() asks for it. Never changed: the index would not be made anew. A lexeme with a blank at its end or before a quotation mark is refused by the type.';

set local maintenance_work_mem = '256MB';
alter table search.entries add column at timestamptz;
comment on column search.entries.at is 'When the message was written; of a text, when it was indexed.';
drop index search.texts;
drop index search.messages;
do $$
declare t text; tables text[] := array['app.messages', 'search.entries'];
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  foreach t in array tables loop execute format('alter table %s no force row level security', t); end loop;
  -- Written anew and not updated: updating all rows would leave as much dead behind.
  create temp table kept on commit drop as
    select e.position, e.kind, e.subject_id, e.audience_id,
      case when m.id is null then e.words else ts_delete(e.words, 'm:' || (extract(year from m.created_at at time zone 'UTC') * 100 + extract(month from m.created_at at time zone 'UTC'))::int) end as words,
      coalesce(m.created_at, now()) as at
    from search.entries e left join app.messages m on e.kind = 'message' and m.id = e.subject_id
    -- What no cutter writes (a blank in a lexeme) could not be held by the index.
    where position(' ' in array_to_string(tsvector_to_array(e.words), '')) = 0;
  truncate search.entries;
  insert into search.entries select * from kept order by position;
  foreach t in array tables loop execute format('alter table %s force row level security', t); end loop;
end $$;
alter table search.entries alter column at set not null;
-- Short lists of what is not sorted in yet: every search reads them once for each of its audiences.
create index texts on search.entries using gin (search.tagged(audience_id, words)) with (gin_pending_list_limit = 256) where kind <> 'message';
create index messages on search.entries using gin (search.tagged(audience_id, words)) with (gin_pending_list_limit = 256) where kind = 'message';
create index moments on search.entries (audience_id, at) where kind = 'message';
-- Of an expression, so that the planner takes it for the newest only and never in place of the others.
create index newest on search.entries ((position + 0));
