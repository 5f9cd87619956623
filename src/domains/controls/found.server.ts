import { sql } from 'kysely';
import { plainText } from '#lib/text/plain-text.ts';
import type { Tx } from '#platform/database/open.server.ts';

export type FoundControl = { id: string; code: string; number: string; title: string; spaceTitle: string; text: string };

/** Controls read again as the person who searched, in the order of the ids; what is not theirs is left out. */
export async function readFoundControls(tx: Tx, ids: string[]): Promise<FoundControl[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<FoundControl>`
    select c.id, c.code, coalesce(c.number, '') as number, c.title, s.title as "spaceTitle", concat_ws(E'\n', c.text, c.risk, c.vulnerability) as text
    from app.controls c join app.spaces s on s.id = c.space_id where c.id = any(${ids}::uuid[]) and c.retired_at is null`.execute(tx);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []).map((row) => ({ ...row, text: plainText(row.text) }));
}
