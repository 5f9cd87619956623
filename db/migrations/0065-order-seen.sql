-- What was decided about a report or a person rings until they have seen it. What was decided before this rings for nobody.
alter table app.message_reports add column seen_at timestamptz default now();
alter table app.message_reports alter column seen_at drop default;
comment on column app.message_reports.seen_at is 'When whoever reported saw what became of it; null until then.';
create index on app.message_reports (byline_id) where closed_at is not null and seen_at is null;

alter table app.moderation_acts add column seen_at timestamptz default now();
alter table app.moderation_acts alter column seen_at drop default;
comment on column app.moderation_acts.seen_at is 'When whoever it concerns saw the decision; null again when it is undone, or upheld against their answer.';
create index on app.moderation_acts (byline_id) where seen_at is null;
create index on app.moderation_acts (answered_at) where answer is not null and settled_at is null;
create index on app.message_reports (created_at) where closed_at is null;
