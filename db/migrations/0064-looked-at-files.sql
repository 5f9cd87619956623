-- What a malware scanner said of a file before it may go with a message.
alter table app.uploads add column looked text not null default 'unasked' check (looked in ('unasked', 'waiting', 'clean', 'infected'));
alter table app.uploads add column found text check (length(found) <= 200);
alter table app.uploads add constraint found_says_what check ((looked = 'infected') = (found is not null));
create index on app.uploads (created_at) where looked = 'waiting';
comment on column app.uploads.looked is 'unasked: no scanner was set when it came. waiting: held until the scanner has answered, however long that takes. clean, infected: what it said.';
comment on column app.uploads.found is 'What the scanner calls it, where it found something.';
