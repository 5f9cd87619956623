-- Terms and sharing rules. app.may_write() and app.writer() (10-identity.sql) ask members.agreed: whoever has not accepted reads, keeps their own account, and leaves; no more.
set local role indaba_keyring;

create or replace function app.present_agreements() returns setof uuid
language sql stable parallel safe security definer rows 3 set search_path = pg_catalog, pg_temp as $$
  select distinct on (document) id from app.agreement_versions where not starter order by document, number desc
$$;
comment on function app.present_agreements() is 'The present version of each document.';

create or replace function app.must_agree() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from app.members m where m.id = (select app.me()) and not m.agreed)
$$;
comment on function app.must_agree() is 'Is there a present version that I have not accepted yet?';

create or replace function app.may_publish_agreement() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_keep_own() and app.has_role('{steward}')
$$;
comment on function app.may_publish_agreement() is 'A steward publishes a new version of the terms, in a browser.';

create or replace function app.on_agreement() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.starter then new.number := 0; return new; end if;
  -- One after the other: no two versions with one number, and nobody accepts the old one meanwhile.
  perform pg_advisory_xact_lock(hashtext('indaba agreements'));
  new.number := (select coalesce(max(v.number), 0) + 1 from app.agreement_versions v where v.document = new.document);
  new.published_at := now();
  if app.me() is not null then new.published_by := app.me(); end if;
  update app.members set agreed = false where agreed;
  perform app.note('agreement.published', app.me(), null, null, jsonb_build_object('document', new.document, 'number', new.number));
  return new;
end $$;
comment on function app.on_agreement() is 'Numbers a version; from now on nobody writes who has not accepted it: people.step_up.needed.';

create or replace function app.on_accepted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('indaba agreements'));
  update app.members m set agreed = not exists (
    select from app.present_agreements() v where not exists (select from app.agreement_acceptances a where a.member_id = m.id and a.version_id = v)) where m.id = new.member_id;
  perform app.note('agreement.accepted', new.member_id, new.member_id, null, (select jsonb_build_object('document', v.document, 'number', v.number) from app.agreement_versions v where v.id = new.version_id));
  return null;
end $$;

create or replace function app.on_new_member() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.agreed := not exists (select from app.present_agreements());
  return new;
end $$;

create or replace function app.accept_agreement(version uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.me() is null or not app.in_browser() or not exists (select from app.agreement_versions v where v.id = version and not v.starter) then
    raise exception using errcode = 'IN404', message = 'govern.agreement.not_found';
  end if;
  perform pg_advisory_xact_lock_shared(hashtext('indaba agreements'));
  if version not in (select app.present_agreements()) then raise exception using errcode = 'IN409', message = 'govern.agreement.newer'; end if;
  insert into app.agreement_acceptances (version_id, member_id) values (version, app.me()) on conflict do nothing;
end $$;
comment on function app.accept_agreement(uuid) is 'I accept the present version of a document, in a browser: no program accepts for a person. Refuses with govern.agreement.not_found, .newer (another version is present by now).';

create or replace function app.count_acceptances() returns table (document text, accepted int, people int)
language sql stable security definer rows 3 set search_path = pg_catalog, pg_temp as $$
  select v.document, (select count(*)::int from app.agreement_acceptances a join app.members m on m.id = a.member_id and m.status = 'active' where a.version_id = v.id),
      (select count(*)::int from app.members where status = 'active')
    from app.agreement_versions v where v.id in (select app.present_agreements()) and app.has_role('{steward}') order by v.document
$$;
comment on function app.count_acceptances() is 'For stewards: how many have accepted the present version of each document, of how many.';

grant execute on function app.present_agreements(), app.must_agree(), app.may_publish_agreement(), app.accept_agreement(uuid), app.count_acceptances() to indaba_person;
grant execute on function app.present_agreements() to indaba_visitor, indaba_clerk;
grant execute on function app.on_agreement(), app.on_accepted(), app.on_new_member() to indaba_owner;
set local role indaba_owner;

grant select on app.agreement_versions to indaba_keyring;
grant select, insert on app.agreement_acceptances to indaba_keyring;
grant update (agreed) on app.members to indaba_keyring;
create policy keyring_reads on app.agreement_versions for select to indaba_keyring using (true);
create policy keyring_keeps on app.agreement_acceptances to indaba_keyring using (true) with check (true);
create or replace trigger needs_fresh before insert on app.agreement_versions for each row when (not new.starter) execute function app.on_dangerous();
create or replace trigger numbered before insert on app.agreement_versions for each row execute function app.on_agreement();
create or replace trigger accepted after insert on app.agreement_acceptances for each row execute function app.on_accepted();
create or replace trigger agrees_first before insert on app.members for each row execute function app.on_new_member();

-- The rules of the house are read by whoever wonders whether to come in.
grant select on app.agreement_versions to indaba_person, indaba_visitor;
grant insert (id, document, title, body, changes) on app.agreement_versions to indaba_person;
create policy anyone_reads on app.agreement_versions for select to indaba_person, indaba_visitor using (not starter);
create policy stewards_read on app.agreement_versions for select to indaba_person using ((select app.has_role('{steward}')));
create policy stewards_publish on app.agreement_versions for insert to indaba_person with check ((select app.may_publish_agreement()) and not starter);
grant select on app.agreement_acceptances to indaba_person;
create policy concerned_read on app.agreement_acceptances for select to indaba_person using (member_id = (select app.me()) or (select app.has_role('{steward}'))
  or member_id in (select ms.member_id from app.memberships ms where ms.organization_id in (select app.my_run_organizations())));
-- Seeds: the starter texts, and a demonstration whose people have accepted them.
grant select, insert on app.agreement_versions, app.agreement_acceptances to indaba_clerk;
create policy clerk_keeps on app.agreement_versions to indaba_clerk using (true) with check (true);
create policy clerk_keeps on app.agreement_acceptances to indaba_clerk using (true) with check (true);
