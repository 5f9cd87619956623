-- Comments on the words of a text, and what became of each of them.
create table app.comments (
  thread_id uuid primary key,
  conversation_id uuid not null,
  audience_id int not null,
  message_id uuid not null unique,
  space_id uuid not null references app.spaces,
  page_id uuid references app.pages,
  block text check (length(block) <= 64),
  byline_id uuid not null references app.bylines,
  kind text not null check (kind in ('general', 'technical', 'editorial')),
  closed_at timestamptz,
  disposition text check (disposition in ('accepted', 'in_part', 'not_accepted', 'noted', 'withdrawn')),
  disposed_by uuid references app.bylines,
  disposed_at timestamptz,
  answer_id uuid,
  answered_by uuid references app.change_requests,
  version int not null default 0,
  foreign key (thread_id, conversation_id, audience_id) references app.threads (id, conversation_id, audience_id) on delete cascade,
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade,
  foreign key (answer_id, audience_id) references app.messages (id, audience_id) on delete set null (answer_id),
  check ((disposition is null) = (disposed_at is null) and (disposition is null) = (disposed_by is null))
);
create index on app.comments (space_id, audience_id);
create index on app.comments (conversation_id, audience_id);
create index on app.comments (page_id) where page_id is not null;
create index on app.comments (answered_by) where answered_by is not null;
create index on app.comments (answer_id) where answer_id is not null;
comment on table app.comments is 'A thread that comments on a text: on a whole page or request, a block, a control, or the words of one. Its words stand in its messages and in app.comment_words. version rises with every disposition, so that two who dispose at once hear of each other.';
comment on column app.comments.page_id is 'The page it is about; null for a whole change request.';
comment on column app.comments.block is 'The block it was made on; the block''s id is permanent, and null is the whole page.';
comment on column app.comments.closed_at is 'Since when whoever made it regards it as answered; theirs alone.';
comment on column app.comments.answer_id is 'The message that gave the disposition in force and its reason.';
comment on column app.comments.answered_by is 'The change request that answers it.';

create table app.comment_words (
  message_id uuid primary key,
  thread_id uuid not null references app.comments on delete cascade,
  audience_id int not null,
  quote text not null default '' check (length(quote) <= 2000),
  quote_before text not null default '' check (length(quote_before) <= 64),
  quote_after text not null default '' check (length(quote_after) <= 64),
  proposed text not null default '' check (length(proposed) <= 20000),
  reason text not null default '' check (length(reason) <= 4000),
  foreign key (message_id, audience_id) references app.messages (id, audience_id) on delete cascade
);
create index on app.comment_words (thread_id);
comment on table app.comment_words is 'Words that stand beside a message of a comment: of the first one the words it is about and what they should say, of a disposition its reason. Read through that message, and gone with it.';
