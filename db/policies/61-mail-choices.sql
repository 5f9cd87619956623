-- Mail about direct messages. What goes into it is decided here: a job learns neither words nor, above TLP:GREEN, names.
set local role indaba_keyring;

create or replace function app.my_mail_direct() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.mail_direct from app.accounts a where a.member_id = (select app.me())
$$;
comment on function app.my_mail_direct() is 'Do I get a mail when somebody writes to me directly? Null for whoever is not signed in.';

create or replace function app.choose_mail_direct(wanted boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.me() is null or not app.may_keep_own() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  update app.accounts set mail_direct = wanted where member_id = app.me();
end $$;
comment on function app.choose_mail_direct(boolean) is 'Says whether I want mail about direct messages. Refuses with common.not_found (not signed in, or a token that only reads).';

create or replace function app.stop_mail_direct(secret bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.accounts a set mail_direct = false from app.mail_notices n where n.stop_hash = secret and a.member_id = n.member_id;
  return found;
end $$;
comment on function app.stop_mail_direct(bytea) is 'The link at the end of a mail about direct messages: no more of them. It can do nothing else, so it needs no signing in; false for a link that is not known.';

create or replace function app.direct_to_mail(thread uuid)
returns table (member_id uuid, email text, name text, locale text, number int, direct uuid, people text[], red boolean)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare talk uuid; readers int; subject uuid;
begin
  select c.id, c.audience_id, c.subject_id into talk, readers, subject from app.threads t join app.conversations c on c.id = t.conversation_id and c.subject_kind = 'direct' where t.id = thread;
  if talk is null then return; end if;
  -- Two jobs for one conversation come one after the other; the second sees what the first noted.
  perform pg_advisory_xact_lock(hashtextextended(talk::text, 61));
  delete from app.mail_notices n where n.sent_at < now() - interval '90 days'
    and n.member_id in (select am.member_id from app.audience_members am where am.audience_id = readers);
  return query
    select m.id, a.email, m.name, m.locale, u.number, subject, case when u.told then u.people end, u.red
      from app.audience_members am join app.members m on m.id = am.member_id and m.status = 'active'
      join app.accounts a on a.member_id = m.id and a.mail_direct and a.email <> ''
      left join app.read_markers r on r.thread_id = thread and r.member_id = m.id
      cross join lateral (select max(x.thread_number) as number, bool_and(o.mail = 'text') as told, coalesce(bool_or(x.marking is not null and o.mail = 'waits'), false) as red, array_agg(distinct b.name order by b.name) as people
        from app.messages x join app.bylines b on b.id = x.byline_id
          -- A message without a label counts as the highest that its conversation allows, as everywhere.
          join app.marking_outlets o on o.label = app.label_of_words(talk, x.marking)
         where x.thread_id = thread and x.thread_number > coalesce(r.number, 0) and x.deleted_at is null and b.member_id is distinct from m.id) u
     where am.audience_id = readers and (am.ends_at is null or am.ends_at > now()) and u.number is not null
       and app.follow_of(m.id, thread) is distinct from 'muted' and (app.level_of(m.id, talk) = 'everything' or app.level_of(m.id, talk) = 'mentions' and exists (
         select from app.mentions n join app.messages x on x.id = n.message_id join app.bylines b on b.id = n.target_id and b.member_id = m.id
          where x.thread_id = thread and x.thread_number > coalesce(r.number, 0) and x.deleted_at is null and n.kind = 'person'))
       and not exists (select from app.mail_notices n join app.threads nt on nt.id = n.thread_id and nt.conversation_id = talk
         left join app.read_markers nr on nr.thread_id = n.thread_id and nr.member_id = m.id where n.member_id = m.id and n.number > coalesce(nr.number, 0))
     order by m.slug;
end $$;
comment on function app.direct_to_mail(uuid) is 'Whom to tell now of unread messages in this thread of a direct conversation: active members who want such mail and have read what the last mail was about. people: who wrote, or null where a label above TLP:GREEN keeps that back; red: a message marked TLP:RED is among them. For the clerk only.';

grant execute on function app.my_mail_direct(), app.choose_mail_direct(boolean) to indaba_person;
grant execute on function app.stop_mail_direct(bytea) to indaba_person, indaba_visitor;
grant execute on function app.direct_to_mail(uuid) to indaba_clerk;
set local role indaba_owner;

grant select (id, member_id, thread_id, number, stop_hash, sent_at), delete on app.mail_notices to indaba_keyring;
create policy keyring_reads on app.mail_notices for select to indaba_keyring using (true);
create policy keyring_tidies on app.mail_notices for delete to indaba_keyring using (sent_at < now() - interval '90 days');
grant select, insert, delete on app.mail_notices to indaba_clerk;
create policy clerk_keeps on app.mail_notices to indaba_clerk using (true) with check (true);
