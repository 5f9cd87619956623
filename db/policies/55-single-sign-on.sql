-- Single sign-on: whose provider counts, who arrives from it, as whom, and what becomes of somebody nobody knows yet. Owned by keyring.
-- The process checks what a provider says and passes it on with its key (app.checked); who that is, and whether they may in, is decided here.
set local role indaba_keyring;

create or replace function app.sso_live(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.sso_connections c where c.organization_id = organization and c.tested_at is not null
      and exists (select from app.organization_domains d where d.organization_id = organization and d.proved_at is not null))
    and not exists (select from app.sign_in_policies p where p.organization_id = organization and p.passkeys_only)
$$;
comment on function app.sso_live(uuid) is 'Does single sign-on count here? Walked through once, under a proved domain, and the organization does not ask for passkeys only.';

create or replace function app.address_domain(address text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case when lower(address) ~ '^[a-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,253}$' then split_part(lower(address), '@', 2) end
$$;
comment on function app.address_domain(text) is 'The domain of a plain mail address; null for anything that is not one, such as two @ or a letter that only looks Latin.';

create or replace function app.address_is_of(address text, organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.organization_domains d where d.organization_id = organization and d.proved_at is not null and d.domain = app.address_domain(address))
$$;
comment on function app.address_is_of(text, uuid) is 'Is this an address under a domain which this very organization proved? Exactly that domain: a name that ends alike, or lies below it, is another one.';

create or replace function app.sso_bar(organization uuid, address text) returns bytea
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select sha256(convert_to(organization || lower(address), 'UTF8'))
$$;
comment on function app.sso_bar(uuid, text) is 'Under what an address stands among those who were let go.';

create or replace function app.sso_for(address text) returns table (slug text, organization text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.slug, o.name from app.organization_domains d join app.sso_connections c using (organization_id) join app.organizations o on o.id = c.organization_id
   where d.proved_at is not null and d.domain = app.address_domain(trim(address)) and app.sso_live(o.id)
$$;
comment on function app.sso_for(text) is 'Which provider an address leads to: a fact about its domain alone, the same whether or not anybody here has that address.';

create or replace function app.sso_offered() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.sso_connections c where app.sso_live(c.organization_id))
$$;
comment on function app.sso_offered() is 'Does anybody come in by single sign-on? Else the page to sign in does not speak of it.';

create or replace function app.sso_for_half(half bytea) returns table (slug text, organization text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.slug, o.name from app.half_sign_in(half) h join app.memberships ms on ms.member_id = h.member_id join app.sign_in_policies p on p.organization_id = ms.organization_id and p.sso_only
    join app.organizations o on o.id = ms.organization_id where h.needs = 'sso' and app.sso_live(o.id) order by o.name limit 1
$$;
comment on function app.sso_for_half(bytea) is 'Which institution has to vouch for whoever is half signed in.';

create or replace function app.sso_connection(wanted text, mac bytea) returns table (id uuid, organization_id uuid, slug text, organization text, kind text, issuer text, client_id text, sealed_secret text, entry_url text, certificates text[], live boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id, c.organization_id, o.slug, o.name, c.kind, c.issuer, c.client_id, c.sealed_secret, c.entry_url, c.certificates, app.sso_live(o.id)
    from app.sso_connections c join app.organizations o on o.id = c.organization_id where o.slug = wanted and app.checked('sso-connection:' || wanted, mac)
$$;
comment on function app.sso_connection(text, bytea) is 'What the process needs to talk with a provider, the sealed secret included; for whoever holds the key.';

create or replace function app.sso_begin(try uuid, state bytea, browser bytea, connection uuid, wanted text, onward text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare organization uuid := (select c.organization_id from app.sso_connections c where c.id = connection);
begin
  delete from app.sso_tries where begun_at < now() - interval '1 hour';
  if organization is null or (case wanted
      when 'enter' then not app.sso_live(organization)
      when 'test' then not coalesce(app.may_set_sign_in(organization) and app.fresh(), false)
      when 'link' then not (app.sso_live(organization) and app.in_browser() and organization in (select app.my_organizations()))
      when 'prove' then not exists (select from app.sso_links l where l.connection_id = connection and l.member_id = app.me() and l.ended_at is null)
      else true end) then return false; end if;
  insert into app.sso_tries (id, state_hash, browser_hash, connection_id, purpose, member_id, next)
  values (try, state, browser, connection, wanted, case when wanted <> 'enter' then app.me() end, left(onward, 2000));
  return true;
end $$;
comment on function app.sso_begin(uuid, bytea, bytea, uuid, text, text) is 'Somebody sets out for a provider; false when this one does not count for that purpose. The try is answered once, in the same browser, within ten minutes.';

create or replace function app.sso_take(connection uuid, state bytea, browser bytea, mac bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.sso_tries t set used_at = now() where t.connection_id = connection and t.state_hash = state and t.used_at is null and t.begun_at > now() - interval '10 minutes'
    -- A SAML answer is posted by another site, without this browser's cookie: who may go on with it is asked when it comes back for it.
    and (t.browser_hash = browser or browser is null and exists (select from app.sso_connections c where c.id = connection and c.kind = 'saml'))
    and app.checked('sso-take:' || connection || ':' || encode(state, 'hex'), mac);
  return found;
end $$;
comment on function app.sso_take(uuid, bytea, bytea, bytea) is 'An answer came: the first takes the try, every other one finds it taken.';

drop function if exists app.sso_arrive(uuid, bytea, jsonb, bytea, bytea);
create or replace function app.sso_arrive(connection uuid, state bytea, said jsonb, assertion bytea, mac bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not app.checked('sso-arrive:' || connection || ':' || encode(state, 'hex') || ':' || encode(sha256(convert_to(said::text, 'UTF8')), 'hex'), mac) then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  update app.sso_tries t set arrived_at = now(), subject = said ->> 'subject', address = said ->> 'address', vouched = (said ->> 'vouched')::boolean, name = said ->> 'name', slug = said ->> 'slug',
      authenticated_at = (said ->> 'authenticated_at')::timestamptz, assertion_hash = assertion
   where t.connection_id = connection and t.state_hash = state and t.used_at is not null and t.arrived_at is null;
  return found;
exception when unique_violation then return false;
end $$;
comment on function app.sso_arrive(uuid, bytea, jsonb, bytea, bytea) is 'What the provider said, when the process that checked it says so with its key. False when it was said already. Refuses with people.sign_in.refused.';

create or replace function app.sso_finish(state bytea, browser bytea, half bytea, new_member uuid, new_byline uuid) returns table (outcome text, member_id uuid, connection_id uuid, purpose text, next text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare t app.sso_tries; organization uuid; known app.sso_links; whose uuid; ended text;
begin
  select * into t from app.sso_tries x where x.state_hash = state and x.browser_hash = browser and x.arrived_at is not null and x.finished_at is null
    and x.begun_at > now() - interval '15 minutes' for update;
  if t.id is null then return; end if;
  select c.organization_id into organization from app.sso_connections c where c.id = t.connection_id;
  select * into known from app.sso_links l where l.connection_id = t.connection_id and l.subject = t.subject and l.ended_at is null;
  whose := known.member_id;
  if t.member_id is not null and t.member_id is distinct from app.me() then ended := 'other_person';
  elsif t.purpose = 'test' then
    ended := case when app.address_domain(t.address) is null then 'no_address' when not app.address_is_of(t.address, organization) then 'other_domain'
      when not t.vouched and not (select c.trusts_address from app.sso_connections c where c.id = t.connection_id) then 'not_vouched' else 'tested' end;
    if ended = 'tested' and app.may_set_sign_in(organization) then
      update app.sso_connections c set tested_at = now() where c.id = t.connection_id and c.changed_at <= t.begun_at;
      if not found then ended := 'changed'; end if;
    end if;
  elsif not app.sso_live(organization) then ended := 'closed';
  elsif app.address_domain(t.address) is null then ended := 'no_address';
  elsif not app.address_is_of(t.address, organization) then ended := 'other_domain';
  elsif not t.vouched and not (select c.trusts_address from app.sso_connections c where c.id = t.connection_id) then ended := 'not_vouched';
  elsif t.purpose = 'prove' then
    ended := case when whose is distinct from app.me() then 'other_person' when t.authenticated_at is null or t.authenticated_at < t.begun_at - interval '1 minute' then 'stale' else 'proved' end;
    if ended = 'proved' then update app.sessions s set proved_at = now() where s.token_hash = app.session_hash(); end if;
  elsif whose is not null and t.purpose = 'enter' then
    -- Known here; whether they are still let in is asked now, of everything.
    ended := case when exists (select from app.members m join app.memberships ms on ms.member_id = m.id where m.id = whose and m.status = 'active' and ms.organization_id = organization) then 'enter' else 'closed' end;
    if ended = 'enter' then update app.sso_links l set last_used_at = now(), address_hash = app.sso_bar(organization, t.address) where l.connection_id = t.connection_id and l.subject = t.subject; end if;
  elsif whose is not null then ended := case when whose = app.me() then 'linked' else 'taken' end;
  else
    -- Whoever proved themselves by what they had before, now or half way, ties the two together. An address alone never does.
    whose := coalesce(case when t.purpose = 'link' then app.me() end, (select h.member_id from app.half_sign_in(half) h where h.needs = 'sso'));
    if whose is not null then
      if not exists (select from app.memberships ms where ms.member_id = whose and ms.organization_id = organization) then ended := 'closed';
      elsif app.me() is not null and not app.fresh() then ended := 'prove_first';
      elsif exists (select from app.sso_links l where l.connection_id = t.connection_id and l.member_id = whose and l.ended_at is null) then ended := 'other_subject';
      -- A password somebody else got hold of must not tie a colleague's account to another's sign-in.
      elsif t.purpose <> 'link' and exists (select from app.accounts a where a.member_id = whose and a.email_key <> lower(t.address) and app.address_is_of(a.email_key, organization)) then ended := 'other_person';
      else
        delete from app.sso_links l where l.connection_id = t.connection_id and l.subject = t.subject and l.ended_at is not null;
        insert into app.sso_links (connection_id, subject, member_id, last_used_at, address_hash) values (t.connection_id, t.subject, whose, now(), app.sso_bar(organization, t.address));
        perform app.tell_way_in('sso', whose);
        perform app.note('sso.linked', whose, whose, organization, '{}');
        ended := case when t.purpose = 'link' then 'linked' else 'enter' end;
      end if;
    elsif exists (select from app.accounts a where a.email_key = lower(t.address)) then ended := 'has_account';
    else
      ended := app.sso_stranger(t, new_member, new_byline);
      if ended = 'joined' then whose := new_member; ended := 'enter'; end if;
    end if;
  end if;
  update app.sso_tries x set finished_at = now(), outcome = ended where x.id = t.id;
  return query select ended, case when ended = 'enter' then whose end, t.connection_id, t.purpose, t.next;
end $$;
comment on function app.sso_finish(bytea, bytea, bytea, uuid, uuid) is 'Back in the browser that began: says once what becomes of whoever arrived. Known by subject, never by address. Empty when this browser is on no such way.';

create or replace function app.my_sso() returns table (slug text, organization text, kind text, issuer text, linked_at timestamptz, last_used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.slug, o.name, c.kind, c.issuer, l.made_at, l.last_used_at from app.sso_connections c join app.organizations o on o.id = c.organization_id
    left join app.sso_links l on l.connection_id = c.id and l.member_id = app.me() and l.ended_at is null
   where c.organization_id in (select app.my_organizations()) and app.sso_live(c.organization_id) order by o.name
$$;
comment on function app.my_sso() is 'The providers of my organizations, and since when each knows me.';

create or replace function app.on_sso_connection() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- session_user would be the login: only what a person does through these policies is their act.
  if tg_op = 'DELETE' then
    update app.sessions set revoked_at = now() where connection_id = old.id and revoked_at is null;
    perform app.tell('organization.sso_changed', (select a.id from app.audiences a where a.kind = 'organization' and a.ref = old.organization_id), 'organization', old.organization_id, '{"removed": true}');
    update app.sign_in_policies set sso_only = false where organization_id = old.organization_id and sso_only;
    return old;
  end if;
  -- The same secret under a newer key of the hub: nothing was changed, nobody is told.
  if tg_op = 'UPDATE' and app.me() is null and to_jsonb(new) - 'sealed_secret' = to_jsonb(old) - 'sealed_secret' then return new; end if;
  if tg_op = 'INSERT' then new.tested_at := null;
  elsif (new.issuer, new.client_id, new.sealed_secret, new.entry_url, new.certificates, new.trusts_address, new.kind) is distinct from (old.issuer, old.client_id, old.sealed_secret, old.entry_url, old.certificates, old.trusts_address, old.kind) then
    -- Something else now: what was tried is not this, and nobody comes in by it before it is tried.
    new.tested_at := null;
    update app.sessions set revoked_at = now() where connection_id = new.id and revoked_at is null and (new.issuer, new.kind) is distinct from (old.issuer, old.kind) and token_hash is distinct from app.session_hash();
    if (new.issuer, new.kind) is distinct from (old.issuer, old.kind) then
      delete from app.sso_links where connection_id = new.id;
      delete from app.sso_requests where connection_id = new.id and decided_at is null;
    end if;
    if new.certificates is distinct from old.certificates then perform app.sso_other_certificate(new.id, new.organization_id); end if;
  elsif new.tested_at is distinct from old.tested_at then return new;
  end if;
  new.changed_at := now();
  perform app.tell('organization.sso_changed', (select a.id from app.audiences a where a.kind = 'organization' and a.ref = new.organization_id), 'organization', new.organization_id,
    jsonb_build_object('kind', new.kind, 'issuer', new.issuer, 'joining', new.joining));
  return new;
end $$;
comment on function app.on_sso_connection() is 'A changed connection has to be walked through again; another issuer knows other people; a removed one ends what it opened. Told to the organization.';

create or replace function app.on_membership_over() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from app.organizations o where o.id = old.organization_id) then
    insert into app.sso_barred (organization_id, address_hash)
    select old.organization_id, app.sso_bar(old.organization_id, a.email_key) from app.accounts a where a.member_id = old.member_id
    union select old.organization_id, l.address_hash from app.sso_links l join app.sso_connections c on c.id = l.connection_id
      where c.organization_id = old.organization_id and l.member_id = old.member_id and l.address_hash is not null
    on conflict do nothing;
  end if;
  update app.sessions s set revoked_at = now() from app.sso_connections c where c.id = s.connection_id and c.organization_id = old.organization_id and s.member_id = old.member_id and s.revoked_at is null;
  update app.sso_links l set ended_at = now() from app.sso_connections c where c.id = l.connection_id and c.organization_id = old.organization_id and l.member_id = old.member_id and l.ended_at is null;
  return null;
end $$;
comment on function app.on_membership_over() is 'Whoever leaves an organization is not let in by its provider any more, and does not become a member again by themselves.';

grant execute on function app.sso_for(text), app.sso_offered(), app.sso_for_half(bytea), app.sso_connection(text, bytea), app.sso_begin(uuid, bytea, bytea, uuid, text, text), app.sso_take(uuid, bytea, bytea, bytea), app.sso_arrive(uuid, bytea, jsonb, bytea, bytea),
  app.sso_finish(bytea, bytea, bytea, uuid, uuid) to indaba_visitor, indaba_person;
grant execute on function app.sso_live(uuid), app.my_sso() to indaba_person;
grant execute on function app.sso_live(uuid) to indaba_clerk;
grant execute on function app.on_sso_connection(), app.on_membership_over() to indaba_owner;
set local role indaba_owner;

-- What keyring needs for the functions above. Tries and links are read by nobody else.
grant select, insert, update, delete on app.sso_tries, app.sso_links to indaba_keyring;
grant update (tested_at) on app.sso_connections to indaba_keyring;
grant update (sso_only, changed_at) on app.sign_in_policies to indaba_keyring;
create policy keyring_keeps on app.sso_tries to indaba_keyring using (true) with check (true);
create policy keyring_keeps on app.sso_links to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.sso_connections for select to indaba_keyring using (true);
create policy keyring_marks on app.sso_connections for update to indaba_keyring using (true) with check (true);
create policy keyring_turns_off on app.sign_in_policies for update to indaba_keyring using (true) with check (not sso_only);

create or replace trigger needs_fresh before insert or update of kind, issuer, client_id, sealed_secret, entry_url, certificates, trusts_address, joining, joining_most, joining_pattern or delete on app.sso_connections for each row execute function app.on_dangerous();
create or replace trigger sso_told before insert or update or delete on app.sso_connections for each row execute function app.on_sso_connection();
create or replace trigger sso_over after delete on app.memberships for each row execute function app.on_membership_over();

-- The focal point connects; whoever works there may know by what they come in. The sealed secret goes in and comes out to nobody.
grant select (id, organization_id, kind, issuer, client_id, entry_url, certificates, trusts_address, joining, joining_most, joining_pattern, tested_at, changed_at),
  insert (id, organization_id, kind, issuer, client_id, sealed_secret, entry_url, certificates, trusts_address, joining, joining_most, joining_pattern),
  update (kind, issuer, client_id, sealed_secret, entry_url, certificates, trusts_address, joining, joining_most, joining_pattern), delete on app.sso_connections to indaba_person;
create policy focal_points_read on app.sso_connections for select to indaba_person using (app.may_set_sign_in(organization_id));
create policy focal_points_connect on app.sso_connections for insert to indaba_person with check (app.may_set_sign_in(organization_id));
create policy focal_points_change on app.sso_connections for update to indaba_person using (app.may_set_sign_in(organization_id)) with check (app.may_set_sign_in(organization_id));
create policy focal_points_remove on app.sso_connections for delete to indaba_person using (app.may_set_sign_in(organization_id));

-- The job that mails.
grant select (id, organization_id, kind, issuer, certificates, tested_at) on app.sso_connections to indaba_clerk;
create policy clerk_mails on app.sso_connections for select to indaba_clerk using (true);
