-- Who still works there: said once a year by whoever runs the members of an organization.
alter table app.memberships add column confirmed_at timestamptz not null default now(), add column reminded_at timestamptz, add column unconfirmed_at timestamptz;
comment on column app.memberships.confirmed_at is 'When it was last said that this person still works there; at first, when they came.';
comment on column app.memberships.unconfirmed_at is 'Suspended by the hub at this moment because nobody said so in time. Null: not, or not any more.';
create index on app.memberships (confirmed_at);
alter table app.settings add check (case name when 'confirm_days' then value::text::int between 90 and 1095 when 'confirm_grace_days' then value::text::int between 7 and 180 else true end);
