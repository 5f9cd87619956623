-- A browser's session ends when nobody used it for some days, and at last at a moment fixed when it began.
alter table app.sessions add column ends_at timestamptz;
comment on column app.sessions.ends_at is 'Of a browser: when it ends at last, however much it is used. expires_at moves with use, never beyond this. Null: what began before this was kept, and tokens.';
alter table app.settings add check (name <> 'idle_days' or value::text::int between 1 and 90);
