-- What a label allows. One table, one function; nobody decides elsewhere.
set local role indaba_keyring;

create or replace function app.marking_admits(wanted text, audience int) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select wanted is null or exists (select from app.marking_outlets o, app.audiences a where o.label = wanted and a.id = audience
    and a.kind = any(o.audience_kinds) and (o.guests or not a.has_guests)
    and (o.max_readers is null or a.size <= o.max_readers and a.frozen)
    -- Of an audience one is not in, the answer would tell its kind, its guests and its size.
    and (session_user <> 'indaba_web' or audience in (select app.my_audiences())))
$$;
comment on function app.marking_admits(text, int) is 'May something with this label have that audience?';

create or replace function app.marking_rank(wanted text) returns int
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select rank from app.marking_outlets where label = wanted), 0)
$$;
comment on function app.marking_rank(text) is 'Order of the labels; 0 for none.';

grant execute on function app.marking_admits(text, int), app.marking_rank(text) to indaba_person, indaba_visitor, indaba_clerk;

set local role indaba_owner;
grant select on app.marking_outlets to indaba_person, indaba_visitor, indaba_clerk;
create policy anyone_reads on app.marking_outlets for select to indaba_person, indaba_visitor, indaba_clerk, indaba_keyring using (true);
