import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type Colleague = { id: string; slug: string; name: string; role: string; duties: string[] };
export type Body = {
  id: string;
  slug: string;
  name: string;
  kind: string;
  is_guest: boolean;
  joined_on: string;
  jurisdictions: { code: string; name: string; region: string | null }[];
  members: Colleague[];
  may_invite: boolean;
  may_name_focal_point: boolean;
};

/** The organizations the asker may see with the members they may see, and whether they may invite there. */
export async function listOrganizations(tx: Tx, only: { slug?: string; search?: string } = {}): Promise<Body[]> {
  const search = only.search?.trim().toLowerCase() ?? '';
  const { rows } = await sql<Body>`
    with seen as (
      select o.id, o.slug, o.name, o.kind, o.is_guest, o.joined_on::text as joined_on, app.may_invite(o.id) as may_invite, app.has_role('{steward}') as may_name_focal_point,
        coalesce((select jsonb_agg(jsonb_build_object('code', j.code, 'name', j.name, 'region', j.region) order by j.name)
           from app.organization_jurisdictions oj join app.jurisdictions j on j.id = oj.jurisdiction_id where oj.organization_id = o.id), '[]') as jurisdictions,
        coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'slug', m.slug, 'name', m.name, 'role', ms.role,
             'duties', array(select r.role from app.hub_roles r where r.member_id = m.id order by r.role)) order by ms.role, m.name)
           from app.memberships ms join app.members m on m.id = ms.member_id where ms.organization_id = o.id and m.status = 'active'), '[]') as members
        from app.organizations o where ${only.slug ?? null}::text is null or o.slug = ${only.slug ?? null})
    select * from seen
     where ${search} = '' or position(${search} in lower(name)) > 0 or position(${search} in lower(jurisdictions::text)) > 0 or position(${search} in lower(members::text)) > 0
     order by is_guest, name`.execute(tx);
  return rows;
}

/** One organization by its address, or undefined: absent and not visible alike. */
export async function findOrganization(tx: Tx, slug: string): Promise<Body | undefined> {
  return (await listOrganizations(tx, { slug }))[0];
}

export type Person = {
  id: string;
  slug: string;
  name: string;
  locale: string;
  time_zone: string;
  joined_at: Date;
  status: string;
  is_me: boolean;
  duties: string[];
  organizations: { slug: string; name: string; kind: string; role: string; is_guest: boolean }[];
  circles: { slug: string; name: string }[];
};

/** One member by their address, or undefined: absent and not visible alike. Circles are those the asker is in as well. */
export async function findPerson(tx: Tx, slug: string): Promise<Person | undefined> {
  const { rows } = await sql<Person>`
    select m.id, m.slug, m.name, m.locale, m.time_zone, m.joined_at, m.status, m.id = app.me() as is_me,
      array(select r.role from app.hub_roles r where r.member_id = m.id order by r.role) as duties,
      coalesce((select jsonb_agg(jsonb_build_object('slug', o.slug, 'name', o.name, 'kind', o.kind, 'role', ms.role, 'is_guest', o.is_guest) order by ms.since)
         from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id), '[]') as organizations,
      coalesce((select jsonb_agg(jsonb_build_object('slug', c.slug, 'name', c.name) order by c.name)
         from app.circles c join app.audience_members am on am.audience_id = c.audience_id where am.member_id = m.id), '[]') as circles
      from app.members m where m.slug = ${slug}`.execute(tx);
  return rows[0];
}
