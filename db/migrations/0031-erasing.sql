-- Who left, when, and whether their name is to be erased from what they wrote.
alter table app.members add column left_at timestamptz, add column erase_asked_at timestamptz, add column erase_asked_by uuid references app.bylines, add column erased_at timestamptz;
comment on column app.members.left_at is 'When they left; the waiting time before their name can be erased runs from here.';
comment on column app.members.erase_asked_by is 'The byline of whoever asked that the name be erased: the person, or a focal point of their organization.';
comment on column app.members.erased_at is 'When name, address, profile and devices were erased. The row stays, as nobody in particular, under what they wrote.';
alter table app.members no force row level security;
alter table app.membership_acts no force row level security;
update app.members m set left_at = coalesce((select max(a.at) from app.membership_acts a where a.member_id = m.id and a.act = 'ended'), now()) where m.status = 'left';
alter table app.members force row level security;
alter table app.membership_acts force row level security;
