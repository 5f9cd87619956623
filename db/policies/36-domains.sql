-- Domains of organizations: who asks for one, how it is proved, who may take it away.
set local role indaba_keyring;

create or replace function app.may_prove_domain(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and (app.has_role('{steward}') or app.is_focal_point(organization))
$$;
comment on function app.may_prove_domain(uuid) is 'A focal point names the domains of its organization, a steward those of any.';

create or replace function app.may_accept_letter(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_write() and app.has_role('{steward}') and organization not in (select app.my_organizations())
$$;
comment on function app.may_accept_letter(uuid) is 'A letter is read by a steward, never for their own organization.';

create or replace function app.is_public_mail(domain text) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select domain ~ '^(.*\.)?(gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail|aol|icloud|gmx|web|mail|proton|protonmail|tutanota|zoho|yandex|qq|163|126|rediffmail|fastmail|hey|inbox|orange|laposte|free)\.(com|net|org|de|fr|ru|me|ch|at|in|cn|eu|co\.uk|co\.in|com\.br|com\.au|co\.za|co\.ke)$'
    or domain in ('pm.me', 'tuta.io', 'bk.ru', 'list.ru', 'ya.ru', 'me.com', 'mac.com', 'duck.com', 'mailinator.com', 'yopmail.com', 'guerrillamail.com', 'foxmail.com', 'sina.com', 'naver.com', 'daum.net')
$$;
comment on function app.is_public_mail(text) is 'Is this a domain where anybody gets an address? Then it shows no institution, and never becomes a proved domain.';

create or replace function app.check_domain(wanted uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from app.organization_domains d where d.id = wanted and d.proved_at is null and app.may_prove_domain(d.organization_id)) then
    raise exception using errcode = 'IN404', message = 'people.domain.not_found';
  end if;
  if not app.take('check-domain:' || wanted, 10, 3600) then return false; end if;
  perform graphile_worker.add_job('people.check-domain', json_build_object('ids', json_build_object('domain', wanted), 'actor', app.me()));
  return true;
end $$;
comment on function app.check_domain(uuid) is 'Queues a look into the DNS; false after ten within the hour. Refuses with people.domain.not_found.';

create or replace function app.accept_domain_letter(wanted uuid, reference text, written_on date) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.need_fresh();
  update app.organization_domains d set method = 'letter', letter_reference = trim(reference), letter_on = written_on, proved_at = now(),
      proved_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person')
   where d.id = wanted and d.proved_at is null and app.may_accept_letter(d.organization_id);
  if not found then raise exception using errcode = 'IN404', message = 'people.domain.not_found'; end if;
exception when unique_violation then raise exception using errcode = 'IN409', message = 'people.domain.taken';
end $$;
comment on function app.accept_domain_letter(uuid, text, date) is 'A steward of another organization says which letter shows whose the domain is. Refuses with people.domain.not_found, people.domain.taken, people.step_up.needed.';

create or replace function app.on_domain_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then perform app.note('domain.named', app.me(), null, new.organization_id, jsonb_build_object('domain', new.domain));
  elsif tg_op = 'DELETE' then
    -- An organization that goes takes its domains along; only what somebody does is noted.
    if exists (select from app.organizations o where o.id = old.organization_id) then perform app.note('domain.removed', app.me(), null, old.organization_id, jsonb_build_object('domain', old.domain)); end if;
  elsif old.proved_at is null and new.proved_at is not null then
    perform app.note('domain.proved', app.me(), null, new.organization_id, jsonb_build_object('domain', new.domain, 'method', new.method));
  end if;
  return null;
end $$;
comment on function app.on_domain_noted() is 'Writes down for the log who named, proved or removed a domain.';

grant execute on function app.may_prove_domain(uuid), app.may_accept_letter(uuid), app.check_domain(uuid), app.accept_domain_letter(uuid, text, date) to indaba_person;
grant execute on function app.is_public_mail(text) to indaba_person, indaba_visitor, indaba_clerk;
grant execute on function app.on_domain_noted() to indaba_owner;
set local role indaba_owner;

create or replace trigger domain_noted after insert or update of proved_at or delete on app.organization_domains for each row execute function app.on_domain_noted();
create or replace trigger needs_fresh before delete on app.organization_domains for each row execute function app.on_dangerous();

grant select on app.organization_domains to indaba_keyring;
grant update (method, letter_reference, letter_on, proved_at, proved_by) on app.organization_domains to indaba_keyring;
create policy keyring_reads on app.organization_domains for select to indaba_keyring using (true);
create policy keyring_proves on app.organization_domains for update to indaba_keyring using (proved_at is null) with check (not app.is_public_mail(domain));

grant select, insert (id, organization_id, domain, asked_by), delete on app.organization_domains to indaba_person;
create policy colleagues_read on app.organization_domains for select to indaba_person
  using (organization_id in (select app.my_organizations()) or (select app.has_role('{steward}')));
create policy focal_points_name on app.organization_domains for insert to indaba_person
  with check (app.may_prove_domain(organization_id) and not app.is_public_mail(domain) and asked_by in (select b.id from app.bylines b where b.kind = 'person' and b.member_id = (select app.me())));
create policy focal_points_remove on app.organization_domains for delete to indaba_person using (app.may_prove_domain(organization_id));

-- The job that looks into the DNS.
grant select, update (checked_at, result, method, proved_at) on app.organization_domains to indaba_clerk;
create policy clerk_reads on app.organization_domains for select to indaba_clerk using (true);
create policy clerk_proves on app.organization_domains for update to indaba_clerk using (proved_at is null) with check (method is distinct from 'letter' and not app.is_public_mail(domain));
