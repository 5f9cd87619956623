import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export const FAULTS = ['gone', 'error', 'silent', 'broken', 'loop'] as const;
/** A link that answers no more: where it stands, its words, since when, and what came instead of an answer. */
export type BrokenOuterLink = {
  id: string;
  url: string;
  words: string;
  fault: (typeof FAULTS)[number];
  since: Date;
  asked_at: Date;
  space: string;
  space_title: string;
  path: string;
  title: string;
};

/** Links out of the hub that failed twice or more, on pages that I read, of one space or of all; the oldest first. At most 2,000. */
export async function listBrokenLinks(tx: Tx, space?: string): Promise<BrokenOuterLink[]> {
  const only = space ? sql`and s.slug = ${space}` : sql``;
  const { rows } = await sql<BrokenOuterLink>`
    select p.id || ' ' || l.url as id, l.url, l.words, l.fault, l.failing_since as since, l.asked_at, s.slug as space, s.title as space_title, p.path, p.title
      from app.outer_links l join app.pages p on p.id = l.page_id and p.audience_id = l.audience_id and p.retired_at is null join app.spaces s on s.id = p.space_id
     where l.failures > 1 ${only} order by l.failing_since, p.id, l.url limit 2000`.execute(tx);
  return rows;
}
