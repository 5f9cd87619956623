import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { type Conversation, type Message, type OneThread, PAGE_SIZE, type Subject, type SubjectKind, type Thread } from './model.ts';

const conversation = sql`
	select c.id, c.audience_id, c.subject_kind, c.subject_id, c.within_id, c.ceiling, a.label as audience, a.kind as audience_kind, a.size as readers, a.has_guests, c.closed_at is null and app.may_talk(c.audience_id) and not app.am_restricted(c.id) as may_talk, app.am_restricted(c.id) as restricted,
		coalesce(i.level, case c.subject_kind when 'direct' then 'everything' else 'mentions' end) as level,
		coalesce(i.view, 'threads') as view, c.marking, c.starters, c.closed_at, app.may_start_thread(c.id) as may_start, app.may_keep_talk(c.id) as may_keep,
		array(select o.label from app.marking_outlets o where o.rank <= app.marking_rank(c.ceiling) and app.marking_admits(o.label, c.audience_id) order by o.rank) as labels
	from app.conversations c join app.audiences a on a.id = c.audience_id left join app.involvements i on i.conversation_id = c.id and i.member_id = (select app.me())`;

/** The conversation about a subject that I may read; nothing when there is none or it is not mine. */
export async function findConversationFor(tx: Tx, subject: Subject): Promise<Conversation | undefined> {
  const { rows } =
    await sql<Conversation>`${conversation} where c.subject_id = ${subject.id} and c.subject_kind = ${subject.kind} and c.within_id is not distinct from ${subject.within ?? null}::uuid
    order by c.created_at limit 1`.execute(tx);
  return rows[0];
}

/** One conversation by its id, if I may read it. */
export async function findConversation(tx: Tx, id: string): Promise<Conversation | undefined> {
  const { rows } = await sql<Conversation>`${conversation} where c.id = ${id}`.execute(tx);
  return rows[0];
}

const threadColumns = sql`t.id, t.conversation_id, t.title, t.anchor, t.created_at, t.resolved_at, b.name as starter,
	coalesce(n.last_number, 0) as last_number, n.last_at, greatest(coalesce(r.number, 0), t.history_number) as read_number, greatest(case when (select app.me()) is not null then coalesce(n.last_number, 0) - greatest(coalesce(r.number, 0), t.history_number) end, 0) as unread,
	t.moved_to is null and (app.may_edit_message(t.byline_id) or (select app.may_keep_talk(t.conversation_id))) as may_change, f.state as following,
	t.moved_to, t.moved_from, t.moved_at, mover.name as mover`;
const threadJoins = sql`left join app.bylines b on b.id = t.byline_id left join app.bylines mover on mover.id = t.moved_by
	left join app.counters n on n.scope_id = t.id
	left join app.read_markers r on r.thread_id = t.id and r.member_id = (select app.me())
	left join app.thread_follows f on f.thread_id = t.id and f.member_id = (select app.me())`;

/** Threads of a conversation I may read, the latest activity first, with what I have not read. */
export async function listThreads(tx: Tx, conversationId: string, options: { limit?: number } = {}): Promise<Thread[]> {
  // Children are read through the visible parent: else the time of the answer would tell that a hidden conversation exists.
  const { rows } = await sql<Thread>`
		with c as (select id, audience_id from app.conversations where id = ${conversationId}),
		t as (select ${threadColumns} from app.threads t ${threadJoins}
			where t.conversation_id = (select id from c) and t.audience_id = (select audience_id from c)
			order by coalesce(n.last_at, t.moved_at, t.created_at) desc, t.id desc limit ${options.limit ?? 100})
		select t.*, coalesce(v.names[1:3], '{}') as voices, greatest(coalesce(cardinality(v.names), 0) - 3, 0) as more_voices
		from t left join lateral (
			select array_agg(x.name order by x.first) as names from (
				select b.name, min(m.thread_number) as first from app.messages m join app.bylines b on b.id = m.byline_id
				where m.thread_id = t.id and m.audience_id = (select audience_id from c) and m.thread_number <= 200 group by b.name) x
		) v on true
		order by coalesce(t.last_at, t.moved_at, t.created_at) desc, t.id desc`.execute(tx);
  return rows;
}

const changes = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'was', x.was, 'became', x.became, 'name', y.name, 'at', x.at, 'after', x.after_number) order by x.at, x.id), '[]')
	from (select * from app.thread_changes where thread_id = t.id and audience_id = t.audience_id order by at desc limit 50) x left join app.bylines y on y.id = x.byline_id)`;

/** One thread by its id, if I may read it, with what was done to it as a whole. */
export async function findThread(tx: Tx, id: string): Promise<OneThread | undefined> {
  const { rows } =
    await sql<OneThread>`select ${threadColumns}, app.may_move_thread(t.id) as may_move, '{}'::text[] as voices, 0 as more_voices, ${changes} as changes
		from app.threads t ${threadJoins} where t.id = ${id}`.execute(tx);
  return rows[0];
}

const messageColumns = sql`m.id, m.thread_id, m.thread_number as number, m.byline_id, b.name, o.name as organization, m.body, m.marking, m.created_at, m.edited_at, m.deleted_at, m.removed_at, m.moved_to, m.source, m.moderated_as,
	app.may_edit_message(m.byline_id) as mine, m.deleted_at is null and app.may_edit_message(m.byline_id) as may_edit`;
const messageJoins = sql`left join app.bylines b on b.id = m.byline_id left join app.organizations o on o.id = b.organization_id`;

/** Messages of a thread I may read, oldest first: the last page of them, or the page before a number. */
export async function listMessages(tx: Tx, threadId: string, options: { before?: number; limit?: number } = {}): Promise<Message[]> {
  const { rows } = await sql<Message>`
		with t as (select id, audience_id from app.threads where id = ${threadId}),
		m as (select m.* from (select id, thread_id, thread_number, byline_id, body, marking, created_at, edited_at, deleted_at, removed_at, moved_to, source, moderated_as from app.messages
			where thread_id = (select id from t) and audience_id = (select audience_id from t) and thread_number < ${options.before ?? 2_147_483_647}
			order by thread_number desc limit ${options.limit ?? PAGE_SIZE}) m)
		select ${messageColumns} from m ${messageJoins} order by m.thread_number`.execute(tx);
  return rows;
}

/** For messages that were moved, the ids they had in a thread I may read. */
export async function listMovedFrom(tx: Tx, threadId: string): Promise<Record<string, string>> {
  const { rows } = await sql<{
    id: string;
    moved_to: string;
  }>`select id, moved_to from app.messages where thread_id = ${threadId} and moved_to is not null`.execute(tx);
  return Object.fromEntries(rows.map((row) => [row.moved_to, row.id]));
}

export type TimelineMessage = Message & { place: number; title: string; resolved_at: Date | null };

/** Messages of a conversation I may read in one line, oldest first, each with the title of its thread: the last page, or the page before a number (of the conversation). */
export async function listTimeline(tx: Tx, conversationId: string, options: { before?: number; limit?: number } = {}): Promise<TimelineMessage[]> {
  const { rows } = await sql<TimelineMessage>`
		with c as (select id, audience_id from app.conversations where id = ${conversationId}),
		m as (select m.* from (select id, thread_id, number, thread_number, byline_id, body, marking, created_at, edited_at, deleted_at, removed_at, moved_to, source, moderated_as from app.messages
			where conversation_id = (select id from c) and audience_id = (select audience_id from c) and number < ${options.before ?? 2_147_483_647} and moved_to is null
			order by number desc limit ${options.limit ?? PAGE_SIZE}) m)
		select ${messageColumns}, m.number as place, t.title, t.resolved_at from m join app.threads t on t.id = m.thread_id ${messageJoins} order by m.number`.execute(
    tx,
  );
  return rows;
}

/** One message by its id, if I may read it. */
export async function findMessage(tx: Tx, id: string): Promise<(Message & { conversation_id: string; audience_id: number }) | undefined> {
  const { rows } = await sql<Message & { conversation_id: string; audience_id: number }>`
		select ${messageColumns}, m.conversation_id, m.audience_id from app.messages m ${messageJoins} where m.id = ${id}`.execute(tx);
  return rows[0];
}

/** Marks as read what a timeline shows: each thread up to its last message there, if no unread one of it came before. */
export async function markTimelineRead(tx: Tx, shown: Array<{ thread_id: string; number: number }>): Promise<void> {
  const ids = [...new Set(shown.map((each) => each.thread_id))];
  const edge = (pick: (...numbers: number[]) => number) => ids.map((id) => pick(...shown.filter((each) => each.thread_id === id).map((each) => each.number)));
  await sql`insert into app.read_markers (member_id, thread_id, audience_id, number)
    select app.me(), t.id, t.audience_id, x.last from unnest(${ids}::uuid[], ${edge(Math.min)}::int[], ${edge(Math.max)}::int[]) as x(id, first, last) join app.threads t on t.id = x.id
      left join app.read_markers r on r.thread_id = t.id and r.member_id = app.me() where app.me() is not null and greatest(coalesce(r.number, 0), t.history_number) >= x.first - 1
    on conflict (member_id, thread_id) do update set number = excluded.number where read_markers.number < excluded.number`.execute(tx);
}

/** A message with where it was said; before = what to ask a page of messages for so that it stands in its middle, null when the last page holds it; behind = more is new than a page holds, so that the thread itself opens elsewhere. */
export type PlacedMessage = Message & {
  conversation_id: string;
  audience_id: number;
  subject_kind: SubjectKind;
  subject_id: string;
  thread: string;
  before: number | null;
  behind: boolean;
  may_react: boolean;
  may_talk: boolean;
};

/** Messages by their ids with their places, those I may read. */
export async function listPlacedMessages(tx: Tx, ids: string[]): Promise<PlacedMessage[]> {
  const { rows } = await sql<PlacedMessage>`
    select ${messageColumns}, m.conversation_id, m.audience_id, c.subject_kind, c.subject_id, t.title as thread, app.may_react(m.audience_id) and not app.am_restricted(c.id) as may_react, app.may_talk(m.audience_id) and not app.am_restricted(c.id) as may_talk,
        case when m.thread_number <= n.last_number - ${PAGE_SIZE} then m.thread_number + ${PAGE_SIZE / 2} end as before,
        (select app.me()) is not null and n.last_number - greatest(coalesce((select number from app.read_markers where thread_id = t.id and member_id = (select app.me())), 0), t.history_number) > ${PAGE_SIZE} as behind
      from app.messages m ${messageJoins} join app.threads t on t.id = m.thread_id and t.audience_id = m.audience_id join app.conversations c on c.id = m.conversation_id
      left join app.counters n on n.scope_id = t.id and n.audience_id = t.audience_id where m.id = any(${ids}::uuid[])`.execute(tx);
  return rows;
}

export type Unread = { conversation_id: string; subject_kind: string; subject_id: string; unread: number; fresh: number; last_at: Date | null };

/** What I have not read, per conversation I belong to, in one statement; fresh = without the threads I muted. */
export async function unreadCounts(tx: Tx, kinds: string[] | null = null): Promise<Unread[]> {
  const { rows } = await sql<Unread>`
		select c.id as conversation_id, c.subject_kind, c.subject_id, coalesce(sum(u.n), 0)::int as unread, coalesce(sum(u.n) filter (where f.state is distinct from 'muted'), 0)::int as fresh, max(n.last_at) as last_at
		from app.conversations c
		join app.threads t on t.conversation_id = c.id and t.audience_id = c.audience_id
		join app.counters n on n.scope_id = t.id
		left join app.read_markers r on r.thread_id = t.id and r.member_id = (select app.me())
		left join app.thread_follows f on f.thread_id = t.id and f.member_id = (select app.me())
		cross join lateral (select greatest(case when (select app.me()) is not null then n.last_number - greatest(coalesce(r.number, 0), t.history_number) end, 0) as n) u
		where ${kinds}::text[] is null or c.subject_kind = any(${kinds}::text[])
		group by c.id`.execute(tx);
  return rows;
}

/** What I have not read, thread by thread, in one conversation I may read. */
export async function unreadThreads(tx: Tx, conversationId: string): Promise<Array<{ id: string; unread: number }>> {
  const { rows } = await sql<{ id: string; unread: number }>`
		with c as (select id, audience_id from app.conversations where id = ${conversationId})
		select t.id, greatest(case when (select app.me()) is not null then coalesce(n.last_number, 0) - greatest(coalesce(r.number, 0), t.history_number) end, 0) as unread from app.threads t
		left join app.counters n on n.scope_id = t.id left join app.read_markers r on r.thread_id = t.id and r.member_id = (select app.me())
		where t.conversation_id = (select id from c) and t.audience_id = (select audience_id from c) order by coalesce(n.last_at, t.created_at) desc limit 100`.execute(
    tx,
  );
  return rows;
}

/** Where the log stands in this transaction, before anything else is read: a page that shows it can ask the stream for what came after. */
export async function findCursor(tx: Tx): Promise<string> {
  const { rows } = await sql<{ cursor: string }>`select epoch || ':' || pg_snapshot_xmin(pg_current_snapshot()) as cursor from app.hub`.execute(tx);
  return rows[0]?.cursor ?? '';
}
