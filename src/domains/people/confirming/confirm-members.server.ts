import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { actOnMembership } from '../act-on-membership.server.ts';

const slugs = v.array(v.pipe(v.string(), v.maxLength(80)));
const ConfirmInput = v.object({ organization: v.pipe(v.string(), v.maxLength(80)), works: slugs, left: slugs, reason: v.optional(v.string(), '') });

/**
 * Says of members whether they still work there; of whom nothing is said, nothing changes. Whoever has left goes as by any other ending of a membership.
 * Refuses with people.membership.not_found (also for oneself), .reason_missing, .last_focal_point, people.step_up.needed.
 */
export async function confirmMembers(tx: Tx, input: unknown): Promise<{ confirmed: number; ended: number }> {
  const { organization, works, left, reason } = parse(ConfirmInput, input);
  const { rows } = await sql<{ slug: string; member_id: string; organization_id: string }>`
    select m.slug, m.id as member_id, o.id as organization_id from app.memberships ms join app.members m on m.id = ms.member_id join app.organizations o on o.id = ms.organization_id
     where o.slug = ${organization} and m.slug = any(${[...works, ...left]}::text[])`.execute(tx);
  const found = new Map(rows.map((row) => [row.slug, row]));
  for (const slug of works) {
    const one = found.get(slug);
    if (!one) throw notFound('people.membership.not_found');
    await sql`select app.confirm_member(${one.member_id}, ${one.organization_id})`.execute(tx);
  }
  for (const member of left) await actOnMembership(tx, { member, organization, act: 'ended', reason });
  tx.notes.wake = true;
  return { confirmed: works.length, ended: left.length };
}
