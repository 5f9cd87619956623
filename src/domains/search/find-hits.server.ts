import { sql } from 'kysely';
import { toSearchQuery } from '#lib/text/search-words.ts';
import { Refusal } from '#platform/errors.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { type Hit, LONGEST } from './model.ts';

/**
 * What I may read and what holds every word of the question, newest first: texts (pages and controls) or messages.
 * Ids only: the caller reads the rows again under the policies. Refuses with search.query.too_long.
 */
export async function findHits(tx: Tx, question: string, what: 'texts' | 'messages', most: number, prefix = true): Promise<Hit[]> {
  if (question.length > LONGEST) throw new Refusal('search.query.too_long', { details: { length: question.length } });
  const query = toSearchQuery(question, { prefix });
  if (!query) return [];
  const { rows } = await sql<Hit>`select kind, subject_id as id from search.find(${query}, ${what === 'texts'}, ${most})`.execute(tx);
  return rows;
}
