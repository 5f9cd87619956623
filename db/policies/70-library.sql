-- Spaces, pages, revisions, change requests, files; and the registry read out of them.
set local role indaba_keyring;

create or replace function app.may_propose(audience int) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  -- Any member proposes on what it reads; on public text, full members (a guest may only read it).
  select app.may_write() and (exists (select from app.audience_members am where am.audience_id = audience and am.member_id = app.me() and (am.ends_at is null or am.ends_at > now()))
    or audience = 1 and exists (select from app.audience_members where audience_id = 2 and member_id = app.me()))
$$;
comment on function app.may_propose(int) is 'May I propose a change to text with this audience?';

create or replace function app.may_decide(request uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{editor,reviewer}') and exists (
    select from app.change_requests c where c.id = request and c.status = 'open'
      and c.audience_id in (select app.my_audiences()) and c.byline_id not in (select app.my_bylines()))
$$;
comment on function app.may_decide(uuid) is 'An editor or reviewer merges or declines an open request that is not their own.';

create or replace function app.may_withdraw(request uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and exists (select from app.change_requests c where c.id = request and c.status = 'open' and c.byline_id in (select app.my_bylines()))
$$;
comment on function app.may_withdraw(uuid) is 'The author changes or withdraws an open request.';

create or replace function app.may_project(page uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.change_requests c join app.change_request_pages p on p.change_request_id = c.id
    left join app.pages g on g.id = p.page_id
    -- A request speaks about pages of its own space only, whatever id it names.
    where p.page_id = page and (g.id is null or (g.space_id, g.audience_id) = (c.space_id, c.audience_id)) and app.may_decide(c.id))
$$;
comment on function app.may_project(uuid) is 'Is there an open request on this page that I may merge? Only then may its text and its control records change.';

create or replace function app.on_change_request() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.number := app.next_number(new.space_id, new.audience_id);
  if new.number is null then raise exception using errcode = 'IN404', message = 'library.space.not_found'; end if;
  return new;
end $$;

create or replace function app.on_decision() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.me() is null then return new; end if;
  if (new.title, new.reason) is distinct from (old.title, old.reason) and old.byline_id not in (select app.my_bylines()) then
    raise exception using errcode = 'IN403', message = 'common.not_allowed';
  end if;
  if new.status <> old.status then new.decided_at := now(); end if;
  if new.status <> old.status and new.status in ('merged', 'declined') and not exists (select from app.hub_roles r where r.member_id = app.me() and r.role in ('editor', 'reviewer')) then
    new.decided_for := app.stands_in_for(app.me(), '{editor,reviewer}', null);
  end if;
  return new;
end $$;
comment on function app.on_decision() is 'Who decides does not put words into the author''s mouth, nor choose the time: common.not_allowed.';

create or replace function app.on_proposed_page() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.action = 'create' and exists (select from app.pages p where p.id = new.page_id)
     or tg_op = 'INSERT' and new.action = 'restore' and exists (select from app.pages p where p.id = new.page_id and p.retired_at is null)
     or new.action <> 'create' and not exists (select from app.pages p join app.change_requests c on (c.space_id, c.audience_id) = (p.space_id, p.audience_id)
       join app.revisions r on r.id = new.base_revision_id and r.page_id = p.id where p.id = new.page_id and c.id = new.change_request_id) then
    raise exception using errcode = 'IN404', message = 'common.not_found';
  end if;
  -- What the author saw as its address and its place: only another one than this is a wish to move. Who changes nothing but words has not said whether
  -- an older wish still holds; it is said by asking for the page anew.
  if tg_op = 'INSERT' or new.path <> old.path then new.was_path := (select p.path from app.pages p where p.id = new.page_id); end if;
  if tg_op = 'INSERT' or app.may_withdraw(new.change_request_id) and (new.parent_path, new.position) is distinct from (old.parent_path, old.position) then
    select p.position, a.path into new.was_position, new.was_parent_path from app.pages p left join app.pages a on a.id = p.parent_id where p.id = new.page_id;
  end if;
  return new;
end $$;
comment on function app.on_proposed_page() is 'A request changes pages of its own space and makes new ones; naming a page from elsewhere is refused with common.not_found.';

create or replace function app.keep_places(request uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update app.change_request_pages c set path = case when c.action = 'edit' and c.path = c.was_path then p.path else c.path end, was_path = p.path, was_position = p.position, was_parent_path = (select a.path from app.pages a where a.id = p.parent_id)
    from app.pages p where c.change_request_id = request and p.id = c.page_id and (app.me() is null and session_user = 'indaba_worker' or app.may_decide(request))
$$;
comment on function app.keep_places(uuid) is 'Notes where the pages of an open request stand before merging moves them; a request that did not ask for another address follows a page that got one meanwhile. Only for whoever may merge it, and the clerk.';

create or replace function app.on_publishing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare page uuid; request uuid; author uuid;
begin
  -- The owner's own hands, and an administrator's, are not held here.
  if session_user not in ('indaba_web', 'indaba_worker') then return null; end if;
  if tg_table_name = 'pages' then
    page := new.id;
    if new.revision_id is not null and not exists (select from app.revisions r where r.id = new.revision_id and r.page_id = new.id) then
      raise exception using errcode = 'IN404', message = 'common.not_found';
    end if;
  elsif tg_table_name = 'control_aliases' then
    select c.page_id into page from app.controls c where c.id = (case tg_op when 'DELETE' then old.control_id else new.control_id end);
  else
    page := new.page_id;
    if tg_table_name = 'revisions' then request := new.change_request_id; author := new.byline_id; end if;
  end if;
  -- Asked at commit: was a request about this page merged by this very transaction?
  if not exists (select from app.change_request_pages p join app.change_requests c on c.id = p.change_request_id
      where p.page_id = page and c.status = 'merged' and c.xmin::text = (pg_current_xact_id()::text::numeric % 4294967296)::text
        and (request is null or c.id = request and c.byline_id = author)) then
    raise exception using errcode = 'IN403', message = 'library.change_request.may_not_decide';
  end if;
  return null;
end $$;
comment on function app.on_publishing() is 'Published text and the registry change only together with the merge of a request about that page: library.change_request.may_not_decide.';

grant execute on function app.may_propose(int), app.may_decide(uuid), app.may_withdraw(uuid), app.may_project(uuid) to indaba_person, indaba_clerk;
revoke execute on function app.keep_places(uuid) from public;
grant execute on function app.keep_places(uuid) to indaba_person, indaba_clerk;
-- A page asks whether to show the way to proposing; to a visitor the answer is no.
grant execute on function app.may_propose(int) to indaba_visitor;
grant execute on function app.may_decide(uuid), app.may_withdraw(uuid) to indaba_visitor;

-- Whoever makes a trigger must be allowed to call its function.
grant execute on function app.on_change_request(), app.on_decision(), app.on_proposed_page(), app.on_publishing() to indaba_owner;
set local role indaba_owner;
grant select, update (path, was_path, was_parent_path, was_position) on app.change_request_pages to indaba_keyring;
create policy keyring_keeps_places on app.change_request_pages for update to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.change_request_pages for select to indaba_keyring using (true);
create or replace trigger numbers before insert on app.change_requests for each row execute function app.on_change_request();
create or replace trigger decision before update on app.change_requests for each row execute function app.on_decision();
create or replace trigger own_space before insert or update on app.change_request_pages for each row execute function app.on_proposed_page();
do $$
declare t text;
begin
  foreach t in array array['pages', 'revisions', 'controls', 'control_aliases', 'page_redirects'] loop
    execute format('drop trigger if exists published on app.%I', t);
    execute format('create constraint trigger published after insert or update %s on app.%I deferrable initially deferred for each row execute function app.on_publishing()',
      case t when 'control_aliases' then 'or delete' else '' end, t);
  end loop;
end $$;

grant select on app.files, app.spaces, app.pages, app.page_redirects, app.space_assets, app.revisions, app.controls, app.control_aliases to indaba_person, indaba_visitor;
grant select (id, space_id, audience_id, number, title, reason, status, byline_id, opened_at, decided_by, decided_at, decision_reason, undoes) on app.change_requests to indaba_visitor;
grant select on app.change_requests to indaba_person;
grant select on app.change_request_pages to indaba_person, indaba_visitor;
create policy readers_see on app.files for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.spaces for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.pages for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.page_redirects for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.space_assets for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.revisions for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.change_requests for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.change_request_pages for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.controls for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
create policy readers_see on app.control_aliases for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));

-- Proposing.
grant insert (id, space_id, audience_id, title, reason, byline_id, retry_key, undoes), update (title, reason, status, decided_by, decided_at, decision_reason) on app.change_requests to indaba_person;
create policy members_propose on app.change_requests for insert to indaba_person
  with check (audience_id in (select app.my_audiences()) and app.may_speak(byline_id, audience_id) and app.may_propose(audience_id) and status = 'open');
-- Policies for update are joined by "or", checks apart from conditions: each check therefore repeats its right.
create policy reviewers_decide on app.change_requests for update to indaba_person using (app.may_decide(id))
  with check (app.may_decide(id) and status in ('open','merged','declined') and (decided_by is null or decided_by in (select app.my_bylines())));
create policy authors_withdraw on app.change_requests for update to indaba_person using (app.may_withdraw(id))
  with check (app.may_withdraw(id) and status in ('open','withdrawn') and byline_id in (select app.my_bylines()) and (decided_by is null or decided_by in (select app.my_bylines())));
grant insert (id, change_request_id, audience_id, action, page_id, base_revision_id, path, parent_path, position, text, retires, withdrawals), update (base_revision_id, text, path, parent_path, position, retires, withdrawals), delete on app.change_request_pages to indaba_person;
create policy authors_write on app.change_request_pages for insert to indaba_person with check (app.may_withdraw(change_request_id));
create policy authors_change on app.change_request_pages for update to indaba_person using (app.may_withdraw(change_request_id)) with check (app.may_withdraw(change_request_id));
create policy authors_remove on app.change_request_pages for delete to indaba_person using (app.may_withdraw(change_request_id));

-- Merging: text and registry change only under an open request that I may decide.
grant insert on app.pages, app.revisions, app.controls, app.control_aliases, app.page_redirects to indaba_person;
grant update (parent_id, position, path, title, description, group_key, revision_id, retired_at, retired_because, successor_id) on app.pages to indaba_person;
grant update (page_id, slug, kind, title, text, risk, vulnerability, note, group_key, position, number, entity, role, dimension, parameters, retired_at, retired_because, successor_id) on app.controls to indaba_person;
grant delete on app.control_aliases to indaba_person;
create policy mergers_write on app.pages for insert to indaba_person with check (exists (select from app.change_request_pages p join app.change_requests c on c.id = p.change_request_id
  where p.page_id = pages.id and (c.space_id, c.audience_id) = (pages.space_id, pages.audience_id) and app.may_decide(c.id)));
create policy mergers_change on app.pages for update to indaba_person using (app.may_project(id)) with check (app.may_project(id));
create policy mergers_write on app.revisions for insert to indaba_person with check (app.may_decide(change_request_id));
create policy mergers_write on app.controls for insert to indaba_person with check (app.may_project(page_id));
create policy mergers_change on app.controls for update to indaba_person using (app.may_project(page_id)) with check (app.may_project(page_id));
create policy mergers_write on app.control_aliases for insert to indaba_person with check (exists (select from app.controls c where c.id = control_id and app.may_project(c.page_id)));
create policy mergers_remove on app.control_aliases for delete to indaba_person using (exists (select from app.controls c where c.id = control_id and app.may_project(c.page_id)));
create policy mergers_write on app.page_redirects for insert to indaba_person with check (app.may_project(page_id));

-- The clerk seeds and imports; an import is a change request like any other.
grant select, insert, update on app.spaces, app.pages, app.change_requests, app.change_request_pages, app.controls, app.files to indaba_clerk;
grant select, insert on app.revisions to indaba_clerk;
grant select, insert, update, delete on app.control_aliases, app.page_redirects, app.space_assets to indaba_clerk;
grant select on app.counters to indaba_clerk;
create policy clerk_reads on app.counters for select to indaba_clerk using (true);
create policy clerk_keeps on app.spaces to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.pages to indaba_clerk using (true) with check (true);
create policy clerk_reads on app.revisions for select to indaba_clerk using (true);
create policy clerk_writes on app.revisions for insert to indaba_clerk with check (true);
create policy clerk_keeps on app.change_requests to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.change_request_pages to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.controls to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.control_aliases to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.page_redirects to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.space_assets to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.files to indaba_clerk using (true) with check (true);
