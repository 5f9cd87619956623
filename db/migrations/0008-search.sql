-- Search entries in slices by recency: each slice has its own index on (audience, words).
create table search.entries (
  position bigint not null,
  kind text not null check (kind in ('page','control','message')),
  subject_id uuid not null,
  audience_id int not null,
  words tsvector not null
) partition by range (position);
comment on table search.entries is 'No person reads this table. search.find() returns ids, which the caller reads again under the policies.';

create sequence search.positions;
do $$
begin
  for i in 0..63 loop
    execute format('create table search.entries_%s partition of search.entries for values from (%s) to (%s) with (autovacuum_vacuum_insert_scale_factor = 0.02)', lpad(i::text, 2, '0'), i * 50000, (i + 1) * 50000);
  end loop;
end $$;
create table search.entries_rest partition of search.entries default;
create index on search.entries using gin (audience_id, words);
create index on search.entries (subject_id);
