-- Push: which browsers are told, and in what words. The push service carries what it cannot read; the label decides whether there is anything to read.
set local role indaba_keyring;

-- The first form was for browsers alone.
drop function if exists app.subscribe_push(text, text, text, int);
create or replace function app.subscribe_push(address text, curve text, secret text, version int, program boolean) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid; own uuid;
begin
  select s.id into mine from app.sessions s where s.token_hash = app.session_hash() and s.kind = case when program then 'token' else 'browser' end;
  if mine is null or app.me() is null or not app.may_keep_own() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  -- One browser, one place: whoever used it before is told there no more.
  delete from app.push_subscriptions p where p.endpoint = address and p.session_id <> mine;
  if (select count(*) from app.push_subscriptions p where p.member_id = app.me()) >= 20 then raise exception using errcode = 'IN422', message = 'conversations.push.too_many'; end if;
  insert into app.push_subscriptions as p (member_id, session_id, endpoint, p256dh, auth, key_version) values (app.me(), mine, address, curve, secret, version)
    on conflict (session_id, endpoint) do update set p256dh = excluded.p256dh, auth = excluded.auth, key_version = excluded.key_version returning p.id into own;
  return own;
end $$;
comment on function app.subscribe_push(text, text, text, int, boolean) is 'Lets the browser of this session be told by push, or the program that holds this token with the scope write; it ends with the session. Refuses with common.not_found (another kind of session, or one that only reads), conversations.push.too_many.';

create or replace function app.claim_pushes(most int)
returns table (push uuid, endpoint text, p256dh text, auth text, key_version int, locale text, item jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  with due as materialized (select * from app.pushes p where p.due <= now() and (p.claimed_at is null or p.claimed_at < now() - interval '2 minutes') order by p.due limit most for update skip locked),
  live as materialized (
    select d.id, n.message_id, n.reason, s.endpoint, s.p256dh, s.auth, s.key_version, n.member_id from due d join app.notices n on n.id = d.notice_id
      join app.push_subscriptions s on s.id = d.subscription_id join app.sessions x on x.id = s.session_id and x.revoked_at is null and x.expires_at > now()
      left join app.read_markers r on r.member_id = n.member_id and r.thread_id = n.thread_id
     where n.number > coalesce(r.number, 0) and n.seen_at is null and app.still_told(n.member_id, n.message_id, n.reason)
       -- A program is not even told that something waits which its token may not read.
       and (x.kind = 'browser' or exists (select from app.messages y join app.marking_outlets o on o.label = app.label_of_words(y.conversation_id, y.marking) where y.id = n.message_id and (o.api_scope = 'read' or o.api_scope = any(x.scopes))))),
  dead as (update app.pushes p set due = null, claimed_at = null from due d where p.id = d.id and d.id not in (select l.id from live l)),
  mine as (update app.pushes p set claimed_at = now(), tries = p.tries + 1 from live l where p.id = l.id)
  select l.id, l.endpoint, l.p256dh, l.auth, l.key_version, m.locale,
      case o.mail when 'text' then jsonb_build_object('mail', 'text', 'reason', l.reason, 'thread_id', x.thread_id, 'label', coalesce(x.marking, t.ceiling), 'author', b.name, 'body', left(x.body, 200))
      else jsonb_build_object('mail', case when x.marking is null then 'notice' else o.mail end) end
    from live l join app.members m on m.id = l.member_id join app.messages x on x.id = l.message_id join app.conversations t on t.id = x.conversation_id
      join app.marking_outlets o on o.label = app.label_of_words(t.id, x.marking) left join app.bylines b on b.id = x.byline_id;
end $$;
comment on function app.claim_pushes(int) is 'Takes up what push has to tell now. Words only where the label lets them out; above TLP:GREEN no more than notice or waits. Only to browsers whose session lives, of members who still read the message and have not yet. Claimed for two minutes. For the clerk.';

create or replace function app.push_sent(push uuid, outcome text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if outcome = 'gone' then delete from app.push_subscriptions s using app.pushes p where p.id = push and s.id = p.subscription_id; return; end if;
  update app.pushes p set claimed_at = null, due = case when outcome = 'later' and p.tries < 5 then now() + make_interval(secs => 30 * 2 ^ p.tries) end where p.id = push and p.claimed_at is not null;
end $$;
comment on function app.push_sent(uuid, text) is 'What became of a push that was claimed: sent, gone (the browser is there no more), later (tried again, five times). For the clerk.';

create or replace function app.subscriptions_under(version int) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)::int from app.push_subscriptions p join app.sessions s on s.id = p.session_id and s.revoked_at is null and s.expires_at > now() where p.key_version = version
$$;
comment on function app.subscriptions_under(int) is 'How many browsers know only this version of the key vapid.';

create or replace function app.my_push_addresses() returns table (device text, endpoint text, p256dh text, auth text, key_version int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not (app.in_browser() and app.may_set_hub()) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  return query select s.name, p.endpoint, p.p256dh, p.auth, p.key_version from app.push_subscriptions p
    join app.sessions s on s.id = p.session_id and s.revoked_at is null and s.expires_at > now() where p.member_id = app.me() order by p.created_at;
end $$;
comment on function app.my_push_addresses() is 'Where a steward''s own browsers are reached, for trying push from the settings. Refuses with common.not_found.';

grant execute on function app.subscribe_push(text, text, text, int, boolean), app.my_push_addresses() to indaba_person;
grant execute on function app.claim_pushes(int), app.push_sent(uuid, text), app.subscriptions_under(int) to indaba_clerk;
set local role indaba_owner;

grant select, insert, update, delete on app.push_subscriptions to indaba_keyring;
create policy keyring_pushes on app.push_subscriptions to indaba_keyring using (true) with check (true);
grant select, insert, update on app.pushes to indaba_keyring;
create policy keyring_pushes on app.pushes to indaba_keyring using (true) with check (true);
-- One may see which browsers are told, and end it; where they are reached stays here.
grant select (id, member_id, session_id, created_at), delete on app.push_subscriptions to indaba_person;
create policy own on app.push_subscriptions for select to indaba_person using (member_id = (select app.me()));
create policy own_end on app.push_subscriptions for delete to indaba_person using (member_id = (select app.me()) and (select app.may_keep_own()));
