-- The readers of a channel that is for those one names: a circle behind it.
set local role indaba_keyring;

create or replace function app.may_name_readers() returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select app.may_write() and 2 in (select app.my_audiences())
$$;
comment on function app.may_name_readers() is 'Full members open channels for people and organizations they name.';

create or replace function app.make_readers(circle uuid, address text, title text) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare readers int;
begin
  if not app.may_name_readers() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  insert into app.audiences (kind, ref, label) values ('circle', circle, title) returning id into readers;
  insert into app.circles (id, slug, name, audience_id, for_channel) values (circle, address, title, readers, true);
  insert into app.circle_members (circle_id, member_id) values (circle, app.me());
  insert into app.circle_runners (circle_id, member_id) values (circle, app.me()) on conflict do nothing;
  return readers;
end $$;
comment on function app.make_readers(uuid, text, text) is 'Makes the readers of a channel that is for those one names: whoever makes it is among them and says who else is. Refuses with common.not_found.';

grant execute on function app.may_name_readers(), app.make_readers(uuid, text, text) to indaba_person;
set local role indaba_owner;
-- A visitor, too, is shown the list of channels; of circles they see none.
grant select (id, slug, audience_id, for_channel) on app.circles to indaba_visitor;
create policy visitors_see_none on app.circles for select to indaba_visitor using (audience_id = 1);
