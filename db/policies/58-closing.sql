-- Closing an organization, by two stewards (33-two-persons.sql): its people leave, its ways in go, what they wrote stays under its name.
set local role indaba_keyring;

create or replace function app.act_expel_organization_duty() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'steward' $$;
create or replace function app.act_expel_organization_shown(subject uuid, content jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare facts jsonb := (select jsonb_build_object('name', o.name, 'slug', o.slug,
    'people', (select coalesce(jsonb_agg(m.name order by m.name, m.id), '[]') from app.memberships ms join app.members m on m.id = ms.member_id where ms.organization_id = o.id),
    'stewards', (select coalesce(jsonb_agg(distinct m.name), '[]') from app.memberships ms join app.members m on m.id = ms.member_id join app.hub_roles r on r.member_id = m.id
      where ms.organization_id = o.id and r.role in ('steward', 'trustee')),
    'domains', (select coalesce(jsonb_agg(d.domain order by d.domain), '[]') from app.organization_domains d where d.organization_id = o.id),
    'sso', (select c.issuer from app.sso_connections c where c.organization_id = o.id),
    'circles', (select count(*) from app.circle_members c where c.organization_id = o.id))
  from app.organizations o where o.id = subject and o.ended_on is null);
begin
  if facts is null then raise exception using errcode = 'IN404', message = 'people.organization.not_found'; end if;
  return facts;
end $$;
comment on function app.act_expel_organization_shown(uuid, jsonb) is 'Which organization, everybody who works for it here, who of them loses the duty of steward or trustee, its domains, its sign-in service, and in how many circles it is. Refuses with people.organization.not_found.';
create or replace function app.act_expel_organization_done(act app.two_person_acts) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Those duties are taken back by two stewards, as here; nobody who holds one can be let go by another house.
  delete from app.hub_roles r using app.memberships ms where ms.member_id = r.member_id and ms.organization_id = act.subject_id and r.role in ('steward', 'trustee');
  -- The service that vouched for them vouches for nobody any more, also not for those who work elsewhere too.
  delete from app.sso_connections where organization_id = act.subject_id;
  -- Each membership ends as any other: told, mailed, sessions and tokens gone (34-leaving.sql).
  insert into app.membership_acts (id, member_id, organization_id, act, reason, byline_id)
  select gen_random_uuid(), ms.member_id, act.subject_id, 'ended', act.reason, (select b.id from app.bylines b where b.kind = 'person' and b.member_id = app.me())
    from app.memberships ms where ms.organization_id = act.subject_id;
  update app.invitations i set revoked_at = now() where i.organization_id = act.subject_id and i.used_at is null and i.revoked_at is null;
  delete from app.circle_members where organization_id = act.subject_id;
  -- The domain is free: whoever applies with it is vetted anew.
  delete from app.organization_domains where organization_id = act.subject_id;
  delete from app.on_call where organization_id = act.subject_id;
  delete from app.adopted_spaces where organization_id = act.subject_id;
  update app.organizations set ended_on = current_date where id = act.subject_id;
  perform app.tell('organization.closed', 2, 'organization', act.subject_id, '{}');
end $$;

create or replace function app.on_admitted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from app.organizations o where o.id = new.organization_id and o.ended_on is not null) then
    raise exception using errcode = 'IN409', message = 'people.organization.ended';
  end if;
  return new;
end $$;
comment on function app.on_admitted() is 'Nobody is admitted or invited to a closed organization, no circle takes it in, no domain or sign-in service becomes its own: people.organization.ended.';

grant execute on function app.on_admitted() to indaba_owner;
set local role indaba_owner;

grant insert on app.membership_acts to indaba_keyring;
create policy keyring_ends on app.membership_acts for insert to indaba_keyring with check (act = 'ended');
grant delete on app.circle_members, app.sso_connections, app.organization_domains, app.on_call to indaba_keyring;
grant select on app.on_call to indaba_keyring;
create policy keyring_closes on app.sso_connections for delete to indaba_keyring using (true);
create policy keyring_closes on app.organization_domains for delete to indaba_keyring using (true);
create policy keyring_reads on app.on_call for select to indaba_keyring using (true);
create policy keyring_closes on app.on_call for delete to indaba_keyring using (true);
grant update (ended_on) on app.organizations to indaba_keyring;
create policy keyring_closes on app.organizations for update to indaba_keyring using (true) with check (true);
create policy keyring_clears on app.circle_members for delete to indaba_keyring using (organization_id is not null);
create or replace trigger admitted before insert on app.memberships for each row execute function app.on_admitted();
create or replace trigger admitted before insert on app.invitations for each row execute function app.on_admitted();
create or replace trigger admitted before insert on app.circle_members for each row when (new.organization_id is not null) execute function app.on_admitted();
create or replace trigger admitted before insert on app.organization_domains for each row execute function app.on_admitted();
create or replace trigger admitted before insert on app.sso_connections for each row execute function app.on_admitted();
