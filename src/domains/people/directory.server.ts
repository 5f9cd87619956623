import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { adopters } from './directory/find-people.server.ts';

export type Colleague = { id: string; slug: string; name: string; role: string; duties: string[] };
export type Body = {
  id: string;
  slug: string;
  name: string;
  kind: string;
  is_guest: boolean;
  joined_on: string;
  /** Since when it is closed: nobody works for it here any more. */
  ended_on: string | null;
  jurisdictions: { code: string; name: string; region: string | null }[];
  members: Colleague[];
  may_invite: boolean;
  may_name_focal_point: boolean;
};

/** The organizations the asker may see with the members they may see, and whether they may invite there. */
export async function listOrganizations(tx: Tx, only: { slug?: string; search?: string; adopted?: string } = {}): Promise<Body[]> {
  const search = only.search?.trim().toLowerCase() ?? '';
  const { rows } = await sql<Body>`
    with seen as (
      select o.id, o.slug, o.name, o.kind, o.is_guest, o.joined_on::text as joined_on, o.ended_on::text as ended_on, app.may_invite(o.id) as may_invite, app.has_role('{steward}') as may_name_focal_point,
        coalesce((select jsonb_agg(jsonb_build_object('code', j.code, 'name', j.name, 'region', j.region) order by j.name)
           from app.organization_jurisdictions oj join app.jurisdictions j on j.id = oj.jurisdiction_id where oj.organization_id = o.id), '[]') as jurisdictions,
        coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'slug', m.slug, 'name', m.name, 'role', ms.role,
             'duties', array(select r.role from app.hub_roles r where r.member_id = m.id order by r.role)) order by ms.role, m.name)
           from app.memberships ms join app.members m on m.id = ms.member_id where ms.organization_id = o.id and m.status = 'active'), '[]') as members
        from app.organizations o where ${only.slug ?? null}::text is null or o.slug = ${only.slug ?? null})
    select * from seen
     where (${search} = '' or position(${search} in lower(name)) > 0 or position(${search} in lower(jurisdictions::text)) > 0 or position(${search} in lower(members::text)) > 0)
       and (${only.adopted ?? ''} = '' or id in (${adopters(only.adopted ?? '')}))
     order by ended_on is not null, is_guest, name`.execute(tx);
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
  /** My own language of the screen; null of others. */
  locale: string | null;
  /** Null where they do not show it to the asker. */
  time_zone: string | null;
  joined_at: Date;
  status: string;
  is_me: boolean;
  duties: string[];
  organizations: { slug: string; name: string; kind: string; role: string; is_guest: boolean }[];
  circles: { slug: string; name: string }[];
  may_give_duty: boolean;
  may_take_back_duties: boolean;
  /** Those of the duties that one steward gives alone; the others are proposed, and confirmed by another. */
  duties_by_one: string[];
};

/** One member by their address, or undefined: absent and not visible alike. Circles are those the asker is in as well. */
export async function findPerson(tx: Tx, slug: string): Promise<Person | undefined> {
  const { rows } = await sql<Person>`
    select m.id, m.slug, m.name, (select s.locale from app.my_settings() s where m.id = app.me()) as locale,
      (select f.words[1] from app.profile_fields f where f.member_id = m.id and f.field = 'time_zone') as time_zone, m.joined_at, m.status, m.id = app.me() as is_me,
      app.may_give_duty(m.id) as may_give_duty, app.may_take_back_duties() as may_take_back_duties,
      array(select d from unnest(array['reviewer', 'editor', 'moderator', 'trustee', 'steward']) d where app.duty_by_one(d)) as duties_by_one,
      array(select r.role from app.hub_roles r where r.member_id = m.id order by r.role) as duties,
      coalesce((select jsonb_agg(jsonb_build_object('slug', o.slug, 'name', o.name, 'kind', o.kind, 'role', ms.role, 'is_guest', o.is_guest) order by ms.since)
         from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id), '[]') as organizations,
      coalesce((select jsonb_agg(jsonb_build_object('slug', c.slug, 'name', c.name) order by c.name)
         from app.circles c join app.audience_members am on am.audience_id = c.audience_id where am.member_id = m.id and not c.for_channel), '[]') as circles
      from app.members m where m.slug = ${slug}`.execute(tx);
  return rows[0];
}

export type Jurisdiction = { code: string; name: string; kind: string; region: string | null };

/** The jurisdictions of the hub, by name. */
export async function listJurisdictions(tx: Tx): Promise<Jurisdiction[]> {
  const { rows } = await sql<Jurisdiction>`select code, name, kind, region from app.jurisdictions order by name`.execute(tx);
  return rows;
}

/** May the asker let the hub grow: by organizations, by circles? And follow the matters that rules of circles name? */
export async function findMyGrowing(tx: Tx): Promise<{ may_register_organization: boolean; may_make_circle: boolean; may_follow: boolean }> {
  const { rows } = await sql<{ may_register_organization: boolean; may_make_circle: boolean; may_follow: boolean }>`
    select app.may_register_organization() as may_register_organization, app.may_make_circle() as may_make_circle, 2 in (select app.my_audiences()) as may_follow`.execute(
    tx,
  );
  return rows[0]!;
}

export type Told = { id: string; kind: string; by: string | null; stood_in_for: string | null; duty: string | null; whom: string | null; at: Date };

/** The last acts on the duties of a member (subject kind member) or on the people of a circle (circle), newest first: by whom, whom or what, when. */
export async function listTold(tx: Tx, subject: { kind: 'member' | 'circle' | 'organization'; id: string }): Promise<Told[]> {
  const { rows } = await sql<Told>`
    select e.id::text as id, e.kind, b.name as by, f.name as stood_in_for, e.data ->> 'duty' as duty, coalesce(m.name, o.name) as whom, e.at
      from app.events e left join app.bylines b on b.id = e.byline_id left join app.members f on f.id::text = e.data ->> 'for_member'
      left join app.members m on m.id = (e.data ->> 'member_id')::uuid left join app.organizations o on o.id = (e.data ->> 'organization_id')::uuid
     where e.subject_id = ${subject.id} and e.subject_kind = ${subject.kind} order by e.id desc limit 20`.execute(tx);
  return rows;
}
