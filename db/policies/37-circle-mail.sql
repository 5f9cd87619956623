-- Mail about coming into circles: who asks those who run one, what they answered, who is invited. The name of a hidden circle stays in the hub.
set local role indaba_keyring;

create or replace function app.on_admission_told() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform graphile_worker.add_job('people.mail-admission', json_build_object('ids', json_build_object('admission', new.id, 'step', 'made'), 'actor', app.me()));
  elsif new.kind = 'request' and old.outcome is null and new.outcome in ('accepted', 'declined') then
    perform graphile_worker.add_job('people.mail-admission', json_build_object('ids', json_build_object('admission', new.id, 'step', 'answered'), 'actor', app.me()));
  end if;
  return null;
end $$;
comment on function app.on_admission_told() is 'Queues the mail about a request, an invitation, or the answer to a request.';

create or replace function app.admission_to_mail(admission uuid, step text) returns table (what text, email text, name text, locale text, circle text, slug text, by text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with one as (
    select a.*, case when c.listed then c.name end as title, case when c.listed then c.slug end as address, c.audience_id
      from app.circle_admissions a join app.circles c on c.id = a.circle_id join app.members who on who.id = a.member_id and who.status = 'active'
     where a.id = admission
       and case step when 'made' then a.outcome is null
           -- Asking, taking it back and asking again within a day is one mail.
           and not exists (select from app.circle_admissions b where b.circle_id = a.circle_id and b.member_id = a.member_id and b.kind = a.kind and b.id <> a.id and b.at <= a.at and b.at > a.at - interval '1 day')
         else a.kind = 'request' and a.outcome in ('accepted', 'declined') end)
  select case when step = 'answered' then one.outcome when one.kind = 'request' then 'asked' else 'invited' end, k.email, m.name, m.locale, one.title, one.address, coalesce(b.name, '')
    from one join app.members m on m.status = 'active' and case when step = 'made' and one.kind = 'request' then exists (select from app.circle_runners r
        join app.audience_members am on am.audience_id = one.audience_id and am.member_id = r.member_id where r.circle_id = one.circle_id and r.member_id = m.id) else m.id = one.member_id end
      join app.accounts k on k.member_id = m.id and k.email <> ''
      left join app.bylines b on b.id = case step when 'answered' then one.answered_by else one.byline_id end
   order by m.slug
$$;
comment on function app.admission_to_mail(uuid, text) is 'Whom to mail about a request or an invitation that was made, or a request that was answered: active people only, the name of the circle only where it is listed. For the clerk only.';

grant execute on function app.admission_to_mail(uuid, text) to indaba_clerk;
grant execute on function app.on_admission_told() to indaba_owner;
set local role indaba_owner;

create or replace trigger admission_told after insert or update of outcome on app.circle_admissions for each row execute function app.on_admission_told();
