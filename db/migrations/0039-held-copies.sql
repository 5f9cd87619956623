-- What somebody writes over or takes away while it is held is kept aside, so that they meet no refusal and nothing is lost; and who worked where before.
create table app.held_copies (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  audience_id int references app.audiences,
  byline_id uuid references app.bylines,
  words jsonb not null,
  kept_at timestamptz not null default now()
);
create index on app.held_copies (byline_id);
comment on table app.held_copies is 'Rows as they were before their author changed or removed them under a hold, or before a pseudonym''s words were forgotten under one. Goes when no hold wants it any more; outside the chain of the log, so it can go.';
comment on column app.held_copies.kind is 'The table whose row it was.';
comment on column app.held_copies.audience_id is 'Who could read it; null: nobody but its author, or a few.';
comment on column app.held_copies.byline_id is 'Who had written it. A pseudonym stays one here.';

create table app.former_memberships (
  member_id uuid not null references app.members on delete cascade,
  organization_id uuid not null references app.organizations on delete cascade,
  ended_at timestamptz not null default now(),
  primary key (member_id, organization_id)
);
comment on table app.former_memberships is 'Who worked for an organization once: a hold of the organization covers them too, also where it was the second one they worked for.';
do $$
declare t text; tables text[] := array['membership_acts', 'members', 'organizations'];
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  foreach t in array tables loop execute format('alter table app.%I no force row level security', t); end loop;
  insert into app.former_memberships select a.member_id, a.organization_id, max(a.at) from app.membership_acts a where a.act = 'ended' group by 1, 2;
  foreach t in array tables loop execute format('alter table app.%I force row level security', t); end loop;
end $$;
