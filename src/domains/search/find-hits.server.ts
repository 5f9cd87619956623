import { sql } from 'kysely';
import { toSearchQuery } from '#lib/text/search-words.ts';
import { Refusal } from '#platform/errors.ts';
import type { Tx } from '#platform/database/open.server.ts';
import type { Query } from './compose-query.ts';
import { type Hit, LONGEST } from './model.ts';

/**
 * What I may read and what holds every word of the question, newest first: texts (pages and controls) or messages.
 * Ids only: the caller reads the rows again under the policies. Refuses with search.query.too_long.
 */
export async function findHits(tx: Tx, question: string, what: 'texts' | 'messages', most: number, prefix = true): Promise<Hit[]> {
  if (question.length > LONGEST) throw new Refusal('search.query.too_long', { details: { length: question.length } });
  const words = toSearchQuery(question, { prefix }) || null;
  return findByQuery(tx, { texts: words, messages: words, since: null, until: null, threads: null }, what, most);
}

/** The same for a question with filters, taken apart and built before. */
export async function findByQuery(tx: Tx, query: Query, what: 'texts' | 'messages', most: number): Promise<Hit[]> {
  const words = query[what];
  if (words === null) return [];
  const { rows } =
    await sql<Hit>`select kind, subject_id as id from search.find(${words}, ${what === 'texts'}, ${most}, ${query.since}, ${query.until}, ${query.among ?? null}, ${query.threads})`.execute(
      tx,
    );
  return rows;
}
