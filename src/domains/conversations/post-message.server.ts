import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { messageWords } from '#lib/text/message-words.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { attachFiles, contentOf } from './attach-files.server.ts';
import { admitted } from './admitted.server.ts';
import { resolveReferences } from './chips.server.ts';
import { resolveMentions } from './mentions.server.ts';
import { PostMessage } from './model.ts';

/** last: nothing follows in this transaction, so the commit is sent right behind the message, whose numbers are then locked for no trip in between. */
export type Posting = { last?: boolean };
export type Posted = { id: string; thread_id: string; number: number; repeated: boolean };

/**
 * Posts a message in a thread. The same retry key with the same words answers with the message it made before.
 * Refuses: conversations.thread.not_found, conversations.message.key_reused, .above_ceiling, .empty, .too_long, .unknown_label, files.upload.not_found, files.attachment.too_many.
 */
export async function postMessage(tx: Tx, input: unknown, options: Posting = {}): Promise<Posted> {
  const message = parse(PostMessage, input);
  return storeMessage(tx, message, bodyHash(message.thread_id, message, await contentOf(tx, message.files ?? [])), options);
}

/** What makes two posts the same one. */
export function bodyHash(place: string, message: { body: string; marking: string | null }, files: string[] = []): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([place, message.marking, message.body, ...files]))
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
export async function storeMessage(tx: Tx, message: PostMessage, hash: Buffer, { last = false }: Posting = {}): Promise<Posted> {
  const { body, named } = await resolveMentions(tx, await resolveReferences(tx, message.body), message);
  const { rows } = await admitted(
    tx,
    message,
    sql<Posted & { same: boolean }>`select posted as id, posted_in as thread_id, posted_as as number, repeated, same
		from app.post_message(${newId()}, ${message.thread_id}, ${body}, ${message.marking}, ${message.retry_key}, ${hash}, ${messageWords(body)}, ${named}::text[])`,
    last && !message.files?.length,
  );
  const posted = rows[0];
  if (!posted?.same) throw new Refusal('conversations.message.key_reused', { status: 409 });
  if (!posted.repeated) tx.notes.wake = true;
  if (!posted.repeated && message.files?.length) await attachFiles(tx, posted.id, message.files);
  return { id: posted.id, thread_id: posted.thread_id, number: posted.number, repeated: posted.repeated };
}
