-- What an organization asks of its members when they sign in. app.sign_in_needs() (27) reads it at every opening of a session.
set local role indaba_keyring;

create or replace function app.may_set_sign_in(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.in_browser() and app.may_write() and app.may_run_members(organization)
$$;
comment on function app.may_set_sign_in(uuid) is 'A focal point says how their own members sign in, a steward where there is none; from a browser.';

create or replace function app.on_sign_in_policy() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.changed_at := now();
  new.changed_by := (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person');
  new.changed_for := app.acting_for(new.organization_id);
  if new.sso_only and not app.sso_live(new.organization_id) then raise exception using errcode = 'IN409', message = 'people.sso.not_tested'; end if;
  perform app.tell('organization.sign_in_changed', (select a.id from app.audiences a where a.kind = 'organization' and a.ref = new.organization_id), 'organization', new.organization_id,
    jsonb_build_object('passkeys_only', new.passkeys_only, 'second_factor', new.second_factor, 'sso_only', new.sso_only) || jsonb_strip_nulls(jsonb_build_object('for_member', new.changed_for)));
  return new;
end $$;
comment on function app.on_sign_in_policy() is 'Tells the organization what is asked from now on, and by whom.';

grant execute on function app.may_set_sign_in(uuid) to indaba_person;
grant execute on function app.on_sign_in_policy() to indaba_owner;
set local role indaba_owner;

create or replace trigger needs_fresh before insert or update on app.sign_in_policies for each row execute function app.on_dangerous();
create or replace trigger policy_told before insert or update on app.sign_in_policies for each row execute function app.on_sign_in_policy();
grant select, insert (organization_id, passkeys_only, second_factor, sso_only), update (passkeys_only, second_factor, sso_only) on app.sign_in_policies to indaba_person;
create policy colleagues_read on app.sign_in_policies for select to indaba_person using (organization_id in (select app.my_organizations()) or (select app.has_role('{steward}')));
create policy focal_points_set on app.sign_in_policies for insert to indaba_person with check (app.may_set_sign_in(organization_id));
create policy focal_points_change on app.sign_in_policies for update to indaba_person using (app.may_set_sign_in(organization_id)) with check (app.may_set_sign_in(organization_id));
