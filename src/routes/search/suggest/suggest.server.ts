import { sql } from 'kysely';
import { readFoundControls } from '#domains/controls/found.server.ts';
import { readFoundMessages } from '#domains/conversations/found.server.ts';
import { readFoundPages } from '#domains/library/found.server.ts';
import type { Query } from '#domains/search/compose-query.ts';
import { findByQuery } from '#domains/search/find-hits.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { placesOf } from '../../places.server.ts';
import { type Asked, resolveAsked } from '../filters.server.ts';

export type Suggestion = { title: string; url: string; where?: string };

/** The few that one would have gone to: channels by the beginning of their name, pages and controls by their words; with filters, the threads of the messages they fit. */
export async function suggest(tx: Tx, asked: Asked): Promise<Suggestion[]> {
  const { words, filters } = asked.question;
  const query = await resolveAsked(tx, asked);
  if (filters.length) return [...(await textsOf(tx, query, words)).slice(0, 4), ...(await threadsOf(tx, query))].slice(0, 12);
  const begins = `${words.replace(/^#/, '').replace(/[\\%_]/g, '\\$&')}%`;
  const { rows: channels } = await sql<Suggestion>`select '#' || slug as title, '/channels/' || slug as url, name as "where" from app.channels
    where archived_at is null and (slug ilike ${begins} or name ilike ${begins}) order by slug limit 4`.execute(tx);
  return [...channels, ...(await textsOf(tx, query, words))];
}

async function textsOf(tx: Tx, query: Query, words: string): Promise<Suggestion[]> {
  const hits = await findByQuery(tx, query, 'texts', 40);
  const of = (kind: string) => hits.filter((hit) => hit.kind === kind).map((hit) => hit.id);
  const pages = (await readFoundPages(tx, of('page'), false)).map((page) => ({
    title: page.title,
    url: `/library/${page.spaceSlug}/${page.path}`,
    where: page.spaceTitle,
  }));
  const controls = (await readFoundControls(tx, of('control')))
    .filter(({ withdrawn }) => !withdrawn)
    .map((control) => ({
      title: control.number ? `${control.number} ${control.title}` : control.title,
      url: `/c/${control.code}`,
      where: control.spaceTitle,
    }));
  const first = words.toLowerCase();
  const titled = (item: Suggestion) => (item.title.toLowerCase().includes(first) ? 0 : 1);
  return [...pages, ...controls].sort((a, b) => titled(a) - titled(b)).slice(0, 8);
}

/** Each thread once, at the newest message of it that fits. */
async function threadsOf(tx: Tx, query: Query): Promise<Suggestion[]> {
  const hits = await findByQuery(tx, query, 'messages', 40);
  const messages = await readFoundMessages(
    tx,
    hits.map((hit) => hit.id),
  );
  const places = await placesOf(tx, messages);
  const seen = new Set<string>();
  return messages.flatMap(({ id, threadId, threadTitle, subjectId }): Suggestion[] => {
    const place = places.get(subjectId);
    if (!place || seen.has(threadId)) return [];
    seen.add(threadId);
    return [{ title: threadTitle, url: `/m/${id}`, where: place.name }];
  });
}
