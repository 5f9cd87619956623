import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { Involve } from './model.ts';

/** Says what I want to be told of a conversation, whether it stands in my list, and how I look at it. What is left out stays. Refuses: conversations.conversation.not_found. */
export async function involve(tx: Tx, input: unknown): Promise<void> {
  const { conversation_id, level = null, joined = null, view = null } = parse(Involve, input);
  const { rows } = await sql`select from app.conversations where id = ${conversation_id}`.execute(tx);
  if (!rows.length) throw new Refusal('conversations.conversation.not_found', { status: 404 });
  if (level === null && joined === null && view === null) return;
  await sql`insert into app.involvements as i (member_id, conversation_id, audience_id, level, joined, view)
    select app.me(), c.id, c.audience_id, ${level}::text, ${joined}::boolean, ${view}::text from app.conversations c where c.id = ${conversation_id}
    on conflict (member_id, conversation_id) do update set level = coalesce(excluded.level, i.level), joined = coalesce(excluded.joined, i.joined), view = coalesce(excluded.view, i.view), changed_at = now()`.execute(
    tx,
  );
}
