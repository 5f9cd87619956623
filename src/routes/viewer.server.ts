import { sql } from 'kysely';
import { as, type Actor } from '#platform/database/open.server.ts';

export type Me = { id: string; name: string; slug: string; organization: string | null; locale: string; time_zone: string };
export type Viewer = { me: Me | null; demo: boolean };

/** Who the session of this request belongs to, and whether the hub is a demonstration; a dead cookie is a visitor. */
export async function viewer(actor: Actor): Promise<Viewer> {
  return as(actor, async (tx) => {
    const { rows } = await sql<{ demo: boolean }>`select exists (select from app.demo_cast()) as demo`.execute(tx);
    const demo = rows[0]?.demo ?? false;
    if (actor.kind !== 'person') return { me: null, demo };
    const found = await sql<Me>`
      select m.id, m.name, m.slug, m.locale, m.time_zone,
        (select o.name from app.memberships s join app.organizations o on o.id = s.organization_id where s.member_id = m.id order by s.since limit 1) as organization
        from app.members m where m.id = app.me()`.execute(tx);
    return { me: found.rows[0] ?? null, demo };
  });
}
