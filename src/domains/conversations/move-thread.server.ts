import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { MoveThread } from './model.ts';

/** What a move would do: how many readers gain the words and how many lose them; or the code of why it is refused. */
export type MovePlan = { refusal: string | null; gaining: number; losing: number; messages: number };

/**
 * What moving a thread to a conversation would do, before it is done.
 * Refuses: conversations.thread.not_found, .moved, conversations.move.not_yours, .not_there, conversations.conversation.closed.
 */
export async function planMove(tx: Tx, input: { id: string; conversation_id: string }): Promise<MovePlan> {
  const { rows } = await sql<MovePlan>`select * from app.plan_move(${input.id}, ${input.conversation_id})`.execute(tx).catch((error) => {
    throw asRefusal(error);
  });
  return rows[0]!;
}

/**
 * Moves a thread to a channel, for as many new readers as its mover was told of; the old place keeps a notice and no word.
 * Refuses as planning does, and: conversations.move.public, .too_long, .label, .pseudonym, .not_to_pass_on, .readers_changed.
 */
export async function moveThread(tx: Tx, input: unknown): Promise<{ id: string; conversation_id: string }> {
  const { id, conversation_id, gaining } = parse(MoveThread, input);
  const moved = newId();
  await sql`select app.move_thread(${id}, ${conversation_id}, ${moved}, ${gaining})`.execute(tx).catch((error) => {
    throw asRefusal(error);
  });
  tx.notes.wake = true;
  return { id: moved, conversation_id };
}

/** Where a message went with its thread, if I read it there; also for whoever never read the old place. Empty otherwise. */
export async function movedMessage(tx: Tx, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string | null }>`select app.moved_message(${id}) as id`.execute(tx);
  return rows.flatMap((row) => row.id ?? []);
}

/** Where the words of a thread are now, if I may read it there: after as many moves as there were. */
export async function findMovedThread(tx: Tx, id: string): Promise<{ id: string; subject_kind: string; subject_id: string } | undefined> {
  const { rows } = await sql<{ id: string; subject_kind: string; subject_id: string }>`
    with recursive way as (select t.id, t.moved_to, t.conversation_id from app.threads t where t.id = ${id}
      union select t.id, t.moved_to, t.conversation_id from way w join app.threads t on t.id = w.moved_to)
    select w.id, c.subject_kind, c.subject_id from way w join app.conversations c on c.id = w.conversation_id where w.moved_to is null and w.id <> ${id}`.execute(
    tx,
  );
  return rows[0];
}
