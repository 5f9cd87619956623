-- Whom a step of a procedure concerns, and when mail may say so. Jobs learn no title above TLP:GREEN.
set local role indaba_keyring;

create or replace function app.reads(member uuid, audience int) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.members m where m.id = member and m.status = 'active')
    and (audience = 1 or exists (select from app.audience_members am where am.audience_id = audience and am.member_id = member and (am.ends_at is null or am.ends_at > now())))
$$;
comment on function app.reads(uuid, int) is 'Does this member read what has this audience? For functions only.';

create or replace function app.focal_points(organizations uuid[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select ms.member_id from app.memberships ms where ms.organization_id = any(organizations) and ms.role = 'focal_point'
  union select d.to_member from app.delegations d where d.duty = 'focal_point' and d.organization_id = any(organizations) and app.stands_in_for(d.to_member, '{focal_point}', d.organization_id) is not null
$$;
comment on function app.focal_points(uuid[]) is 'The focal points of these organizations, and who stands in for them. For functions only.';

create or replace function app.concerned_by(request uuid, what text) returns table (member_id uuid, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with c as materialized (select * from app.change_requests x where x.id = request),
  positions as materialized (select exists (select from app.procedures p where p.change_request_id = request and p.phase = 'positions') as runs),
  leads as materialized (select app.lead_of(j.id) as organization, app.stance_of(request, j.id) as stance from app.jurisdictions j),
  who as (
    -- Who has to do something now: asked, not only told.
    select f as member_id, 'mention' as reason from positions p, app.focal_points(array(select l.organization from leads l where l.organization is not null and (what <> 'reminder' or l.stance is null))) f
     where p.runs and what in ('positions_opened', 'reminder', 'reworded', 'extended')
    union all select r.member_id, 'mention' from app.hub_roles r where r.role in ('editor', 'reviewer') and what in ('resolving', 'last_call_over', 'consultation_over', 'discuss', 'discuss_cleared', 'discuss_lifted')
    union all select b.member_id, 'mention' from c join app.bylines b on b.id = c.byline_id where what in ('discuss', 'discuss_lifted', 'resolving', 'merged', 'declined', 'nature_corrected')
    -- Who is told of what goes on.
    union all select b.member_id, 'followed' from c join app.bylines b on b.id = c.byline_id where what not in ('reminder', 'approved', 'approval_taken_back', 'position_given')
    union all select f, 'followed' from app.focal_points(array(select o.id from app.organizations o where not o.is_guest)) f
     where what in ('last_call_opened', 'consultation_opened', 'extended', 'reworded') or what = 'reminder' and not (select p.runs from positions p)
    union all select f.member_id, 'followed' from app.conversations t join app.threads h on h.conversation_id = t.id join app.thread_follows f on f.thread_id = h.id and f.state = 'followed'
     where t.subject_kind = 'change_request' and t.subject_id = request and what not in ('approved', 'approval_taken_back', 'position_given'))
  select w.member_id, max(w.reason) from who w, c
   -- mention comes after followed in the alphabet: the stronger one counts.
   where w.member_id is not null and app.reads(w.member_id, c.audience_id) and (c.audience_id <> 1 or exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = w.member_id) or exists (select from app.bylines b where b.id = c.byline_id and b.member_id = w.member_id))
   group by w.member_id
$$;
comment on function app.concerned_by(uuid, text) is 'Whom a step of this kind concerns: reason mention (they have to do something) or followed (they are told). For functions only.';

create or replace function app.tell_request(request uuid, what text, ends timestamptz, by uuid, moment timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into app.request_notices (member_id, change_request_id, audience_id, kind, reason, until, at, mail_due)
  select w.member_id, c.id, c.audience_id, what, w.reason, ends, moment, app.moment_to_tell(w.member_id, app.mail_mode(w.member_id, w.reason), moment)
    from app.change_requests c cross join lateral app.concerned_by(c.id, what) w
   where c.id = request and not exists (select from app.bylines b where b.id = by and b.member_id = w.member_id)
     and what in ('last_call_opened', 'consultation_opened', 'positions_opened', 'extended', 'reworded', 'reminder', 'resolving', 'last_call_over', 'consultation_over', 'closed_early', 'discuss', 'discuss_cleared', 'discuss_lifted', 'nature_corrected', 'merged', 'declined')
$$;
comment on function app.tell_request(uuid, text, timestamptz, uuid, timestamptz) is 'Writes down whom a step concerns; when mail may say so, each as they set it and after their quiet hours. Never whoever did it. For functions only.';

create or replace function app.notice_lives(n app.request_notices) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if n.kind like 'watched%' then
    -- Opened, and decided meanwhile: the decision is told.
    return app.still_watched(n) and (n.kind <> 'watched_opened' or exists (select from app.change_requests c where c.id = n.change_request_id and c.status = 'open'));
  end if;
  if n.page_id is null then return exists (select from app.change_requests c where c.id = n.change_request_id and (c.status = 'open' or n.kind in ('merged', 'declined'))); end if;
  if n.kind in ('review_soon', 'review_overdue') then return n.member_id in (select app.owners_of(n.page_id)) and exists (select from app.pages p where p.id = n.page_id and p.retired_at is null); end if;
  return true;
end $$;
comment on function app.notice_lives(app.request_notices) is 'Does this still concern them: a request that is open or was just decided, a page that they still answer for, what they still watch? For functions only.';

-- It said less before.
drop function if exists app.request_bell();
create function app.request_bell() returns table (id uuid, change_request_id uuid, page_id uuid, kind text, until timestamptz, at timestamptz, space text, number int, path text, edition text, title text, words text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select n.id, c.id, p.id, n.kind, n.until, n.at, s.slug, c.number, p.path, e.number, coalesce(p.title, c.title, s.title), case when n.kind like 'watched%' then left(coalesce(case when n.kind in ('watched_declined', 'watched_withdrawn') then c.decision_reason else c.reason end, e.words), 300) end
    from app.request_notices n left join app.change_requests c on c.id = n.change_request_id left join app.pages p on p.id = n.page_id left join app.editions e on e.id = n.edition_id
    join app.spaces s on s.id = coalesce(p.space_id, c.space_id, e.space_id)
   where n.member_id = app.me() and n.seen_at is null and n.audience_id in (select app.my_audiences()) and app.notice_lives(n) order by n.at desc, n.id limit 100
$$;
comment on function app.request_bell() is 'What rings for me of requests on their way to a decision, of pages and editions, until I have looked at them.';

create or replace function app.see_request(request uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with seen as (update app.request_notices n set seen_at = now() where n.member_id = app.me() and app.may_keep_own() and n.change_request_id = request and n.seen_at is null returning 1) select exists (select from seen)
$$;
comment on function app.see_request(uuid) is 'I have looked at this request: was there something to see?';

create or replace function app.see_page(page uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with seen as (update app.request_notices n set seen_at = now() where n.member_id = app.me() and app.may_keep_own() and page in (n.page_id, n.edition_id) and n.seen_at is null returning 1) select exists (select from seen)
$$;
comment on function app.see_page(uuid) is 'I have looked at this page or edition: was there something to see?';

create or replace function app.claim_request_mails(most int) returns table (member_id uuid, email text, name text, locale text, time_zone text, notices uuid[], reasons text[], items jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  with due as materialized (
    select n.* from app.request_notices n where n.mail_due <= now() and (n.mail_claimed_at is null or n.mail_claimed_at < now() - interval '10 minutes') order by n.mail_due limit 2000 for update skip locked),
  -- What was seen meanwhile, is over, or is not theirs any more is told to nobody.
  live as materialized (select d.* from due d join app.request_notices r on r.id = d.id
     where d.seen_at is null and app.reads(d.member_id, d.audience_id) and app.notice_lives(r) and (d.until is null or d.until > now())
       and exists (select from app.accounts a where a.member_id = d.member_id and a.email <> '')),
  dead as (update app.request_notices n set mail_due = null, mail_claimed_at = null from due d where n.id = d.id and not exists (select from live l where l.id = d.id)),
  chosen as materialized (select l.* from live l where l.member_id in (select x.member_id from live x group by x.member_id order by min(x.mail_due) limit most)),
  mine as (update app.request_notices n set mail_claimed_at = now() from chosen x where n.id = x.id)
  select x.member_id, a.email, m.name, m.locale, m.time_zone, array_agg(x.id order by x.at), array_agg(distinct x.reason), jsonb_agg(jsonb_build_object('kind', x.kind, 'until', x.until, 'id', c.id, 'page', case when o.mail = 'text' then s.slug || coalesce('/' || p.path, '/editions/' || e.number) end,
      -- A circle's or an authority's request is as good as AMBER: a mail says that there is something, not what.
      'title', case when o.mail = 'text' then coalesce(p.title, c.title, s.title || ' ' || e.number) end,
      'words', case when o.mail = 'text' and x.kind like 'watched%' then left(coalesce(case when x.kind in ('watched_declined', 'watched_withdrawn') then c.decision_reason else c.reason end, e.words), 500) end) order by x.at)
    from chosen x join app.members m on m.id = x.member_id join app.accounts a on a.member_id = x.member_id left join app.change_requests c on c.id = x.change_request_id left join app.pages p on p.id = x.page_id left join app.editions e on e.id = x.edition_id left join app.spaces s on s.id = coalesce(p.space_id, e.space_id)
      join app.marking_outlets o on o.label = case x.audience_id when 1 then 'TLP:CLEAR' when 2 then 'TLP:GREEN' else 'TLP:AMBER' end
   group by x.member_id, a.email, m.name, m.locale, m.time_zone;
end $$;
comment on function app.claim_request_mails(int) is 'Takes up what mail has to tell of requests and pages now, one row for each member; claimed for ten minutes. For the clerk.';

create or replace function app.request_mails_sent(ids uuid[], went boolean) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update app.request_notices set mail_claimed_at = null, mailed_at = case when went then now() end, mail_due = case when not went then now() + interval '5 minutes' end where id = any(ids) and mail_claimed_at is not null
$$;
comment on function app.request_mails_sent(uuid[], boolean) is 'What was claimed has gone out, or is to be tried again in five minutes. For the clerk.';

revoke execute on function app.claim_request_mails(int), app.request_mails_sent(uuid[], boolean) from public;
grant execute on function app.claim_request_mails(int), app.request_mails_sent(uuid[], boolean) to indaba_clerk;
grant execute on function app.request_bell(), app.see_request(uuid), app.see_page(uuid) to indaba_person, indaba_visitor;
set local role indaba_owner;

grant select, insert, update on app.request_notices to indaba_keyring;
create policy keyring_tells on app.request_notices to indaba_keyring using (true) with check (true);
grant select (id, member_id, change_request_id, audience_id, kind, reason, until, at, seen_at) on app.request_notices to indaba_person;
create policy own on app.request_notices for select to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()));
