-- Writing together: the author of a draft and whom they asked along, each only while they could propose in its space.
set local role indaba_keyring;

create or replace function app.could_propose(member uuid, audience int) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.audience_members am where am.audience_id = audience and am.member_id = member and (am.ends_at is null or am.ends_at > now()))
    or audience = 1 and exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = member)
$$;
comment on function app.could_propose(uuid, int) is 'Does another member read text with this audience and may they propose changes of it? As app.may_propose() says of oneself.';

create or replace function app.writes_along(draft uuid, member uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.shared_drafts d join app.spaces s on s.id = d.space_id join app.members m on m.id = member and m.status = 'active'
    where d.id = draft and (d.member_id = member or exists (select from app.shared_draft_writers w where w.shared_draft_id = d.id and w.member_id = member and w.ended_at is null))
      and app.could_propose(member, s.audience_id))
$$;
comment on function app.writes_along(uuid, uuid) is 'Is this member one of those who write a shared draft now? For keyring''s own functions.';

create or replace function app.my_shared_drafts() returns setof uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select d.id from app.shared_drafts d where d.member_id = app.me() and app.writes_along(d.id, app.me())
  union select w.shared_draft_id from app.shared_draft_writers w where w.member_id = app.me() and w.ended_at is null and app.writes_along(w.shared_draft_id, app.me())
$$;
comment on function app.my_shared_drafts() is 'The shared drafts I write along, open and closed.';

create or replace function app.may_write_along(draft uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.writes_along(draft, app.me()) and exists (select from app.shared_drafts d where d.id = draft and d.closed_at is null)
$$;
comment on function app.may_write_along(uuid) is 'May I write in this shared draft? Its author and whom they asked along, while it is open and they could propose in its space.';

create or replace function app.may_ask_along(draft uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write_along(draft) and exists (select from app.shared_drafts d where d.id = draft and d.member_id = app.me())
$$;
comment on function app.may_ask_along(uuid) is 'May I say who writes this draft, propose it and end it? Its author.';

create or replace function app.possible_writers(draft uuid) returns table (slug text, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.slug, m.name from app.shared_drafts d join app.spaces s on s.id = d.space_id
      join app.audience_members am on am.audience_id = case s.audience_id when 1 then 2 else s.audience_id end and (am.ends_at is null or am.ends_at > now())
      join app.members m on m.id = am.member_id and m.status = 'active' and m.id <> app.me()
   where d.id = draft and app.may_ask_along(draft)
     and not exists (select from app.shared_draft_writers w where w.shared_draft_id = draft and w.member_id = m.id and w.ended_at is null)
   order by m.name limit 500
$$;
comment on function app.possible_writers(uuid) is 'Whom the author of a shared draft could ask along: whoever reads the space and may propose there. Empty for anybody else.';

create or replace function app.ask_along(draft uuid, member uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare audience int;
begin
  if not app.may_ask_along(draft) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  select s.audience_id into audience from app.shared_drafts d join app.spaces s on s.id = d.space_id where d.id = draft for update of d;
  if not exists (select from app.members m where m.id = member and m.status = 'active' and m.id <> app.me()) or not app.could_propose(member, audience) then
    raise exception using errcode = 'IN422', message = 'library.together.not_eligible';
  end if;
  if (select count(*) from app.shared_draft_writers w where w.shared_draft_id = draft and w.ended_at is null) >= 60 then
    raise exception using errcode = 'IN422', message = 'library.together.too_many';
  end if;
  insert into app.shared_draft_writers as w (shared_draft_id, member_id) values (draft, member)
    on conflict (shared_draft_id, member_id) do update set added_at = now(), ended_at = null where w.ended_at is not null;
  if found then perform app.note('draft.shared', app.me(), member, null, jsonb_build_object('draft_id', draft)); end if;
end $$;
comment on function app.ask_along(uuid, uuid) is 'Asks a member along who reads the space and could propose there: library.together.not_eligible, library.together.too_many (sixty); not by its author: common.not_found.';

create or replace function app.end_along(draft uuid, member uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Whoever was asked may leave by themselves, also when they could no longer write.
  if not (app.may_write() and (member = app.me() or app.may_ask_along(draft))) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  update app.shared_draft_writers w set ended_at = now() where w.shared_draft_id = draft and w.member_id = member and w.ended_at is null;
  if not found then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  perform app.note('draft.unshared', app.me(), member, null, jsonb_build_object('draft_id', draft));
end $$;
comment on function app.end_along(uuid, uuid) is 'Ends that somebody writes along: by the author, or by themselves. common.not_found.';

create or replace function app.hold_shared_draft(draft uuid) returns table (last_number int, last_client uuid, last_clock int)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Locked before it is looked at: what is decided here is still so when the update is written.
  perform from app.shared_drafts d where d.id = draft for update;
  if not app.may_write() or not app.writes_along(draft, app.me()) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_write_along(draft) then raise exception using errcode = 'IN409', message = 'library.together.closed'; end if;
  return query select d.last_number, d.last_client, d.last_clock from app.shared_drafts d where d.id = draft;
end $$;
comment on function app.hold_shared_draft(uuid) is 'Holds a shared draft for a writer until the end of the transaction, and says which update is its last: common.not_found, library.together.closed.';

create or replace function app.append_shared_update(draft uuid, by_client uuid, by_clock int, put bytea) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare known app.shared_draft_updates; whole bigint; number int;
begin
  perform app.hold_shared_draft(draft);
  select * into known from app.shared_draft_updates u where u.shared_draft_id = draft and u.client = by_client and u.clock = by_clock;
  if found then
    if known.bytes <> put then raise exception using errcode = 'IN409', message = 'library.together.other_update'; end if;
    return known.number;
  end if;
  -- In the order they were typed, none left out.
  if by_clock <> coalesce((select max(u.clock) from app.shared_draft_updates u where u.shared_draft_id = draft and u.client = by_client), 0) + 1 then
    raise exception using errcode = 'IN409', message = 'library.together.gap';
  end if;
  if octet_length(put) > 600000 then raise exception using errcode = 'IN422', message = 'library.together.too_large'; end if;
  update app.shared_drafts d set last_number = d.last_number + 1, last_client = by_client, last_clock = by_clock, bytes = d.bytes + octet_length(put) where d.id = draft
    returning d.bytes, d.last_number into whole, number;
  if whole > 30000000 then raise exception using errcode = 'IN422', message = 'library.together.full'; end if;
  insert into app.shared_draft_updates (shared_draft_id, number, client, clock, byline_id, bytes)
    values (draft, number, by_client, by_clock, (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person' limit 1), put);
  return number;
end $$;
comment on function app.append_shared_update(uuid, uuid, int, bytea) is 'Takes one update of a writer and says its number; the same again is answered with the number it has. common.not_found, library.together.closed, library.together.other_update, library.together.gap, library.together.too_large (600 kB), library.together.full (30 MB).';

create or replace function app.relay_writers(draft uuid, keys text[]) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k from unnest(keys) k join app.sessions s on s.token_hash = sha256(convert_to(k, 'UTF8')) and s.expires_at > now() and s.revoked_at is null
    where app.writes_along(draft, s.member_id)
$$;
comment on function app.relay_writers(uuid, text[]) is 'Of the connections that are open for a shared draft now: those of its writers. All others must be closed. For the relay only.';

create or replace function app.relay_updates(draft uuid, after int, most int) returns table (number int, client uuid, clock int, bytes bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.number, u.client, u.clock, u.bytes from app.shared_draft_updates u where u.shared_draft_id = draft and u.number > after order by u.number limit most
$$;
comment on function app.relay_updates(uuid, int, int) is 'Updates of a shared draft behind a number. For the relay only.';

revoke execute on function app.writes_along(uuid, uuid), app.could_propose(uuid, int), app.ask_along(uuid, uuid), app.end_along(uuid, uuid), app.hold_shared_draft(uuid), app.append_shared_update(uuid, uuid, int, bytea),
  app.relay_writers(uuid, text[]), app.relay_updates(uuid, int, int), app.my_shared_drafts(), app.possible_writers(uuid) from public;
grant execute on function app.my_shared_drafts(), app.may_write_along(uuid), app.may_ask_along(uuid) to indaba_person, indaba_visitor;
grant execute on function app.possible_writers(uuid), app.ask_along(uuid, uuid), app.end_along(uuid, uuid), app.hold_shared_draft(uuid), app.append_shared_update(uuid, uuid, int, bytea) to indaba_person;
grant execute on function app.relay_writers(uuid, text[]), app.relay_updates(uuid, int, int) to indaba_relay;

set local role indaba_owner;
grant select, update (last_number, last_client, last_clock, bytes) on app.shared_drafts to indaba_keyring;
grant select, insert (shared_draft_id, member_id), update (added_at, ended_at) on app.shared_draft_writers to indaba_keyring;
grant select, insert (shared_draft_id, number, client, clock, byline_id, bytes) on app.shared_draft_updates to indaba_keyring;
create policy keyring_reads on app.shared_drafts for select to indaba_keyring using (true);
create policy keyring_counts on app.shared_drafts for update to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.shared_draft_writers to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.shared_draft_updates for select to indaba_keyring using (true);
create policy keyring_takes on app.shared_draft_updates for insert to indaba_keyring with check (true);

grant select on app.shared_drafts, app.shared_draft_writers, app.shared_draft_states to indaba_person;
grant select (shared_draft_id, number, client, clock, byline_id, bytes, at) on app.shared_draft_updates to indaba_person;
create policy writers_see on app.shared_drafts for select to indaba_person using (id in (select app.my_shared_drafts()));
create policy writers_see on app.shared_draft_writers for select to indaba_person using (shared_draft_id in (select app.my_shared_drafts()));
create policy writers_see on app.shared_draft_updates for select to indaba_person using (shared_draft_id in (select app.my_shared_drafts()));
create policy writers_see on app.shared_draft_states for select to indaba_person using (shared_draft_id in (select app.my_shared_drafts()));
grant insert (id, member_id, space_id, place, part, base_revision_id, retry_key), update (closed_at) on app.shared_drafts to indaba_person;
create policy own_begin on app.shared_drafts for insert to indaba_person with check (member_id = (select app.me()) and (select app.may_write())
  and space_id in (select s.id from app.spaces s where app.may_propose(s.audience_id)));
create policy own_end on app.shared_drafts for update to indaba_person using (app.may_ask_along(id)) with check (member_id = (select app.me()));
grant insert (shared_draft_id, number, state), update (number, state, at) on app.shared_draft_states to indaba_person;
create policy writers_sum_up on app.shared_draft_states for insert to indaba_person with check (app.may_write_along(shared_draft_id));
create policy writers_sum_up_again on app.shared_draft_states for update to indaba_person using (app.may_write_along(shared_draft_id)) with check (app.may_write_along(shared_draft_id));
