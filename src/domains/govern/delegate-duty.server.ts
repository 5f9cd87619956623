import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { DelegationInput } from './model.ts';

/**
 * Hands a duty of one's own to a colleague, from the first day to the end of the last, in one's own time zone. A first day that is today begins now.
 * Refuses with govern.delegation.not_found (also where one may not), .days, .reason_missing, .reason_long, people.step_up.needed.
 */
export async function delegateDuty(tx: Tx, input: unknown): Promise<{ id: string }> {
  const { duty, organization, to, from_day, until_day, reason } = parse(DelegationInput, input);
  const { rows } = await sql<{ member: string; organization: string | null; start: Date; end: Date; fine: boolean }>`
    with d as (select greatest(now(), ${from_day}::date::timestamp at time zone me.time_zone) as first, (${until_day}::date + 1)::timestamp at time zone me.time_zone as last from app.my_settings() me)
    select m.id as member, (select o.id from app.organizations o where o.slug = ${organization}) as organization, d.first as start, d.last as "end", d.last > d.first and d.last < d.first + interval '92 days' as fine
      from app.members m, d where m.slug = ${to}`.execute(tx);
  const found = rows[0];
  if (!found) throw notFound('govern.delegation.not_found');
  if (!found.fine) throw new Refusal('govern.delegation.days');
  const body = duty === 'focal_point' ? found.organization : null;
  const { rows: may } = await sql<{ may: boolean }>`select app.may_delegate(${duty}, ${body}, ${found.member}) as may`.execute(tx);
  if (!may[0]?.may) throw notFound('govern.delegation.not_found');
  const id = newId();
  await sql`insert into app.delegations (id, duty, organization_id, from_member, to_member, starts_at, ends_at, reason)
    values (${id}, ${duty}, ${body}, app.me(), ${found.member}, ${found.start}, ${found.end}, ${reason})`.execute(tx);
  return { id };
}
