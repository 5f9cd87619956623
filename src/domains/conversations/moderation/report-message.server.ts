import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { Report } from './model.ts';

/**
 * Reports a message of others that I read, to those who keep order there; where nobody else does, to the moderators of the hub, if I hand it over.
 * Refuses: conversations.message.not_found, conversations.report.own, .open, .too_many, .not_handed, .red, .nobody, conversations.moderation.no_reason, .too_long.
 */
export async function reportMessage(tx: Tx, input: unknown): Promise<{ id: string }> {
  const report = parse(Report, input);
  const id = newId();
  await sql`select app.report_message(${id}, ${report.message_id}, ${report.reason}, ${report.words}, ${report.hand_over})`.execute(tx);
  return { id };
}
