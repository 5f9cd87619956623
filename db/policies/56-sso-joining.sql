-- What becomes of somebody whom the provider knows and the hub does not, and how everybody of an organization is signed out. Owned by keyring.
set local role indaba_keyring;

create or replace function app.sso_admit(connection uuid, who text, address text, called text, slugged text, member uuid, byline uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare organization uuid := (select c.organization_id from app.sso_connections c where c.id = connection);
begin
  if exists (select from app.accounts where email_key = lower(address)) then raise exception using errcode = 'IN409', message = 'people.sso.has_account'; end if;
  if exists (select from app.members m where m.slug = slugged) then slugged := slugged || '-' || right(member::text, 6); end if;
  insert into app.members (id, slug, name) values (member, slugged, called);
  insert into app.accounts (member_id, email, email_key) values (member, address, lower(address));
  insert into app.bylines (id, kind, member_id, organization_id, name) values (byline, 'person', member, organization, called);
  -- Never more than a member, whatever the provider says.
  insert into app.memberships (member_id, organization_id, role) values (member, organization, 'member');
  delete from app.sso_links l where l.connection_id = connection and l.subject = who and l.ended_at is not null;
  insert into app.sso_links (connection_id, subject, member_id, joined, address_hash) values (connection, who, member, true, app.sso_bar(organization, address));
  perform app.note('sso.joined', coalesce(app.me(), member), member, organization, '{}');
  perform graphile_worker.add_job('people.mail-sso', json_build_object('ids', json_build_object('what', case when app.me() is null then 'joined' else 'admitted' end, 'member', member, 'connection', connection), 'actor', app.me()));
end $$;
comment on function app.sso_admit(uuid, text, text, text, text, uuid, uuid) is 'Makes a member of somebody who came by single sign-on. For functions only. Refuses with people.sso.has_account.';

create or replace function app.sso_other_certificate(connection uuid, organization uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  -- Who chooses the certificate could sign anybody's name who is known here.
  update app.sso_links l set ended_at = now() where l.connection_id = connection and l.ended_at is null and (not app.is_focal_point(organization)
    or exists (select from app.hub_roles r where r.member_id = l.member_id)
    -- Nor does whoever stands in for a focal point become one by it.
    or exists (select from app.memberships o where o.member_id = l.member_id and (o.organization_id <> organization or o.role = 'focal_point' and o.member_id <> app.me())))
$$;
comment on function app.sso_other_certificate(uuid, uuid) is 'Whoever holds a duty in the hub, is another focal point, or works for others too, has to tie the provider to themselves anew when its certificates change; everybody, when no focal point changed them. For triggers only.';

create or replace function app.sso_like(address text, pattern text) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select pattern = '' or lower(address) like replace(replace(replace(replace(lower(pattern), '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
$$;
comment on function app.sso_like(text, text) is 'Does an address fit a pattern in which * stands for anything?';

create or replace function app.sso_stranger(t app.sso_tries, member uuid, byline uuid) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c app.sso_connections; joined int;
begin
  -- One after the other, so that the number allowed is the number made.
  select * into c from app.sso_connections where id = t.connection_id for update;
  if c.joining = 'off' or not app.sso_like(t.address, c.joining_pattern)
     or exists (select from app.sso_requests r where r.connection_id = c.id and r.subject = t.subject and r.decided_as = 'declined' and r.decided_at > now() - interval '30 days') then return 'closed'; end if;
  select count(*) into joined from app.sso_links l where l.connection_id = c.id and l.joined;
  if joined >= c.joining_most then return 'closed'; end if;
  if c.joining = 'automatic' and not exists (select from app.sso_links l where l.connection_id = c.id and l.subject = t.subject)
     and not exists (select from app.sso_barred b where b.organization_id = c.organization_id and b.address_hash = app.sso_bar(c.organization_id, t.address)) then
    perform app.sso_admit(c.id, t.subject, t.address, t.name, t.slug, member, byline);
    return 'joined';
  end if;
  insert into app.sso_requests (id, connection_id, organization_id, subject, address, name, slug) values (member, c.id, c.organization_id, t.subject, t.address, t.name, t.slug) on conflict do nothing;
  if found then
    perform graphile_worker.add_job('people.mail-sso', json_build_object('ids', json_build_object('what', 'asked', 'request', member, 'connection', c.id), 'actor', null));
  end if;
  return 'asked';
end $$;
comment on function app.sso_stranger(app.sso_tries, uuid, uuid) is 'Somebody whom the provider knows and the hub does not: turned away, put before the focal points, or made a member. Who was let go is never made one unasked.';

create or replace function app.may_admit_sso(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.is_focal_point(organization)
$$;
comment on function app.may_admit_sso(uuid) is 'Whoever runs the members says who of those that came by single sign-on is one.';

create or replace function app.decide_sso_request(request uuid, yes boolean, member uuid, byline uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare r app.sso_requests;
begin
  select * into r from app.sso_requests x where x.id = request and x.decided_at is null and app.may_admit_sso(x.organization_id) for update;
  if r.id is null then raise exception using errcode = 'IN404', message = 'people.sso.request_not_found'; end if;
  perform app.need_fresh();
  update app.sso_requests x set decided_at = now(), decided_as = case when yes then 'admitted' else 'declined' end,
    decided_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') where x.id = request;
  if not yes then perform app.note('sso.declined', app.me(), null, r.organization_id, '{}'); return; end if;
  if not app.sso_live(r.organization_id) or not app.address_is_of(r.address, r.organization_id) then raise exception using errcode = 'IN409', message = 'people.sso.not_tested'; end if;
  perform app.sso_admit(r.connection_id, r.subject, r.address, r.name, r.slug, member, byline);
  delete from app.sso_barred b where b.organization_id = r.organization_id and b.address_hash = app.sso_bar(r.organization_id, r.address);
end $$;
comment on function app.decide_sso_request(uuid, boolean, uuid, uuid) is 'A focal point lets in, or does not, somebody who came by single sign-on. Refuses with people.sso.request_not_found, .not_tested, .has_account, people.step_up.needed.';

create or replace function app.drop_spent_sso_requests() returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  -- A no stands for thirty days; a yes has become a member; who was answered by nobody in half a year comes again.
  delete from app.sso_requests r where (r.decided_at < now() - interval '30 days' or r.decided_at is null and r.asked_at < now() - interval '180 days')
    and not app.organization_held(r.organization_id);
  get diagnostics n = row_count;
  delete from app.sso_tries where begun_at < now() - interval '1 hour';
  return n;
end $$;
comment on function app.drop_spent_sso_requests() is 'Removes what came by single sign-on and is answered, or never was, unless a hold keeps it; and old tries. For the archivist only.';

create or replace function app.end_sessions_of(organization uuid) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  if not app.may_set_sign_in(organization) then raise exception using errcode = 'IN404', message = 'people.organization.not_found'; end if;
  perform app.need_fresh();
  delete from app.half_sign_ins h using app.memberships ms where ms.member_id = h.member_id and ms.organization_id = organization;
  update app.sessions s set revoked_at = now() where s.revoked_at is null and s.expires_at > now() and s.token_hash <> app.session_hash()
    and s.member_id in (select ms.member_id from app.memberships ms where ms.organization_id = organization);
  get diagnostics n = row_count;
  perform app.tell('organization.sessions_ended', (select a.id from app.audiences a where a.kind = 'organization' and a.ref = organization), 'organization', organization, jsonb_build_object('sessions', n));
  return n;
end $$;
comment on function app.end_sessions_of(uuid) is 'Ends every session and token of everybody who works for an organization, except the session that asks. Returns how many. Refuses with people.organization.not_found, people.step_up.needed.';

create or replace function app.sso_to_look_at() returns table (organization text, kind text, issuer text, certificates text[], tested_at timestamptz)
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select o.name, c.kind, c.issuer, c.certificates, c.tested_at from app.sso_connections c join app.organizations o on o.id = c.organization_id where app.may_set_hub() order by o.name
$$;
comment on function app.sso_to_look_at() is 'Every sign-in service that is connected, as a steward looks whether it answers; no secret, no address of a person. Empty for others.';

grant execute on function app.sso_to_look_at() to indaba_person;
grant execute on function app.may_admit_sso(uuid), app.decide_sso_request(uuid, boolean, uuid, uuid), app.end_sessions_of(uuid) to indaba_person;
grant execute on function app.drop_spent_sso_requests() to indaba_archivist;
set local role indaba_owner;

grant select, insert, update, delete on app.sso_requests to indaba_keyring;
grant select, insert, delete on app.sso_barred to indaba_keyring;
create policy keyring_keeps on app.sso_requests to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.sso_barred to indaba_keyring using (true) with check (true);
grant select (id, connection_id, organization_id, address, name, asked_at, decided_at, decided_as, decided_by) on app.sso_requests to indaba_person;
create policy focal_points_read on app.sso_requests for select to indaba_person using (organization_id in (select app.my_run_organizations()));
create policy clerk_mails on app.sso_requests for select to indaba_clerk using (true);
grant select on app.sso_requests to indaba_clerk;
