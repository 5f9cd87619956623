import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { record } from '#platform/events.server.ts';
import { parse } from '#platform/input.ts';
import { RenameThread } from './model.ts';

/** Gives a thread of one's own another title. Refuses: conversations.thread.not_found, .untitled, .title_too_long. */
export async function renameThread(tx: Tx, input: unknown): Promise<void> {
  const { id, title } = parse(RenameThread, input);
  await tell(
    tx,
    'thread.renamed',
    await sql<Changed>`update app.threads set title = ${title} where id = ${id} returning id, conversation_id, audience_id`.execute(tx),
  );
}

/** Marks a thread of one's own as resolved, or opens it again. Refuses: conversations.thread.not_found. */
export async function resolveThread(tx: Tx, input: { id: string; resolved: boolean }): Promise<void> {
  await tell(
    tx,
    input.resolved ? 'thread.resolved' : 'thread.reopened',
    await sql<Changed>`
		update app.threads set resolved_at = case when ${input.resolved} then now() end where id = ${input.id} returning id, conversation_id, audience_id`.execute(
      tx,
    ),
  );
}

type Changed = { id: string; conversation_id: string; audience_id: number };

async function tell(tx: Tx, kind: string, { rows }: { rows: Changed[] }): Promise<void> {
  const thread = rows[0];
  if (!thread) throw new Refusal('conversations.thread.not_found', { status: 404 });
  const { rows: mine } = await sql<{ id: string }>`select id from app.bylines where member_id = (select app.me()) and kind = 'person'`.execute(tx);
  await record(tx, {
    kind,
    audienceId: thread.audience_id,
    bylineId: mine[0]?.id,
    subjectKind: 'thread',
    subjectId: thread.id,
    data: { conversation_id: thread.conversation_id },
  });
}
