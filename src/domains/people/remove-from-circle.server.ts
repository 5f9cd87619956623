import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { findInCircle } from './circles.server.ts';

type Input = { circle: string; member?: string | undefined; organization?: string | undefined };

/**
 * Takes a person or an organization out of a circle; whoever is not in it by another way reads nothing of it any more.
 * Refuses with people.circle.not_found, .whom, .not_in_it (also where one may not), .last_steward, people.member.not_found, people.organization.not_found.
 */
export async function removeFromCircle(tx: Tx, input: Input): Promise<void> {
  const { circleId, memberId, organizationId } = await findInCircle(tx, input);
  const { numAffectedRows } = await sql`delete from app.circle_members where circle_id = ${circleId}
    and member_id is not distinct from ${memberId}::uuid and organization_id is not distinct from ${organizationId}::uuid`.execute(tx);
  if (!numAffectedRows) throw notFound('people.circle.not_in_it');
  tx.notes.wake = true;
}
