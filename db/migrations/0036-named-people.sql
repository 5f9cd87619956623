-- Whom a frozen audience was made for, apart from who is in it just now: whoever comes back is put back, and nobody else's conversation is taken for theirs.
create table app.named_people (
  audience_id int not null references app.audiences on delete cascade,
  member_id uuid not null references app.members on delete cascade,
  primary key (audience_id, member_id)
);
create index on app.named_people (member_id);
comment on table app.named_people is 'Who was named when an audience of named people was made. Nobody is added later; who is suspended, or a guest whose time is over, is not in the audience but stays here.';
do $$
declare t text; tables text[] := array['audiences', 'audience_members', 'conversations', 'messages', 'bylines'];
begin
  -- The owner is held by the policies too, unless it lets go for a moment.
  foreach t in array tables loop execute format('alter table app.%I no force row level security', t); end loop;
  -- Who is in it, and who spoke in it and is out: nobody else was written down until now.
  insert into app.named_people select am.audience_id, am.member_id from app.audience_members am join app.audiences a on a.id = am.audience_id where a.kind = 'named'
    union select m.audience_id, b.member_id from app.audiences a join app.messages m on m.audience_id = a.id join app.bylines b on b.id = m.byline_id where a.kind = 'named' and b.member_id is not null;
  foreach t in array tables loop execute format('alter table app.%I force row level security', t); end loop;
end $$;
