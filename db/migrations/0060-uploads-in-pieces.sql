-- Files that arrive in pieces: what is on its way belongs to the session that began it.
alter table app.uploads add column session_id uuid references app.sessions (id) on delete cascade;
create index on app.uploads (session_id);
comment on column app.uploads.session_id is 'The session that sends it in; with its end nobody reads, continues or posts it. Null for what came before this was asked, which nobody reads either.';
