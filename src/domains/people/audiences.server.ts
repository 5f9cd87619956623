import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type Reader = { slug: string; name: string; organization: string | null; is_guest: boolean };
export type Readers = {
  id: number;
  kind: 'public' | 'everyone' | 'organization' | 'circle' | 'named';
  label: string;
  /** How many members are in it now; of the public nobody knows. */
  size: number;
  has_guests: boolean;
  /** Nobody is ever added. */
  frozen: boolean;
  /** May the asker see who they are? Else only the number. */
  shown: boolean;
  organizations: { slug: string | null; name: string | null; is_guest: boolean; count: number }[];
  guests: Reader[];
  /** By name, the first 500. */
  people: Reader[];
  as_of: Date;
};

/**
 * Who exactly reads what has this audience, as of now: how many of each organization, the guests by name, and the list, as far as the asker may see it.
 * Undefined for an audience that is not the asker's, as for one that is not there.
 */
export async function findReaders(tx: Tx, id: number): Promise<Readers | undefined> {
  const { rows } = await sql<Readers>`
    with a as (select id, kind, label, size, has_guests, frozen, id in (select app.my_rosters()) or id in (select app.open_rosters()) as shown from app.audiences where id = ${id}),
    who as (select m.slug, m.name, o.slug as organization_slug, o.name as organization, coalesce(o.is_guest, true) as is_guest
      from a join app.audience_members am on am.audience_id = a.id and a.shown and (am.ends_at is null or am.ends_at > now()) join app.members m on m.id = am.member_id
      left join lateral (select o.slug, o.name, o.is_guest from app.memberships ms join app.organizations o on o.id = ms.organization_id
        where ms.member_id = m.id order by o.is_guest, ms.since, o.name limit 1) o on true)
    select a.*, now() as as_of,
      coalesce((select jsonb_agg(g order by g.is_guest, g.name nulls last) from (select organization_slug as slug, organization as name, is_guest, count(*)::int as count from who group by 1, 2, 3) g), '[]') as organizations,
      coalesce((select jsonb_agg(jsonb_build_object('slug', w.slug, 'name', w.name, 'organization', w.organization, 'is_guest', true) order by w.name, w.slug) from who w where w.is_guest), '[]') as guests,
      coalesce((select jsonb_agg(jsonb_build_object('slug', w.slug, 'name', w.name, 'organization', w.organization, 'is_guest', w.is_guest) order by w.name, w.slug)
        from (select * from who order by name, slug limit 500) w), '[]') as people
      from a`.execute(tx);
  return rows[0];
}
