import { sql } from 'kysely';
import { readFoundControls } from '#domains/controls/found.server.ts';
import { readFoundPages } from '#domains/library/found.server.ts';
import { findHits } from '#domains/search/find-hits.server.ts';
import type { Tx } from '#platform/database/open.server.ts';

export type Suggestion = { title: string; url: string; where?: string };

/** Channels by the beginning of their name, pages and controls by their words: the few that one would have gone to. */
export async function suggest(tx: Tx, question: string): Promise<Suggestion[]> {
  const begins = `${question.replace(/^#/, '').replace(/[\\%_]/g, '\\$&')}%`;
  const { rows: channels } = await sql<Suggestion>`select '#' || slug as title, '/channels/' || slug as url, name as "where" from app.channels
    where archived_at is null and (slug ilike ${begins} or name ilike ${begins}) order by slug limit 4`.execute(tx);
  const hits = await findHits(tx, question, 'texts', 40);
  const of = (kind: string) => hits.filter((hit) => hit.kind === kind).map((hit) => hit.id);
  const pages = (await readFoundPages(tx, of('page'), false)).map((page) => ({
    title: page.title,
    url: `/library/${page.spaceSlug}/${page.path}`,
    where: page.spaceTitle,
  }));
  const controls = (await readFoundControls(tx, of('control'))).map((control) => ({
    title: control.number ? `${control.number} ${control.title}` : control.title,
    url: `/c/${control.code}`,
    where: control.spaceTitle,
  }));
  const first = question.toLowerCase();
  const titled = (item: Suggestion) => (item.title.toLowerCase().includes(first) ? 0 : 1);
  return [...channels, ...[...pages, ...controls].sort((a, b) => titled(a) - titled(b)).slice(0, 8)];
}
