-- Jurisdictions, organizations, members, audiences, bylines, and ways to sign in.
create table app.audiences (
  id int generated always as identity primary key,
  kind text not null check (kind in ('public','everyone','organization','kind','region','circle','named')),
  ref uuid,
  label text not null,
  has_guests boolean not null default false,
  frozen boolean not null default false,
  size int not null default 0,
  epoch bigint not null default 0,
  unique nulls not distinct (kind, ref)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
comment on table app.audiences is 'Who may read. A set of members kept up to date, in the transaction that changes its cause, by triggers. epoch rises with every change of the set.';
comment on column app.audiences.frozen is 'Nobody is ever added; suspension still removes.';
insert into app.audiences (kind, label) values ('public', 'Anyone'), ('everyone', 'All members');

create table app.jurisdictions (
  id uuid primary key,
  code text not null unique,
  name text not null,
  kind text not null default 'country' check (kind in ('country','union')),
  region text,
  time_zone text not null default 'UTC'
);
comment on table app.jurisdictions is 'A country or a union of countries.';

create table app.organizations (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  kind text not null check (kind in ('regulator','central-bank','supervisor','cyber-agency','provider','operator','regional-body','expert','secretariat')),
  is_guest boolean not null default false,
  joined_on date not null default current_date
);
comment on table app.organizations is 'A body of any kind; an authority is one of kind regulator, central-bank or supervisor. Guests (providers, operators) see only the circles they are invited to.';

create table app.organization_jurisdictions (
  organization_id uuid not null references app.organizations on delete cascade,
  jurisdiction_id uuid not null references app.jurisdictions on delete cascade,
  primary key (organization_id, jurisdiction_id)
);

create table app.members (
  id uuid primary key,
  slug text not null unique,
  name text not null check (length(name) between 1 and 120),
  locale text not null default 'en',
  time_zone text not null default 'UTC',
  status text not null default 'active' check (status in ('active','suspended','left')),
  joined_at timestamptz not null default now()
);
comment on table app.members is 'A person with an account. What they belong to stands in memberships; how they sign in stands in accounts and passkeys.';

create table app.accounts (
  member_id uuid primary key references app.members on delete cascade,
  email text not null,
  email_key text not null unique,
  password_hash text
);
comment on table app.accounts is 'Sign-in data, apart from the directory. email_key is the lower-cased address. password_hash is argon2id keyed with a secret outside the database.';

create table app.memberships (
  member_id uuid not null references app.members on delete cascade,
  organization_id uuid not null references app.organizations on delete cascade,
  role text not null default 'member' check (role in ('member','focal_point')),
  since timestamptz not null default now(),
  primary key (member_id, organization_id)
);
create index on app.memberships (organization_id);
comment on table app.memberships is 'Which organizations a member works for. A focal point runs the members of its organization.';

create table app.hub_roles (
  member_id uuid not null references app.members on delete cascade,
  role text not null check (role in ('steward','editor','reviewer','moderator')),
  primary key (member_id, role)
);
comment on table app.hub_roles is 'Duties in the hub: a steward admits, an editor and a reviewer decide change requests, a moderator keeps order.';

create table app.audience_members (
  audience_id int not null references app.audiences on delete cascade,
  member_id uuid not null references app.members on delete cascade,
  primary key (member_id, audience_id)
);
create index on app.audience_members (audience_id, member_id);
comment on table app.audience_members is 'Materialised membership; written by triggers only.';

create table app.circles (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  purpose text not null default '',
  audience_id int not null references app.audiences,
  created_at timestamptz not null default now(),
  unique (id, audience_id)
);
comment on table app.circles is 'A named group of people or organizations.';

create table app.circle_members (
  circle_id uuid not null references app.circles on delete cascade,
  member_id uuid references app.members on delete cascade,
  organization_id uuid references app.organizations on delete cascade,
  check (num_nonnulls(member_id, organization_id) = 1),
  unique nulls not distinct (circle_id, member_id, organization_id)
);

create table app.bylines (
  id uuid primary key,
  kind text not null check (kind in ('person','organization','pseudonym','service')),
  audience_id int not null default 2 references app.audiences,
  member_id uuid unique references app.members on delete set null,
  organization_id uuid references app.organizations on delete set null,
  name text not null,
  check (kind <> 'pseudonym' or (member_id is null and organization_id is null))
);
comment on table app.bylines is 'Who speaks. Shareable rows and events carry a byline, never a person. A pseudonym has its own id per audience; its person stands in sealed.byline_members.';

create table sealed.byline_members (
  byline_id uuid primary key references app.bylines on delete cascade,
  member_id uuid not null references app.members on delete cascade
);
comment on table sealed.byline_members is 'The person behind a pseudonym. Read only by app.my_bylines().';

create table app.sessions (
  id uuid not null unique,
  token_hash bytea primary key,
  member_id uuid not null references app.members on delete cascade,
  kind text not null check (kind in ('browser','token')),
  name text not null default '',
  scopes text[] not null default '{}' check (scopes <@ array['read','write','amber']),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index on app.sessions (member_id);
comment on table app.sessions is 'A signed-in browser or an API token. token_hash = sha256 of the key that the process passes, which is itself sha256 of the cookie: neither log nor injected SQL can replay it.';

create table app.passkeys (
  id uuid primary key,
  member_id uuid not null references app.members on delete cascade,
  credential_id text not null unique,
  public_key bytea not null,
  counter bigint not null default 0,
  transports text[] not null default '{}',
  name text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index on app.passkeys (member_id);
comment on table app.passkeys is 'WebAuthn credentials, several per person, named and revocable.';

create table app.ceremonies (
  id uuid primary key,
  challenge text not null,
  member_id uuid references app.members on delete cascade,
  expires_at timestamptz not null default now() + interval '5 minutes'
);
comment on table app.ceremonies is 'A passkey challenge waiting for its one answer.';

create table app.invitations (
  id uuid primary key,
  organization_id uuid not null references app.organizations on delete cascade,
  email text not null,
  name text not null default '',
  role text not null default 'member' check (role in ('member','focal_point')),
  token_hash bytea unique,
  invited_by uuid not null references app.bylines,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  used_at timestamptz,
  revoked_at timestamptz
);
create index on app.invitations (organization_id);
comment on table app.invitations is 'An address invited into an organization. The link works once, by POST, until it expires.';
