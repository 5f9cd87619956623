-- Taking data along: one's own, or as focal point the records of one's organization. The job reads as the person who asked (roles of its own it has none), so the policies decide what goes in.
set local role indaba_keyring;

create or replace function app.may_export_records(organization uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and app.in_browser() and app.is_focal_point(organization)
$$;
comment on function app.may_export_records(uuid) is 'A focal point takes along what its organization''s people wrote, as far as the focal point may read it.';

create or replace function app.on_export_asked() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.need_fresh();
  if (select count(*) from app.data_exports e where e.member_id = new.member_id and e.asked_at > now() - interval '1 day') >= 10 then
    raise exception using errcode = 'IN429', message = 'records.export.too_many';
  end if;
  perform app.note('export.asked', app.me(), new.member_id, new.organization_id, jsonb_build_object('export_id', new.id, 'export', new.kind) || jsonb_strip_nulls(jsonb_build_object('reason', nullif(new.reason, ''))));
  perform graphile_worker.add_job('records.make-export', json_build_object('ids', json_build_object('export', new.id), 'actor', app.me()), max_attempts => 3);
  return new;
end $$;
comment on function app.on_export_asked() is 'Asking for a package needs a fresh proof, leaves a note and queues the job. Refuses with people.step_up.needed, records.export.too_many (ten a day).';

create or replace function app.on_export_made() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job('records.mail-export', json_build_object('ids', json_build_object('export', new.id), 'actor', new.member_id));
  return null;
end $$;
comment on function app.on_export_made() is 'Queues the mail that says a package can be fetched.';

create or replace function app.take_export(wanted uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare one app.data_exports;
begin
  select * into one from app.data_exports e where e.id = wanted and e.member_id = app.me() and e.made_at is not null and e.taken_at is null and e.expires_at > now()
    and app.in_browser() and (e.kind = 'own' or app.is_focal_point(e.organization_id)) for update;
  if one.id is null then raise exception using errcode = 'IN404', message = 'records.export.not_found'; end if;
  perform app.need_fresh();
  update app.data_exports e set taken_at = now() where e.id = wanted;
  perform app.note('export.taken', app.me(), one.member_id, one.organization_id, jsonb_build_object('export_id', one.id, 'export', one.kind, 'sha256', encode(one.sha256, 'hex'), 'counts', one.counts));
  -- Each item by itself, in the log of the organization it comes from.
  insert into app.audit_notes (kind, actor_id, organization_id, data)
  select 'export.item', app.me(), x.organization_id, jsonb_build_object('export_id', one.id, 'item_id', x.id, 'item', x.kind, 'label', x.label)
    from jsonb_to_recordset(one.told) as x (id uuid, kind text, label text, organization_id uuid);
end $$;
comment on function app.take_export(uuid) is 'Lets a package of mine out, once. Refuses with records.export.not_found, people.step_up.needed.';

grant execute on function app.may_export_records(uuid), app.take_export(uuid) to indaba_person;
grant execute on function app.on_export_asked(), app.on_export_made() to indaba_owner;
set local role indaba_owner;

grant select, update (taken_at) on app.data_exports to indaba_keyring;
create policy keyring_reads on app.data_exports for select to indaba_keyring using (true);
create policy keyring_lets_out on app.data_exports for update to indaba_keyring using (taken_at is null) with check (taken_at is not null);
create or replace trigger asked before insert on app.data_exports for each row execute function app.on_export_asked();
create or replace trigger made_told after update on app.data_exports for each row when (old.made_at is null and new.made_at is not null) execute function app.on_export_made();
create or replace trigger a_held before delete on app.data_exports for each row execute function app.on_removal();

grant select, insert (id, member_id, kind, organization_id, reason, from_on, until_on, exclusions) on app.data_exports to indaba_person;
create policy own on app.data_exports for select to indaba_person using (member_id = (select app.me()));
create policy own_ask on app.data_exports for insert to indaba_person
  with check (member_id = (select app.me()) and (select app.in_browser()) and (select app.may_write()) and (organization_id is null or app.may_export_records(organization_id)));
-- The job says how it went.
grant select, update (made_at, expires_at, failed_at, size, sha256, counts, told) on app.data_exports to indaba_clerk;
create policy clerk_reads on app.data_exports for select to indaba_clerk using (true);
create policy clerk_ends on app.data_exports for update to indaba_clerk using (taken_at is null) with check (taken_at is null);
