-- Editions: who reads a draft of one, who publishes it, and that nobody changes it afterwards.
set local role indaba_keyring;

create or replace function app.may_publish_edition(audience int) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{editor,reviewer}') and audience in (select app.my_audiences())
$$;
comment on function app.may_publish_edition(int) is 'Whoever decides about text with this audience prepares, publishes and withdraws its editions.';

create or replace function app.edition_order(number text) returns int[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  -- 1 and 1.0 are one number.
  select (string_to_array(number, '.')::int[] || '{0,0}'::int[])[1:3]
$$;
comment on function app.edition_order(text) is 'The number of an edition as numbers, to compare: 1.10 comes after 1.9.';

create or replace function app.on_edition() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    if old.status <> 'draft' then raise exception using errcode = 'IN403', message = 'library.edition.published'; end if;
    return old;
  end if;
  if tg_op = 'INSERT' then
    if new.status <> 'draft' and app.me() is not null then raise exception using errcode = 'IN403', message = 'common.not_allowed'; end if;
  elsif old.status <> 'draft' then
    if (new.id, new.space_id, new.audience_id, new.number, new.dated_on, new.words, new.byline_id, new.created_at, new.published_by, new.published_at)
        is distinct from (old.id, old.space_id, old.audience_id, old.number, old.dated_on, old.words, old.byline_id, old.created_at, old.published_by, old.published_at)
       or old.status = 'withdrawn' or (old.status, new.status) not in (('in_force', 'superseded'), ('in_force', 'withdrawn'), ('superseded', 'withdrawn')) then
      raise exception using errcode = 'IN403', message = 'library.edition.published';
    end if;
    return new;
  end if;
  -- Numbers go up, whatever way they are written.
  if new.status = 'draft' and exists (select from app.editions e where e.space_id = new.space_id and e.id <> new.id and e.status <> 'draft' and app.edition_order(e.number) >= app.edition_order(new.number)) then
    raise exception using errcode = 'IN409', message = 'library.edition.number_not_after';
  end if;
  return new;
end $$;
comment on function app.on_edition() is 'A published edition is never changed or removed, only superseded or withdrawn; its number comes after those before it. Refuses with library.edition.published, library.edition.number_not_after.';

create or replace function app.on_edition_piece() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' and exists (select from app.editions e where e.id = new.edition_id and e.status = 'draft') then return new; end if;
  raise exception using errcode = 'IN403', message = 'library.edition.published';
end $$;
comment on function app.on_edition_piece() is 'What an edition holds is written once, while it is being published, and never changed: library.edition.published. True for every role, the owner''s too.';

create or replace function app.freeze_edition(wanted uuid, byline uuid, publish_on date) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare e app.editions;
begin
  select * into e from app.editions x where x.id = wanted and x.status = 'draft' for update;
  if e.id is null or not app.may_publish_edition(e.audience_id) or byline not in (select app.my_bylines()) then
    raise exception using errcode = 'IN404', message = 'library.edition.not_found';
  end if;
  perform app.need_fresh();
  -- One statement, one moment: a merge is in it with everything it did, or not at all.
  with held as materialized (select p.* from app.pages p where p.space_id = e.space_id and p.audience_id in (select app.my_audiences()) and p.retired_at is null and p.revision_id is not null),
  pages as (insert into app.edition_pages (edition_id, audience_id, page_id, revision_id, path, parent_id, position, title, description, group_key)
    select e.id, h.audience_id, h.id, h.revision_id, h.path, (select u.id from held u where u.id = h.parent_id), h.position, h.title, h.description, h.group_key from held h),
  controls as (insert into app.edition_controls (edition_id, audience_id, control_id, page_id, number, position)
    select e.id, c.audience_id, c.id, c.page_id, c.number, c.position from app.controls c join held h on h.id = c.page_id where c.retired_at is null)
  insert into app.edition_assets (edition_id, audience_id, path, file_id) select e.id, a.audience_id, a.path, a.file_id from app.space_assets a where a.space_id = e.space_id;
  if not exists (select from app.edition_pages p where p.edition_id = e.id) then raise exception using errcode = 'IN409', message = 'library.edition.empty'; end if;
  update app.editions x set status = 'superseded' where x.space_id = e.space_id and x.status = 'in_force';
  update app.editions x set status = 'in_force', published_at = now(), published_by = byline, dated_on = coalesce(publish_on, x.dated_on, (now() at time zone 'UTC')::date) where x.id = e.id;
end $$;
comment on function app.freeze_edition(uuid, uuid, date) is 'Publishes a draft: what its space holds at this moment is written down for good, and the edition in force before is superseded. Refuses with library.edition.not_found, library.edition.empty, people.step_up.needed.';

create or replace function app.withdraw_edition(wanted uuid, byline uuid, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare e app.editions;
begin
  select * into e from app.editions x where x.id = wanted and x.status in ('in_force', 'superseded') for update;
  if e.id is null or not app.may_publish_edition(e.audience_id) or byline not in (select app.my_bylines()) then
    raise exception using errcode = 'IN404', message = 'library.edition.not_found';
  end if;
  perform app.need_fresh();
  update app.editions x set status = 'withdrawn', withdrawn_by = byline, withdrawn_at = now(), withdrawn_reason = why where x.id = e.id;
end $$;
comment on function app.withdraw_edition(uuid, uuid, text) is 'Says that a published edition must not be used any more, and why; it stays readable. Refuses with library.edition.not_found, people.step_up.needed.';

grant execute on function app.may_publish_edition(int), app.edition_order(text) to indaba_person, indaba_visitor, indaba_clerk;
grant execute on function app.freeze_edition(uuid, uuid, date), app.withdraw_edition(uuid, uuid, text) to indaba_person;
grant execute on function app.on_edition(), app.on_edition_piece() to indaba_owner;
set local role indaba_owner;

grant select on app.editions, app.edition_pages, app.edition_controls, app.edition_assets to indaba_keyring;
grant insert on app.edition_pages, app.edition_controls, app.edition_assets to indaba_keyring;
grant update (status, dated_on, published_by, published_at, withdrawn_by, withdrawn_at, withdrawn_reason) on app.editions to indaba_keyring;
create policy keyring_publishes on app.editions to indaba_keyring using (true) with check (true);
create or replace trigger kept before insert or update or delete on app.editions for each row execute function app.on_edition();
do $$
declare t text;
begin
  foreach t in array array['edition_pages', 'edition_controls', 'edition_assets'] loop
    execute format('create policy keyring_freezes on app.%I to indaba_keyring using (true) with check (true)', t);
    execute format('create or replace trigger kept before insert or update or delete on app.%I for each row execute function app.on_edition_piece()', t);
    execute format('grant select on app.%I to indaba_person, indaba_visitor', t);
    -- Through the edition one may see, and by the audience of the piece itself.
    execute format('create policy readers_see on app.%I for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()) and edition_id in (select e.id from app.editions e))', t);
    -- The starter library brings its first edition along.
    execute format('grant select, insert on app.%I to indaba_clerk', t);
    execute format('create policy clerk_reads on app.%I for select to indaba_clerk using (true)', t);
    execute format('create policy clerk_writes on app.%I for insert to indaba_clerk with check (true)', t);
  end loop;
end $$;

grant select on app.editions to indaba_person, indaba_visitor, indaba_clerk;
create policy readers_see on app.editions for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()) and (status <> 'draft' or app.may_publish_edition(audience_id)));
grant insert (id, space_id, audience_id, number, dated_on, words, byline_id), update (number, dated_on, words), delete on app.editions to indaba_person;
create policy deciders_prepare on app.editions for insert to indaba_person with check (status = 'draft' and app.may_publish_edition(audience_id) and app.may_speak(byline_id, audience_id));
create policy deciders_change on app.editions for update to indaba_person using (status = 'draft' and app.may_publish_edition(audience_id)) with check (status = 'draft' and app.may_publish_edition(audience_id));
create policy deciders_drop on app.editions for delete to indaba_person using (status = 'draft' and app.may_publish_edition(audience_id));
grant insert on app.editions to indaba_clerk;
grant update (status, dated_on, published_by, published_at) on app.editions to indaba_clerk;
create policy clerk_keeps on app.editions to indaba_clerk using (true) with check (true);
