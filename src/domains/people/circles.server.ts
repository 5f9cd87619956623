import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { InCircleInput } from './model.ts';

type InIt = { kind: 'person' | 'organization'; slug: string; name: string; is_guest: boolean };
export type CircleOfMine = {
  id: string;
  slug: string;
  name: string;
  purpose: string;
  audience_id: number;
  created_at: Date;
  readers: number;
  has_guests: boolean;
  members: InIt[];
  may_run: boolean;
};

/** The circles the asker is in, each with the people and organizations it was made of, and whether they may say who is in it. */
export async function listCircles(tx: Tx, only: { slug?: string } = {}): Promise<CircleOfMine[]> {
  const { rows } = await sql<CircleOfMine>`
    select c.id, c.slug, c.name, c.purpose, c.audience_id, c.created_at, a.size as readers, a.has_guests, app.may_run_circle(c.id) as may_run,
      coalesce((select jsonb_agg(jsonb_build_object('kind', case when o.id is null then 'person' else 'organization' end,
           'slug', coalesce(o.slug, m.slug), 'name', coalesce(o.name, m.name), 'is_guest', coalesce(o.is_guest, false)) order by o.id is null, coalesce(o.name, m.name))
         from app.circle_members cm left join app.organizations o on o.id = cm.organization_id left join app.members m on m.id = cm.member_id
        where cm.circle_id = c.id and coalesce(o.id, m.id) is not null), '[]') as members
      from app.circles c join app.audiences a on a.id = c.audience_id
     where ${only.slug ?? null}::text is null or c.slug = ${only.slug ?? null} order by c.name, c.id`.execute(tx);
  return rows;
}

/** One circle of mine by its address, or undefined: absent and not mine alike. */
export async function findCircle(tx: Tx, slug: string): Promise<CircleOfMine | undefined> {
  return (await listCircles(tx, { slug }))[0];
}

type Ids = { circleId: string; memberId: string | null; organizationId: string | null };

/** Turns the addresses of a circle and of whom it is about into ids. Refuses with people.circle.not_found, .whom, people.member.not_found, people.organization.not_found. */
export async function findInCircle(tx: Tx, input: unknown): Promise<Ids> {
  const { circle, member, organization } = parse(InCircleInput, input);
  if (Boolean(member) === Boolean(organization)) throw new Refusal('people.circle.whom');
  const { rows } = await sql<{ circle: string | null; member: string | null; organization: string | null }>`
    select (select id from app.circles where slug = ${circle}) as circle, (select id from app.members where slug = ${member ?? null}) as member,
      (select id from app.organizations where slug = ${organization ?? null}) as organization`.execute(tx);
  const found = rows[0]!;
  if (!found.circle) throw notFound('people.circle.not_found');
  if (member && !found.member) throw notFound('people.member.not_found');
  if (organization && !found.organization) throw notFound('people.organization.not_found');
  return { circleId: found.circle, memberId: found.member, organizationId: found.organization };
}
