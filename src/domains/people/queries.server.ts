import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type CastEntry = { member_id: string; slug: string; name: string; organization: string | null };

/** Whom one may become with one click: empty unless this hub is a demonstration. */
export async function listCast(tx: Tx): Promise<CastEntry[]> {
  const { rows } = await sql<CastEntry>`select member_id, slug, name, organization from app.demo_cast()`.execute(tx);
  return rows;
}

export type Me = { id: string; slug: string; name: string; locale: string; time_zone: string; is_steward: boolean };

/** The member who is asking; undefined for a visitor and for a session that has ended. */
export async function findMe(tx: Tx): Promise<Me | undefined> {
  const { rows } = await sql<Me>`select id, slug, name, locale, time_zone, app.has_role('{steward}') as is_steward from app.members where id = app.me()`.execute(tx);
  return rows[0];
}
