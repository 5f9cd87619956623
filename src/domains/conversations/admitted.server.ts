import { type RawBuilder, type QueryResult, sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, Refusal } from '#platform/errors.ts';
import { LABELS } from './model.ts';

/** Runs a statement that the database may refuse for its label; the refusal then says what is allowed. Refuses: conversations.message.above_ceiling. */
export async function admitted<T>(
  tx: Tx,
  message: { thread_id: string; marking?: string | null },
  statement: RawBuilder<T>,
  last = false,
): Promise<QueryResult<T>> {
  // Asked before: after the refusal the transaction answers nothing more.
  const allowed = message.marking ? await allowedLabels(tx, message.thread_id) : [];
  if (last) tx.notes.last = true;
  try {
    return await statement.execute(tx);
  } catch (error) {
    const refusal = asRefusal(error);
    if (!(refusal instanceof Refusal) || refusal.code !== 'conversations.message.above_ceiling') throw refusal;
    throw new Refusal(refusal.code, { status: refusal.status, details: { allowed: allowed.join(', '), label: message.marking ?? '' } });
  }
}

async function allowedLabels(tx: Tx, threadId: string): Promise<string[]> {
  const { rows } = await sql<{ labels: string[] }>`
		select array(select o.label from app.marking_outlets o where o.rank <= app.marking_rank(c.ceiling) and app.marking_admits(o.label, c.audience_id) order by o.rank) as labels
		from app.threads t join app.conversations c on c.id = t.conversation_id where t.id = ${threadId}`.execute(tx);
  return LABELS.filter((label) => rows[0]?.labels.includes(label));
}
