-- Talk from elsewhere: brought in by whoever runs the hub, opened by a steward, and what was private read by those who were in it alone.
set local role indaba_keyring;

create or replace function app.may_open_imports() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}')
$$;
comment on function app.may_open_imports() is 'A steward says who reads a channel that was brought in, and under which label.';

create or replace function app.is_importing() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select session_user = 'indaba_worker' and app.me() is null
$$;
comment on function app.is_importing() is 'Is this the command or the job that brings talk in, on nobody''s behalf? For functions only.';

create or replace function app.import_byline(person uuid, audience int) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare p app.import_people; made uuid;
begin
  select * into p from app.import_people x where x.id = person;
  select b.id into made from app.bylines b where b.member_id = p.member_id and b.kind = 'person';
  if made is not null then return made; end if;
  select i.byline_id into made from app.import_bylines i where i.person_id = person and i.audience_id = audience;
  if made is not null then return made; end if;
  insert into app.bylines (id, kind, audience_id, name) values (gen_random_uuid(), p.kind, audience, p.name) returning id into made;
  insert into app.import_bylines values (person, audience, made);
  return made;
end $$;
comment on function app.import_byline(uuid, int) is 'Under which name somebody stands in an audience: their own if they are here, else one that only this audience reads. For functions only.';

create or replace function app.import_reader_fits(audience int, member uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- A guest is not brought under a label that admits none.
  select exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = member and not o.is_guest)
    or not exists (select from app.conversations c join app.marking_outlets l on l.label = c.ceiling where c.audience_id = audience and not l.guests)
$$;
comment on function app.import_reader_fits(int, uuid) is 'May this member be among the readers of a private conversation that was brought in, by its label? For functions only.';

create or replace function app.name_import_readers(audience int, place uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare pending boolean; whole boolean;
begin
  insert into app.named_people (audience_id, member_id)
    select distinct audience, p.member_id from app.import_place_people pp join app.import_people p on p.id = pp.person_id
     where pp.place_id = place and pp.reads and p.member_id is not null and app.import_reader_fits(audience, p.member_id)
    on conflict do nothing;
  select coalesce(bool_or(pp.reads and n.member_id is null), false), coalesce(bool_and(n.member_id is not null), false) into pending, whole
    from app.import_place_people pp join app.import_people p on p.id = pp.person_id left join app.named_people n on n.audience_id = audience and n.member_id = p.member_id
   where pp.place_id = place and p.kind = 'person';
  -- While somebody may still come in, nothing new is said: they would read it too. When all are here nobody is added any more, and it goes on like any other.
  update app.audiences a set frozen = not pending where a.id = audience;
  update app.conversations c set closed_at = case when pending or c.subject_kind = 'direct' and not whole then coalesce(c.closed_at, now()) else (select ch.archived_at from app.channels ch where ch.id = c.subject_id) end
   where c.audience_id = audience and c.subject_id = place;
  perform app.sync_audiences(array[audience]);
end $$;
comment on function app.name_import_readers(int, uuid) is 'Makes those who were in a private conversation and are here its readers, and nobody else; closes it to writing while one of them is missing. For functions only.';

create or replace function app.match_imported(member uuid) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one record; former record; n int := 0; own uuid;
begin
  if not app.is_importing() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  for one in select p.id as person, c.member_id from app.import_people p join app.accounts c on c.email_key = p.email_key and c.address_proved join app.members m on m.id = c.member_id and m.status = 'active'
      where p.member_id is null and p.kind = 'person' and p.email_key is not null and (member is null or c.member_id = member) order by p.id for update of p loop
    select b.id into own from app.bylines b where b.member_id = one.member_id and b.kind = 'person';
    continue when own is null;
    -- What told who they are is not needed any more.
    update app.import_people set member_id = one.member_id, email_key = null, name = 'Matched' where id = one.person;
    for former in select i.audience_id, i.byline_id from app.import_bylines i where i.person_id = one.person loop
      update app.messages m set byline_id = own where m.byline_id = former.byline_id;
      update search.entries e set words = ts_delete(e.words, 'f:' || former.byline_id) || array_to_tsvector(array['f:' || own])
       where e.kind = 'message' and e.subject_id in (select m.id from app.messages m where m.byline_id = own and m.source is not null) and e.words @@ ('''f:' || former.byline_id || '''')::tsquery;
      update app.threads t set byline_id = own where t.byline_id = former.byline_id;
      insert into app.reactions select r.message_id, r.audience_id, own, r.emoji, r.at from app.reactions r where r.byline_id = former.byline_id on conflict do nothing;
      delete from app.reactions r where r.byline_id = former.byline_id;
      update app.pins x set byline_id = own where x.byline_id = former.byline_id;
    end loop;
    perform app.name_import_readers(p.audience_id, p.id) from app.import_places p join app.import_place_people pp on pp.place_id = p.id
     where pp.person_id = one.person and p.kind <> 'channel' and p.audience_id is not null;
    perform app.note('import.matched', null, one.member_id, null, '{}');
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function app.match_imported(uuid) is 'Finds by proved address those who spoke elsewhere and are here now: what they said is theirs, and what was private to them opens to them. Null for everybody. For the import and its job. Refuses anybody else with common.not_found.';

create or replace function app.land_import(place uuid) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare p app.import_places; talk uuid; audience int; n int; t record; known uuid; address text;
begin
  if not app.is_importing() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  select * into p from app.import_places x where x.id = place for update;
  if p.id is null or p.ceiling is null or p.state in ('waiting', 'aside') then return 0; end if;
  audience := p.audience_id; talk := p.conversation_id;
  if audience is null then
    if p.kind = 'channel' then return 0; end if;
    insert into app.audiences (kind, ref, label, frozen) values ('named', gen_random_uuid(), p.name, false) returning id into audience;
  end if;
  if talk is null then
    talk := gen_random_uuid();
    if p.kind <> 'direct' then
      -- A plain address only for what all members read: a taken one would tell that something hidden exists.
      address := case when audience > 2 or exists (select from app.channels c where c.slug = p.slug) then p.slug || '-' || left(md5(gen_random_uuid()::text), 6) else p.slug end;
      insert into app.channels (id, slug, audience_id, name, purpose, byline_id, archived_at) values (p.id, address, audience, p.name, p.purpose, p.decided_by, case when p.archived then now() end);
    end if;
    insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling, marking, closed_at)
      values (talk, audience, case p.kind when 'direct' then 'direct' else 'channel' end, p.id, p.ceiling, p.ceiling, case when p.archived and p.kind <> 'direct' then now() end);
    if p.kind <> 'channel' then perform app.name_import_readers(audience, p.id); end if;
    if p.kind = 'channel' then
      insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values ('channel.opened', audience, p.decided_by, 'channel', p.id, '{}');
    end if;
  end if;
  perform app.import_byline(s.person_id, audience) from (select distinct person_id from app.import_messages x where x.place_id = place and x.landed_at is null) s;
  for t in select x.thread_key, min(x.said_at) as began, (array_agg(x.title order by x.said_at, x.source_key))[1] as title, (array_agg(x.person_id order by x.said_at, x.source_key))[1] as person
      from app.import_messages x where x.place_id = place and x.landed_at is null group by x.thread_key order by 2 loop
    select x.thread_id into known from app.import_messages x where x.place_id = place and x.thread_key = t.thread_key and x.thread_id is not null limit 1;
    -- The retention job may have taken the thread away, or somebody moved it.
    if known is null or not exists (select from app.threads h where h.id = known and h.moved_to is null) then
      known := gen_random_uuid();
      insert into app.threads (id, conversation_id, audience_id, title, byline_id, created_at) values (known, talk, audience, t.title, app.import_byline(t.person, audience), t.began);
    end if;
    update app.import_messages x set thread_id = known where x.place_id = place and x.thread_key = t.thread_key and x.landed_at is null;
  end loop;
  -- In the order of time: each row is given its numbers as it comes.
  insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash, created_at, edited_at, source)
    select s.message_id, talk, s.thread_id, audience, app.import_byline(s.person_id, audience), s.body, p.ceiling, gen_random_uuid(), sha256(convert_to(s.body, 'UTF8')), s.said_at, s.edited_at, p.source
      from app.import_messages s where s.place_id = place and s.landed_at is null order by s.said_at, s.source_key;
  get diagnostics n = row_count;
  with f as (delete from app.import_files x where x.place_id = land_import.place returning x.*) insert into app.attachments (message_id, audience_id, place, name, mime, size, sha256, width, height)
    select s.message_id, audience, f.place, f.name, f.mime, f.size, f.sha256, f.width, f.height from f join app.import_messages s using (place_id, source_key) where s.landed_at is null;
  insert into app.message_revisions (id, message_id, audience_id, body, marking, replaced_at)
    select gen_random_uuid(), s.message_id, audience, s.earlier, p.ceiling, coalesce(s.edited_at, s.said_at) from app.import_messages s where s.place_id = place and s.landed_at is null and s.earlier is not null;
  insert into app.reactions (message_id, audience_id, byline_id, emoji, at)
    select s.message_id, audience, app.import_byline(who.id, audience), r.emoji, s.said_at from app.import_messages s cross join lateral jsonb_to_recordset(s.extra -> 'reactions') r(emoji text, people text[])
      cross join lateral unnest(r.people) k join app.import_people who on who.source = p.source and who.source_key = k
     where s.place_id = place and s.landed_at is null on conflict do nothing;
  insert into app.pins (message_id, conversation_id, audience_id, byline_id, at)
    select m.id, talk, audience, m.byline_id, m.created_at from app.import_messages s join app.messages m on m.id = s.message_id where s.place_id = place and s.landed_at is null and s.extra -> 'pinned' = 'true';
  insert into search.entries select nextval('search.positions'), 'message', s.message_id, audience, s.lexemes::tsvector || search.facets(m.byline_id, talk, s.thread_id, k.subject_kind, p.ceiling), s.said_at
    from app.import_messages s join app.messages m on m.id = s.message_id cross join app.conversations k
   where k.id = talk and s.place_id = place and s.landed_at is null and s.lexemes <> '' order by s.said_at;
  -- Old talk makes nothing look new: not the order of threads, not what is unread.
  update app.counters c set last_at = l.created_at from (select distinct on (m.thread_id) m.thread_id, m.created_at from app.messages m
      where m.conversation_id = talk and m.audience_id = audience order by m.thread_id, m.created_at desc) l where c.scope_id = l.thread_id;
  update app.counters c set last_at = coalesce((select max(m.created_at) from app.messages m where m.conversation_id = talk and m.audience_id = audience), c.last_at) where c.scope_id = talk;
  update app.threads h set history_number = l.last from (select m.thread_id, max(m.thread_number) as last from app.messages m where m.conversation_id = talk and m.audience_id = audience and m.source is not null group by 1) l
   where h.id = l.thread_id and h.audience_id = audience
     and not exists (select from app.messages o where o.thread_id = h.id and o.audience_id = audience and o.source is null and o.thread_number <= l.last);
  update app.import_messages x set body = '', lexemes = '', earlier = null, title = '-', extra = nullif(extra - 'reactions' - 'pinned', '{"files": []}'), landed_at = now() where x.place_id = place and x.landed_at is null;
  update app.import_places x set state = 'open', audience_id = audience, conversation_id = talk where x.id = place;
  return n;
end $$;
comment on function app.land_import(uuid) is 'Puts what waits of one place into its conversation, in the order of time, all at once: nobody sees half of it. Makes the conversation first if there is none. Tells nobody. How many came in; 0 for a channel without a label. For the import and its job. Refuses anybody else with common.not_found.';

create or replace function app.decide_import(place uuid, audience int, label text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare p app.import_places;
begin
  select * into p from app.import_places x where x.id = place and x.kind = 'channel' for update;
  if p.id is null or not app.may_open_imports() or audience not in (select app.my_audiences()) then
    raise exception using errcode = 'IN404', message = 'exchange.place.not_found';
  end if;
  perform app.need_fresh();
  if p.state <> 'waiting' then raise exception using errcode = 'IN409', message = 'exchange.place.decided'; end if;
  if label is null or not app.marking_admits(label, audience) then raise exception using errcode = 'IN422', message = 'exchange.place.not_admitted'; end if;
  update app.import_places x set state = 'opening', audience_id = audience, ceiling = label, decided_at = now(),
    decided_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') where x.id = place;
  perform app.note('import.decided', app.me(), null, null, jsonb_build_object('place_id', place, 'label', label, 'audience_id', audience));
  perform graphile_worker.add_job('exchange.land-import', json_build_object('ids', json_build_object('place', place), 'actor', app.me()));
end $$;
comment on function app.decide_import(uuid, int, text) is 'A steward says who reads a channel that was brought in, and the highest label in it; a job then opens it. Refuses with exchange.place.not_found, .decided, .not_admitted, people.step_up.needed.';

create or replace function app.set_aside_import(place uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not (app.may_open_imports() or app.is_importing()) or not exists (select from app.import_places x where x.id = place and x.kind = 'channel' and x.state = 'waiting' for update) then
    raise exception using errcode = 'IN404', message = 'exchange.place.not_found';
  end if;
  perform app.need_fresh();
  delete from app.import_messages x where x.place_id = place;
  update app.import_places x set state = 'aside', messages = 0, decided_at = now(), decided_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') where x.id = place;
  perform app.note('import.aside', app.me(), null, null, jsonb_build_object('place_id', place));
end $$;
comment on function app.set_aside_import(uuid) is 'A steward, or whoever runs the import, does not want a channel here: what waits of it is removed, and later runs leave it out. Refuses with exchange.place.not_found, people.step_up.needed.';

create or replace function app.on_import_reader() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare whose uuid := case tg_table_name when 'members' then (to_jsonb(new) ->> 'id')::uuid else (to_jsonb(new) ->> 'member_id')::uuid end;
begin
  -- A job of its own: joining neither waits for old talk nor fails by it.
  if exists (select from app.import_people p join app.accounts c on c.email_key = p.email_key where c.member_id = whose and p.member_id is null) then
    perform graphile_worker.add_job('exchange.match-imported', json_build_object('ids', json_build_object('member', whose), 'actor', null));
  end if;
  return null;
end $$;
comment on function app.on_import_reader() is 'Whoever joins, or comes back, may have spoken elsewhere before: a job looks.';

create or replace function app.on_import_ran() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.note('import.ran', null, null, null, jsonb_build_object('run_id', new.id, 'messages', new.counts -> 'new'));
  return null;
end $$;
comment on function app.on_import_ran() is 'Whoever runs the hub brought talk in: the log says so.';

grant execute on function app.may_open_imports(), app.decide_import(uuid, int, text), app.set_aside_import(uuid) to indaba_person;
grant execute on function app.land_import(uuid), app.match_imported(uuid), app.set_aside_import(uuid) to indaba_clerk;
grant execute on function app.on_import_reader(), app.on_import_ran() to indaba_owner;
set local role indaba_owner;

grant select, insert, update, delete on app.import_places, app.import_people, app.import_place_people, app.import_bylines, app.import_messages to indaba_keyring;
grant insert, update (history_number, byline_id) on app.threads to indaba_keyring;
grant update (byline_id) on app.messages, app.pins to indaba_keyring;
grant select, delete on app.reactions to indaba_keyring;
grant select, insert on app.pins to indaba_keyring;
grant insert on app.channels, app.conversations to indaba_keyring;
create policy keyring_keeps on app.import_places to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.import_people to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.import_place_people to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.import_bylines to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.import_messages to indaba_keyring using (true) with check (true);
create policy keyring_brings_names on app.bylines for insert to indaba_keyring with check (kind = 'service' and member_id is null and organization_id is null);
create policy keyring_brings_in on app.channels for insert to indaba_keyring with check (exists (select from app.import_places p where p.id = channels.id));
create policy keyring_brings_in on app.conversations for insert to indaba_keyring with check (exists (select from app.import_places p where p.id = subject_id));
create policy keyring_brings_in on app.pins to indaba_keyring using (exists (select from app.messages m where m.id = message_id and m.source is not null)) with check (exists (select from app.messages m where m.id = message_id and m.source is not null));
create policy keyring_closes_brought_in on app.conversations for update to indaba_keyring using (exists (select from app.import_places p where p.id = subject_id));
create policy keyring_brings_in on app.threads for insert to indaba_keyring with check (exists (select from app.import_bylines i where i.byline_id = threads.byline_id) or exists (select from app.import_people p join app.bylines b on b.member_id = p.member_id where b.id = threads.byline_id));
create policy keyring_brings_home on app.messages for update to indaba_keyring using (exists (select from app.import_bylines i where i.byline_id = messages.byline_id)) with check (true);
create policy keyring_brings_in_more on app.threads for update to indaba_keyring using (true) with check (true);

grant select, insert, update (name, purpose, archived, state, ceiling, audience_id, decided_by, decided_at, messages, first_at, last_at) on app.import_places to indaba_clerk;
grant select (id, source, source_key, kind, member_id), insert, update (name, email_key, kind) on app.import_people to indaba_clerk;
grant select, insert on app.import_place_people to indaba_clerk;
grant select (place_id, source_key, landed_at), insert on app.import_messages to indaba_clerk;
grant select, insert, update on app.import_runs to indaba_clerk;
create policy clerk_brings_in on app.import_places to indaba_clerk using (true) with check (true);
create policy clerk_brings_in on app.import_people to indaba_clerk using (true) with check (true);
create policy clerk_brings_in on app.import_place_people to indaba_clerk using (true) with check (true);
create policy clerk_brings_in on app.import_messages to indaba_clerk using (true) with check (true);
create policy clerk_brings_in on app.import_runs to indaba_clerk using (true) with check (true);

-- A steward sees what was open to all there, and what the runs counted; of what was private not even that it is here.
grant select on app.import_places, app.import_runs to indaba_person;
create policy stewards_see on app.import_places for select to indaba_person using (kind = 'channel' and (select app.has_role('{steward}')));
create policy stewards_see on app.import_runs for select to indaba_person using ((select app.has_role('{steward}')));

create or replace trigger run_noted after update of ended_at on app.import_runs for each row when (new.ended_at is not null and old.ended_at is null) execute function app.on_import_ran();
create or replace trigger import_reader after insert on app.memberships for each row execute function app.on_import_reader();
create or replace trigger import_reader after update of status on app.members for each row when (new.status = 'active' and old.status <> 'active') execute function app.on_import_reader();
create or replace trigger import_reader after update of address_proved on app.accounts for each row when (new.address_proved and not old.address_proved) execute function app.on_import_reader();
