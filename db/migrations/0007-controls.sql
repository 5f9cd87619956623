-- The registry: what merging a revision reads out of the text. Nobody edits it by hand.
create table app.controls (
  id uuid primary key,
  code text not null unique,
  space_id uuid not null,
  audience_id int not null,
  page_id uuid not null,
  slug text not null,
  kind text not null check (kind in ('control','recommendation','practice','clause')),
  title text not null,
  text text not null,
  risk text,
  vulnerability text,
  note text,
  group_key text,
  position int not null,
  number text,
  entity text[] not null default '{}',
  role text[] not null default '{}',
  dimension text[] not null default '{}',
  parameters jsonb not null default '[]',
  retired_at timestamptz,
  unique (id, audience_id),
  unique (space_id, audience_id, slug),
  foreign key (space_id, audience_id) references app.spaces (id, audience_id),
  foreign key (page_id, audience_id) references app.pages (id, audience_id)
);
create index on app.controls (page_id, audience_id);
comment on table app.controls is 'A control in the OSCAL sense, whatever its source calls it. code is its permanent short address, /c/<code>.';
comment on column app.controls.number is 'The number a reader knows it by, from its first alias; never a key.';

create table app.control_aliases (
  control_id uuid not null,
  audience_id int not null,
  scheme text not null,
  value text not null,
  primary key (control_id, scheme, value),
  foreign key (control_id, audience_id) references app.controls (id, audience_id)
);
create index on app.control_aliases (scheme, value);
comment on table app.control_aliases is 'Numbers of a control in its sources. One number may name several controls, as GitBook 8.9 does.';
