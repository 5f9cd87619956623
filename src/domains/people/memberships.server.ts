import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { MEMBERSHIP_ACTS, type MembershipActKind } from './membership.ts';

export type RunMember = { id: string; slug: string; name: string; role: string; status: string };

/** Everybody who works for an organization, suspended ones too, for whoever runs its members; null for all others. */
export async function listRunMembers(tx: Tx, organizationId: string): Promise<RunMember[] | null> {
  const { rows: may } = await sql<{ may: boolean }>`select app.may_invite(${organizationId}) or app.has_role('{steward}') as may`.execute(tx);
  if (!may[0]?.may) return null;
  const { rows } = await sql<RunMember>`
    select m.id, m.slug, m.name, ms.role, m.status from app.memberships ms join app.members m on m.id = ms.member_id
     where ms.organization_id = ${organizationId} order by m.status, ms.role, m.name`.execute(tx);
  return rows;
}

export type Membership = { organization: { slug: string; name: string }; role: string; acts: MembershipActKind[] };

/** For whom somebody works, and what the asker may do about it. */
export async function listMemberships(tx: Tx, memberId: string): Promise<Membership[]> {
  const { rows } = await sql<Membership>`
    select jsonb_build_object('slug', o.slug, 'name', o.name) as organization, ms.role,
      array(select a from unnest(${[...MEMBERSHIP_ACTS]}::text[]) a where app.may_act_on_member(a, ms.member_id, ms.organization_id)) as acts
      from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = ${memberId} order by ms.since`.execute(tx);
  return rows;
}

export type MembershipAct = {
  id: string;
  act: MembershipActKind;
  name: string;
  slug: string;
  organization: string;
  by: string;
  stood_in_for: string | null;
  reason: string;
  at: Date;
  /** Done by the member themselves. */
  own: boolean;
};

/** The acts on memberships that the asker may read, newest first: of one organization, or about one member. */
export async function listMembershipActs(tx: Tx, of: { organizationId?: string; memberId?: string }): Promise<MembershipAct[]> {
  const { rows } = await sql<MembershipAct>`
    select a.id, a.act, m.name, m.slug, o.name as organization, b.name as by, f.name as stood_in_for, a.reason, a.at, b.member_id is not distinct from a.member_id as own
      from app.membership_acts a join app.members m on m.id = a.member_id join app.organizations o on o.id = a.organization_id join app.bylines b on b.id = a.byline_id
      left join app.members f on f.id = a.for_member
     where (${of.organizationId ?? null}::uuid is null or a.organization_id = ${of.organizationId ?? null})
       and (${of.memberId ?? null}::uuid is null or a.member_id = ${of.memberId ?? null}) order by a.at desc, a.id desc limit 100`.execute(tx);
  return rows;
}

type Running = { people: RunMember[] | null; acts: MembershipAct[]; acted: { act: MembershipActKind; name: string } | undefined };

/** What an organization's page shows about its memberships: who works there, what was done, and the act that was just done (`done`, to the slug `whom`). */
export async function loadRunning(
  tx: Tx,
  { organizationId, done, whom }: { organizationId: string; done: string | null; whom: string | null },
): Promise<Running> {
  const acts = await listMembershipActs(tx, { organizationId });
  const last = acts.find((each) => each.act === done && each.slug === whom);
  return { people: await listRunMembers(tx, organizationId), acts, acted: last && { act: last.act, name: last.name } };
}
