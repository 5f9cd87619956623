-- While a request is open, the address its author saw tells a wish to move a page from one that was written before others moved it.
update app.change_request_pages c set was_path = p.path from app.pages p, app.change_requests r
  where p.id = c.page_id and r.id = c.change_request_id and r.status = 'open' and c.was_path is null;
comment on column app.change_request_pages.was_path is 'Where the page stood when this was proposed; once merged, where it stood then. Null for pages that were not there.';
