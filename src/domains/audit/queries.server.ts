import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import type { Root } from './model.ts';

/** The published roots, newest first. */
export async function listRoots(tx: Tx): Promise<Root[]> {
  const { rows } =
    await sql<Root>`select to_char(day, 'YYYY-MM-DD') as day, encode(root, 'hex') as root from app.audit_roots order by day desc limit 400`.execute(tx);
  return rows;
}

export type LogEntry = {
  position: number;
  kind: string;
  at: Date;
  actor: string | null;
  /** For whom the actor stood in. */
  stood_in_for: string | null;
  member: string | null;
  slug: string | null;
  organization: string | null;
  detail: Record<string, unknown>;
};
/** Whose log: mine, the people of an organization, or all that I may read. */
export type Whose = { of: 'mine' } | { of: 'organization'; id: string } | { of: 'all' };

/** Rows of the log, newest first, before a position. Which of them come out is the policies' matter. */
export async function listLog(tx: Tx, whose: Whose, page: { limit: number; before?: number } = { limit: 100 }): Promise<LogEntry[]> {
  const mine = sql`(p.actor_id = (select app.me()) or p.member_id = (select app.me()))`;
  const which = whose.of === 'mine' ? mine : whose.of === 'organization' ? sql`p.organization_id = ${whose.id}` : sql`(select app.may_read_audit())`;
  const { rows } = await sql<LogEntry>`
    select p.position::int as position, p.kind, p.at, a.name as actor, f.name as stood_in_for, m.name as member, m.slug, o.name as organization,
      coalesce(p.body::jsonb -> 'note', p.body::jsonb -> 'event' -> 'data', '{}') || case when p.kind like 'application.%' then jsonb_build_object('application',
        (select x.name from app.applications x where x.id::text = p.body::jsonb -> 'note' ->> 'application_id')) else '{}' end as detail
      from app.audit_payloads p left join app.members a on a.id = p.actor_id
      left join app.members f on f.id::text = coalesce(p.body::jsonb -> 'note' ->> 'for_member', p.body::jsonb -> 'event' -> 'data' ->> 'for_member') left join app.members m on m.id = p.member_id left join app.organizations o on o.id = p.organization_id
     where ${which} and (${page.before ?? null}::bigint is null or p.position < ${page.before ?? null}) order by p.position desc limit ${page.limit}`.execute(
    tx,
  );
  return rows;
}

export type MayRead = { somebody: boolean; steward: boolean; open: boolean; until: Date | null; organizations: { id: string; slug: string; name: string }[] };

/** Whose log the asker may read: their own, those of the organizations they run, all (`open`: they said why, within the last quarter of an hour). */
export async function findMayRead(tx: Tx): Promise<MayRead> {
  const { rows } = await sql<MayRead>`
    select app.me() is not null as somebody, app.may_ask_audit() as steward, app.may_read_audit() as open,
      (select max(r.at) + interval '15 minutes' from app.audit_readings r where r.member_id = app.me()) as until,
      coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'slug', o.slug, 'name', o.name) order by o.name) from app.organizations o where o.id in (select app.my_run_organizations())), '[]') as organizations`.execute(
    tx,
  );
  return rows[0]!;
}

/** Whose log a word in an address means: nothing or "mine", "all", or the slug of an organization the asker runs. Refuses with api.token (a visitor), and audit.not_found. */
export async function findWhose(tx: Tx, of: string | null): Promise<Whose> {
  // A visitor may call none of what follows.
  const { rows } = await sql<{ somebody: boolean }>`select app.me() is not null as somebody`.execute(tx);
  if (!rows[0]?.somebody) throw new Refusal('api.token', { status: 401 });
  if (!of || of === 'mine') return { of: 'mine' };
  const may = await findMayRead(tx);
  if (of === 'all' && may.steward) return { of: 'all' };
  const organization = may.organizations.find(({ slug }) => slug === of);
  if (!organization) throw notFound('audit.not_found');
  return { of: 'organization', id: organization.id };
}
