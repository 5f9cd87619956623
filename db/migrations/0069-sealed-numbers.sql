-- Whether a thread holds a label that a token may not read is asked before it is told a number.
create index on app.messages (thread_id, marking) where marking is not null;
