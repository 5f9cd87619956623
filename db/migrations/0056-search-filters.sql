-- What was written before is found by the filters too: who wrote it, where, when, under which label and with what.
-- The same lexemes as search.facets() gives; written out here, because a migration is never changed when the function is.
do $$
declare t text; tables text[] := array['app.messages', 'app.conversations', 'app.attachments', 'app.polls', 'app.pages', 'app.controls', 'search.entries'];
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  foreach t in array tables loop execute format('alter table %s no force row level security', t); end loop;
  update search.entries e set words = e.words || array_to_tsvector(array_remove(array['f:' || m.byline_id, 'c:' || m.conversation_id, 't:' || m.thread_id, 'k:' || c.subject_kind, 'l:' || coalesce(m.marking, ''),
      'm:' || (extract(year from m.created_at at time zone 'UTC') * 100 + extract(month from m.created_at at time zone 'UTC'))::int,
      case when m.body ~* 'https?://[^[:space:]]' then 'h:link' end,
      case when exists (select from app.attachments a where a.message_id = m.id) then 'h:file' end,
      case when exists (select from app.polls p where p.message_id = m.id) then 'h:poll' end], null))
    from app.messages m join app.conversations c on c.id = m.conversation_id where e.kind = 'message' and e.subject_id = m.id;
  update search.entries e set words = e.words || array_to_tsvector(array['s:' || p.space_id]) from app.pages p where e.kind = 'page' and e.subject_id = p.id;
  update search.entries e set words = e.words || array_to_tsvector(array['s:' || p.space_id]) from app.controls c join app.pages p on p.id = c.page_id where e.kind = 'control' and e.subject_id = c.id;
  foreach t in array tables loop execute format('alter table %s force row level security', t); end loop;
end $$;
