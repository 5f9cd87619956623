import { sql } from 'kysely';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import { bodyHash } from '#domains/conversations/post-message.server.ts';
import { messageWords } from '#lib/text/message-words.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { sayTitle } from '../comments/words.ts';
import type { Kind } from '../comments/model.ts';
import { givePosition } from '../deciding/positions.server.ts';
import { keepSubmission } from './keep-submission.server.ts';
import { findCountry } from './queries.server.ts';

type About = { request: string; country: string; submission: unknown /** The position too: it is asked for now. */; position: boolean };
type Chosen = { id: string; kind: Kind; words: string; title: string };
export type Submitted = { comments: number; position: boolean };

/**
 * Makes one submission of what a country said among itself: the chosen comments become comments of the country, in the words that were kept, and the position is given.
 * The rest stays within the country. Refuses as keeping does, with library.country.nothing where nothing is chosen, .submitted, and as giving a position does.
 */
export async function submitCountry(tx: Tx, { request, country, submission, position }: About): Promise<Submitted> {
  await keepSubmission(tx, { request, country, submission });
  const { id: jurisdiction, conversation_id } = await findCountry(tx, request, country);
  const chosen = await sql<Chosen>`
    select p.thread_id as id, p.kind, p.words, r.title from app.country_points p join app.comments c on c.thread_id = p.thread_id and c.audience_id = p.audience_id join app.change_requests r on r.id = ${request}
    where c.conversation_id = ${conversation_id} and p.take and p.submitted_at is null order by p.thread_id`.execute(tx);
  const draft = await sql<{
    stance: string | null;
    words: string;
  }>`select stance, words from app.country_drafts where conversation_id = ${conversation_id}`.execute(tx);
  const { stance = null, words = '' } = draft.rows[0] ?? {};
  const gives = position && stance !== null;
  if (!chosen.rows.length && !gives) throw new Refusal('library.country.nothing');
  if (chosen.rows.length) {
    const { id: talk } = await openConversation(tx, { subject: { kind: 'change_request', id: request } });
    for (const point of chosen.rows) {
      const hash = bodyHash(talk, { body: point.words, marking: null });
      await sql`select app.submit_point(${point.id}, ${talk}, ${newId()}, ${newId()}, ${sayTitle(point.kind, point.title)}, ${hash}, ${messageWords(point.words)})`.execute(
        tx,
      );
    }
  }
  if (gives) {
    await givePosition(tx, { id: request, jurisdiction_id: jurisdiction, stance, words });
    await sql`select app.drop_country_draft(${request}, ${jurisdiction})`.execute(tx);
  }
  tx.notes.wake = true;
  return { comments: chosen.rows.length, position: gives };
}
