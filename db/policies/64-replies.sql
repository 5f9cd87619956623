-- Answers by mail. The address names who may answer what; whether they still may is asked when an answer comes.
set local role indaba_keyring;

create or replace function app.may_answer_by_mail(member uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- A mailbox is less than a passkey, a second factor or the authority's own sign-in.
  select not exists (select from app.memberships ms join app.sign_in_policies p using (organization_id) where ms.member_id = member and (p.passkeys_only or p.second_factor or p.sso_only))
$$;
comment on function app.may_answer_by_mail(uuid) is 'May this member answer by mail? Not where their organization asks for more than a password at sign-in. For functions only.';

create or replace function app.make_reply_address(wanted uuid, member uuid, message uuid, secret bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from app.reply_addresses r where r.made_at < now() - interval '30 days';
  insert into app.reply_addresses (id, member_id, message_id, audience_id, secret_hash) select wanted, member, m.id, m.audience_id, secret from app.messages m where m.id = message and app.may_answer_by_mail(member);
  return found;
end $$;
comment on function app.make_reply_address(uuid, uuid, uuid, bytea) is 'Notes the address that a mail to a member carries, to answer a message; false where they may not answer by mail. For the clerk.';

create or replace function app.open_reply(secret bytea)
returns table (member_id uuid, email text, name text, locale text, thread_id uuid, label text, why text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare r app.reply_addresses;
begin
  update app.reply_addresses a set used = a.used + 1 where a.secret_hash = secret and a.made_at > now() - interval '30 days' and a.used < 50
      -- Of whoever left or is suspended no address is known any more.
      and exists (select from app.members m join app.accounts c on c.member_id = m.id where m.id = a.member_id and m.status = 'active' and c.email <> '') returning a.* into r;
  if r.id is null then return; end if;
  return query select r.member_id, a.email, m.name, m.locale, x.thread_id, o.label,
      case when x.deleted_at is not null or not (x.audience_id = 1 or exists (select from app.audience_members am where am.audience_id = x.audience_id and am.member_id = r.member_id and (am.ends_at is null or am.ends_at > now())))
          then 'conversations.reply.gone'
        when not app.may_answer_by_mail(r.member_id) then 'conversations.reply.policy'
        -- It may have been raised since. What mail may not carry out, it may not bring in.
        when o.mail <> 'text' then 'conversations.reply.label' end
    from app.members m join app.accounts a on a.member_id = m.id join app.messages x on x.id = r.message_id
      join app.marking_outlets o on o.label = app.label_of_words(x.conversation_id, x.marking)
   where m.id = r.member_id;
end $$;
comment on function app.open_reply(bytea) is 'A mail came to an address: whose it is, what it answers, under which label, and why not where it may not be answered by mail any more. No row for an address that is not known, too old, used fifty times, or whose member is not active. For the clerk.';

create or replace function app.tell_refused(secret bytea, told boolean) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update app.reply_addresses set refused_at = case when told then now() end where secret_hash = secret and (not told or refused_at is null or refused_at < now() - interval '10 minutes');
  return found;
end $$;
comment on function app.tell_refused(bytea, boolean) is 'May its member be told now by mail that an answer was not taken? Once in ten minutes, so that two machines that answer each other end; told = false: that mail did not go out. For the clerk.';

grant execute on function app.make_reply_address(uuid, uuid, uuid, bytea), app.open_reply(bytea), app.tell_refused(bytea, boolean) to indaba_clerk;
set local role indaba_owner;

grant select, insert, update, delete on app.reply_addresses to indaba_keyring;
create policy keyring_opens on app.reply_addresses to indaba_keyring using (true) with check (true);
