import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { Upkeep } from './model.ts';

const MOST = 2000;
const today = sql`(now() at time zone 'UTC')::date`;
const upkeep = sql`
  select p.id as page_id, s.slug as space, s.title as space_title, p.path, p.title, coalesce(b.name, o.name) as owner,
      case when b.id is not null then 'person:' || b.id when o.id is not null then 'organization:' || o.id else '' end as owner_key,
      case when num_nonnulls(k.owner_byline, k.owner_organization) = 0 then 'none' when app.owner_stands(p.id) then 'stands' else 'gone' end as owned,
      coalesce(k.owner_byline in (select app.my_bylines()), false) or exists (select from app.memberships ms where ms.organization_id = k.owner_organization and ms.member_id = app.me() and ms.role = 'focal_point') as mine,
      k.review_on::text, k.reviewed_on::text, r.name as reviewed_by, coalesce(k.every_months, 12) as every_months,
      coalesce(k.review_on < ${today}, false) as overdue, a.useful, a.not_useful, coalesce(k.review_on between ${today} and ${today} + 30, false) as soon
    from app.pages p join app.spaces s on s.id = p.space_id and s.audience_id = p.audience_id
      left join app.page_upkeep k on k.page_id = p.id left join app.bylines b on b.id = k.owner_byline left join app.organizations o on o.id = k.owner_organization
      left join app.bylines r on r.id = k.reviewed_by left join app.counted_answers() a on a.page_id = p.id
   where p.retired_at is null and p.revision_id is not null`;

/** How the pages that I read are kept, of one space or of all: what is overdue longest comes first, then the next day. At most 2,000. */
export async function listUpkeep(tx: Tx, space?: string): Promise<Upkeep[]> {
  const only = space ? sql`and s.slug = ${space}` : sql``;
  const { rows } = await sql<Upkeep>`${upkeep} ${only} order by k.review_on nulls last, s.position, s.title, p.position, p.id limit ${MOST}`.execute(tx);
  return rows;
}

/** How one page is kept, and what I may do about it; nothing when it is not mine to read. */
export async function findUpkeep(tx: Tx, pageId: string): Promise<(Upkeep & { may_set: boolean; may_review: boolean }) | undefined> {
  const { rows } = await sql<Upkeep & { may_set: boolean; may_review: boolean }>`
    select u.*, app.may_set_upkeep(u.page_id) as may_set, app.may_review_page(u.page_id) as may_review from (${upkeep} and p.id = ${pageId}) u`.execute(tx);
  return rows[0];
}

/** Who could answer for a page, as its form offers them; empty for whoever may not say so. */
export async function listPossibleOwners(tx: Tx, pageId: string): Promise<{ key: string; name: string; kind: 'person' | 'organization' }[]> {
  const { rows } = await sql<{ key: string; name: string; kind: 'person' | 'organization' }>`
    select case when byline_id is null then 'organization:' || organization_id else 'person:' || byline_id end as key, name, case when byline_id is null then 'organization' else 'person' end as kind
    from app.possible_owners(${pageId}) order by kind desc, name`.execute(tx);
  return rows;
}

/** I look at a page: what rang of it rings no more. */
export async function seePage(tx: Tx, id: string): Promise<void> {
  const { rows } = await sql<{ seen: boolean; me: string | null }>`select app.see_page(${id}) as seen, app.me() as me`.execute(tx);
  if (rows[0]?.seen && rows[0].me) tx.notes.hint = { about: 'read', member: rows[0].me };
}
