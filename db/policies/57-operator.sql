-- What only whoever runs the machine does, with a command and as the owner of the database: no session, no job and no program reaches these functions. Owned by keyring.
set local role indaba_keyring;

create or replace function app.name_steward(person text, why text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.members;
begin
  -- The lock of keep_steward(): not while a steward comes or goes.
  perform pg_advisory_xact_lock(hashtext('indaba last steward'));
  if (select count(*) from app.hub_roles r join app.members m on m.id = r.member_id where r.role = 'steward' and m.status = 'active') > 1 then
    raise exception using errcode = 'IN409', message = 'people.duty.two_can';
  end if;
  select * into one from app.members m where m.slug = person and m.status = 'active';
  if one.id is null then raise exception using errcode = 'IN404', message = 'people.member.not_found'; end if;
  if not exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = one.id) then raise exception using errcode = 'IN422', message = 'people.duty.members_only'; end if;
  if exists (select from app.hub_roles r where r.member_id = one.id and r.role = 'steward') then raise exception using errcode = 'IN409', message = 'people.duty.held'; end if;
  insert into app.hub_roles (member_id, role) values (one.id, 'steward');
  -- Every member reads that it happened, and that no member did it.
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
  values ('member.duty_given', 2, (select b.id from app.bylines b where b.kind = 'service' and b.name = 'Indaba' order by b.id limit 1), 'member', one.id, '{"duty": "steward"}');
  perform app.note('steward.named', null, one.id, null, jsonb_build_object('reason', why));
  return one.name;
end $$;
comment on function app.name_steward(text, text) is 'Names a steward where fewer than two are left who can. For whoever owns the database. Refuses with people.duty.two_can, .members_only, .held, people.member.not_found.';

create or replace function app.list_stewards() returns table (slug text, name text, status text, organizations text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.slug, m.name, m.status, array(select o.name from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id order by o.name)
    from app.hub_roles r join app.members m on m.id = r.member_id where r.role = 'steward' order by m.name, m.id
$$;
comment on function app.list_stewards() is 'Who is a steward, and whether they can act. For whoever owns the database.';

create or replace function app.list_tokens(person text) returns table (id uuid, slug text, name text, scopes text[], created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, m.slug, s.name, s.scopes, s.created_at, nullif(s.last_seen_at, s.created_at), s.expires_at from app.sessions s join app.members m on m.id = s.member_id
   where s.kind = 'token' and s.revoked_at is null and s.expires_at > now() and (person is null or m.slug = person) order by m.slug, s.created_at, s.id
$$;
comment on function app.list_tokens(text) is 'The tokens that work now, of one member or of all; never what opens them. For whoever owns the database.';

create or replace function app.end_tokens(wanted uuid, person text, why text) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one record; n int := 0;
begin
  for one in update app.sessions s set revoked_at = now() from app.members m
    where m.id = s.member_id and s.kind = 'token' and s.revoked_at is null and s.expires_at > now() and (s.id = wanted or m.slug = person) returning s.id, s.member_id loop
    perform app.note('token.ended_for', null, one.member_id, null, jsonb_build_object('session_id', one.id, 'reason', why));
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function app.end_tokens(uuid, text, text) is 'Ends one token, or every token of a member; gives back how many. For whoever owns the database.';

grant execute on function app.name_steward(text, text), app.list_stewards(), app.list_tokens(text), app.end_tokens(uuid, text, text) to indaba_owner;
set local role indaba_owner;
