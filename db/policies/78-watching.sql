-- Who watches what, and telling them, behind the log: rights are asked again whenever something is shown or sent.
set local role indaba_keyring;

create or replace function app.watch_concerns(w app.watches, request uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.change_requests c where c.id = request and c.audience_id = w.audience_id and case
    when w.space_id is not null then c.space_id = w.space_id
    when w.page_id is not null then exists (select from app.change_request_pages p where p.change_request_id = c.id and p.page_id = w.page_id)
    -- A control is concerned where its page goes, where the proposal holds its words no longer, and, once merged, where its block is another one.
    else exists (select from app.controls t join app.change_request_pages p on p.change_request_id = c.id and p.page_id = t.page_id where t.id = w.control_id and case
      when p.action = 'retire' then true
      when c.status <> 'merged' then position(trim(t.text) in p.text) = 0 or position('[' || t.title || ']' in p.text) = 0
      else exists (select from app.revisions r left join app.revisions b on b.page_id = r.page_id and b.number = r.number - 1 where r.change_request_id = c.id and r.page_id = t.page_id
        and (select x ->> 'hash' from jsonb_array_elements(r.blocks) x where x ->> 'slug' = t.slug) is distinct from (select x ->> 'hash' from jsonb_array_elements(b.blocks) x where x ->> 'slug' = t.slug)) end) end)
$$;
comment on function app.watch_concerns(app.watches, uuid) is 'Does a change request touch what is watched? For functions only.';

create or replace function app.still_watched(n app.request_notices) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.watches w where w.member_id = n.member_id and w.audience_id = n.audience_id and case when n.edition_id is null then app.watch_concerns(w, n.change_request_id)
    else exists (select from app.editions e where e.id = n.edition_id and (w.space_id = e.space_id
      or exists (select from app.edition_pages p where p.edition_id = e.id and p.page_id = w.page_id) or exists (select from app.edition_controls k where k.edition_id = e.id and k.control_id = w.control_id))) end)
$$;
comment on function app.still_watched(app.request_notices) is 'Does this member still watch what this speaks of? For functions only.';

create or replace function app.tell_watchers(horizon xid8, since timestamptz) returns setof uuid
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with happened as materialized (select e.id, e.kind, e.at, e.byline_id, e.audience_id, e.subject_id from app.events e
    where e.xid >= horizon and e.at > now() - interval '30 days' and e.kind in ('change_request.opened', 'change_request.merged', 'change_request.declined', 'change_request.withdrawn', 'edition.published')),
  told as (
    select w.member_id, h.id as event, h.at, h.audience_id, c.id as request, null::uuid as edition,
        case when w.page_id is not null then w.page_id when w.control_id is not null then (select t.page_id from app.controls t where t.id = w.control_id) end as page,
        case h.kind when 'change_request.opened' then 'watched_opened' when 'change_request.declined' then 'watched_declined' when 'change_request.withdrawn' then 'watched_withdrawn' else 'watched_merged' end as kind
      from happened h join app.change_requests c on c.id = h.subject_id and c.audience_id = h.audience_id
        join app.watches w on w.audience_id = h.audience_id and w.since <= h.at and app.watch_concerns(w, c.id)
     where h.kind <> 'edition.published'
       -- Whom the procedure tells of it already is not told twice.
       and not exists (select from app.request_notices n where n.change_request_id = c.id and n.member_id = w.member_id and n.kind in ('merged', 'declined') and h.kind = 'change_request.' || n.kind)
    union all
    select w.member_id, h.id, h.at, h.audience_id, null, e.id, null, 'watched_edition'
      from happened h join app.editions e on e.id = h.subject_id and e.audience_id = h.audience_id
        join app.watches w on w.audience_id = h.audience_id and w.since <= h.at and (w.space_id = e.space_id
          or exists (select from app.edition_pages p where p.edition_id = e.id and p.page_id = w.page_id) or exists (select from app.edition_controls k where k.edition_id = e.id and k.control_id = w.control_id))
     where h.kind = 'edition.published'),
  once as (
    -- Several of what one watches in one request: told once, with the page where it is a single one.
    select t.member_id, t.event, t.at, t.audience_id, t.request, t.edition, t.kind, case when count(*) filter (where t.page is null) = 0 and count(distinct t.page) = 1 then min(t.page::text)::uuid end as page
      from told t group by t.member_id, t.event, t.at, t.audience_id, t.request, t.edition, t.kind),
  written as (insert into app.request_notices (member_id, change_request_id, page_id, edition_id, audience_id, kind, reason, at, event_id, mail_due)
    select o.member_id, o.request, case when o.kind = 'watched_merged' then o.page end, o.edition, o.audience_id,
        case when o.kind = 'watched_merged' and exists (select from app.change_request_pages p where p.change_request_id = o.request and p.page_id = o.page and p.action = 'retire') then 'watched_retired' else o.kind end,
        'followed', o.at, o.event, case when o.at > greatest(now() - interval '3 days', since) then app.moment_to_tell(o.member_id, app.mail_mode(o.member_id, 'followed'), o.at) end
      from once o join app.events e on e.id = o.event
     where app.reads(o.member_id, o.audience_id) and not exists (select from app.bylines b where b.id = e.byline_id and b.member_id = o.member_id)
    on conflict do nothing returning request_notices.member_id)
  select distinct w.member_id from written w
$$;
comment on function app.tell_watchers(xid8, timestamptz) is 'Writes down for whoever watches what the log says from here on: requests opened and decided, pages retired, editions; once for each member and event, never for who did it. Whom. For functions only.';

revoke execute on function app.tell_watchers(xid8, timestamptz) from public;
set local role indaba_owner;

grant select on app.watches to indaba_keyring;
create policy keyring_tells on app.watches for select to indaba_keyring using (true);
grant select, insert (member_id, audience_id, page_id, control_id, space_id), delete on app.watches to indaba_person;
create policy own on app.watches for select to indaba_person using (member_id = (select app.me()) and audience_id in (select app.my_audiences()));
create policy own_set on app.watches for insert to indaba_person with check (member_id = (select app.me()) and audience_id in (select app.my_audiences()) and (select app.may_keep_own()));
create policy own_end on app.watches for delete to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
