-- Whoever leaves is barred by the address they came in with, too: it need not be the one of their account.
alter table app.sso_links add column address_hash bytea;
comment on column app.sso_links.address_hash is 'The address the provider last gave for this subject, hashed with the organization; barred when its member leaves.';
