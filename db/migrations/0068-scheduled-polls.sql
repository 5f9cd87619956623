-- What waits for its moment may ask a question with answers to choose from, and may be about one part of a page.
alter table app.scheduled_messages add column anchor text check (length(anchor) <= 64);
comment on column app.scheduled_messages.anchor is 'Of a new thread: the part of a page it is about, by the id of the block.';
alter table app.scheduled_messages add column poll jsonb check (jsonb_typeof(poll) = 'object' and length(poll::text) <= 20000);
comment on column app.scheduled_messages.poll is 'The poll under it: options, multiple, named, and hours from when it is sent.';
