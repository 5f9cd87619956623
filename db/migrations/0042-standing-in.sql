-- For whom somebody stood in: beside each act of a focal point, not only beside those on memberships.
alter table app.invitations add column for_member uuid references app.members;
comment on column app.invitations.for_member is 'Whoever invited stood in for this focal point. Set by the database.';
alter table app.recoveries add column confirmed_for uuid references app.members;
comment on column app.recoveries.confirmed_for is 'Whoever confirmed stood in for this focal point. Set by the database.';
alter table app.sign_in_policies add column changed_by uuid references app.bylines, add column changed_for uuid references app.members;
comment on column app.sign_in_policies.changed_by is 'Who said it last, and changed_for for whom they stood in. Set by the database.';
