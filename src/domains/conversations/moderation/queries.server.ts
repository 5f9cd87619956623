import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { AboutMe, Decision, Goes, MyReport, WaitingReport } from './model.ts';

/** Do I keep order anywhere, and in all of the hub? */
export async function findModerating(tx: Tx): Promise<{ moderates: boolean; hub: boolean }> {
  const { rows } = await sql<{ moderates: boolean; hub: boolean }>`select app.moderates() as moderates, app.may_restrict(null) as hub`.execute(tx);
  return rows[0] ?? { moderates: false, hub: false };
}

/** Do I keep order in this conversation? */
export async function maySettle(tx: Tx, conversationId: string): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`select app.may_moderate(${conversationId}) as may`.execute(tx);
  return rows[0]?.may ?? false;
}

/** Open reports that are for me to decide, the oldest first. */
export async function listQueue(tx: Tx): Promise<WaitingReport[]> {
  return (await sql<WaitingReport>`select * from app.moderation_queue()`.execute(tx)).rows;
}

/** What was decided where I keep order, answers that wait first. */
export async function listDecisions(tx: Tx): Promise<Decision[]> {
  return (await sql<Decision>`select * from app.moderation_log()`.execute(tx)).rows;
}

/** Conversations in which I may say who writes: channels I keep. */
export async function listModerated(tx: Tx): Promise<Array<{ id: string; name: string }>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select c.id, h.name from app.channels h join app.conversations c on c.subject_id = h.id and c.subject_kind = 'channel' where h.archived_at is null and app.may_moderate(c.id) order by h.name, h.slug limit 200`.execute(
    tx,
  );
  return rows;
}

/** What I reported, the latest first. */
export async function listMyReports(tx: Tx): Promise<MyReport[]> {
  const { rows } = await sql<MyReport>`
    select id, message_id, reason, words, handed, created_at, closed_at, outcome from app.message_reports where byline_id in (select app.my_bylines()) order by created_at desc, id limit 500`.execute(
    tx,
  );
  return rows;
}

/** What was decided about me and my messages, the latest first. */
export async function listAboutMe(tx: Tx): Promise<AboutMe[]> {
  const { rows } = await sql<AboutMe>`
    select a.id, a.kind, a.message_id, a.conversation_id, c.subject_id, b.name as moderator, a.reason, a.words, a.at, a.ends_at, a.answer, a.settled_at, a.settled_words, a.undone, app.words_removed(a.id) as said,
        a.answer is null and not a.undone and a.at > now() - interval '30 days' as may_answer
      from app.moderation_acts a left join app.conversations c on c.id = a.conversation_id left join app.bylines b on b.id = a.moderator_id
     where a.byline_id in (select app.my_bylines()) order by a.at desc, a.id limit 200`.execute(tx);
  return rows;
}

export type MayKeep = { may_report: boolean; may_remove: boolean; goes: Goes | null };

/** What I may do about a message of others: report it, and to whom that goes; remove it. */
export async function findMayKeep(tx: Tx, id: string): Promise<MayKeep> {
  const { rows } = await sql<{ may_report: boolean; may_remove: boolean }>`
    select app.may_report(m.id) as may_report, m.deleted_at is null and app.may_report(m.id) and app.may_moderate(m.conversation_id) as may_remove from app.messages m where m.id = ${id}`.execute(
    tx,
  );
  const may = rows[0] ?? { may_report: false, may_remove: false };
  const goes = may.may_report ? ((await sql<Goes>`select * from app.report_goes(${id})`.execute(tx)).rows[0] ?? null) : null;
  return { ...may, goes };
}

export type Restriction = { id: string; ends_at: Date; reason: string; words: string };

/** Why I may not write in a conversation, while that is so. */
export async function findRestriction(tx: Tx, conversationId: string): Promise<Restriction | undefined> {
  const { rows } = await sql<Restriction>`
    select id, ends_at, reason, words from app.moderation_acts where kind = 'restricted' and not undone and ends_at > now() and (conversation_id is null or conversation_id = ${conversationId})
      and byline_id in (select app.my_bylines()) order by ends_at desc limit 1`.execute(tx);
  return rows[0];
}
