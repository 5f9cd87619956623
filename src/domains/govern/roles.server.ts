import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type Right = { key: string; holders: string[]; said: string };

/** Each right and who holds it, as the policies say; `said` is the sentence of the function that is asked, for rights without words of their own. */
export async function listRights(tx: Tx): Promise<Right[]> {
  const { rows } = await sql<Right>`select r.right_key as key, r.holders,
      coalesce((select obj_description(p.oid, 'pg_proc') from pg_proc p where p.pronamespace = to_regnamespace('app') and p.proname = r.asks[1] limit 1), '') as said
    from app.rights() r order by r.place`.execute(tx);
  return rows;
}

export type Holder = { role: string; people: { slug: string; name: string; organization: string | null }[] };

/** Who holds each duty now, as far as the asker may see. Focal points stand with their organization. */
export async function listHolders(tx: Tx): Promise<Holder[]> {
  const { rows } = await sql<Holder>`
    select held.role, jsonb_agg(jsonb_build_object('slug', m.slug, 'name', m.name, 'organization', o.name) order by o.name nulls first, m.name) as people from (
        select r.role, r.member_id, null::uuid as organization_id from app.hub_roles r
        union all select 'focal_point', ms.member_id, ms.organization_id from app.memberships ms where ms.role = 'focal_point') held
      join app.members m on m.id = held.member_id and m.status = 'active' left join app.organizations o on o.id = held.organization_id group by held.role`.execute(
    tx,
  );
  return rows;
}
