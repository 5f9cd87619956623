-- Guests of a circle stay until a day that is said when they come.
alter table app.circle_members add column ends_at timestamptz, add column reminded_at timestamptz;
comment on column app.circle_members.ends_at is 'When this ends by itself. Guests always have an end, full members none; the database sees to both.';
comment on column app.circle_members.reminded_at is 'When it was said that the end is near.';
alter table app.audience_members add column ends_at timestamptz;
comment on column app.audience_members.ends_at is 'From this moment on the row counts for nothing, whether or not the job has taken it away. Null: no end.';
-- Still one look into one index, for the question that every policy asks.
create index audience_members_of on app.audience_members (member_id) include (audience_id, ends_at);
do $$
declare t text; tables text[] := array['circle_members', 'audience_members', 'circles', 'memberships', 'organizations'];
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  foreach t in array tables loop execute format('alter table app.%I no force row level security', t); end loop;
  -- Guests who are here already get the longest time there is.
  update app.circle_members cm set ends_at = now() + interval '1 year' where exists (select from app.organizations o where o.id = cm.organization_id and o.is_guest)
    or cm.member_id is not null and not exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = cm.member_id and not o.is_guest);
  update app.audience_members am set ends_at = now() + interval '1 year' from app.circles c where c.audience_id = am.audience_id
    and not exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = am.member_id and not o.is_guest);
  foreach t in array tables loop execute format('alter table app.%I force row level security', t); end loop;
end $$;
