import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { toSearchVectorInput } from '#lib/text/search-words.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { admitted } from './admitted.server.ts';
import { PostMessage } from './model.ts';

export type Posted = { id: string; thread_id: string; number: number; repeated: boolean };

/**
 * Posts a message in a thread. The same retry key with the same words answers with the message it made before.
 * Refuses: conversations.thread.not_found, conversations.message.key_reused, .above_ceiling, .empty, .too_long, .unknown_label.
 */
export async function postMessage(tx: Tx, input: unknown): Promise<Posted> {
  const message = parse(PostMessage, input);
  return storeMessage(tx, message, bodyHash(message.thread_id, message));
}

/** What makes two posts the same one. */
export function bodyHash(place: string, message: { body: string; marking: string | null }): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([place, message.marking, message.body]))
    .digest();
}

/** The message this key made before; refuses with conversations.message.key_reused when the words differ. Holds the key until commit. */
export async function findRepeated(tx: Tx, key: string, hash: Buffer): Promise<Posted | undefined> {
  const { rows } = await sql<Posted & { same: boolean }>`select * from app.posted_before(${key}::uuid, ${hash})`.execute(tx);
  const before = rows[0];
  if (before && !before.same) throw new Refusal('conversations.message.key_reused', { status: 409 });
  return before && { id: before.id, thread_id: before.thread_id, number: before.number, repeated: true };
}

/** Stores a checked message; shared with starting a thread. */
export async function storeMessage(tx: Tx, message: PostMessage, hash: Buffer): Promise<Posted> {
  const before = await findRepeated(tx, message.retry_key, hash);
  if (before) return before;
  const id = newId();
  // One statement, right before commit: the row lock that keeps the numbers dense lives no longer than this.
  // The event is written here and not by record(), because it tells the number the trigger gives.
  const { rows } = await admitted(
    tx,
    message,
    sql<{ number: number }>`
		with t as (select id, conversation_id, audience_id from app.threads where id = ${message.thread_id}),
		me as (select id from app.bylines where member_id = (select app.me()) and kind = 'person'),
		m as (insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash)
			select ${id}::uuid, t.conversation_id, t.id, t.audience_id, me.id, ${message.body}, ${message.marking}::text, ${message.retry_key}::uuid, ${hash} from t, me
			returning id, thread_id, conversation_id, audience_id, byline_id, thread_number),
		e as (insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
			select 'message.posted', audience_id, byline_id, 'message', id, jsonb_build_object('conversation_id', conversation_id, 'thread_id', thread_id, 'number', thread_number) from m),
		r as (insert into app.read_markers (member_id, thread_id, audience_id, number) select app.me(), thread_id, audience_id, thread_number from m
			on conflict (member_id, thread_id) do update set number = greatest(read_markers.number, excluded.number))
		select m.thread_number as number, search.add_message(m.id, ${toSearchVectorInput(message.body)}) from m`,
  );
  if (!rows[0]) throw new Refusal('conversations.thread.not_found', { status: 404 });
  tx.notes.wake = true;
  return { id, thread_id: message.thread_id, number: rows[0].number, repeated: false };
}
