-- Threads are found by a part of their title without reading the titles of others: letters and pairs of letters, each under its audience, as numbers.
create function search.pieces(audience int, title text) returns bigint[]
language sql immutable parallel safe
return array(select distinct hashtextextended(substr(lower(title), n, k), audience) from generate_series(1, length(title)) n, generate_series(1, 2) k where n + k <= length(lower(title)) + 1);
comment on function search.pieces(int, text) is 'The letters and pairs of letters of a title under its audience, hashed: what stands in a part of it stands in the whole. Two that share a number are told apart by the title itself. Never changed: the index would not be made anew.';
create index titles on app.threads using gin (search.pieces(audience_id, title)) with (gin_pending_list_limit = 64) where moved_to is null;
create index newest on app.threads (created_at) where moved_to is null;
