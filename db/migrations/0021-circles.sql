-- Circles by rule or by hand: how one comes in, who may know of them, who sees their members, who runs them.
create table app.topics (
  slug text primary key check (slug ~ '^[a-z0-9-]{2,40}$'),
  name text not null unique,
  position int not null
);
comment on table app.topics is 'The matters of the field: what people know about and follow, and what circles are about. The names are English; screens have their own words for the slugs they know.';
insert into app.topics (position, slug, name) select n, t[1], t[2] from (select row_number() over () as n, string_to_array(x, '|') as t from unnest(array[
  'ss7|Signalling security (SS7, Diameter)', 'ussd|USSD', 'stk|SIM toolkit', 'sim-swap|SIM swap and recycled numbers', 'app-security|Security of mobile apps', 'agents|Agents and their devices',
  'authentication|Strong customer authentication', 'cryptography|Keys and cryptography', 'incident-response|Incident response', 'fraud|Fraud and scams', 'audit|Audit and assessment',
  'resilience|Resilience and continuity', 'third-parties|Outsourcing and third parties', 'interoperability|Interoperability and switches', 'data-protection|Data protection', 'consumer-protection|Consumer protection',
  'financial-inclusion|Financial inclusion', 'licensing|Licensing and supervision', 'law|Law and enforcement', 'cooperation|Cooperation between authorities']) x) s;

create table app.topic_follows (
  member_id uuid not null references app.members on delete cascade,
  topic text not null references app.topics,
  primary key (member_id, topic)
);
create index on app.topic_follows (topic);
comment on table app.topic_follows is 'What a member follows. Nobody else sees it; circles whose rule names the topic do take it into account.';

alter table app.circles
  add column entry text not null default 'invitation' check (entry in ('open', 'request', 'invitation')),
  add column listed boolean not null default false,
  add column roster text not null default 'members' check (roster in ('members', 'everyone', 'runners')),
  add column by_rule boolean not null default false,
  add column rule_regions text[] not null default '{}',
  add column rule_kinds text[] not null default '{}',
  add column rule_topics text[] not null default '{}',
  add check (listed or entry = 'invitation' and roster <> 'everyone'),
  add check (not by_rule or cardinality(rule_regions || rule_kinds || rule_topics) > 0);
create unique index circles_audience_key on app.circles (audience_id);
comment on column app.circles.entry is 'open: whoever the rule admits joins by a button; request: they ask, whoever runs it decides; invitation: neither.';
comment on column app.circles.listed is 'All full members know that there is such a circle. Else only whoever is in it, or was invited, does.';
comment on column app.circles.roster is 'Who sees who is in it: those in it, all full members, or only those who run it.';
comment on column app.circles.by_rule is 'Whoever fits the rule is in it without asking. Else the rule says only who may join or ask. An empty rule fits every full member; no rule ever fits a guest.';
comment on column app.circles.rule_regions is 'Regions of the countries an organization serves; of each of the three lists, one match is enough; an empty list asks nothing.';

create table app.circle_runners (
  circle_id uuid not null references app.circles on delete cascade,
  member_id uuid not null references app.members on delete cascade,
  since timestamptz not null default now(),
  primary key (circle_id, member_id)
);
create index on app.circle_runners (member_id);
comment on table app.circle_runners is 'Who runs a circle, from within: full members in it. A row of somebody who is suspended or no longer in it says nothing.';

create table app.circle_absences (
  circle_id uuid not null references app.circles on delete cascade,
  member_id uuid not null references app.members on delete cascade,
  by_runner boolean not null,
  at timestamptz not null default now(),
  primary key (circle_id, member_id)
);
create index on app.circle_absences (member_id);
comment on table app.circle_absences is 'Who left a circle or was taken out of it: neither a rule nor their organization brings them back.';

create table app.circle_admissions (
  id uuid primary key,
  circle_id uuid not null references app.circles on delete cascade,
  member_id uuid not null references app.members on delete cascade,
  kind text not null check (kind in ('request', 'invitation')),
  words text not null default '' check (length(words) <= 500),
  byline_id uuid not null references app.bylines,
  at timestamptz not null default now(),
  outcome text check (outcome in ('accepted', 'declined', 'withdrawn')),
  answered_by uuid references app.bylines,
  answered_at timestamptz,
  answer text not null default '' check (length(answer) <= 500)
);
create unique index circle_admissions_open_key on app.circle_admissions (circle_id, member_id) where outcome is null;
create index on app.circle_admissions (member_id);
comment on table app.circle_admissions is 'Who asked to come into a circle, and who was invited; with the words, the answer, and by whom each. One open at a time for a person and a circle.';

-- Whoever could say so far who is in a circle runs it from now on: stewards in it; where there is none, its focal points, or whoever was there.
do $$
declare t text; tables text[] := array['circles', 'circle_runners', 'audience_members', 'hub_roles', 'memberships', 'members', 'organizations'];
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  foreach t in array tables loop execute format('alter table app.%I no force row level security', t); end loop;
  insert into app.circle_runners (circle_id, member_id)
    select circle_id, member_id from (
      select c.id as circle_id, am.member_id, r.role is not null as steward, rank() over (partition by c.id order by r.role is null, f.role is null) as place, row_number() over (partition by c.id order by r.role is null, f.role is null, m.joined_at, m.id) as n
        from app.circles c join app.audience_members am on am.audience_id = c.audience_id join app.members m on m.id = am.member_id
        left join app.hub_roles r on r.member_id = m.id and r.role = 'steward'
        left join lateral (select ms.role from app.memberships ms where ms.member_id = m.id and ms.role = 'focal_point' limit 1) f on true
       where exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id and not o.is_guest)) s
     where n = 1 or steward and place = 1;
  foreach t in array tables loop execute format('alter table app.%I force row level security', t); end loop;
end $$;
