-- What is said about pages, controls and proposals is found by their space, however many conversations that has.
-- The same lexeme as search.space_of() gives; written out here, because a migration is never changed when the function is.
do $$
declare t text; tables text[] := array['app.messages', 'app.conversations', 'app.pages', 'app.controls', 'app.change_requests', 'search.entries'];
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  foreach t in array tables loop execute format('alter table %s no force row level security', t); end loop;
  update search.entries e set words = e.words || array_to_tsvector(array['s:' || s.space_id])
    from app.messages m join app.conversations c on c.id = m.conversation_id
      join (select p.id, p.space_id from app.pages p union all select k.id, p.space_id from app.controls k join app.pages p on p.id = k.page_id union all select r.id, r.space_id from app.change_requests r) s on s.id = c.subject_id
    where c.subject_kind in ('page', 'control', 'change_request') and e.kind = 'message' and e.subject_id = m.id;
  foreach t in array tables loop execute format('alter table %s force row level security', t); end loop;
end $$;
