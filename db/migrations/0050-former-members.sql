-- Who was erased is marked as such between two signs that no name may hold, so that every page can say it in the reader's language.
alter table app.members no force row level security;
update app.members set name = U&'\2068' || left(name, 118) || U&'\2069' where erased_at is not null and left(name, 1) <> U&'\2068';
alter table app.members force row level security;
