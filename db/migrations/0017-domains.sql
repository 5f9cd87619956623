-- Which internet domain is whose: shown by a record in the DNS or by a letter.
create table app.organization_domains (
  id uuid primary key,
  organization_id uuid not null references app.organizations on delete cascade,
  domain text not null check (domain ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$' and length(domain) <= 253),
  token text not null default replace(gen_random_uuid()::text, '-', '') check (token ~ '^[0-9a-f]{32}$'),
  asked_by uuid references app.bylines,
  asked_at timestamptz not null default now(),
  checked_at timestamptz,
  result text check (result in ('found', 'absent', 'other', 'no_domain', 'unreachable', 'taken')),
  method text check (method in ('dns', 'letter')),
  letter_reference text check (length(trim(letter_reference)) between 1 and 200),
  letter_on date,
  proved_by uuid references app.bylines,
  proved_at timestamptz,
  check ((proved_at is null) = (method is null)),
  check (method is distinct from 'letter' or (letter_reference is not null and letter_on is not null and proved_by is not null)),
  unique (organization_id, domain)
);
create unique index organization_domains_one_owner on app.organization_domains (domain) where proved_at is not null;
comment on table app.organization_domains is 'Domains an organization says are its own. Only proved ones count (proved_at), and a proved domain belongs to one organization. Lower case, international names as xn--.';
comment on column app.organization_domains.token is 'What the TXT record at _indaba.<domain> has to say; no secret: it binds this domain to this organization.';
comment on column app.organization_domains.result is 'What the last look into the DNS found.';
comment on column app.organization_domains.proved_by is 'The steward who read the letter; null when the record in the DNS is the proof.';
