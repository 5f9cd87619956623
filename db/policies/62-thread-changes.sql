-- The trace that a change of a whole thread leaves in it.
set local role indaba_keyring;

create or replace function app.on_thread_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare author uuid; behind int;
begin
  -- A move tells of itself; what no member did is nobody's act.
  if app.me() is null or new.moved_to is not null then return null; end if;
  select b.id into author from app.bylines b where b.member_id = app.me() and b.kind = 'person';
  select coalesce(max(k.last_number), 0) into behind from app.counters k where k.scope_id = new.id;
  if new.title <> old.title then
    insert into app.thread_changes (id, thread_id, audience_id, kind, was, became, byline_id, after_number) values (gen_random_uuid(), new.id, new.audience_id, 'renamed', old.title, new.title, author, behind);
  end if;
  if (new.resolved_at is null) <> (old.resolved_at is null) then
    insert into app.thread_changes (id, thread_id, audience_id, kind, byline_id, after_number) values (gen_random_uuid(), new.id, new.audience_id, case when new.resolved_at is null then 'reopened' else 'resolved' end, author, behind);
  end if;
  return null;
end $$;
comment on function app.on_thread_changed() is 'Writes into a thread who renamed, resolved or reopened it. For the trigger only.';
grant execute on function app.on_thread_changed() to indaba_owner;
set local role indaba_owner;

create or replace trigger traced after update of title, resolved_at on app.threads for each row execute function app.on_thread_changed();
grant insert on app.thread_changes to indaba_keyring;
create policy keyring_traces on app.thread_changes for insert to indaba_keyring with check (true);
grant select on app.thread_changes to indaba_person, indaba_visitor;
create policy readers_see on app.thread_changes for select to indaba_person, indaba_visitor using (audience_id in (select app.my_audiences()));
-- Where the words went away, an old title goes too: it may have said too much.
create policy through_the_thread on app.thread_changes as restrictive for select to indaba_person, indaba_visitor
  using (exists (select from app.threads t where t.id = thread_id and t.audience_id = thread_changes.audience_id and t.moved_to is null));
create policy labels_hold on app.thread_changes as restrictive for select to indaba_person using (cardinality((select app.sealed_labels())) = 0 or not app.holds_sealed(thread_id));
