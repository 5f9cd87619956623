-- An act that needs two (33-two-persons.sql): opening a pseudonym.
set local role indaba_keyring;

create or replace function app.act_open_pseudonym_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'trustee' $$;
create or replace function app.act_open_pseudonym_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare facts jsonb := (select jsonb_build_object('name', b.name, 'audience', a.label) from app.bylines b join app.audiences a on a.id = b.audience_id
  join sealed.byline_members s on s.byline_id = b.id where b.id = subject and b.kind = 'pseudonym');
begin
  if facts is null then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  return facts;
end $$;
comment on function app.act_open_pseudonym_shown(uuid, jsonb) is 'Which pseudonym, where. Nothing about who. Refuses with govern.act.not_found.';
create or replace function app.act_open_pseudonym_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The log says that it was opened, by whom and why; not who it was: stewards read the log.
  perform app.note('pseudonym.opened', app.me(), null, null, jsonb_build_object('act_id', act.id, 'byline_id', act.subject_id, 'reason', act.reason));
  perform graphile_worker.add_job('govern.mail-opened', json_build_object('ids', json_build_object('act', act.id), 'actor', null));
end $$;

create or replace function app.may_read_opening(act uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.has_role('{trustee}') and exists (select from app.two_person_acts a where a.id = act and a.kind = 'open_pseudonym' and a.state = 'done'
    and app.me() in (a.proposed_by, a.ended_by) and not exists (select from app.opening_views v where v.act_id = a.id and v.member_id = app.me()))
$$;
comment on function app.may_read_opening(uuid) is 'The two trustees of an opening are shown who it was, each once.';

create or replace function app.read_opening(act uuid) returns table (name text, organizations text[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_read_opening(act) then raise exception using errcode = 'IN404', message = 'govern.opening.not_found'; end if;
  perform app.need_fresh();
  insert into app.opening_views (act_id, member_id) values (act, app.me()) on conflict do nothing;
  if not found then raise exception using errcode = 'IN404', message = 'govern.opening.not_found'; end if;
  perform app.note('pseudonym.seen', app.me(), null, null, jsonb_build_object('act_id', act));
  return query select m.name, array(select o.name from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id order by o.name)
    from app.two_person_acts a join sealed.byline_members s on s.byline_id = a.subject_id join app.members m on m.id = s.member_id where a.id = act;
end $$;
comment on function app.read_opening(uuid) is 'Who stood behind an opened pseudonym, to each of the two trustees once. Refuses with govern.opening.not_found, people.step_up.needed.';

create or replace function app.opened_person(act uuid) returns table (name text, email text, locale text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.name, c.email, m.locale from app.two_person_acts a join sealed.byline_members s on s.byline_id = a.subject_id join app.members m on m.id = s.member_id
    join app.accounts c on c.member_id = m.id where a.id = act and a.kind = 'open_pseudonym' and a.state = 'done' and c.email <> ''
$$;
comment on function app.opened_person(uuid) is 'Whom the job tells that their pseudonym was opened. For the clerk, and only of an act that was done.';

grant execute on function app.may_read_opening(uuid), app.read_opening(uuid) to indaba_person;
grant execute on function app.opened_person(uuid) to indaba_clerk;
set local role indaba_owner;

grant select, insert on app.opening_views to indaba_keyring;
create policy keyring_keeps on app.opening_views to indaba_keyring using (true) with check (true);
-- Whoever stood behind it sees who opened it and why.
create policy opened_read on app.two_person_acts for select to indaba_person using (kind = 'open_pseudonym' and state = 'done' and subject_id in (select app.my_bylines()));
