-- The bell of keeping order: what waits for me to decide, and what was decided about me or what I reported. Reason and, where I read it, place; never words, and never who.
set local role indaba_keyring;

create or replace function app.order_bell() returns table (kind text, id uuid, reason text, outcome text, subject_id uuid, marking text, handed boolean, at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with sealed as materialized (select app.sealed_labels() as labels), mine as materialized (select array(select app.my_bylines()) as bylines), places as materialized (select array(select app.my_audiences()) as audiences, app.may_restrict(null) as hub)
  select x.kind, x.id, x.reason, x.outcome, case when x.audience_id = any(p.audiences) then c.subject_id end, x.marking, x.handed, x.at
    from sealed s, mine w, places p cross join lateral (
      select 'report' as kind, r.id, r.reason, null as outcome, case when not r.handed then r.conversation_id end as conversation_id, r.audience_id, m.marking, r.handed, r.created_at as at
        from app.message_reports r join app.messages m on m.id = r.message_id 
       where r.closed_at is null and (r.audience_id = any(p.audiences) or r.handed and p.hub) and app.may_close_report(r.id)
      union all
      select 'answer', a.id, a.reason, null, case when not a.handed then a.conversation_id end, a.audience_id, m.marking, a.handed, a.answered_at
        from app.moderation_acts a left join app.messages m on m.id = a.message_id
       where a.answer is not null and a.settled_at is null and (a.audience_id = any(p.audiences) or p.hub) and app.may_settle(a.id) and not (a.moderator_id = any(w.bylines) and app.another_settles(a.id))
      union all
      select 'outcome', r.id, r.reason, r.outcome, r.conversation_id, r.audience_id, m.marking, r.handed, r.closed_at
        from app.message_reports r join app.messages m on m.id = r.message_id where r.byline_id = any(w.bylines) and r.closed_at is not null and r.seen_at is null and r.closed_by is distinct from r.byline_id
      union all
      select case when a.settled_at is not null then 'settled' else a.kind end, a.id, a.reason, case when a.settled_at is not null then case when a.undone then 'undone' else 'upheld' end end,
          a.conversation_id, a.audience_id, m.marking, a.handed, coalesce(a.settled_at, a.at)
        from app.moderation_acts a left join app.messages m on m.id = a.message_id where a.byline_id = any(w.bylines) and a.seen_at is null) x
      left join app.conversations c on c.id = x.conversation_id
   where x.marking is null or x.marking <> all(s.labels)
   order by x.kind in ('report', 'answer') desc, x.at desc, x.id limit 100
$$;
comment on function app.order_bell() is 'What rings for me: kind report or answer (waits for me to decide), outcome (of my report), removed, restricted or settled (about me) until I have seen it. A place only where I read; of what was handed over none. A token hears nothing of a label that it may not read.';

create or replace function app.count_order_bell(out waiting int, out told int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) filter (where b.kind in ('report', 'answer'))::int, count(*) filter (where b.kind not in ('report', 'answer'))::int from app.order_bell() b
$$;
comment on function app.count_order_bell() is 'How much of it waits for me to decide, and of how much I am only told.';

create or replace function app.see_order() returns setof uuid
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with mine as materialized (select b from app.my_bylines() b where app.may_keep_own()),
  r as (update app.message_reports set seen_at = now() where byline_id in (select b from mine) and closed_at is not null and seen_at is null returning id),
  a as (update app.moderation_acts set seen_at = now() where byline_id in (select b from mine) and seen_at is null returning id)
  select id from r union all select id from a
$$;
comment on function app.see_order() is 'I have seen what was decided about me and what I reported: what of it was new. A token without the scope write only reads.';

grant execute on function app.order_bell(), app.count_order_bell() to indaba_person, indaba_visitor;
grant execute on function app.see_order() to indaba_person;
set local role indaba_owner;
grant update (seen_at) on app.message_reports to indaba_keyring;
