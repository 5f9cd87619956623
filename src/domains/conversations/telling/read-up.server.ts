import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';

/** What was shown as new: threads, each with the number of the last message that was there then. */
export const ReadUp = v.object({
  threads: v.pipe(v.array(v.object({ id: v.pipe(v.string(), v.uuid()), number: v.pipe(v.number(), v.integer(), v.minValue(1)) })), v.maxLength(100)),
});

/** Marks threads read as far as they were shown, and not what came since; one that is not mine is left alone. Refuses with conversations.thread.not_found when none of them is. */
export async function readUp(tx: Tx, { threads }: v.InferOutput<typeof ReadUp>): Promise<void> {
  const { rows: there } = await sql<{
    n: number;
  }>`select count(*)::int as n from app.threads where id = any(${threads.map((each) => each.id)}::uuid[]) and app.me() is not null`.execute(tx);
  if (threads.length > 0 && !there[0]?.n) throw notFound('conversations.thread.not_found');
  const { rows } = await sql<{ member_id: string }>`
    insert into app.read_markers (member_id, thread_id, audience_id, number)
    select app.me(), t.id, t.audience_id, least(x.number, n.last_number) from jsonb_to_recordset(${JSON.stringify(threads)}::jsonb) x (id uuid, number int)
      join app.threads t on t.id = x.id join app.counters n on n.scope_id = t.id where app.me() is not null
    on conflict (member_id, thread_id) do update set number = excluded.number where read_markers.number < excluded.number returning member_id`.execute(tx);
  if (rows[0]) tx.notes.hint = { about: 'read', member: rows[0].member_id };
}
