import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { findInCircle } from './circles.server.ts';

type Input = { circle: string; member?: string | undefined; organization?: string | undefined };

/**
 * Takes a person out of a circle, by whatever way they came in, or an organization: whoever is in it in person or by the rule stays.
 * Refuses with people.circle.not_found, .whom, .not_in_it (also where one may not), .last_runner, people.member.not_found, people.organization.not_found.
 */
export async function removeFromCircle(tx: Tx, input: Input): Promise<void> {
  const { circleId, memberId, organizationId } = await findInCircle(tx, input);
  const { rows } = memberId
    ? await sql<{ out: boolean }>`select app.remove_from_circle(${circleId}, ${memberId}) as out`.execute(tx)
    : await sql<{
        out: boolean;
      }>`delete from app.circle_members where circle_id = ${circleId} and organization_id = ${organizationId} returning true as out`.execute(tx);
  if (!rows[0]?.out) throw notFound('people.circle.not_in_it');
  tx.notes.wake = true;
}
