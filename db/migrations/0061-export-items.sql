-- What leaves the hub under a label that its source has to hear of is logged one by one, not only as a package.
alter table app.marking_outlets no force row level security;
alter table app.marking_outlets add column source_sees boolean not null default false;
update app.marking_outlets set source_sees = true where label = 'TLP:AMBER+STRICT';
alter table app.marking_outlets force row level security;
comment on column app.marking_outlets.source_sees is 'Does the organization it comes from read in the log that an item under this label was exported, each by itself?';
alter table app.data_exports add column told jsonb not null default '[]' check (jsonb_typeof(told) = 'array');
comment on column app.data_exports.told is 'The items in it whose sources hear of it when it is fetched: [{"id", "kind", "label", "organization_id"}].';
