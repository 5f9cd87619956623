import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type ToConfirm = {
  slug: string;
  name: string;
  role: string;
  is_me: boolean;
  confirmed_on: string;
  due_on: string;
  until_on: string;
  state: 'fine' | 'due' | 'overdue' | 'suspended';
};
export type Confirming = { id: string; slug: string; name: string; members: ToConfirm[] };

const state = sql`case when ms.unconfirmed_at is not null then 'suspended' when app.confirm_due(ms.confirmed_at) < now() then 'overdue'
  when app.confirm_due(ms.confirmed_at) < now() + interval '30 days' then 'due' else 'fine' end`;

/** Who works for an organization and when that was last said, for whoever may say it; undefined for everybody else. */
export async function findConfirming(tx: Tx, slug: string): Promise<Confirming | undefined> {
  const { rows } = await sql<Confirming>`
    select o.id, o.slug, o.name, coalesce((select jsonb_agg(jsonb_build_object('slug', m.slug, 'name', m.name, 'role', ms.role, 'is_me', m.id = app.me(), 'confirmed_on', ms.confirmed_at::date,
        'due_on', app.confirm_due(ms.confirmed_at)::date, 'until_on', app.confirm_until(ms.confirmed_at)::date, 'state', ${state}) order by ms.confirmed_at, m.name)
        from app.memberships ms join app.members m on m.id = ms.member_id where ms.organization_id = o.id and (m.status = 'active' or ms.unconfirmed_at is not null)), '[]') as members
      from app.organizations o where o.slug = ${slug} and app.may_confirm_members(o.id)`.execute(tx);
  return rows[0];
}

export type Waiting = { slug: string; name: string; due: number; overdue: number; suspended: number; earliest_on: string };

/** Organizations with members to confirm, the longest waiting first: all for a steward, one's own for a focal point. */
export async function listConfirming(tx: Tx): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select o.slug, o.name, count(*) filter (where s.state = 'due')::int as due, count(*) filter (where s.state = 'overdue')::int as overdue, count(*) filter (where s.state = 'suspended')::int as suspended,
        min(app.confirm_due(s.confirmed_at))::date::text as earliest_on
      from app.organizations o join lateral (select ms.confirmed_at, ${state} as state from app.memberships ms join app.members m on m.id = ms.member_id
        where ms.organization_id = o.id and (m.status = 'active' or ms.unconfirmed_at is not null)) s on s.state <> 'fine'
     where app.may_confirm_members(o.id) group by o.id, o.slug, o.name order by min(s.confirmed_at)`.execute(tx);
  return rows;
}
