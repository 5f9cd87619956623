import { sql } from 'kysely';
import { plainText } from '#lib/text/plain-text.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { splitPage } from './text/page.ts';

export type FoundPage = {
  id: string;
  title: string;
  groupKey: string | null;
  path: string;
  spaceSlug: string;
  spaceTitle: string;
  text: string;
  at: Date | null;
};

/** Pages read again as the person who searched, in the order of the ids; what is not theirs is left out. */
export async function readFoundPages(tx: Tx, ids: string[], withText = true): Promise<FoundPage[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<FoundPage & { description: string }>`
    select p.id, p.title, p.description, p.group_key as "groupKey", p.path, s.slug as "spaceSlug", s.title as "spaceTitle", ${withText ? sql`r.text` : sql`''`} as text, r.created_at as at
    from app.pages p join app.spaces s on s.id = p.space_id left join app.revisions r on r.id = p.revision_id
    where p.id = any(${ids}::uuid[]) and p.retired_at is null`.execute(tx);
  return inOrder(rows, ids).map(({ description, ...row }) => ({ ...row, text: `${description}\n${plainText(splitPage(row.text).body)}` }));
}

const inOrder = <T extends { id: string }>(rows: T[], ids: string[]): T[] => {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
};
