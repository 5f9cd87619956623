import { sql } from 'kysely';
import { briefly } from '#lib/text/say-message.ts';
import type { Tx } from '#platform/database/open.server.ts';

/** A thread with something I have not read, and the words it goes on with. */
export type NewThread = {
  id: string;
  conversation_id: string;
  subjectKind: string;
  subjectId: string;
  title: string;
  unread: number;
  last_number: number;
  read_number: number;
  last_at: Date;
  following: string | null;
  first_id: string;
  name: string;
  /** Empty of what is gone. */
  body: string;
  gone: 'removed' | 'taken_back' | null;
  marking: string | null;
};
export type NewCall = {
  id: string;
  message_id: string;
  thread_id: string;
  subjectKind: string;
  subjectId: string;
  reason: 'mention' | 'direct';
  title: string;
  name: string;
  body: string;
  marking: string | null;
  at: Date;
};

const MOST = 100;
const brief = (body: string) => briefly(body, 200);

// Where I take part: channels and direct messages in my list, and what I follow elsewhere; not what I muted.
const unread = sql`app.conversations c join app.threads t on t.conversation_id = c.id and t.audience_id = c.audience_id
        join app.counters n on n.scope_id = t.id and n.audience_id = t.audience_id
        left join app.read_markers r on r.thread_id = t.id and r.member_id = (select app.me())
        left join app.thread_follows f on f.thread_id = t.id and f.member_id = (select app.me())
        left join app.involvements i on i.conversation_id = c.id and i.member_id = (select app.me())`;
const mine = sql`(select app.me()) is not null and n.last_number > greatest(coalesce(r.number, 0), t.history_number) and f.state is distinct from 'muted' and i.level is distinct from 'nothing'
       and case when c.subject_kind in ('channel', 'direct') then app.stands_in_list(c.id, i.joined) else f.state = 'followed' or i.level = 'everything' end`;

/** How many messages I have not read where I take part: what catching up lists, as one number. */
export async function countNew(tx: Tx): Promise<number> {
  const { rows } = await sql<{
    n: number;
  }>`select coalesce(sum(n.last_number - greatest(coalesce(r.number, 0), t.history_number)), 0)::int as n from ${unread} where ${mine}`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** Threads with unread messages where I take part: channels, direct messages, and what I follow elsewhere; without what I muted. Latest first, at most a hundred. */
export async function listNewThreads(tx: Tx): Promise<NewThread[]> {
  const { rows } = await sql<NewThread>`
    select t.id, t.conversation_id, c.subject_kind as "subjectKind", c.subject_id as "subjectId", t.title, n.last_number - greatest(coalesce(r.number, 0), t.history_number) as unread, n.last_number, greatest(coalesce(r.number, 0), t.history_number) as read_number, n.last_at, f.state as following,
        m.id as first_id, coalesce(b.name, '') as name, m.body, m.marking,
        case when m.deleted_at is not null and m.removed_at is null and m.moved_to is null then case when m.moderated_as is not null then 'removed' else 'taken_back' end end as gone
      from ${unread}
        join app.messages m on m.thread_id = t.id and m.audience_id = t.audience_id and m.thread_number = greatest(coalesce(r.number, 0), t.history_number) + 1
        left join app.bylines b on b.id = m.byline_id
     where ${mine}
     order by n.last_at desc, t.id limit ${MOST}`.execute(tx);
  return rows.map((row) => ({ ...row, body: brief(row.body) }));
}

/** Messages that name me or are written to me, which I have neither read nor put aside; latest first. */
export async function listNewCalls(tx: Tx): Promise<NewCall[]> {
  const { rows } = await sql<NewCall>`
    select n.id, n.message_id, n.thread_id, c.subject_kind as "subjectKind", c.subject_id as "subjectId", n.reason, t.title, coalesce(b.name, '') as name, m.body, m.marking, n.at
      from app.notices n join app.messages m on m.id = n.message_id and m.audience_id = n.audience_id join app.threads t on t.id = n.thread_id join app.conversations c on c.id = m.conversation_id
        left join app.bylines b on b.id = m.byline_id left join app.read_markers r on r.thread_id = n.thread_id and r.member_id = (select app.me())
     where n.member_id = (select app.me()) and n.reason in ('mention', 'direct') and n.seen_at is null and n.number > coalesce(r.number, 0)
     order by n.at desc limit 50`.execute(tx);
  return rows.map((row) => ({ ...row, body: brief(row.body) }));
}

/** How many messages name me or are written to me that I have neither read nor put aside. */
export async function countCalls(tx: Tx): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from app.notices n left join app.read_markers r on r.thread_id = n.thread_id and r.member_id = (select app.me())
     where n.member_id = (select app.me()) and n.reason in ('mention', 'direct') and n.seen_at is null and n.number > coalesce(r.number, 0)`.execute(tx);
  return rows[0]?.n ?? 0;
}
