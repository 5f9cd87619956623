import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { BODY_LIMIT, LABELS, TITLE_LIMIT } from './model.ts';
import { NewPoll } from './polls.server.ts';

const MOST = 100;
const words = {
  body: v.pipe(
    v.string('conversations.message.empty'),
    v.transform((text) => text.replace(/\r\n?/g, '\n').trimEnd()),
    v.minLength(1, 'conversations.message.empty'),
    v.maxLength(BODY_LIMIT, 'conversations.message.too_long'),
  ),
  marking: v.nullish(v.picklist(LABELS, 'conversations.message.unknown_label'), null),
};
/** A moment with its offset, or a day and hour as the clock of the writer's time zone shows them. */
const moment = v.pipe(
  v.string('conversations.scheduled.no_moment'),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/, 'conversations.scheduled.no_moment'),
);
export const ScheduleMessage = v.object({
  thread_id: v.nullish(v.pipe(v.string(), v.uuid('common.not_found')), null),
  conversation_id: v.nullish(v.pipe(v.string(), v.uuid('common.not_found')), null),
  title: v.nullish(v.pipe(v.string(), v.trim(), v.maxLength(TITLE_LIMIT, 'conversations.thread.title_too_long')), null),
  /** Of a new thread about a page: the part it is about. */
  anchor: v.nullish(v.pipe(v.string(), v.maxLength(64)), null),
  ...words,
  poll: v.nullish(NewPoll, null),
  send_at: moment,
  retry_key: v.pipe(v.string(), v.uuid('conversations.message.retry_key')),
});
export const ChangeScheduled = v.object({ id: v.pipe(v.string(), v.uuid('common.not_found')), ...words, send_at: moment });
export type Scheduled = {
  id: string;
  conversation_id: string;
  thread_id: string | null;
  /** The thread it answers, if I may still read it. */
  thread: string | null;
  title: string | null;
  subject_kind: string | null;
  subject_id: string | null;
  anchor: string | null;
  body: string;
  marking: string | null;
  poll: v.InferOutput<typeof NewPoll> | null;
  send_at: Date;
  /** The same moment as the clock of my time zone shows it. */
  local: string;
  state: 'waiting' | 'sent' | 'refused';
  why: string | null;
  message_id: string | null;
};

const when = (text: string) =>
  /Z$|[+-]\d\d:\d\d$/.test(text)
    ? sql`${text}::timestamptz`
    : sql`(${text}::timestamp at time zone coalesce((select s.time_zone from app.my_settings() s), 'UTC'))`;

/**
 * Lets a message wait for its moment. It is posted as me, if I still may then; else I am told why not. The same retry key schedules once.
 * Refuses: conversations.thread.not_found, .untitled, conversations.scheduled.no_moment, .past, .too_far, .too_many, conversations.message.empty, .too_long, .unknown_label,
 * and as asking a poll does.
 */
export async function scheduleMessage(tx: Tx, input: unknown): Promise<{ id: string }> {
  const one = parse(ScheduleMessage, input);
  const { rows: before } = await sql<{ id: string }>`select id from app.scheduled_messages where retry_key = ${one.retry_key}`.execute(tx);
  if (before[0]) return before[0];
  const { rows: place } = await (one.thread_id
    ? sql<{ id: string; audience_id: number }>`select conversation_id as id, audience_id from app.threads where id = ${one.thread_id}`
    : sql<{ id: string; audience_id: number }>`select id, audience_id from app.conversations where id = ${one.conversation_id}`
  ).execute(tx);
  const here = place[0];
  if (!here) throw notFound('conversations.thread.not_found');
  if (!one.thread_id && !one.title) throw new Refusal('conversations.thread.untitled');
  await checkMoment(tx, one.send_at);
  const { rows: others } = await sql<{ n: number }>`select count(*)::int as n from app.scheduled_messages where state = 'waiting'`.execute(tx);
  if (others[0]!.n >= MOST) throw new Refusal('conversations.scheduled.too_many');
  const id = newId();
  await sql`insert into app.scheduled_messages (id, member_id, conversation_id, audience_id, thread_id, title, anchor, body, marking, poll, retry_key, send_at)
    values (${id}, (select app.me()), ${here.id}, ${here.audience_id}, ${one.thread_id}, ${one.thread_id ? null : one.title}, ${one.thread_id ? null : one.anchor}, ${one.body}, ${one.marking}, ${one.poll && JSON.stringify(one.poll)}::jsonb, ${one.retry_key}, ${when(one.send_at)})`.execute(
    tx,
  );
  return { id };
}

/** Changes what waits, or its moment. Refuses: common.not_found (also when it was sent meanwhile), and as scheduling does. */
export async function changeScheduled(tx: Tx, input: unknown): Promise<void> {
  const { id, body, marking, send_at } = parse(ChangeScheduled, input);
  await checkMoment(tx, send_at);
  const { rows } =
    await sql`update app.scheduled_messages set body = ${body}, marking = ${marking}, send_at = ${when(send_at)} where id = ${id} and state = 'waiting' returning 1`.execute(
      tx,
    );
  if (!rows.length) throw notFound();
}

/** Takes one out of my list: what waits is not sent. Refuses: common.not_found. */
export async function cancelScheduled(tx: Tx, input: { id: string }): Promise<void> {
  const { rows } = await sql`delete from app.scheduled_messages where id = ${input.id} returning 1`.execute(tx);
  if (!rows.length) throw notFound();
}

/** What I scheduled: what waits first, then how the others ended. */
export async function listScheduled(tx: Tx): Promise<Scheduled[]> {
  const { rows } = await sql<Scheduled>`
    select s.id, s.conversation_id, s.thread_id, t.title as thread, s.title, s.anchor, c.subject_kind, c.subject_id, s.body, s.marking, s.poll, s.send_at, s.state, s.why, s.message_id,
        to_char(s.send_at at time zone coalesce((select x.time_zone from app.my_settings() x), 'UTC'), 'YYYY-MM-DD"T"HH24:MI') as local
      from app.scheduled_messages s left join app.threads t on t.id = s.thread_id left join app.conversations c on c.id = s.conversation_id
     order by array_position(array['refused', 'waiting', 'sent'], s.state), s.send_at, s.id limit 500`.execute(tx);
  return rows;
}

async function checkMoment(tx: Tx, text: string): Promise<void> {
  const { rows } = await sql<{ past: boolean; far: boolean }>`select ${when(text)} <= now() as past, ${when(text)} > now() + interval '1 year' as far`.execute(
    tx,
  );
  if (rows[0]?.past) throw new Refusal('conversations.scheduled.past');
  if (rows[0]?.far) throw new Refusal('conversations.scheduled.too_far');
}
