import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { findPeople } from './find-people.server.ts';

export type Offered = { slug: string; name: string; organization: string };
/** How many are offered before somebody says whom they look for. */
const OFFERED = 24;

/** Whom one may choose from: those chosen already first, then those found by name, body or country, without the asker; `more`: there are others, for whoever asks more narrowly. */
export async function offerPeople(tx: Tx, { q, chosen }: { q: string; chosen: string[] }): Promise<{ people: Offered[]; more: boolean }> {
  const { rows: kept } = await sql<Offered>`
    select m.slug, m.name, coalesce((select g.name from app.memberships s join app.organizations g on g.id = s.organization_id where s.member_id = m.id order by s.since limit 1), '') as organization
      from app.members m where m.slug = any(${chosen.slice(0, 50)}::text[]) and m.status = 'active' and m.id <> app.me() order by m.name, m.slug`.execute(tx);
  const found = await findPeople(tx, { q: q.slice(0, 100), limit: OFFERED + kept.length + 1 });
  const { rows: mine } = await sql<{ slug: string }>`select slug from app.members where id = app.me()`.execute(tx);
  const others = found.people.filter(({ slug }) => slug !== mine[0]?.slug && !kept.some((each) => each.slug === slug));
  return {
    people: [...kept, ...others.slice(0, OFFERED).map(({ slug, name, organizations }) => ({ slug, name, organization: organizations[0]?.name ?? '' }))],
    more: others.length > OFFERED || found.next !== null,
  };
}
