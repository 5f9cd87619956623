-- Applications have a time as well: those that ended otherwise than by admission hold what strangers said of themselves.
alter table app.retention_rules drop constraint retention_rules_kind_check;
alter table app.retention_rules add constraint retention_rules_kind_check check (kind in
  ('message','direct','comment','thread','earlier_words','event_payload','audit_payload','session','passkey','sign_in_try','recovery','invitation','application','draft','file','mail'));
alter table app.retention_rules no force row level security;
insert into app.retention_rules (kind, label, keep_days) values ('application', null, 365);
alter table app.retention_rules force row level security;
