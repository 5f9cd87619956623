-- Which authority leads a jurisdiction, and what jurisdictions say to a request in a consultation.
set local role indaba_keyring;

create or replace function app.may_name_lead(jurisdiction uuid, organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.is_focal_point(organization) and organization in (select app.authorities_of(jurisdiction))
$$;
comment on function app.may_name_lead(uuid, uuid) is 'The focal point of an authority names which authority leads its jurisdiction.';

create or replace function app.name_lead(jurisdiction uuid, organization uuid, lead uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.may_name_lead(jurisdiction, organization) then raise exception using errcode = 'IN404', message = 'people.lead.not_found'; end if;
  if lead is not null and lead not in (select app.authorities_of(jurisdiction)) then raise exception using errcode = 'IN404', message = 'people.lead.not_found'; end if;
  perform app.need_fresh();
  delete from app.lead_choices l where l.jurisdiction_id = jurisdiction and l.organization_id = organization;
  if lead is not null then insert into app.lead_choices (jurisdiction_id, organization_id, lead_id, byline_id) values (jurisdiction, organization, lead, app.my_byline()); end if;
  perform app.tell('jurisdiction.lead_named', 2, 'jurisdiction', jurisdiction, jsonb_build_object('organization_id', organization, 'lead_id', lead));
end $$;
comment on function app.name_lead(uuid, uuid, uuid) is 'An authority says which authority leads the jurisdiction, or (null) takes that back. Refuses with people.lead.not_found (also where one may not), people.step_up.needed.';

create or replace function app.list_leads() returns table (jurisdiction_id uuid, code text, name text, organization_id uuid, slug text, organization text, leads boolean, names text, may_name boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select j.id, j.code, j.name, o.id, o.slug, o.name, o.id is not distinct from app.lead_of(j.id), n.name, app.may_name_lead(j.id, o.id)
    from app.jurisdictions j cross join lateral app.authorities_of(j.id) a join app.organizations o on o.id = a
      left join app.lead_choices l on l.jurisdiction_id = j.id and l.organization_id = o.id left join app.organizations n on n.id = l.lead_id
   where 2 in (select app.my_audiences()) order by lower(j.name), lower(o.name)
$$;
comment on function app.list_leads() is 'The authorities of each jurisdiction, which leads, whom each names: for members.';

create or replace function app.may_give_position(request uuid, jurisdiction uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.speaks_for(jurisdiction)
    and exists (select from app.change_requests c where c.id = request and c.status = 'open' and c.audience_id in (select app.my_audiences()))
    and exists (select from app.procedures p where p.change_request_id = request and p.kind = 'consultation')
$$;
comment on function app.may_give_position(uuid, uuid) is 'The focal point of the authority that leads a jurisdiction, or who stands in, speaks for it on a request in a consultation that they read.';

create or replace function app.stance_of(request uuid, jurisdiction uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.stance from app.positions p where p.change_request_id = request and p.jurisdiction_id = jurisdiction order by p.place desc limit 1
$$;
comment on function app.stance_of(uuid, uuid) is 'What a jurisdiction says now. For functions only.';

create or replace function app.give_position(position_id uuid, request uuid, jurisdiction uuid, wanted text, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(request); p app.procedures; was text; lead uuid := app.lead_of(jurisdiction); standing_for uuid := app.acting_for(lead);
begin
  if not app.may_give_position(request, jurisdiction) then raise exception using errcode = 'IN403', message = 'library.position.not_yours'; end if;
  if wanted is null or wanted not in ('support', 'no_objection', 'abstain', 'discuss') then raise exception using errcode = 'IN422', message = 'common.bad_input'; end if;
  if wanted = 'discuss' and length(trim(coalesce(said, ''))) = 0 then raise exception using errcode = 'IN422', message = 'library.position.remedy_missing'; end if;
  select * into p from app.procedures x where x.change_request_id = request and x.kind = 'consultation' order by x.opened_at desc, x.id desc limit 1 for update;
  was := app.stance_of(request, jurisdiction);
  if p.phase in ('comments', 'resolving') and was is distinct from 'discuss' then raise exception using errcode = 'IN409', message = 'library.position.not_yet'; end if;
  -- After the end a discuss is still cleared by its author, and nothing else changes.
  if not (p.phase = 'positions' and p.positions_until > now()) and not (was is not distinct from 'discuss' and wanted <> 'discuss') then
    raise exception using errcode = 'IN409', message = 'library.position.over';
  end if;
  insert into app.positions (id, change_request_id, audience_id, jurisdiction_id, organization_id, byline_id, for_byline, stance, words, wording)
  values (position_id, c.id, c.audience_id, jurisdiction, lead, app.my_byline(), (select b.id from app.bylines b where b.member_id = standing_for and b.kind = 'person'), wanted, trim(coalesce(said, '')), app.wording_of(c.id));
  perform app.step(c.id, case when was = 'discuss' and wanted <> 'discuss' then 'discuss_cleared' when wanted = 'discuss' then 'discuss' else 'position_given' end, app.my_byline(), said,
    jsonb_strip_nulls(jsonb_build_object('stance', wanted, 'was', was, 'jurisdiction', (select j.name from app.jurisdictions j where j.id = jurisdiction))), standing_for);
end $$;
comment on function app.give_position(uuid, uuid, uuid, text, text) is 'Speaks for a jurisdiction; until the end as often as it likes, later only to clear its own discuss. Refuses with common.not_found, common.bad_input, library.change_request.not_open, library.position.not_yours, .remedy_missing, .not_yet, .over.';

create or replace function app.discussing(request uuid) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(j.name order by j.name), '{}') from app.jurisdictions j where exists (select from app.positions p where p.change_request_id = request and p.jurisdiction_id = j.id) and app.stance_of(request, j.id) = 'discuss'
$$;
comment on function app.discussing(uuid) is 'The jurisdictions whose discuss holds a request back. For functions only.';

drop function if exists app.positions_of(uuid);
create or replace function app.positions_of(request uuid) returns table (jurisdiction_id uuid, jurisdiction text, organization text, by text, stands_for text, stance text, words text, reworded boolean, stuck boolean, may_lift boolean, at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct on (lower(j.name), j.id) j.id, j.name, o.name, b.name, f.name, p.stance, p.words, p.wording <> app.wording_of(request), p.stance = 'discuss' and app.lead_of(j.id) is null,
      p.stance = 'discuss' and app.lead_of(j.id) is null and app.may_propose_act('lift_discuss'), p.at
    from app.positions p join app.jurisdictions j on j.id = p.jurisdiction_id left join app.organizations o on o.id = p.organization_id join app.bylines b on b.id = p.byline_id left join app.bylines f on f.id = p.for_byline
   where p.change_request_id = request and p.audience_id in (select app.my_audiences()) order by lower(j.name), j.id, p.place desc
$$;
comment on function app.positions_of(uuid) is 'What each jurisdiction says now, for whoever may read the request; reworded: said of other words. stuck: a discuss that nobody can clear, because nobody leads the jurisdiction; may_lift: I may propose that two stewards do.';

create or replace function app.my_jurisdictions(request uuid) returns table (id uuid, name text, stance text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select j.id, j.name, app.stance_of(request, j.id) from app.jurisdictions j
   where j.id in (select oj.jurisdiction_id from app.organization_jurisdictions oj where oj.organization_id in (select app.my_run_organizations())) and app.may_give_position(request, j.id) order by lower(j.name)
$$;
comment on function app.my_jurisdictions(uuid) is 'The jurisdictions I speak for on this request, and what each says now.';

create or replace function app.open_positions(request uuid, said text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(request); p app.procedures; ends timestamptz;
begin
  perform app.need_decider(request);
  select * into p from app.procedures x where x.change_request_id = request order by x.opened_at desc, x.id desc limit 1 for update;
  if p.kind is distinct from 'consultation' or p.phase not in ('resolving', 'over') then raise exception using errcode = 'IN409', message = 'library.procedure.not_running'; end if;
  if app.comments_waiting(request) > 0 then raise exception using errcode = 'IN409', message = 'library.procedure.comments_wait'; end if;
  ends := app.end_of_days(now(), p.position_days);
  update app.procedures x set phase = 'positions', over_at = null, positions_until = ends, wording = app.wording_of(c.id) where x.id = p.id;
  perform app.step(c.id, 'positions_opened', app.my_byline(), said, jsonb_build_object('until', ends), app.deciding_for());
end $$;
comment on function app.open_positions(uuid, text) is 'Whoever decides asks for positions once every comment has its answer, or again for other words. Refuses with common.not_found, library.change_request.not_open, .may_not_decide, library.procedure.not_running, .comments_wait.';

create or replace function app.act_lift_discuss_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;
create or replace function app.act_lift_discuss_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests; j app.jurisdictions; p app.positions;
begin
  select * into c from app.change_requests x where x.id = subject and x.status = 'open' and x.audience_id in (select app.my_audiences());
  select * into j from app.jurisdictions x where x.id::text = content ->> 'jurisdiction';
  select * into p from app.positions x where x.change_request_id = c.id and x.jurisdiction_id = j.id order by x.place desc limit 1;
  if p.stance is distinct from 'discuss' then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  -- Whoever leads it, a discuss is that jurisdiction's alone.
  if app.lead_of(j.id) is not null then raise exception using errcode = 'IN409', message = 'library.position.led'; end if;
  return jsonb_build_object('request', c.title, 'jurisdiction', j.name, 'discuss', p.words);
end $$;
comment on function app.act_lift_discuss_shown(uuid, jsonb) is 'Which discuss on which request, of a jurisdiction that no authority leads. Refuses with govern.act.not_found, library.position.led.';
create or replace function app.act_lift_discuss_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.change_requests := app.open_request(act.subject_id); country uuid := (act.content ->> 'jurisdiction')::uuid;
begin
  insert into app.positions (id, change_request_id, audience_id, jurisdiction_id, byline_id, stance, words, wording)
  values (gen_random_uuid(), c.id, c.audience_id, country, app.my_byline(), 'lifted', act.reason, app.wording_of(c.id));
  perform app.step(c.id, 'discuss_lifted', app.my_byline(), act.reason, jsonb_build_object('jurisdiction', (select j.name from app.jurisdictions j where j.id = country)));
end $$;

grant execute on function app.may_name_lead(uuid, uuid), app.name_lead(uuid, uuid, uuid), app.list_leads(), app.may_give_position(uuid, uuid), app.give_position(uuid, uuid, uuid, text, text), app.open_positions(uuid, text) to indaba_person;
grant execute on function app.positions_of(uuid), app.my_jurisdictions(uuid) to indaba_person, indaba_visitor;
set local role indaba_owner;

grant select, insert, delete on app.lead_choices to indaba_keyring;
create policy keyring_keeps on app.lead_choices to indaba_keyring using (true) with check (true);
grant select on app.lead_choices to indaba_person;
create policy members_read on app.lead_choices for select to indaba_person using (2 in (select app.my_audiences()));
grant select, insert on app.lead_choices to indaba_clerk;
create policy clerk_keeps on app.lead_choices to indaba_clerk using (true) with check (true);
grant select, insert on app.positions to indaba_keyring;
create policy keyring_keeps on app.positions to indaba_keyring using (true) with check (true);
grant select on app.positions to indaba_person, indaba_visitor;
create policy readers_see on app.positions for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
