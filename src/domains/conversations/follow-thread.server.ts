import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { FollowThread } from './model.ts';

/** Follows a thread, mutes it, or with null goes back to neither. Nobody else learns of it. Refuses: conversations.thread.not_found. */
export async function followThread(tx: Tx, input: unknown): Promise<void> {
  const { id, state } = parse(FollowThread, input);
  const { rows } = await sql`select from app.threads where id = ${id}`.execute(tx);
  if (!rows.length) throw new Refusal('conversations.thread.not_found', { status: 404 });
  if (state === null) await sql`delete from app.thread_follows where thread_id = ${id} and member_id = app.me()`.execute(tx);
  else
    await sql`insert into app.thread_follows (member_id, thread_id, audience_id, state) select app.me(), t.id, t.audience_id, ${state} from app.threads t where t.id = ${id}
      on conflict (member_id, thread_id) do update set state = excluded.state, changed_at = now()`.execute(tx);
}
