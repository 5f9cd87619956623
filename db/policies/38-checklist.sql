-- The checklist of the vetting. A steward adds questions; taking one away makes it easier to come in, and needs two. Whoever is being vetted keeps the version they began with.
set local role indaba_keyring;

create or replace function app.checklist_now() returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select max(c.version) from app.checklists c $$;
comment on function app.checklist_now() is 'The version of the checklist that the next vetting begins with.';

create or replace function app.checklist_of(a app.applications) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(a.checklist, case when a.ended_at is null then app.checklist_now() end)
$$;
comment on function app.checklist_of(app.applications) is 'The version an application is vetted with: the one it began with, or before that the newest. Null where it ended before anybody began.';

create or replace function app.is_asked(application uuid, code text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.applications a join app.checklist_points p on p.version = app.checklist_of(a) where a.id = application and p.question = code)
$$;
comment on function app.is_asked(uuid, text) is 'Does the checklist of this application ask this?';

create or replace function app.may_change_checklist() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.has_role('{steward}')
$$;
comment on function app.may_change_checklist() is 'A steward changes the checklist; taking a question away waits for another.';

create or replace function app.read_checklist(points text) returns table (place int, code text, words text, known boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select row_number() over (order by l.n)::int, coalesce(q.code, 'own_' || translate(substr(md5(lower(l.line)), 1, 16), '0123456789', 'ghijklmnop')), l.line, q.code is not null
    from (select s.n, trim(regexp_replace(s.line, '\s+', ' ', 'g')) as line from regexp_split_to_table(points, '\n') with ordinality as s (line, n)) l
    left join app.vetting_questions q on q.code = l.line or q.question <> '' and lower(q.question) = lower(l.line)
   where l.line <> ''
$$;
comment on function app.read_checklist(text) is 'A checklist as it is asked for, one point a line: the code of a question there is, or the words of a new one. For functions only.';

create or replace function app.check_checklist(after int, points text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if after is distinct from app.checklist_now() then raise exception using errcode = 'IN409', message = 'people.checklist.changed'; end if;
  if not exists (select from app.read_checklist(points)) then raise exception using errcode = 'IN422', message = 'people.checklist.empty'; end if;
  if (select count(*) > 40 or count(*) <> count(distinct code) or bool_or(not known and (length(words) not between 10 and 300 or words ~ '^[a-z_]+$')) from app.read_checklist(points)) then
    raise exception using errcode = 'IN422', message = 'people.checklist.question';
  end if;
  if not exists (select code from app.read_checklist(points) except select question from app.checklist_points where version = after)
     and not exists (select question from app.checklist_points where version = after except select code from app.read_checklist(points)) then
    raise exception using errcode = 'IN422', message = 'people.checklist.same';
  end if;
end $$;
comment on function app.check_checklist(int, text) is 'Is this a checklist to follow the one I saw? Refuses with people.checklist.changed, .empty, .question, .same. For functions only.';

create or replace function app.checklist_drops(points text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select question from app.checklist_points where version = app.checklist_now() except select code from app.read_checklist(points))
$$;
comment on function app.checklist_drops(text) is 'Does this checklist leave out a question that is asked now?';

create or replace function app.checklist_needs_two(points text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select app.two_stewards() and app.checklist_drops(points) $$;
comment on function app.checklist_needs_two(text) is 'Does changing the checklist to this wait for a second steward?';

create or replace function app.checklist_subject() returns uuid
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$ select md5('indaba checklist')::uuid $$;
comment on function app.checklist_subject() is 'The id by which an act names the checklist.';

create or replace function app.put_checklist(after int, points text, why text, maker uuid, second uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Of two at once the second finds another version than the one it saw.
  perform pg_advisory_xact_lock(hashtext('indaba checklist'));
  perform app.check_checklist(after, points);
  insert into app.vetting_questions (code, question) select code, words from app.read_checklist(points) where not known;
  insert into app.checklists (version, made_by, confirmed_by, reason) values (after + 1, maker, second, why);
  insert into app.checklist_points (version, position, question) select after + 1, place, code from app.read_checklist(points);
  perform app.note('checklist.changed', app.me(), null, null, jsonb_build_object('version', after + 1));
end $$;
comment on function app.put_checklist(int, text, text, uuid, uuid) is 'Makes the next version. Refuses as check_checklist does. For functions only.';

create or replace function app.change_checklist(after int, points text, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not coalesce(app.may_change_checklist(), false) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  perform app.need_fresh();
  if app.checklist_needs_two(points) then raise exception using errcode = 'IN409', message = 'people.checklist.needs_two'; end if;
  perform app.put_checklist(after, points, why, app.my_person(), null);
end $$;
comment on function app.change_checklist(int, text, text) is 'One steward makes the next version, where no question is taken away or the hub never had two. Refuses with common.not_found, people.checklist.needs_two, .changed, .empty, .question, .same, people.step_up.needed.';

create or replace function app.act_shorten_checklist_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;
create or replace function app.act_shorten_checklist_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare points text := content ->> 'points'; after int := case when content ->> 'after' ~ '^\d{1,6}$' then (content ->> 'after')::int end;
begin
  if subject <> app.checklist_subject() or points is null then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  perform app.check_checklist(after, points);
  if not app.checklist_drops(points) then raise exception using errcode = 'IN409', message = 'people.checklist.drops_nothing'; end if;
  return jsonb_build_object('version', after + 1,
    'taken_away', (select jsonb_agg(coalesce(nullif(q.question, ''), q.code) order by p.position) from app.checklist_points p join app.vetting_questions q on q.code = p.question
      where p.version = after and p.question not in (select r.code from app.read_checklist(points) r)),
    'added', coalesce((select jsonb_agg(case when q.question = '' then r.code else coalesce(q.question, r.words) end order by r.place) from app.read_checklist(points) r left join app.vetting_questions q on q.code = r.code
      where r.code not in (select p.question from app.checklist_points p where p.version = after)), '[]'),
    'stays', coalesce((select jsonb_agg(coalesce(nullif(q.question, ''), q.code) order by p.position) from app.checklist_points p join app.vetting_questions q on q.code = p.question
      where p.version = after and p.question in (select r.code from app.read_checklist(points) r)), '[]'));
end $$;
comment on function app.act_shorten_checklist_shown(uuid, jsonb) is 'Which questions go, come and stay. Refuses with govern.act.not_found, people.checklist.changed, .empty, .question, .same, .drops_nothing.';
create or replace function app.act_shorten_checklist_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.put_checklist((act.content ->> 'after')::int, act.content ->> 'points', act.reason,
    (select b.id from app.bylines b where b.member_id = act.proposed_by and b.kind = 'person'), app.my_person());
end $$;

create or replace function app.on_vetting_begun() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.applications a set checklist = app.checklist_now() where a.id = new.application_id and a.checklist is null;
  return new;
end $$;
comment on function app.on_vetting_begun() is 'With its first answer an application keeps the checklist of that day.';

grant execute on function app.checklist_now(), app.checklist_of(app.applications), app.is_asked(uuid, text), app.may_change_checklist(), app.checklist_needs_two(text), app.checklist_subject(),
  app.change_checklist(int, text, text) to indaba_person;
grant execute on function app.on_vetting_begun() to indaba_owner;
set local role indaba_owner;

grant select, insert on app.checklists, app.checklist_points to indaba_keyring;
grant insert on app.vetting_questions to indaba_keyring;
create policy keyring_keeps on app.checklists to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.checklist_points to indaba_keyring using (true) with check (true);
create policy keyring_adds on app.vetting_questions for insert to indaba_keyring with check (question <> '');
create or replace trigger vetting_begun before insert on app.vetting_answers for each row execute function app.on_vetting_begun();
grant select on app.checklists, app.checklist_points to indaba_person;
create policy stewards_read on app.checklists for select to indaba_person using ((select app.has_role('{steward}')));
create policy stewards_read on app.checklist_points for select to indaba_person using ((select app.has_role('{steward}')));
