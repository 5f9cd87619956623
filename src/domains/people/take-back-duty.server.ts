import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { DutyInput } from './model.ts';

/**
 * Takes a duty back; the database writes down who did, for all members.
 * Refuses with people.duty.unknown, .not_held (also where one may not), .needs_two (steward, trustee).
 */
export async function takeBackDuty(tx: Tx, input: unknown): Promise<void> {
  const { slug, duty } = parse(DutyInput, input);
  const { numAffectedRows } =
    await sql`delete from app.hub_roles where role = ${duty} and member_id = (select id from app.members where slug = ${slug})`.execute(tx);
  if (!numAffectedRows) throw (await needsTwo(tx, slug, duty)) ? new Refusal('people.duty.needs_two', { status: 409 }) : notFound('people.duty.not_held');
  tx.notes.wake = true;
}

// Only a steward is told that another is needed.
async function needsTwo(tx: Tx, slug: string, duty: string): Promise<boolean> {
  if (duty !== 'steward' && duty !== 'trustee') return false;
  const { rows } = await sql<{ held: boolean }>`select app.may_take_back_duties() and exists (
    select from app.hub_roles r join app.members m on m.id = r.member_id where m.slug = ${slug} and r.role = ${duty}) as held`.execute(tx);
  return rows[0]?.held === true;
}
