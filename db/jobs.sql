-- What the job queue (schema graphile_worker, made by its own migrations as the owner) lets whom do. Its tables carry
-- row-level security without a policy, so to all but the owner they are empty until a policy says otherwise.
--
--   indaba_worker (the login: the queue is read outside any person's transaction) takes, ends and releases jobs
--   indaba_keyring queues them, from the one definer function that decides which kinds may be queued
--
--   indaba_archivist (the retention job) removes jobs that failed for good
--
-- Nobody else: neither person nor visitor, clerk or relay sees that there is a queue.

revoke all on schema graphile_worker from public;
revoke all on all tables in schema graphile_worker from public, indaba_worker, indaba_keyring, indaba_archivist;
revoke execute on all functions in schema graphile_worker from public, indaba_worker, indaba_keyring;
revoke all on all sequences in schema graphile_worker from indaba_worker, indaba_keyring;
grant usage on schema graphile_worker to indaba_worker, indaba_keyring, indaba_archivist;

-- Taking, ending, failing and releasing a job is plain SQL on these; adding one is only for recurring jobs (cron), whose
-- note of the last run is in _private_known_crontabs. What a job itself queues goes through the definer like all else.
grant select on graphile_worker.migrations to indaba_worker;
grant select, insert on graphile_worker._private_tasks to indaba_worker;
grant select, insert, update, delete on graphile_worker._private_jobs to indaba_worker;
grant select, insert, update on graphile_worker._private_job_queues to indaba_worker;
grant select, insert, update on graphile_worker._private_known_crontabs to indaba_worker;

grant select, insert, update on graphile_worker._private_tasks, graphile_worker._private_jobs, graphile_worker._private_job_queues to indaba_keyring;

do $$
declare
  name text;
  adding regprocedure;
begin
  -- Their arguments change between versions of the queue, their names do not.
  for adding in select oid from pg_proc where pronamespace = 'graphile_worker'::regnamespace and proname in ('add_job', 'add_jobs') loop
    execute format('grant execute on function %s to indaba_worker, indaba_keyring', adding);
  end loop;
  foreach name in array array['_private_tasks', '_private_jobs', '_private_job_queues', '_private_known_crontabs'] loop
    execute format('drop policy if exists queue_keeper on graphile_worker.%I', name);
    execute format('create policy queue_keeper on graphile_worker.%I to indaba_worker, indaba_keyring using (true) with check (true)', name);
  end loop;
end $$;

grant select (id, attempts, max_attempts, locked_at, updated_at), delete on graphile_worker._private_jobs to indaba_archivist;
drop policy if exists archivist_looks on graphile_worker._private_jobs;
drop policy if exists archivist_removes on graphile_worker._private_jobs;
create policy archivist_looks on graphile_worker._private_jobs for select to indaba_archivist using (attempts >= max_attempts);
create policy archivist_removes on graphile_worker._private_jobs for delete to indaba_archivist using (attempts >= max_attempts and locked_at is null);
