comment on table app.threads is 'Messages under a title. Its counter in app.counters gives thread_number and says how much there is to read.';
