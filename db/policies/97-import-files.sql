-- Files of talk from elsewhere, on their way in: the command puts them in, app.land_import() takes them out.
grant select, delete on app.import_files to indaba_keyring;
create policy keyring_keeps on app.import_files to indaba_keyring using (true);
grant select (place_id, source_key), insert on app.import_files to indaba_clerk;
create policy clerk_brings_in on app.import_files to indaba_clerk using (true) with check (true);
