import { sql } from 'kysely';
import { plainText } from '#lib/text/plain-text.ts';
import type { Tx } from '#platform/database/open.server.ts';

export type FoundControl = {
  id: string;
  code: string;
  number: string;
  title: string;
  spaceTitle: string;
  text: string;
  withdrawn: boolean;
  successor: string | null;
};

/** Controls read again as the person who searched, in the order of the ids; what is not theirs is left out, and what is withdrawn is said to be. */
export async function readFoundControls(tx: Tx, ids: string[]): Promise<FoundControl[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<FoundControl>`
    select c.id, c.code, coalesce(c.number, '') as number, c.title, s.title as "spaceTitle", case when c.retired_at is null then concat_ws(E'\n', c.text, c.risk, c.vulnerability) else '' end as text,
      c.retired_at is not null as withdrawn, (select concat_ws(' ', n.number, n.title) from app.controls n where n.id = c.successor_id) as successor
    from app.controls c join app.spaces s on s.id = c.space_id where c.id = any(${ids}::uuid[])`.execute(tx);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []).map((row) => ({ ...row, text: plainText(row.text) }));
}
