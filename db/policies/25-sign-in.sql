-- Signing in, joining, passwords, passkeys, invitations: what happens before anybody is somebody. Owned by keyring.
set local role indaba_keyring;

create or replace function app.checked(message text, mac bytea) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from sealed.keys where (purpose = 'sign-in' or purpose like 'sign-in:%')
    and sha256(secret || sha256(secret || convert_to(message, 'UTF8'))) = mac)
$$;
comment on function app.checked(text, bytea) is 'Was this said by the process that holds the sign-in key? Injected SQL cannot make the mac.';

drop function if exists app.find_account(text);
create or replace function app.find_account(address text, mac bytea) returns table (member_id uuid, password_hash text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.member_id, a.password_hash from app.accounts a join app.members m on m.id = a.member_id
   where a.email_key = lower(trim(address)) and m.status = 'active' and app.checked('find-account:' || address, mac)
$$;
comment on function app.find_account(text, bytea) is 'For signing in by password, asked by the process that holds the key: who has an account here is nobody''s business. The hash is keyed with a secret outside the database, so reading it helps nobody.';

create or replace function app.find_passkey(credential text) returns table (passkey_id uuid, member_id uuid, public_key bytea, counter bigint, transports text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.member_id, p.public_key, p.counter, p.transports from app.passkeys p join app.members m on m.id = p.member_id
   where p.credential_id = credential and p.revoked_at is null and m.status = 'active'
$$;
comment on function app.find_passkey(text) is 'For signing in by passkey.';

drop function if exists app.open_session(uuid, bytea, uuid, text, int, bytea);
create or replace function app.open_session(session uuid, key_hash bytea, member uuid, label text, days int, proof text, device bytea, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('open-session:' || session || ':' || encode(key_hash, 'hex') || ':' || member || ':' || proof, mac)
     or not exists (select from app.members where id = member and status = 'active')
     or proof = 'demo' and not exists (select from app.hub where demo)
     -- Whatever the process thinks: less than is asked of this member opens nothing.
     or app.sign_in_needs(member, proof) is not null then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  insert into app.sessions (id, token_hash, member_id, kind, name, expires_at, how, device_hash, connection_id)
  values (session, key_hash, member, 'browser', label, now() + make_interval(days => days), split_part(proof, ':', 1), device, nullif(split_part(proof, ':', 2), '')::uuid);
  -- A browser this member never signed in with is told by mail; the first of all, and one click in a demonstration, are no news.
  if proof <> 'demo' and exists (select from app.sessions where member_id = member and kind = 'browser' and id <> session)
     and not exists (select from app.sessions where member_id = member and kind = 'browser' and id <> session and device_hash = device) then
    perform graphile_worker.add_job('people.mail-new-device', json_build_object('ids', json_build_object('session', session), 'actor', null));
  end if;
end $$;
comment on function app.open_session(uuid, bytea, uuid, text, int, text, bytea, bytea) is 'Signs a member in, when the process that checked the credential says so with its key and as what (proof). Refuses with people.sign_in.refused.';

create or replace function app.passkey_used(passkey uuid, new_counter bigint, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('passkey-used:' || passkey || ':' || new_counter, mac) then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  update app.passkeys set counter = greatest(counter, new_counter), last_used_at = now() where id = passkey;
end $$;
comment on function app.passkey_used(uuid, bigint, bytea) is 'Remembers the counter of a passkey just used, so that a copied one is noticed.';

create or replace function app.start_ceremony(ceremony uuid, asked text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  delete from app.ceremonies where expires_at < now();
  insert into app.ceremonies (id, challenge, member_id) values (ceremony, asked, app.me());
$$;
comment on function app.start_ceremony(uuid, text) is 'Keeps a passkey challenge for five minutes.';

create or replace function app.finish_ceremony(ceremony uuid) returns text
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  delete from app.ceremonies where id = ceremony and expires_at > now() and member_id is not distinct from app.me() returning challenge
$$;
comment on function app.finish_ceremony(uuid) is 'Takes the challenge out: it can be answered once.';

create or replace function app.inviter_stands(inviter uuid, organization uuid, invited_role text) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.bylines b where b.id = inviter and (b.kind = 'service' or exists (select from app.members m where m.id = b.member_id and m.status = 'active' and (
    exists (select from app.hub_roles r where r.member_id = m.id and r.role = 'steward')
    or invited_role = 'member' and app.guest_stands(m.id) and (app.stands_in_for(m.id, '{focal_point}', organization) is not null
      or exists (select from app.memberships ms where ms.member_id = m.id and ms.organization_id = organization and ms.role = 'focal_point'))
    -- A guest comes by whoever runs the circle, while the guest's time there lasts.
    or exists (select from app.circle_members cm join app.circle_runners r on r.circle_id = cm.circle_id join app.organizations o on o.id = cm.organization_id
      where r.member_id = m.id and cm.organization_id = organization and o.is_guest and cm.ends_at > now())))))
$$;
comment on function app.inviter_stands(uuid, uuid, text) is 'May whoever invited still invite into this role? When not, the invitation is dead.';

create or replace function app.find_invitation(key_hash bytea) returns table (id uuid, organization_name text, name text, email text, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select i.id, o.name, i.name, i.email, i.expires_at from app.invitations i join app.organizations o on o.id = i.organization_id
   where i.token_hash = key_hash and i.used_at is null and i.revoked_at is null and i.expires_at > now() and app.inviter_stands(i.invited_by, i.organization_id, i.role)
$$;
comment on function app.find_invitation(bytea) is 'What an invitation link shows before it is used. Looking does not use it up.';

create or replace function app.accept_invitation(key_hash bytea, member uuid, byline uuid, member_slug text, member_name text, hash text) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare i app.invitations;
begin
  update app.invitations x set used_at = now() where x.token_hash = key_hash and x.used_at is null and x.revoked_at is null and x.expires_at > now()
    and app.inviter_stands(x.invited_by, x.organization_id, x.role) returning * into i;
  if i.id is null then raise exception using errcode = 'IN404', message = 'people.invitation.not_found'; end if;
  if exists (select from app.accounts where email_key = lower(trim(i.email))) then
    raise exception using errcode = 'IN409', message = 'people.invitation.already_member';
  end if;
  if exists (select from app.members where slug = member_slug) then member_slug := member_slug || '-' || left(md5(member::text), 4); end if;
  insert into app.members (id, slug, name) values (member, member_slug, member_name);
  -- The link that makes the first steward was not sent to an address: whoever uses it says their own.
  insert into app.accounts (member_id, email, email_key, password_hash, address_proved) values (member, i.email, lower(trim(i.email)), hash, not exists (select from app.bylines where id = i.invited_by and kind = 'service'));
  insert into app.bylines (id, kind, member_id, organization_id, name) values (byline, 'person', member, i.organization_id, member_name);
  insert into app.memberships (member_id, organization_id, role) values (member, i.organization_id, i.role);
  -- The hub itself invites once: whoever sets it up. As soon as there is a steward, such a link makes no other.
  if exists (select from app.bylines where id = i.invited_by and kind = 'service') then
    perform pg_advisory_xact_lock(hashtext('indaba first steward'));
    if exists (select from app.hub_roles where role = 'steward') then raise exception using errcode = 'IN404', message = 'people.invitation.not_found'; end if;
    insert into app.hub_roles (member_id, role) values (member, 'steward');
  end if;
  return member;
end $$;
comment on function app.accept_invitation(bytea, uuid, uuid, text, text, text) is 'Makes the member out of an invitation, once. Refuses with people.invitation.not_found (used, revoked, expired, unknown alike), people.invitation.already_member.';

create or replace function app.address_invitation(key_hash bytea, address text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update app.invitations i set email = address where i.token_hash = key_hash and i.used_at is null and i.revoked_at is null and i.expires_at > now()
    and exists (select from app.bylines b where b.id = i.invited_by and b.kind = 'service')
$$;
comment on function app.address_invitation(bytea, text) is 'Puts an address on the link that makes the first steward; without effect on any other invitation.';

create or replace function app.keep_first_passkey(passkey uuid, member uuid, credential text, key bytea, uses bigint, ways text[], label text, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('first-passkey:' || passkey || ':' || member || ':' || credential, mac) or exists (select from app.passkeys where member_id = member and revoked_at is null) then
    raise exception using errcode = 'IN403', message = 'people.passkey.refused';
  end if;
  insert into app.passkeys (id, member_id, credential_id, public_key, counter, transports, name) values (passkey, member, credential, key, uses, ways, label);
end $$;
comment on function app.keep_first_passkey(uuid, uuid, text, bytea, bigint, text[], text, bytea) is 'The passkey somebody joins with, when the process that checked it says so with its key. Refuses with people.passkey.refused.';

create or replace function app.my_account() returns table (email text, has_password boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select email, password_hash is not null from app.accounts where member_id = (select app.me())
$$;
comment on function app.my_account() is 'My own sign-in data, without the hash.';

create or replace function app.set_my_password(hash text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.me() is null or not app.may_keep_own() or exists (select from app.sessions where token_hash = app.session_hash() and kind = 'token') then
    raise exception using errcode = 'IN403', message = 'people.password.refused';
  end if;
  perform app.need_fresh();
  update app.accounts set password_hash = hash where member_id = app.me();
  perform app.tell_way_in('password', app.me());
end $$;
comment on function app.set_my_password(text) is 'Changes my password; an API token may not. Refuses with people.password.refused, people.step_up.needed.';

create or replace function app.renew_my_hash(hash text, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('renew-hash:' || app.me() || ':' || hash, mac) then raise exception using errcode = 'IN403', message = 'people.password.refused'; end if;
  update app.accounts set password_hash = hash where member_id = app.me();
end $$;
comment on function app.renew_my_hash(text, bytea) is 'Keeps the same password under a newer key, when the process that just checked it says so; tells nobody. Refuses with people.password.refused.';

create or replace function app.may_invite(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.may_run_members(organization) and not exists (select from app.organizations o where o.id = organization and o.ended_on is not null)
$$;
comment on function app.may_invite(uuid) is 'A focal point invites into its own organization, a steward where there is none; nobody into one that was closed.';

-- Its answer has grown since it was first made.
drop function if exists app.demo_cast();
create function app.demo_cast() returns table (member_id uuid, slug text, name text, organization text, duties text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id, m.slug, m.name, o.name, array(select r.role from app.hub_roles r where r.member_id = m.id order by r.role = 'steward' desc, r.role) || case when ms.role = 'focal_point' then array['focal_point'] else '{}' end from app.hub h, app.members m
    left join app.memberships ms on ms.member_id = m.id left join app.organizations o on o.id = ms.organization_id
   where h.demo and m.in_cast and m.status = 'active' order by m.joined_at, m.slug
$$;
comment on function app.demo_cast() is 'Whom one may become with one click: the cast, in a demo hub only; elsewhere empty. Who joined a demo by invitation is nobody''s to become.';

create or replace function app.backdate(what text, subject uuid, moment timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Only while a demo is being made, and only for the worker's login: afterwards nobody sets a time.
  if session_user <> 'indaba_worker' or not exists (select from app.hub where demo and seeded_at is null) then
    raise exception using errcode = 'IN403', message = 'common.not_allowed';
  end if;
  case what
    when 'message' then
      update app.messages set created_at = moment where id = subject;
      perform search.redate(subject, moment);
      update app.counters c set last_at = (select max(x.created_at) from app.messages x where c.scope_id in (x.thread_id, x.conversation_id))
        from app.messages m where m.id = subject and c.scope_id in (m.thread_id, m.conversation_id);
    when 'thread' then update app.threads set created_at = moment where id = subject;
    when 'change_request' then
      update app.change_requests set opened_at = moment where id = subject;
    when 'decision' then
      update app.change_requests set decided_at = moment where id = subject;
      update app.revisions set created_at = moment where change_request_id = subject;
    when 'space' then
      update app.change_requests set opened_at = moment, decided_at = moment where space_id = subject;
      update app.revisions r set created_at = moment from app.pages p where p.id = r.page_id and p.space_id = subject;
  end case;
  -- A page's own event knows the request and the space it came by.
  update app.events e set at = moment where subject::text in (e.subject_id::text, e.data->>'change_request_id', e.data->>'space_id') and e.at > moment;
end $$;
comment on function app.backdate(text, uuid, timestamptz) is 'Gives the scenes of a demo their age while it is being seeded. Refuses with common.not_allowed at any other time.';

create or replace function app.in_browser() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select s.kind = 'browser' from app.sessions s where s.token_hash = app.session_hash()), session_user = 'indaba_worker' and app.me() is not null, false)
$$;
comment on function app.in_browser() is 'Is this a signed-in browser? Tokens may not make tokens or passkeys.';

create or replace function app.peer_organizations() returns setof uuid
language sql stable parallel safe security definer rows 20 set search_path = pg_catalog, pg_temp as $$
  select distinct organization_id from app.memberships where member_id in (select app.my_peers())
$$;
comment on function app.peer_organizations() is 'The organizations of those who share an audience with me.';

create or replace function app.public_bylines() returns setof uuid
language sql stable parallel safe security definer rows 20 set search_path = pg_catalog, pg_temp as $$
  select byline_id from app.revisions where audience_id = 1
  union select byline_id from app.change_requests where audience_id = 1
  union select decided_by from app.change_requests where audience_id = 1 and decided_by is not null
  union select b from app.editions, unnest(array[published_by, withdrawn_by]) b where audience_id = 1 and b is not null
  union select byline_id from app.messages where audience_id = 1
$$;
comment on function app.public_bylines() is 'Who stands beside a public text.';

create or replace function app.on_member_name() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.bylines set name = new.name where member_id = new.id and kind = 'person';
  return null;
end $$;
grant execute on function app.on_member_name() to indaba_owner;

create or replace function app.my_session() returns uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select id from app.sessions where token_hash = app.session_hash() and expires_at > now() and revoked_at is null
$$;
comment on function app.my_session() is 'The id of the session that is asking, or null: which line of the list is this browser.';

create or replace function app.touch_session() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update app.sessions set last_seen_at = now(), expires_at = least(ends_at, case when ends_at is null then expires_at else app.idle_end() end)
   where token_hash = app.session_hash() and last_seen_at < now() - interval '5 minutes' and expires_at > now() and revoked_at is null
$$;
comment on function app.touch_session() is 'Remembers that the session is in use, at most every five minutes, and puts off its end for idleness, never beyond its last.';

grant execute on function app.find_account(text, bytea), app.find_passkey(text), app.open_session(uuid, bytea, uuid, text, int, text, bytea, bytea), app.passkey_used(uuid, bigint, bytea),
  app.start_ceremony(uuid, text), app.finish_ceremony(uuid), app.find_invitation(bytea), app.accept_invitation(bytea, uuid, uuid, text, text, text), app.keep_first_passkey(uuid, uuid, text, bytea, bigint, text[], text, bytea), app.address_invitation(bytea, text),
  app.demo_cast(), app.public_bylines() to indaba_visitor, indaba_person;
grant execute on function app.backdate(text, uuid, timestamptz) to indaba_clerk;
grant execute on function app.my_account(), app.set_my_password(text), app.renew_my_hash(text, bytea), app.may_invite(uuid), app.in_browser(), app.peer_organizations(), app.my_session(), app.touch_session() to indaba_person;
set local role indaba_owner;
