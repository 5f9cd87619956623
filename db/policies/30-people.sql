-- Members, organizations, circles: who sees and changes whom; and what keyring needs for 25-sign-in.sql.
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
grant update (last_seen_at, expires_at) on app.sessions to indaba_keyring;
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
create policy keyring_admits on app.hub_roles for insert to indaba_keyring with check (role in ('steward', 'trustee'));
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
create policy members_read on app.jurisdictions for select to indaba_person
  using (2 in (select app.my_audiences()) or id in (select jurisdiction_id from app.organization_jurisdictions));
create policy members_read on app.organizations for select to indaba_person
  using (2 in (select app.my_audiences()) or id in (select app.my_organizations()) or id in (select app.peer_organizations()));
-- A visitor reads the name of a body beside a public text, and the address made of it, nothing else of it.
grant select (id, slug, name) on app.organizations to indaba_visitor;
create policy visitors_read on app.organizations for select to indaba_visitor using (id in (select organization_id from app.bylines));
create policy members_read on app.organization_jurisdictions for select to indaba_person
  using (2 in (select app.my_audiences()) or organization_id in (select app.my_organizations()) or organization_id in (select app.peer_organizations()));
create policy members_read on app.memberships for select to indaba_person
  using (2 in (select app.my_audiences()) or member_id in (select app.my_peers()) or member_id = (select app.me()));
grant select, insert, update on app.jurisdictions, app.organizations, app.organization_jurisdictions, app.memberships, app.members, app.accounts, app.hub_roles,
  app.circles, app.circle_members, app.bylines, app.invitations to indaba_clerk;

-- The directory.
-- Language and time zone are one's own: app.my_settings(), and the profile for others.
grant select (id, slug, name, status, joined_at), update (name, locale, time_zone) on app.members to indaba_person;
create policy members_read on app.members for select to indaba_person
  using (2 in (select app.my_audiences()) or id in (select app.my_peers()) or id = (select app.me()));
create policy one_edits_oneself on app.members for update to indaba_person using (id = (select app.me()) and (select app.may_keep_own())) with check (id = (select app.me()));
grant select on app.hub_roles to indaba_person;
create policy members_read on app.hub_roles for select to indaba_person using (2 in (select app.my_audiences()) or member_id = (select app.me()));

-- Bylines stand beside what they wrote: a visitor reads those of public texts only.
grant select (id, kind, audience_id, member_id, organization_id, name) on app.bylines to indaba_person;
grant select (id, kind, organization_id, name) on app.bylines to indaba_visitor;
create policy members_read on app.bylines for select to indaba_person
  using (audience_id in (select app.my_audiences()) or id in (select app.my_bylines()) or member_id in (select app.my_peers()) or id in (select app.public_bylines()));
create policy visitors_read on app.bylines for select to indaba_visitor using (id in (select app.public_bylines()));

-- Sessions, tokens and passkeys are one's own.
grant select (id, member_id, kind, name, scopes, created_at, last_seen_at, expires_at, revoked_at, how), insert (id, token_hash, member_id, kind, name, scopes, expires_at), update (revoked_at) on app.sessions to indaba_person;
create policy own on app.sessions for select to indaba_person using (member_id = (select app.me()));
create policy own_tokens on app.sessions for insert to indaba_person
  with check (member_id = (select app.me()) and kind = 'token' and (select app.in_browser()) and expires_at <= now() + interval '366 days');
-- What is revoked stays revoked, also for whoever took over another of my sessions.
create policy own_revoke on app.sessions for update to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()) and revoked_at is null) with check (member_id = (select app.me()));
grant select, insert (id, member_id, credential_id, public_key, counter, transports, name), update (name, revoked_at) on app.passkeys to indaba_person;
create policy own on app.passkeys for select to indaba_person using (member_id = (select app.me()));
create policy own_add on app.passkeys for insert to indaba_person with check (member_id = (select app.me()) and (select app.in_browser()));
create policy own_change on app.passkeys for update to indaba_person using (member_id = (select app.me()) and (select app.in_browser()) and revoked_at is null) with check (member_id = (select app.me()));

-- Invitations: those who may invite see them.
grant select (id, organization_id, email, name, role, invited_by, from_hub, for_member, created_at, expires_at, used_at, revoked_at),
  insert (id, organization_id, email, name, role, invited_by), update (revoked_at) on app.invitations to indaba_person;
create policy inviters_read on app.invitations for select to indaba_person using (app.may_invite(organization_id));
-- A focal point brings in colleagues; who runs an organization is confirmed by a steward.
create policy inviters_make on app.invitations for insert to indaba_person
  with check (app.may_invite(organization_id) and invited_by in (select app.my_bylines()) and (role = 'member' or (select app.has_role('{steward}'))));
create policy inviters_revoke on app.invitations for update to indaba_person
  using (app.may_invite(organization_id) and used_at is null and revoked_at is null) with check (app.may_invite(organization_id));

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
