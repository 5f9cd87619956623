-- Pseudonyms: a name of one's own per audience; who stands behind it is in sealed and comes out through "is it mine?" only.
set local role indaba_keyring;

create or replace function app.take_pseudonym(byline uuid, audience int, title text) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid;
begin
  -- Public (1) is no place for one: whoever is outside could not be told apart from nobody.
  if app.me() is null or not app.may_write() or audience = 1 or audience not in (select app.my_audiences()) then
    raise exception using errcode = 'IN404', message = 'people.pseudonym.not_found';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(app.me()::text || ':' || audience, 0));
  select b.id into mine from app.bylines b join sealed.byline_members s on s.byline_id = b.id where s.member_id = app.me() and b.audience_id = audience and b.kind = 'pseudonym';
  if mine is not null then return mine; end if;
  if substr(byline::text, 15, 1) <> '4' then raise exception using errcode = 'IN422', message = 'people.pseudonym.ordered_id'; end if;
  insert into app.bylines (id, kind, audience_id, name) values (byline, 'pseudonym', audience, title);
  insert into sealed.byline_members (byline_id, member_id) values (byline, app.me());
  return byline;
end $$;
comment on function app.take_pseudonym(uuid, int, text) is 'My one pseudonym in an audience of mine, made on first use with a random id (one ordered by time would tell when, and with what else). Refuses with people.pseudonym.not_found, .ordered_id.';

grant execute on function app.take_pseudonym(uuid, int, text) to indaba_person;
set local role indaba_owner;
grant insert on sealed.byline_members to indaba_keyring;
create policy keyring_seals on sealed.byline_members for insert to indaba_keyring with check (true);
create policy keyring_hides on app.bylines for insert to indaba_keyring with check (kind = 'pseudonym' and member_id is null and organization_id is null);
