import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { BODY_LIMIT, LABELS, SUBJECT_KINDS, type Subject, TITLE_LIMIT } from './model.ts';

const MOST = 200;
export const Draft = v.object({
  subject: v.object({ kind: v.picklist(SUBJECT_KINDS), id: v.pipe(v.string(), v.uuid('common.not_found')) }),
  thread_id: v.nullish(v.pipe(v.string(), v.uuid('common.not_found')), null),
  title: v.optional(v.pipe(v.string(), v.maxLength(TITLE_LIMIT, 'conversations.thread.title_too_long')), ''),
  body: v.pipe(v.string(), v.maxLength(BODY_LIMIT, 'conversations.message.too_long')),
  marking: v.nullish(v.picklist(LABELS, 'conversations.message.unknown_label'), null),
});
export type KeptDraft = {
  id: string;
  subject_kind: string;
  subject_id: string;
  thread_id: string | null;
  thread: string | null;
  title: string;
  body: string;
  marking: string | null;
  updated_at: Date;
};

const at = (subject: Subject, threadId: string | null) =>
  sql`d.member_id = (select app.me()) and d.subject_kind = ${subject.kind} and d.subject_id = ${subject.id} and d.thread_id is not distinct from ${threadId}::uuid`;
const drafts = sql`select d.id, d.subject_kind, d.subject_id, d.thread_id, t.title as thread, d.title, d.body, d.marking, d.updated_at from app.drafts d left join app.threads t on t.id = d.thread_id`;

/** Keeps what I began to write in one place; nothing written there lets it go. Only I read it. Refuses: conversations.draft.too_many, conversations.message.too_long, .unknown_label. */
export async function keepDraft(tx: Tx, input: unknown): Promise<void> {
  const { subject, thread_id, title, body, marking } = parse(Draft, input);
  if (!body.trim() && !title.trim()) return dropDraft(tx, subject, thread_id);
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from app.drafts d where not (${at(subject, thread_id)})`.execute(tx);
  if (rows[0]!.n >= MOST) throw new Refusal('conversations.draft.too_many');
  await sql`insert into app.drafts (id, member_id, subject_kind, subject_id, thread_id, title, body, marking)
    values (${newId()}, (select app.me()), ${subject.kind}, ${subject.id}, ${thread_id}, ${title}, ${body}, ${marking})
    on conflict (member_id, subject_kind, subject_id, thread_id) do update set title = excluded.title, body = excluded.body, marking = excluded.marking, updated_at = now()`.execute(
    tx,
  );
}

/** Lets go what I began in one place. */
export async function dropDraft(tx: Tx, subject: Subject, threadId: string | null): Promise<void> {
  await sql`delete from app.drafts d where ${at(subject, threadId)}`.execute(tx);
}

/** Lets one go by its id. Refuses: common.not_found. */
export async function removeDraft(tx: Tx, input: { id: string }): Promise<void> {
  const { rows } = await sql`delete from app.drafts where id = ${input.id} returning 1`.execute(tx);
  if (!rows.length) throw new Refusal('common.not_found', { status: 404 });
}

/** What I began in one place. */
export async function findDraft(tx: Tx, subject: Subject, threadId: string | null): Promise<KeptDraft | undefined> {
  return (await sql<KeptDraft>`${drafts} where ${at(subject, threadId)}`.execute(tx)).rows[0];
}

/** Everything I began and did not say, the latest first. */
export async function listDrafts(tx: Tx): Promise<KeptDraft[]> {
  return (await sql<KeptDraft>`${drafts} where d.member_id = (select app.me()) order by d.updated_at desc, d.id`.execute(tx)).rows;
}
