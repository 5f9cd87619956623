-- Who answers for a page, when it is to be read again, and telling its owner so.
set local role indaba_keyring;

create or replace function app.owners_of(page uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.member_id from app.page_upkeep k
    cross join lateral (
      select b.member_id from app.bylines b where b.id = k.owner_byline
      union select f from app.organizations g, app.focal_points(array[g.id]) f where g.id = k.owner_organization and g.ended_on is null) o
   where k.page_id = page and o.member_id is not null and app.reads(o.member_id, k.audience_id)
     -- A public text is kept by the community, not by whoever may read it.
     and (k.audience_id <> 1 or app.reads(o.member_id, 2))
$$;
comment on function app.owners_of(uuid) is 'Who answers for a page today: its owner, or the focal points of the organization that owns it, as far as they are here and read the page. Nobody when they left. For functions only.';

create or replace function app.owner_stands(page uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.pages p where p.id = page and p.audience_id in (select app.my_audiences())) and exists (select from app.owners_of(page))
$$;
comment on function app.owner_stands(uuid) is 'Is there still somebody who answers for this page? False for whoever does not read it.';

create or replace function app.may_set_upkeep(page uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{editor,reviewer}') and exists (select from app.pages p where p.id = page and p.retired_at is null and p.audience_id in (select app.my_audiences()))
$$;
comment on function app.may_set_upkeep(uuid) is 'Whoever decides about text they read says who answers for a page of it, and by when it is read again.';

create or replace function app.may_review_page(page uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_set_upkeep(page) or app.may_write() and exists (select from app.owners_of(page) o where o = app.me())
    and exists (select from app.pages p where p.id = page and p.retired_at is null and p.audience_id in (select app.my_audiences()))
$$;
comment on function app.may_review_page(uuid) is 'Whoever answers for a page, and whoever decides about its text, say that they read it again and nothing has to change; they also see what readers said of it.';

create or replace function app.possible_owners(page uuid) returns table (byline_id uuid, organization_id uuid, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with p as materialized (select x.audience_id from app.pages x where x.id = page and app.may_set_upkeep(x.id))
  select b.id, null::uuid, b.name from p join app.audience_members am on am.audience_id = case p.audience_id when 1 then 2 else p.audience_id end and (am.ends_at is null or am.ends_at > now())
    join app.members m on m.id = am.member_id and m.status = 'active' join app.bylines b on b.member_id = m.id and b.kind = 'person'
  union all
  select null, g.id, g.name from p, app.organizations g where g.ended_on is null
    and exists (select from app.focal_points(array[g.id]) f where app.reads(f, p.audience_id) and (p.audience_id <> 1 or app.reads(f, 2)))
  order by 3 limit 2000
$$;
comment on function app.possible_owners(uuid) is 'Who could answer for this page: members and organizations that read it. Empty for whoever may not say so.';

create or replace function app.set_upkeep(page uuid, byline uuid, organization uuid, review date, months int) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare p app.pages;
begin
  select * into p from app.pages x where x.id = page and x.retired_at is null and x.audience_id in (select app.my_audiences());
  if p.id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_set_upkeep(page) then raise exception using errcode = 'IN403', message = 'common.not_allowed'; end if;
  -- One who owned it before may stay though nobody stands behind the name any more: the day alone was changed.
  if num_nonnulls(byline, organization) > 0 and not exists (select from app.possible_owners(page) o where o.byline_id is not distinct from byline and o.organization_id is not distinct from organization)
     and not exists (select from app.page_upkeep k where k.page_id = page and (k.owner_byline, k.owner_organization) is not distinct from (byline, organization)) then
    raise exception using errcode = 'IN422', message = 'library.upkeep.owner_unknown';
  end if;
  insert into app.page_upkeep as k (page_id, audience_id, owner_byline, owner_organization, review_on, every_months) values (p.id, p.audience_id, byline, organization, review, months)
    on conflict (page_id) do update set owner_byline = excluded.owner_byline, owner_organization = excluded.owner_organization, review_on = excluded.review_on, every_months = excluded.every_months,
      -- A new owner is told anew.
      reminded_of = case when (k.owner_byline, k.owner_organization) is not distinct from (excluded.owner_byline, excluded.owner_organization) then k.reminded_of end,
      overdue_of = case when (k.owner_byline, k.owner_organization) is not distinct from (excluded.owner_byline, excluded.owner_organization) then k.overdue_of end;
  perform app.tell('upkeep.set', p.audience_id, 'upkeep', p.id, jsonb_build_object('space_id', p.space_id, 'page_id', p.id));
end $$;
comment on function app.set_upkeep(uuid, uuid, uuid, date, int) is 'Says who answers for a page, by when (a day, UTC) it is read again, and how many months it then rests. Refuses with common.not_found, common.not_allowed, library.upkeep.owner_unknown.';

create or replace function app.review_page(page uuid) returns date
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare p app.pages; comes date; today date := (now() at time zone 'UTC')::date;
begin
  select * into p from app.pages x where x.id = page and x.retired_at is null and x.audience_id in (select app.my_audiences());
  if p.id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_review_page(page) then raise exception using errcode = 'IN403', message = 'common.not_allowed'; end if;
  insert into app.page_upkeep as k (page_id, audience_id, review_on, reviewed_on, reviewed_by) values (p.id, p.audience_id, today + interval '12 months', today, app.my_byline())
    on conflict (page_id) do update set review_on = today + make_interval(months => k.every_months), reviewed_on = today, reviewed_by = app.my_byline()
    returning review_on into comes;
  update app.request_notices n set seen_at = now(), mail_due = null where n.page_id = page and n.kind in ('review_soon', 'review_overdue') and n.seen_at is null;
  perform app.tell('upkeep.reviewed', p.audience_id, 'upkeep', p.id, jsonb_build_object('space_id', p.space_id, 'page_id', p.id));
  return comes;
end $$;
comment on function app.review_page(uuid) is 'Read again today, nothing to change: the next day is set, and nobody is reminded of the one before. Gives the next day. Refuses with common.not_found, common.not_allowed.';

create or replace function app.tell_owners(page uuid, what text) returns int
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with told as (insert into app.request_notices (member_id, page_id, audience_id, kind, reason, mail_due)
    select o, p.id, p.audience_id, what, 'followed', app.moment_to_tell(o, app.mail_mode(o, 'followed'), now()) from app.pages p cross join lateral app.owners_of(p.id) o where p.id = page returning 1)
  select count(*)::int from told
$$;
comment on function app.tell_owners(uuid, text) is 'Writes down for those who answer for a page that there is something about it. For functions only.';

create or replace function app.remind_owners() returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare k record; told int := 0; today date := (now() at time zone 'UTC')::date;
begin
  for k in select u.page_id, u.review_on, u.review_on < today as over from app.page_upkeep u join app.pages p on p.id = u.page_id and p.retired_at is null
     -- Those that nobody answers for do not stand in the way of the others.
     where u.review_on <= today + 14 and exists (select from app.owners_of(u.page_id)) and case when u.review_on < today then u.overdue_of is distinct from u.review_on else u.reminded_of is distinct from u.review_on end
     order by u.review_on limit 1000 for update of u skip locked loop
    told := told + app.tell_owners(k.page_id, case when k.over then 'review_overdue' else 'review_soon' end);
    update app.page_upkeep u set reminded_of = k.review_on, overdue_of = case when k.over then k.review_on else u.overdue_of end where u.page_id = k.page_id;
  end loop;
  return told;
end $$;
comment on function app.remind_owners() is 'Tells owners once that a page is to be read again within a fortnight, and once that the day has passed; how many were told. Where nobody answers, the board alone says so, and whoever comes is told. For the clerk.';

revoke execute on function app.remind_owners() from public;
grant execute on function app.remind_owners() to indaba_clerk;
grant execute on function app.owner_stands(uuid), app.may_set_upkeep(uuid), app.may_review_page(uuid), app.possible_owners(uuid) to indaba_person;
grant execute on function app.set_upkeep(uuid, uuid, uuid, date, int), app.review_page(uuid) to indaba_person;
set local role indaba_owner;

grant select, insert, update on app.page_upkeep to indaba_keyring;
create policy keyring_keeps on app.page_upkeep to indaba_keyring using (true) with check (true);
-- For whoever is signed in: a visitor's page says nothing of it.
grant select (page_id, audience_id, owner_byline, owner_organization, review_on, every_months, reviewed_on, reviewed_by) on app.page_upkeep to indaba_person;
create policy readers_see on app.page_upkeep for select to indaba_person using (audience_id in (select app.my_audiences()));
