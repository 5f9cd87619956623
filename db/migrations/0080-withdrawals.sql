-- What is withdrawn says why, and what stands in its place: pages and controls that were retired.
alter table app.change_request_pages add column withdrawals jsonb not null default '[]' check (jsonb_typeof(withdrawals) = 'array');
comment on column app.change_request_pages.withdrawals is 'Why the page (control null) or a control on it (its slug) goes, and what follows it: {control, because, successor}; the successor is the id of a page or the slug of a control of the space, null when there is none.';
alter table app.pages add column retired_because text check (length(retired_because) <= 10000), add column successor_id uuid,
  add constraint pages_successor_fkey foreign key (successor_id, audience_id) references app.pages (id, audience_id) deferrable initially deferred,
  add constraint pages_withdrawn check (retired_at is not null or (retired_because is null and successor_id is null)),
  add constraint pages_follow_another check (successor_id <> id);
alter table app.controls add column retired_because text check (length(retired_because) <= 10000), add column successor_id uuid,
  add constraint controls_successor_fkey foreign key (successor_id, audience_id) references app.controls (id, audience_id) deferrable initially deferred,
  add constraint controls_withdrawn check (retired_at is not null or (retired_because is null and successor_id is null)),
  add constraint controls_follow_another check (successor_id <> id);
comment on column app.pages.retired_because is 'Why the page was withdrawn, as the request said; null while it stands, and for pages withdrawn before this was kept.';
comment on column app.pages.successor_id is 'The page that stands in its place.';
comment on column app.controls.retired_because is 'Why the control was withdrawn, as the request said; null while it stands, and for controls withdrawn before this was kept.';
comment on column app.controls.successor_id is 'The control that stands in its place.';
-- A page finds a place between two others without anybody else moving: positions may be fractions.
alter table app.pages alter column position type double precision;
alter table app.change_request_pages alter column position type double precision, alter column was_position type double precision;
alter table app.edition_pages alter column position type double precision;
