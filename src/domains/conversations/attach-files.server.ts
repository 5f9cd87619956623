import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { type MessageFile, filesHtml } from './files-html.ts';

/** What these files of mine are made of, in this order: the same ones sent twice are the same post. Refuses: files.upload.not_found. */
export async function contentOf(tx: Tx, uploads: string[]): Promise<string[]> {
  if (!uploads.length) return [];
  const { rows } = await sql<{ what: string }>`
    select encode(u.sha256, 'hex') || ' ' || u.name as what from unnest(${uploads}::uuid[]) with ordinality as w(id, place) join app.uploads u on u.id = w.id and u.sha256 is not null and u.created_at > now() - interval '1 day' order by w.place`.execute(
    tx,
  );
  if (rows.length !== uploads.length) throw new Refusal('files.upload.not_found', { status: 404 });
  return rows.map(({ what }) => what);
}

/** Makes files of mine those of the message I am posting. Refuses: files.upload.not_found, files.attachment.too_many. */
export async function attachFiles(tx: Tx, messageId: string, uploads: string[]): Promise<void> {
  await sql`select app.attach_files(${messageId}, ${uploads}::uuid[])`.execute(tx);
}

/** The files of messages I may read, by message. */
export async function listFiles(tx: Tx, messageIds: string[]): Promise<Map<string, MessageFile[]>> {
  const found = new Map<string, MessageFile[]>();
  if (!messageIds.length) return found;
  const { rows } = await sql<MessageFile & { message_id: string }>`
    select message_id, id, name, mime, size::int as size, width, height from app.attachments where message_id = any(${messageIds}::uuid[]) order by message_id, place`.execute(
    tx,
  );
  for (const { message_id, ...file } of rows) found.set(message_id, [...(found.get(message_id) ?? []), file]);
  return found;
}

/** The same messages, each with its files. */
export async function withFiles<M extends { id: string }>(tx: Tx, messages: M[]): Promise<Array<M & { files: MessageFile[] }>> {
  const files = await listFiles(
    tx,
    messages.map(({ id }) => id),
  );
  return messages.map((message) => ({ ...message, files: files.get(message.id) ?? [] }));
}

/** Puts its files under the words of each message that is shown. */
export async function showFiles<M extends { id: string; html: string; gone: boolean }>(tx: Tx, messages: M[]): Promise<M[]> {
  const files = await listFiles(
    tx,
    messages.filter(({ gone }) => !gone).map(({ id }) => id),
  );
  for (const message of messages) message.html += filesHtml(files.get(message.id) ?? []);
  return messages;
}
