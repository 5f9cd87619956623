import { sql } from 'kysely';
import { resolveReferences } from '#domains/conversations/chips.server.ts';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { Submission } from './model.ts';
import { findCountry } from './queries.server.ts';

type About = { request: string; country: string; submission: unknown };

/**
 * Keeps what the lead authority drafts of the position and of each comment; read within the country alone. The version of the draft.
 * Refuses: common.not_found, library.country.not_open, .not_yours, .saved_meanwhile (409), .words_missing, library.procedure.words_long.
 */
export async function keepSubmission(tx: Tx, { request, country, submission }: About): Promise<number> {
  const wanted = parse(Submission, submission);
  const { id: jurisdiction } = await findCountry(tx, request, country);
  const { id: talk } = await openConversation(tx, { subject: { kind: 'change_request', id: request, within: jurisdiction } });
  const { rows } = await sql<{
    version: number;
  }>`select app.keep_country_draft(${request}, ${jurisdiction}, ${talk}, ${wanted.stance}, ${wanted.words}, ${wanted.version}) as version`.execute(tx);
  for (const point of wanted.points) {
    const words = await resolveReferences(tx, point.words);
    await sql`select app.keep_country_point(${request}, ${jurisdiction}, ${point.id}, ${point.take}, ${point.kind}, ${words}, ${point.proposed})`.execute(tx);
  }
  tx.notes.wake = true;
  return rows[0]!.version;
}
