-- A page that was retired can be asked back; and a merge remembers where the pages it moved stood before, so that it can be undone.
alter table app.change_request_pages drop constraint change_request_pages_action_check;
alter table app.change_request_pages add constraint change_request_pages_action_check check (action in ('edit', 'create', 'retire', 'restore'));
alter table app.change_request_pages add column was_path text, add column was_parent_path text, add column was_position int;
alter table app.change_requests add column undoes uuid;
alter table app.change_requests add constraint change_requests_undoes_fkey foreign key (undoes, audience_id) references app.change_requests (id, audience_id);
create index on app.change_requests (undoes) where undoes is not null;
comment on column app.change_request_pages.action is 'edit, create, retire, or restore: bring a retired page back.';
comment on column app.change_request_pages.was_path is 'Where the page stood when this was merged; null until then, and for pages that were not there.';
comment on column app.change_request_pages.was_parent_path is 'The page it stood under then; null at the top.';
comment on column app.change_request_pages.was_position is 'Its position there then.';
comment on column app.change_requests.undoes is 'The merged request that this one wants undone.';
