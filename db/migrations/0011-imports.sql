-- What an import has to remember: the source's own words, and the addresses under which its readers knew a page.
alter table app.change_request_pages add column source_text text, add column redirects_from text[] not null default '{}';
comment on column app.change_request_pages.source_text is 'What the source said, where the proposed text is more than that; null when text is the source''s own. The next import compares with it.';
comment on column app.change_request_pages.redirects_from is 'Former addresses that lead to the page once the request is merged.';
