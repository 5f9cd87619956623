import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, Refusal } from '#platform/errors.ts';
import { findInCircle } from './circles.server.ts';

type Input = {
  circle: string;
  member?: string | undefined;
  organization?: string | undefined;
  /** A guest stays for the days of the setting, where a form asks for no last one. */
  usualEnd?: boolean;
};

/**
 * Brings a person, or an organization with everyone in it, into a circle: from now on they read all that was said there.
 * Refuses with people.circle.not_found, .whom, .already_in_it, .no_guests, .left_themselves, people.member.not_found, people.organization.not_found, people.guest.end_missing, and as not found where one may not.
 */
export async function addToCircle(tx: Tx, input: Input): Promise<void> {
  const { circleId, memberId, organizationId } = await findInCircle(tx, input);
  await sql`insert into app.circle_members (circle_id, member_id, organization_id, ends_at)
    values (${circleId}, ${memberId}, ${organizationId}, case when ${input.usualEnd ?? false} then now() + make_interval(days => app.guest_days()) end)`
    .execute(tx)
    .catch((error) => {
      throw (error as { code?: string }).code === '23505' ? new Refusal('people.circle.already_in_it', { status: 409 }) : asRefusal(error);
    });
  tx.notes.wake = true;
}
