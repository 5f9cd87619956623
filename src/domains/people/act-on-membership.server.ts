import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { MembershipActInput } from './membership.ts';

type Found = { member_id: string; organization_id: string; status: string; role: string };

/**
 * Suspends a member, lifts the suspension, ends a membership, or says who is focal point, with the reason. The database does the rest in this
 * transaction: sessions, tokens, audiences, invitations, the event and the mail. Asking for what is so already changes nothing.
 * Refuses with people.membership.act_unknown, .reason_missing, .reason_long, .not_found (also where one may not), .last_focal_point, people.duty.last_steward.
 */
export async function actOnMembership(tx: Tx, input: unknown): Promise<void> {
  const { member, organization, act, reason } = parse(MembershipActInput, input);
  const { rows } = await sql<Found>`
    select m.id as member_id, o.id as organization_id, m.status, ms.role from app.memberships ms join app.members m on m.id = ms.member_id
      join app.organizations o on o.id = ms.organization_id where m.slug = ${member} and o.slug = ${organization}`.execute(tx);
  const found = rows[0];
  if (!found) throw notFound('people.membership.not_found');
  if (isSo(act, found) && (await mayAct(tx, found))) return;
  await sql`insert into app.membership_acts (id, member_id, organization_id, act, reason, byline_id)
    values (${newId()}, ${found.member_id}, ${found.organization_id}, ${act}, ${reason}, (select b.id from app.bylines b where b.kind = 'person' and b.member_id = app.me()))`.execute(
    tx,
  );
  // The database writes the event itself; here only the screens are woken, which cuts the streams at once.
  tx.notes.wake = true;
}

function isSo(act: string, { status, role }: Found): boolean {
  return (act === 'suspended' && status === 'suspended') || (act === 'lifted' && status === 'active') || act === `made_${role}`;
}

// Only whoever may do something here is told that there is nothing to do.
async function mayAct(tx: Tx, { member_id, organization_id }: Found): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`select app.may_act_on_member('ended', ${member_id}, ${organization_id}) as may`.execute(tx);
  return rows[0]?.may === true;
}
