-- Whom a message names: only those its writer may see, told only where they read.
set local role indaba_keyring;

create or replace function app.name_in_message(message uuid, audience int, talk uuid, named text[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  -- What the writer may not see is passed over in silence, as what is not there.
  insert into app.mentions (message_id, audience_id, kind, target_id)
  select message, audience, t.kind, coalesce(t.id, talk) from (
    select distinct split_part(x, ':', 1) as kind, case when split_part(x, ':', 1) <> 'channel' and x ~ ':[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(x, ':', 2)::uuid end as id
      from unnest(named[1:50]) x) t
   where case t.kind
     when 'person' then exists (select from app.bylines b join app.members m on m.id = b.member_id where b.id = t.id and b.kind = 'person' and m.status = 'active'
       and (2 in (select app.my_audiences()) or m.id in (select app.my_peers()) or m.id = app.me()))
     when 'organization' then exists (select from app.organizations o where o.id = t.id
       and (2 in (select app.my_audiences()) or o.id in (select app.my_organizations()) or o.id in (select app.peer_organizations())))
     when 'circle' then exists (select from app.circles c where c.id = t.id and (c.audience_id in (select app.my_audiences()) or c.listed and 2 in (select app.my_audiences())))
     else t.kind = 'channel' end
  on conflict do nothing
$$;
comment on function app.name_in_message(uuid, int, uuid, text[]) is 'Writes down whom a message names, of those whom I may see. For functions only.';

create or replace function app.set_mentions(message uuid, named text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare m app.messages;
begin
  select * into m from app.messages x where x.id = message and x.byline_id in (select app.my_bylines()) and x.audience_id in (select app.my_audiences());
  if not found or not app.may_write() then raise exception using errcode = 'IN404', message = 'conversations.message.not_found'; end if;
  -- Who was named before and still is has been told already: that row stays.
  delete from app.mentions n where n.message_id = message and case n.kind when 'channel' then 'channel:here' else n.kind || ':' || n.target_id end <> all(named);
  if m.deleted_at is null and named <> '{}' then perform app.name_in_message(message, m.audience_id, m.conversation_id, named); end if;
end $$;
comment on function app.set_mentions(uuid, text[]) is 'Whom a message of mine names after it was edited; none once it was taken back. Refuses with conversations.message.not_found.';

create or replace function app.mentioned_members(message uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct m.id from app.mentions n join app.messages x on x.id = n.message_id and x.deleted_at is null
    join app.members m on m.status = 'active' and case n.kind
      when 'person' then exists (select from app.bylines b where b.id = n.target_id and b.member_id = m.id)
      when 'organization' then exists (select from app.memberships ms where ms.organization_id = n.target_id and ms.member_id = m.id)
      when 'circle' then exists (select from app.circles c join app.audience_members am on am.audience_id = c.audience_id where c.id = n.target_id and am.member_id = m.id and (am.ends_at is null or am.ends_at > now()))
      else exists (select from app.audience_members am where am.audience_id = app.talkers(n.audience_id) and am.member_id = m.id and (am.ends_at is null or am.ends_at > now())) end
   where n.message_id = message and (n.audience_id = 1 or exists (select from app.audience_members am where am.audience_id = n.audience_id and am.member_id = m.id and (am.ends_at is null or am.ends_at > now())))
     and not exists (select from app.bylines b where b.id = x.byline_id and b.member_id = m.id)
$$;
comment on function app.mentioned_members(uuid) is 'Whom to tell of a message because it names them: members who read it now, without its writer. For jobs.';

grant execute on function app.set_mentions(uuid, text[]) to indaba_person;
grant execute on function app.mentioned_members(uuid) to indaba_clerk;
set local role indaba_owner;

grant select, insert, delete on app.mentions to indaba_keyring;
create policy keyring_names on app.mentions to indaba_keyring using (true) with check (true);
grant select on app.mentions to indaba_person;
create policy readers_see on app.mentions for select to indaba_person using (audience_id in (select app.my_audiences()));
create policy through_the_message on app.mentions as restrictive for select to indaba_person
  using (exists (select from app.messages m where m.id = message_id and m.audience_id = mentions.audience_id and m.deleted_at is null));
-- Who else was named stands in the words; the rows are for those they name.
create policy who_is_named on app.mentions as restrictive for select to indaba_person using (case kind
  when 'person' then target_id in (select app.my_bylines())
  when 'organization' then target_id in (select app.my_organizations())
  when 'circle' then target_id in (select c.id from app.circles c where c.audience_id in (select app.my_audiences()))
  else true end);
