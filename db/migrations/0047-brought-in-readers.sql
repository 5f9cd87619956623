-- Who was in a private conversation elsewhere, and who of them still was when it was brought in.
alter table app.import_place_people add column reads boolean not null default true;
comment on column app.import_place_people.reads is 'False for whoever had been shut out there already, or came from another workspace: named in it, and never a reader here.';
