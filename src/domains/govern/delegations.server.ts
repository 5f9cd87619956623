import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type Delegation = {
  id: string;
  duty: string;
  organization: string | null;
  from: string;
  to: string;
  starts_at: Date;
  ends_at: Date;
  reason: string;
  state: 'now' | 'coming' | 'over' | 'revoked';
  may_end: boolean;
};

/** Who stands in for whom, as far as the asker may see: what holds first. `state` says what its days say; a duty that was lost meanwhile hands nothing over either. */
export async function listDelegations(tx: Tx): Promise<Delegation[]> {
  const { rows } = await sql<Delegation>`select d.id, d.duty, o.name as organization, f.name as "from", t.name as "to", d.starts_at, d.ends_at, d.reason,
      case when d.revoked_at is not null then 'revoked' when d.ends_at <= now() or not h.holds then 'over' when d.starts_at > now() then 'coming' else 'now' end as state,
      d.revoked_at is null and d.ends_at > now() and h.holds and (d.from_member = app.me() or d.to_member = app.me() or app.has_role('{steward}')) as may_end
    from app.delegations d join app.members f on f.id = d.from_member join app.members t on t.id = d.to_member left join app.organizations o on o.id = d.organization_id
      cross join lateral (select app.delegation_holds(d.id) as holds offset 0) h
    order by d.revoked_at is not null or d.ends_at <= now() or not h.holds, d.starts_at desc, d.id limit 200`.execute(tx);
  return rows;
}

export type MyDuty = { duty: string; organization: string | null; slug: string; colleagues: { slug: string; name: string }[] };

/** The duties I hold myself and may hand over, each with the colleagues it may be handed to. */
export async function listMyDuties(tx: Tx): Promise<MyDuty[]> {
  const { rows } = await sql<MyDuty>`
    with mine as (
      select r.role as duty, null::uuid as id from app.hub_roles r where r.member_id = app.me() and r.role in ('editor', 'reviewer', 'moderator')
      union all select 'focal_point', ms.organization_id from app.memberships ms where ms.member_id = app.me() and ms.role = 'focal_point')
    select mine.duty, o.name as organization, coalesce(o.slug, '') as slug,
      coalesce((select jsonb_agg(jsonb_build_object('slug', m.slug, 'name', m.name) order by m.name) from app.members m where app.may_delegate(mine.duty, mine.id, m.id)), '[]') as colleagues
      from mine left join app.organizations o on o.id = mine.id order by mine.duty, o.name`.execute(tx);
  return rows;
}
