import { sql } from 'kysely';
import { messageWords } from '#lib/text/message-words.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { Remove, Restrict, Settle } from './model.ts';

/** Nothing is done about a report. Refuses: conversations.report.not_found, .closed. */
export async function dismissReport(tx: Tx, input: unknown): Promise<void> {
  await sql`select app.dismiss_report(${parse(Settle, input).id})`.execute(tx);
}

/**
 * Removes a message where I keep order, or one that was handed over; its words are kept for an answer.
 * Refuses: conversations.message.not_found, conversations.moderation.own, .gone, .no_reason, .too_long.
 */
export async function removeMessage(tx: Tx, input: unknown): Promise<{ id: string }> {
  const { message_id, reason, words } = parse(Remove, input);
  const id = newId();
  await sql`select app.remove_message(${id}, ${message_id}, ${reason}, ${words})`.execute(tx);
  tx.notes.wake = true;
  return { id };
}

/**
 * Somebody reads and does not write for so many days, in one conversation or in all of the hub; closes a report about them with it.
 * Refuses: conversations.conversation.not_found, conversations.restriction.nobody, .keeper, .until, .stands, conversations.moderation.own, conversations.report.not_found, .closed.
 */
export async function restrictMember(tx: Tx, input: unknown): Promise<{ id: string }> {
  const { byline_id, conversation_id, reason, words, days, report_id } = parse(Restrict, input);
  const id = newId();
  await sql`select app.restrict_member(${id}, ${byline_id}, ${conversation_id}, ${reason}, ${words}, now() + make_interval(days => ${days}), ${report_id})`.execute(
    tx,
  );
  return { id };
}

/** They may write again. Refuses: conversations.moderation.not_found, .settled. */
export async function liftRestriction(tx: Tx, input: unknown): Promise<void> {
  const { id, words } = parse(Settle, input);
  await sql`select app.lift_restriction(${id}, ${words})`.execute(tx);
}

/** Puts a removed message back as it was. Refuses: conversations.moderation.not_found, .settled, .gone. */
export async function restoreMessage(tx: Tx, input: unknown): Promise<void> {
  const { id, words } = parse(Settle, input);
  const { rows } = await sql<{ said: string | null }>`select app.words_removed(${id}) as said`.execute(tx);
  await sql`select app.restore_message(${id}, ${words}, ${messageWords(rows[0]?.said ?? '')})`.execute(tx);
  tx.notes.wake = true;
}

/** The answer changes nothing. Refuses: conversations.moderation.not_found, .settled, .another. */
export async function upholdDecision(tx: Tx, input: unknown): Promise<void> {
  const { id, words } = parse(Settle, input);
  await sql`select app.uphold_act(${id}, ${words})`.execute(tx);
}
