-- Each row of a merge is checked against the requests about its page: found by the page, not by looking through all of them.
create index if not exists change_request_pages_page_id on app.change_request_pages (page_id);
