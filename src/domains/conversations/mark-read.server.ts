import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

/** Remembers how far I have read a thread, and lets my other windows know. The marker only moves forward and never beyond the last message; a thread that is not mine is left alone. */
export async function markRead(tx: Tx, input: { thread_id: string; number: number }): Promise<void> {
  const { rows } = await sql<{ member_id: string }>`insert into app.read_markers (member_id, thread_id, audience_id, number)
		select app.me(), t.id, t.audience_id, least(${input.number}::int, n.last_number) from app.threads t join app.counters n on n.scope_id = t.id
		where t.id = ${input.thread_id} and app.me() is not null
		on conflict (member_id, thread_id) do update set number = excluded.number where read_markers.number < excluded.number
		returning member_id`.execute(tx);
  if (rows[0]) tx.notes.hint = { about: 'read', member: rows[0].member_id };
}
