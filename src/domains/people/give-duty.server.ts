import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { DutyInput } from './model.ts';

/**
 * Gives a member a duty in the hub; the database writes down who gave it to whom, for all members. Giving it again changes nothing.
 * Refuses with people.duty.unknown, .members_only (a guest, or somebody of no organization), .needs_two (steward, trustee), people.member.not_found, and as not found where one may not.
 */
export async function giveDuty(tx: Tx, input: unknown): Promise<void> {
  const { slug, duty } = parse(DutyInput, input);
  const { rows } = await sql<{ id: string; outsider: boolean; needs_two: boolean }>`
    select m.id, app.may_take_back_duties() and not app.duty_by_one(${duty}) as needs_two, app.may_take_back_duties() and not app.may_give_duty(m.id) as outsider from app.members m where m.slug = ${slug}`.execute(
    tx,
  );
  if (!rows[0]) throw notFound('people.member.not_found');
  if (rows[0].outsider) throw new Refusal('people.duty.members_only');
  if (rows[0].needs_two) throw new Refusal('people.duty.needs_two', { status: 409 });
  await sql`insert into app.hub_roles (member_id, role) values (${rows[0].id}, ${duty}) on conflict do nothing`.execute(tx);
  tx.notes.wake = true;
}
