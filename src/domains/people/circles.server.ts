import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { InCircleInput } from './model.ts';

type InIt = { kind: 'person' | 'organization'; slug: string; name: string; is_guest: boolean; ends_on: string | null };
export type Circle = {
  id: string;
  slug: string;
  name: string;
  purpose: string;
  entry: 'open' | 'request' | 'invitation';
  listed: boolean;
  roster: 'members' | 'everyone' | 'runners';
  by_rule: boolean;
  rule_regions: string[];
  rule_kinds: string[];
  rule_topics: string[];
  created_at: Date;
  in_it: boolean;
  /** How many are in it. */
  readers: number | null;
  /** For channels; null while I am not in it. */
  audience_id: number | null;
  has_guests: boolean | null;
  /** Who was brought in by hand, where I may see it. */
  members: InIt[];
  runners: { slug: string; name: string }[];
  /** Its members are the readers of one channel. */
  for_channel: boolean;
  may_run: boolean;
  may_rule: boolean;
  may_join: boolean;
  may_ask: boolean;
};

const circles = sql`
    select c.id, c.slug, c.name, c.purpose, c.for_channel, c.entry, c.listed, c.roster, c.by_rule, c.rule_regions, c.rule_kinds, c.rule_topics, c.created_at, a.id is not null as in_it,
      app.circle_size(c.id) as readers, a.id as audience_id, a.has_guests, app.may_run_circle(c.id) as may_run, app.may_rule_circle(c.id) as may_rule,
      a.id is null and app.may_join_circle(c.id) as may_join, a.id is null and app.may_ask_circle(c.id) as may_ask,
      coalesce((select jsonb_agg(jsonb_build_object('kind', case when o.id is null then 'person' else 'organization' end,
           'slug', coalesce(o.slug, m.slug), 'name', coalesce(o.name, m.name), 'is_guest', coalesce(o.is_guest, cm.ends_at is not null), 'ends_on', ((cm.ends_at - interval '1 second') at time zone 'UTC')::date) order by o.id is null, coalesce(o.name, m.name))
         from app.circle_members cm left join app.organizations o on o.id = cm.organization_id left join app.members m on m.id = cm.member_id and m.status = 'active'
        where cm.circle_id = c.id and coalesce(o.id, m.id) is not null), '[]') as members,
      coalesce((select jsonb_agg(jsonb_build_object('slug', m.slug, 'name', m.name) order by r.since, m.name) from app.circle_runners r join app.members m on m.id = r.member_id
        where r.circle_id = c.id and m.status = 'active'), '[]') as runners
      from app.circles c left join app.audiences a on a.id = c.audience_id`;

/** The circles the asker knows of: those they are in first, then those that are listed or have invited them; with whatever they may see of their people. */
export async function listCircles(tx: Tx): Promise<Circle[]> {
  const { rows } = await sql<Circle>`${circles} where not c.for_channel order by a.id is null, c.name, c.id`.execute(tx);
  return rows;
}

/** One circle by its address, or undefined: absent, and hidden from the asker, alike. */
export async function findCircle(tx: Tx, slug: string): Promise<Circle | undefined> {
  const { rows } = await sql<Circle>`${circles} where c.slug = ${slug}`.execute(tx);
  return rows[0];
}

export type InOtherwise = { slug: string; name: string; organization: string | null; by_rule: boolean };

/** Who is in a circle not in person but by their organization or by the rule, where the asker may see it; the first 500 by name. */
export async function listInOtherwise(tx: Tx, circleId: string): Promise<InOtherwise[]> {
  const { rows } = await sql<InOtherwise>`
    select m.slug, m.name, coalesce(o.name, w.name) as organization, o.name is null as by_rule
      from app.circles c join app.audience_members am on am.audience_id = c.audience_id join app.members m on m.id = am.member_id
      left join lateral (select min(g.name) as name from app.memberships ms join app.circle_members cm on cm.organization_id = ms.organization_id and cm.circle_id = c.id
        join app.organizations g on g.id = ms.organization_id where ms.member_id = m.id) o on true
      left join lateral (select min(g.name) as name from app.memberships ms join app.organizations g on g.id = ms.organization_id where ms.member_id = m.id) w on true
     where c.id = ${circleId} and not exists (select from app.circle_members cm where cm.circle_id = c.id and cm.member_id = m.id) order by m.name, m.id limit 500`.execute(
    tx,
  );
  return rows;
}

export type Admission = {
  id: string;
  kind: 'request' | 'invitation';
  circle: string;
  circle_name: string;
  slug: string;
  name: string;
  by: string;
  words: string;
  at: Date;
  mine: boolean;
  may_answer: boolean;
};

/** What waits for an answer: who asks into circles I run and whom those invited, what I asked, and what I am invited to. */
export async function listAdmissions(tx: Tx, only: { circleId?: string } = {}): Promise<Admission[]> {
  const { rows } = await sql<Admission>`
    select a.id, a.kind, c.slug as circle, c.name as circle_name, m.slug, m.name, coalesce(b.name, '') as by, a.words, a.at, a.member_id = app.me() as mine,
      case a.kind when 'request' then app.may_run_circle(c.id) else a.member_id = app.me() and app.may_write() end as may_answer
      from app.circle_admissions a join app.circles c on c.id = a.circle_id join app.members m on m.id = a.member_id left join app.bylines b on b.id = a.byline_id
     where a.outcome is null and (${only.circleId ?? null}::uuid is null or c.id = ${only.circleId ?? null}) order by a.at, a.id limit 200`.execute(tx);
  return rows;
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
