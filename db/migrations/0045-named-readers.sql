-- Channels for those one names: a circle of their own stands behind each, which is in no list of circles.
alter table app.circles add column for_channel boolean not null default false;
comment on column app.circles.for_channel is 'Its members are the readers of one channel, people and organizations named by hand; it carries that channel''s name and stands in no list of circles.';
