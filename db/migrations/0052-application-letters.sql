-- A letter on official paper, sent with an application as a file.
create table app.application_letters (
  id uuid primary key,
  application_id uuid not null references app.applications on delete cascade,
  place smallint not null check (place in (1, 2)),
  name text not null check (length(name) between 1 and 120),
  mime text not null check (mime in ('application/pdf', 'image/png', 'image/jpeg', 'image/webp')),
  bytes bytea not null check (octet_length(bytes) between 1 and 8000000),
  at timestamptz not null default now()
);
create index on app.application_letters (application_id, at);
comment on table app.application_letters is 'A letter that a contact (place) sent as a file: a PDF as it came, or a picture drawn anew. It stands in the database and goes with its application. Nobody changes a row.';
