-- Whoever applied is invited by the hub: the steward who confirmed is not named to them.
alter table app.invitations add column from_hub boolean not null default false;
comment on column app.invitations.from_hub is 'Made by admitting an application: mail and pages name the hub as the one who invites.';
