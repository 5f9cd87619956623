import { sql } from 'kysely';
import { sayMessage } from '#lib/text/say-message.ts';
import type { Tx } from '#platform/database/open.server.ts';

export type FoundMessage = {
  id: string;
  threadId: string;
  threadTitle: string;
  subjectKind: string;
  subjectId: string;
  name: string;
  body: string;
  marking: string | null;
  at: Date;
};

/** Messages read again as the person who searched, in the order of the ids; what is not theirs, or was taken back, is left out. */
export async function readFoundMessages(tx: Tx, ids: string[]): Promise<FoundMessage[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<FoundMessage>`
    select m.id, m.thread_id as "threadId", t.title as "threadTitle", c.subject_kind as "subjectKind", c.subject_id as "subjectId", coalesce(b.name, '') as name, m.body, m.marking, m.created_at as at
    from app.conversations c join app.threads t on t.conversation_id = c.id and t.audience_id = c.audience_id
      join app.messages m on m.thread_id = t.id and m.audience_id = t.audience_id left join app.bylines b on b.id = m.byline_id
    where m.id = any(${ids}::uuid[]) and m.deleted_at is null`.execute(tx);
  const byId = new Map(rows.map((row) => [row.id, { ...row, body: sayMessage(row.body) }]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** How many messages I may read about the parts of a page, by the id of the block. */
export async function countByPart(tx: Tx, page: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ part: string; count: number }>`
    select t.anchor as part, sum(n.last_number)::int as count from app.conversations c join app.threads t on t.conversation_id = c.id and t.audience_id = c.audience_id
      join app.counters n on n.scope_id = t.id and n.audience_id = t.audience_id
    where c.subject_id = ${page} and c.subject_kind = 'page' and t.anchor is not null and t.moved_to is null group by 1`.execute(tx);
  return new Map(rows.map(({ part, count }) => [part, count]));
}

/** How many messages I may read about each of these subjects. */
export async function countBySubject(tx: Tx, kind: string, ids: string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`
    select c.subject_id as id, sum(n.last_number)::int as count from app.conversations c join app.counters n on n.scope_id = c.id and n.audience_id = c.audience_id
    where c.subject_id = any(${ids}::uuid[]) and c.subject_kind = ${kind} and c.within_id is null group by 1`.execute(tx);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** How many messages I may read about a subject. */
export async function countMessages(tx: Tx, subject: { kind: string; id: string }): Promise<number> {
  return (await countBySubject(tx, subject.kind, [subject.id])).get(subject.id) ?? 0;
}
