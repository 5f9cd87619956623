import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';

/** The byline under which the member who is asking speaks in their own name; undefined when nobody is signed in. */
export async function findMyByline(tx: Tx): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from app.bylines where member_id = (select app.me()) and kind = 'person' limit 1`.execute(tx);
  return rows[0]?.id;
}

/** The same, for what only members do. Refuses with common.not_found when nobody is signed in. */
export async function myByline(tx: Tx): Promise<string> {
  const found = await findMyByline(tx);
  if (!found) throw notFound();
  return found;
}
