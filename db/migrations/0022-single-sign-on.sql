-- Single sign-on: the sign-in service of an organization, who is known there, and what is under way.
create table app.sso_connections (
  id uuid primary key,
  organization_id uuid not null unique references app.organizations on delete cascade,
  kind text not null check (kind in ('oidc', 'saml')),
  issuer text not null check (length(issuer) between 1 and 500),
  client_id text check (length(client_id) between 1 and 300),
  sealed_secret text,
  entry_url text check (length(entry_url) between 1 and 1000),
  certificates text[] not null default '{}' check (cardinality(certificates) <= 6),
  trusts_address boolean not null default false,
  joining text not null default 'off' check (joining in ('off', 'asks', 'automatic')),
  joining_most int not null default 20 check (joining_most between 0 and 1000),
  joining_pattern text not null default '' check (length(joining_pattern) <= 120),
  tested_at timestamptz,
  changed_at timestamptz not null default now(),
  check (case kind when 'oidc' then client_id is not null and sealed_secret is not null else entry_url is not null and cardinality(certificates) > 0 end)
);
comment on table app.sso_connections is 'The sign-in service of an organization (OIDC or SAML). It counts once it was walked through (tested_at) and while the organization has a proved domain.';
comment on column app.sso_connections.issuer is 'OIDC: the issuer. SAML: the entity id of the identity provider. Another issuer means other people: whoever was known under the old one is forgotten.';
comment on column app.sso_connections.sealed_secret is 'The client secret, sealed with a key outside the database and bound to this row.';
comment on column app.sso_connections.trusts_address is 'The provider does not say that it checked an address; the focal point answers for it.';
comment on column app.sso_connections.joining is 'Somebody of a proved domain who has no account here: is turned away, is put before the focal points, or becomes a member, never more.';
comment on column app.sso_connections.joining_most is 'At most so many accounts are made this way.';
comment on column app.sso_connections.joining_pattern is 'Which addresses may join, * for anything; empty: every one under a proved domain.';

create table app.sso_links (
  connection_id uuid not null references app.sso_connections on delete cascade,
  subject text not null check (length(subject) between 1 and 500),
  member_id uuid not null references app.members on delete cascade,
  joined boolean not null default false,
  made_at timestamptz not null default now(),
  last_used_at timestamptz,
  ended_at timestamptz,
  primary key (connection_id, subject)
);
create unique index sso_links_one_each on app.sso_links (connection_id, member_id) where ended_at is null;
create index on app.sso_links (member_id);
comment on table app.sso_links is 'Who is who: the subject at the provider and the member here. Never found by address. ended_at: left; this subject makes no account by itself again.';

create table app.sso_requests (
  id uuid primary key,
  connection_id uuid not null references app.sso_connections on delete cascade,
  organization_id uuid not null references app.organizations on delete cascade,
  subject text not null,
  address text not null,
  name text not null,
  slug text not null,
  asked_at timestamptz not null default now(),
  decided_at timestamptz,
  decided_as text check (decided_as in ('admitted', 'declined')),
  decided_by uuid references app.bylines,
  check ((decided_at is null) = (decided_as is null))
);
create unique index sso_requests_one_each on app.sso_requests (connection_id, subject) where decided_at is null;
comment on table app.sso_requests is 'Somebody came in by single sign-on who has no account; the focal points say yes or no. A no stands for thirty days.';

create table app.sso_barred (
  organization_id uuid not null references app.organizations on delete cascade,
  address_hash bytea not null,
  at timestamptz not null default now(),
  primary key (organization_id, address_hash)
);
comment on table app.sso_barred is 'Addresses of those who were let go, hashed: they are not let in again without anybody having said so.';

create table app.sso_tries (
  id uuid primary key,
  state_hash bytea not null unique,
  browser_hash bytea not null,
  connection_id uuid not null references app.sso_connections on delete cascade,
  purpose text not null check (purpose in ('enter', 'test', 'link', 'prove')),
  member_id uuid references app.members on delete cascade,
  next text not null default '/' check (length(next) <= 2000),
  begun_at timestamptz not null default now(),
  used_at timestamptz,
  arrived_at timestamptz,
  subject text,
  address text,
  vouched boolean,
  name text,
  slug text,
  authenticated_at timestamptz,
  assertion_hash bytea,
  finished_at timestamptz,
  outcome text
);
create unique index sso_tries_assertion_once on app.sso_tries (connection_id, assertion_hash);
create index on app.sso_tries (begun_at);
comment on table app.sso_tries is 'Somebody is on the way to a provider and back. Answered once, in the browser that began, within ten minutes; only hashes of what the browser holds. Kept an hour.';

alter table app.sign_in_policies add column sso_only boolean not null default false;
comment on column app.sign_in_policies.sso_only is 'Members come in by single sign-on only; a focal point also with a passkey, for the day the provider is down.';
alter table app.sessions add column connection_id uuid references app.sso_connections on delete set null;
create index on app.sessions (connection_id) where connection_id is not null;
comment on column app.sessions.connection_id is 'The provider that vouched for whoever opened it; ends with it.';
alter table app.half_sign_ins drop constraint half_sign_ins_how_check;
alter table app.half_sign_ins add constraint half_sign_ins_how_check check (how in ('password', 'password+code', 'passkey'));
