import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

/** Refuses to start a thread where talk is closed, or where only its keepers start them. Refuses: conversations.conversation.closed, .keepers_start. */
export async function needStart(tx: Tx, conversationId: string): Promise<void> {
  const { rows } = await sql<{ closed: boolean; starts: boolean; talks: boolean }>`
    select closed_at is not null as closed, app.may_start_thread(id) as starts, app.may_talk(audience_id) as talks from app.conversations where id = ${conversationId}`.execute(
    tx,
  );
  const place = rows[0];
  if (place?.closed) throw new Refusal('conversations.conversation.closed', { status: 409 });
  if (place?.talks && !place.starts) throw new Refusal('conversations.conversation.keepers_start', { status: 403 });
}
