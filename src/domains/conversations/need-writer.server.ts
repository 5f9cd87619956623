import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

/** A form may lie in a browser longer than a session: what one member wrote is never sent as another. Refuses: conversations.message.other_writer (401). */
export async function needWriter(tx: Tx, writer: FormDataEntryValue | null): Promise<void> {
  if (!writer) return;
  const { rows } = await sql<{ mine: boolean }>`select app.me()::text is not distinct from ${String(writer)} as mine`.execute(tx);
  if (!rows[0]?.mine) throw new Refusal('conversations.message.other_writer', { status: 401 });
}
