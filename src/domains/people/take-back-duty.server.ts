import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { DutyInput } from './model.ts';

/**
 * Takes a duty back; the database writes down who did, for all members.
 * Refuses with people.duty.unknown, .not_held (also where one may not), .last_steward.
 */
export async function takeBackDuty(tx: Tx, input: unknown): Promise<void> {
  const { slug, duty } = parse(DutyInput, input);
  const { numAffectedRows } =
    await sql`delete from app.hub_roles where role = ${duty} and member_id = (select id from app.members where slug = ${slug})`.execute(tx);
  if (!numAffectedRows) throw notFound('people.duty.not_held');
  tx.notes.wake = true;
}
