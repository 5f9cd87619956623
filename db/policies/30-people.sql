-- Members, organizations, circles; signing in; invitations.
set local role indaba_keyring;

create or replace function app.checked(message text, mac bytea) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from sealed.keys where purpose = 'sign-in'
    and sha256(secret || sha256(secret || convert_to(message, 'UTF8'))) = mac)
$$;
comment on function app.checked(text, bytea) is 'Was this said by the process that holds the sign-in key? Injected SQL cannot make the mac.';

create or replace function app.find_account(address text) returns table (member_id uuid, password_hash text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.member_id, a.password_hash from app.accounts a join app.members m on m.id = a.member_id
   where a.email_key = lower(trim(address)) and m.status = 'active'
$$;
comment on function app.find_account(text) is 'For signing in by password. The hash is keyed with a secret outside the database, so reading it helps nobody.';

create or replace function app.find_passkey(credential text) returns table (passkey_id uuid, member_id uuid, public_key bytea, counter bigint, transports text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.member_id, p.public_key, p.counter, p.transports from app.passkeys p join app.members m on m.id = p.member_id
   where p.credential_id = credential and p.revoked_at is null and m.status = 'active'
$$;
comment on function app.find_passkey(text) is 'For signing in by passkey.';

create or replace function app.open_session(session uuid, key_hash bytea, member uuid, label text, days int, mac bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('open-session:' || session || ':' || encode(key_hash, 'hex') || ':' || member, mac)
     or not exists (select from app.members where id = member and status = 'active') then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  insert into app.sessions (id, token_hash, member_id, kind, name, expires_at)
  values (session, key_hash, member, 'browser', label, now() + make_interval(days => days));
end $$;
comment on function app.open_session(uuid, bytea, uuid, text, int, bytea) is 'Signs a member in, when the process that checked the credential says so with its key. Refuses with people.sign_in.refused.';

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
    or invited_role = 'member' and exists (select from app.memberships ms where ms.member_id = m.id and ms.organization_id = organization and ms.role = 'focal_point')))))
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
  insert into app.accounts (member_id, email, email_key, password_hash) values (member, i.email, lower(trim(i.email)), hash);
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
  if not app.checked('first-passkey:' || passkey || ':' || member || ':' || credential, mac) or exists (select from app.passkeys where member_id = member) then
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
  if app.me() is null or not app.may_write() or exists (select from app.sessions where token_hash = app.session_hash() and kind = 'token') then
    raise exception using errcode = 'IN403', message = 'people.password.refused';
  end if;
  update app.accounts set password_hash = hash where member_id = app.me();
end $$;
comment on function app.set_my_password(text) is 'Changes my password; an API token may not.';

create or replace function app.may_invite(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and (app.has_role('{steward}') or app.is_focal_point(organization))
$$;
comment on function app.may_invite(uuid) is 'A steward invites anywhere, a focal point into its own organization.';

create or replace function app.demo_cast() returns table (member_id uuid, slug text, name text, organization text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id, m.slug, m.name, o.name from app.hub h, app.members m
    left join app.memberships ms on ms.member_id = m.id left join app.organizations o on o.id = ms.organization_id
   where h.demo and m.status = 'active' order by m.joined_at, m.slug
$$;
comment on function app.demo_cast() is 'Whom one may become with one click, in a demo hub only; elsewhere empty.';

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
  update app.events e set at = moment where e.subject_id = subject and e.at > moment;
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
  update app.sessions set last_seen_at = now() where token_hash = app.session_hash() and last_seen_at < now() - interval '5 minutes' and expires_at > now() and revoked_at is null
$$;
comment on function app.touch_session() is 'Remembers that the session is in use, at most every five minutes.';

grant execute on function app.find_account(text), app.find_passkey(text), app.open_session(uuid, bytea, uuid, text, int, bytea), app.passkey_used(uuid, bigint, bytea),
  app.start_ceremony(uuid, text), app.finish_ceremony(uuid), app.find_invitation(bytea), app.accept_invitation(bytea, uuid, uuid, text, text, text), app.keep_first_passkey(uuid, uuid, text, bytea, bigint, text[], text, bytea), app.address_invitation(bytea, text),
  app.demo_cast(), app.public_bylines() to indaba_visitor, indaba_person;
grant execute on function app.backdate(text, uuid, timestamptz) to indaba_clerk;
grant execute on function app.my_account(), app.set_my_password(text), app.may_invite(uuid), app.in_browser(), app.peer_organizations(), app.my_session(), app.touch_session() to indaba_person;
grant execute on function app.inviter_stands(uuid, uuid, text) to indaba_person;

set local role indaba_owner;


-- What keyring needs for the functions above.
grant select on sealed.keys, app.hub, app.revisions, app.change_requests, app.messages to indaba_keyring;
grant select, insert, update on app.accounts to indaba_keyring;
grant insert on app.sessions, app.members, app.bylines, app.memberships, app.hub_roles, app.passkeys to indaba_keyring;
grant select, update on app.passkeys, app.invitations to indaba_keyring;
grant select, insert, delete on app.ceremonies to indaba_keyring;
create policy keyring_reads on sealed.keys for select to indaba_keyring using (true);
-- Only the owner, before it serves anybody, puts the sign-in key here.
create policy owner_keeps on sealed.keys to indaba_owner using (true) with check (true);
create or replace trigger byline_follows after update of name on app.members for each row when (old.name is distinct from new.name) execute function app.on_member_name();
grant update (name) on app.bylines to indaba_keyring;
create policy keyring_renames on app.bylines for update to indaba_keyring using (kind = 'person') with check (kind = 'person');
grant update (last_seen_at) on app.sessions to indaba_keyring;
create policy keyring_touches on app.sessions for update to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.revisions for select to indaba_keyring using (true);
create policy keyring_reads on app.change_requests for select to indaba_keyring using (true);
create policy keyring_reads on app.messages for select to indaba_keyring using (true);
create policy keyring_reads on app.hub for select to indaba_keyring using (true);
create policy keyring_keeps on app.accounts to indaba_keyring using (true) with check (true);
create policy keyring_opens on app.sessions for insert to indaba_keyring with check (kind = 'browser');
create policy keyring_admits on app.members for insert to indaba_keyring with check (true);
create policy keyring_admits on app.bylines for insert to indaba_keyring with check (kind = 'person');
create policy keyring_admits on app.memberships for insert to indaba_keyring with check (true);
create policy keyring_admits on app.hub_roles for insert to indaba_keyring with check (role = 'steward');
create policy keyring_admits on app.passkeys for insert to indaba_keyring with check (true);
-- For app.backdate().
grant update (created_at) on app.messages, app.threads, app.revisions to indaba_keyring;
grant update (opened_at, decided_at) on app.change_requests to indaba_keyring;
grant update (at) on app.events to indaba_keyring;
grant select on app.threads to indaba_keyring;
create policy keyring_backdates on app.messages for update to indaba_keyring using (exists (select from app.hub where demo and seeded_at is null));
create policy keyring_backdates on app.threads for update to indaba_keyring using (exists (select from app.hub where demo and seeded_at is null));
create policy keyring_reads on app.threads for select to indaba_keyring using (true);
create policy keyring_backdates on app.revisions for update to indaba_keyring using (exists (select from app.hub where demo and seeded_at is null));
create policy keyring_backdates on app.change_requests for update to indaba_keyring using (exists (select from app.hub where demo and seeded_at is null));
create policy keyring_backdates on app.events for update to indaba_keyring using (exists (select from app.hub where demo and seeded_at is null));
create policy keyring_reads on app.passkeys for select to indaba_keyring using (true);
create policy keyring_counts on app.passkeys for update to indaba_keyring using (true);
create policy keyring_reads on app.invitations for select to indaba_keyring using (true);
create policy keyring_uses on app.invitations for update to indaba_keyring using (true);
create policy keyring_keeps on app.ceremonies to indaba_keyring using (true) with check (true);

-- The hub: which one it is, and whether it is a demo, anyone may know.
grant select (singleton, epoch, demo) on app.hub to indaba_person, indaba_visitor;
grant select, update on app.hub to indaba_clerk;
create policy anyone_reads on app.hub for select to indaba_person, indaba_visitor using (true);
create policy clerk_keeps on app.hub to indaba_clerk using (true) with check (true);

-- Organizations and jurisdictions are no secret among members; a guest sees those of its peers.
grant select on app.jurisdictions, app.organizations, app.organization_jurisdictions, app.memberships to indaba_person;
create policy members_read on app.jurisdictions for select to indaba_person using ((select app.me()) is not null);
create policy members_read on app.organizations for select to indaba_person
  using (2 in (select app.my_audiences()) or id in (select app.my_organizations()) or id in (select app.peer_organizations()));
-- A visitor reads the name of a body beside a public text, nothing else of it.
grant select (id, name) on app.organizations to indaba_visitor;
create policy visitors_read on app.organizations for select to indaba_visitor using (id in (select organization_id from app.bylines));
create policy members_read on app.organization_jurisdictions for select to indaba_person
  using (2 in (select app.my_audiences()) or organization_id in (select app.my_organizations()) or organization_id in (select app.peer_organizations()));
create policy members_read on app.memberships for select to indaba_person
  using (2 in (select app.my_audiences()) or member_id in (select app.my_peers()) or member_id = (select app.me()));
grant select, insert, update on app.jurisdictions, app.organizations, app.organization_jurisdictions, app.memberships, app.members, app.accounts, app.hub_roles,
  app.circles, app.circle_members, app.bylines, app.invitations to indaba_clerk;

-- The directory.
grant select (id, slug, name, locale, time_zone, status, joined_at), update (name, locale, time_zone) on app.members to indaba_person;
create policy members_read on app.members for select to indaba_person
  using (2 in (select app.my_audiences()) or id in (select app.my_peers()) or id = (select app.me()));
create policy one_edits_oneself on app.members for update to indaba_person using (id = (select app.me()) and (select app.may_write())) with check (id = (select app.me()));
grant select on app.hub_roles to indaba_person;
create policy members_read on app.hub_roles for select to indaba_person using (2 in (select app.my_audiences()) or member_id = (select app.me()));

-- Bylines stand beside what they wrote: a visitor reads those of public texts only.
grant select (id, kind, audience_id, member_id, organization_id, name) on app.bylines to indaba_person;
grant select (id, kind, organization_id, name) on app.bylines to indaba_visitor;
create policy members_read on app.bylines for select to indaba_person
  using (audience_id in (select app.my_audiences()) or id in (select app.my_bylines()) or member_id in (select app.my_peers()) or id in (select app.public_bylines()));
create policy visitors_read on app.bylines for select to indaba_visitor using (id in (select app.public_bylines()));

-- Sessions, tokens and passkeys are one's own.
grant select (id, member_id, kind, name, scopes, created_at, last_seen_at, expires_at, revoked_at), insert, update (revoked_at) on app.sessions to indaba_person;
create policy own on app.sessions for select to indaba_person using (member_id = (select app.me()));
create policy own_tokens on app.sessions for insert to indaba_person
  with check (member_id = (select app.me()) and kind = 'token' and (select app.in_browser()) and expires_at <= now() + interval '366 days');
-- What is revoked stays revoked, also for whoever took over another of my sessions.
create policy own_revoke on app.sessions for update to indaba_person using (member_id = (select app.me()) and (select app.may_write()) and revoked_at is null) with check (member_id = (select app.me()));
grant select, insert, update (name, revoked_at) on app.passkeys to indaba_person;
create policy own on app.passkeys for select to indaba_person using (member_id = (select app.me()));
create policy own_add on app.passkeys for insert to indaba_person with check (member_id = (select app.me()) and (select app.in_browser()));
create policy own_change on app.passkeys for update to indaba_person using (member_id = (select app.me()) and (select app.in_browser()) and revoked_at is null) with check (member_id = (select app.me()));

-- Invitations: those who may invite see them.
grant select (id, organization_id, email, name, role, invited_by, created_at, expires_at, used_at, revoked_at),
  insert (id, organization_id, email, name, role, invited_by), update (revoked_at) on app.invitations to indaba_person;
create policy inviters_read on app.invitations for select to indaba_person using (app.may_invite(organization_id));
-- A focal point brings in colleagues; who runs an organization is confirmed by a steward.
create policy inviters_make on app.invitations for insert to indaba_person
  with check (app.may_invite(organization_id) and invited_by in (select app.my_bylines()) and (role = 'member' or (select app.has_role('{steward}'))));
create policy inviters_revoke on app.invitations for update to indaba_person
  using (app.may_invite(organization_id) and used_at is null and revoked_at is null) with check (app.may_invite(organization_id));

-- Circles.
grant select on app.circles to indaba_person;
grant select on app.circle_members to indaba_person;
create policy readers_see on app.circles for select to indaba_person using (audience_id in (select app.my_audiences()));
create policy readers_see on app.circle_members for select to indaba_person using (circle_id in (select id from app.circles));

-- The clerk seeds and runs jobs.
create policy clerk_keeps on app.jurisdictions to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.organizations to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.organization_jurisdictions to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.memberships to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.members to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.accounts to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.hub_roles to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.circles to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.circle_members to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.bylines to indaba_clerk using (kind <> 'pseudonym') with check (kind <> 'pseudonym');
create policy clerk_keeps on app.invitations to indaba_clerk using (true) with check (true);
