-- Work for later: the only way into the queue, for kinds named here, carrying ids and who asked.
set local role indaba_keyring;

create or replace function app.enqueue(job text, ids jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if job <> all (array['people.mail-invitation', 'hub.mail-health'])
     or not (app.me() is not null and app.may_write() or session_user = 'indaba_worker')
     -- Each run makes a new link and kills the one before: only for who may invite there.
     or app.me() is not null and not exists (select from app.invitations i where i.id::text = ids ->> 'invitation' and app.may_invite(i.organization_id))
     or jsonb_typeof(ids) <> 'object'
     or exists (select from jsonb_each(ids) e where jsonb_typeof(e.value) not in ('string', 'number') or length(e.value::text) > 80) then
    raise exception using errcode = 'IN403', message = 'common.job.refused';
  end if;
  perform graphile_worker.add_job(job, json_build_object('ids', ids, 'actor', app.me()));
end $$;
comment on function app.enqueue(text, jsonb) is 'Queues a job of an allowed kind in this transaction; the actor is the session''s, never the caller''s word. ids: short strings and numbers. Refuses with common.job.refused.';

grant execute on function app.enqueue(text, jsonb) to indaba_person, indaba_clerk;
set local role indaba_owner;
