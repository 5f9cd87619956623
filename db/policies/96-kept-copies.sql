-- A hold is nobody's to notice: who changes or removes their own held words is answered as ever, and what was there is kept aside.
set local role indaba_keyring;

create or replace function app.sealed_words_held(byline uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from sealed.byline_members s join app.legal_holds h on h.lifted_at is null and (h.scope = 'person' and h.subject_id = s.member_id
    or h.scope = 'organization' and app.worked_for(s.member_id, h.subject_id)) where s.byline_id = byline)
$$;
comment on function app.sealed_words_held(uuid) is 'Is a pseudonym held because of whoever is behind it? Its words go when those beside them go, else what stays would say who it is; a copy is kept.';

create or replace function app.byline_of(what text, r jsonb) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case what
    when 'change_request_pages' then (select c.byline_id from app.change_requests c where c.id = (r ->> 'change_request_id')::uuid)
    when 'message_revisions' then (select m.byline_id from app.messages m where m.id = (r ->> 'message_id')::uuid)
    when 'attachments' then (select m.byline_id from app.messages m where m.id = (r ->> 'message_id')::uuid)
    when 'event_payloads' then (select e.byline_id from app.events e where e.id = (r ->> 'event_id')::bigint)
    when 'members' then (select b.id from app.bylines b where b.member_id = (r ->> 'id')::uuid and b.kind = 'person')
    else coalesce((r ->> 'byline_id')::uuid, (select b.id from app.bylines b where b.member_id = (r ->> 'member_id')::uuid and b.kind = 'person')) end
$$;
comment on function app.byline_of(text, jsonb) is 'Under whose name this row of that table stands. For functions only.';

create or replace function app.keep_copy(what text, r jsonb) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into app.held_copies (kind, byline_id, words, audience_id) select what, app.byline_of(what, r), r, case
    when what = 'members' or what = 'profile_fields' and r ->> 'shown_to' = 'members' then 2
    when what = 'profile_fields' and r ->> 'shown_to' = 'organization' then (select a.id from app.bylines b join app.audiences a on a.kind = 'organization' and a.ref = b.organization_id
      where b.member_id = (r ->> 'member_id')::uuid and b.kind = 'person')
    else (r ->> 'audience_id')::int end
$$;
comment on function app.keep_copy(text, jsonb) is 'Keeps aside a row as it was. For triggers only.';

create or replace function app.on_words_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- As every removal: a hold that is being placed is waited for.
  perform pg_advisory_xact_lock_shared(hashtext('indaba legal holds'));
  if app.anything_held() and (app.row_held(tg_table_name, to_jsonb(old)) or app.sealed_words_held(app.byline_of(tg_table_name, to_jsonb(old)))) then
    perform app.keep_copy(tg_table_name, to_jsonb(old));
  end if;
  return null;
end $$;
comment on function app.on_words_gone() is 'Keeps what held words were before they were written over or taken away. Says nothing to anybody.';

create or replace function app.drop_free_copies() returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  perform pg_advisory_xact_lock_shared(hashtext('indaba legal holds'));
  delete from app.held_copies h where not coalesce(app.row_held(h.kind, h.words), false) and not app.sealed_words_held(h.byline_id);
  get diagnostics n = row_count;
  return n;
end $$;
comment on function app.drop_free_copies() is 'Removes copies that no hold wants any more. For the archivist only.';

grant execute on function app.drop_free_copies() to indaba_archivist;
grant execute on function app.on_words_gone() to indaba_owner;
set local role indaba_owner;

grant select, insert, delete on app.held_copies to indaba_keyring;
create policy keyring_keeps on app.held_copies to indaba_keyring using (true) with check (true);
create or replace trigger kept_aside after update on app.threads for each row when (old.title is distinct from new.title) execute function app.on_words_gone();
create or replace trigger kept_aside after update on app.channels for each row when ((old.name, old.purpose) is distinct from (new.name, new.purpose)) execute function app.on_words_gone();
create or replace trigger kept_aside after update on app.circles for each row when ((old.name, old.purpose) is distinct from (new.name, new.purpose)) execute function app.on_words_gone();
create or replace trigger kept_aside after update on app.change_requests for each row when ((old.title, old.reason) is distinct from (new.title, new.reason)) execute function app.on_words_gone();
create or replace trigger kept_aside after update on app.change_request_pages for each row when ((old.text, old.path) is distinct from (new.text, new.path)) execute function app.on_words_gone();
create or replace trigger kept_aside after update on app.members for each row when (old.name is distinct from new.name) execute function app.on_words_gone();
create or replace trigger kept_aside after update on app.profile_fields for each row when (old.words is distinct from new.words) execute function app.on_words_gone();
create or replace trigger kept_aside after update on app.on_call for each row when ((old.name, old.phone, old.mail) is distinct from (new.name, new.phone, new.mail)) execute function app.on_words_gone();
create or replace trigger taken_aside after delete on app.profile_fields for each row execute function app.on_words_gone();
create or replace trigger taken_aside after delete on app.on_call for each row execute function app.on_words_gone();

-- Read by nobody but the job that makes the records of an organization, as the focal point who asked, where the focal point could read it; never by whose words they are.
grant select on app.held_copies to indaba_person;
create policy records_take on app.held_copies for select to indaba_person using (session_user = 'indaba_worker' and audience_id in (select app.my_audiences()) and byline_id not in (select app.my_bylines())
  and exists (select from app.bylines b where b.id = byline_id and b.kind in ('person', 'organization') and app.may_export_records(b.organization_id)));
