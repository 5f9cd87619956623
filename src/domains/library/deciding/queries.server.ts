import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { Missing, Nature, Procedure, Rules, Step } from './model.ts';
import { listPositions, type MyJurisdiction, type PositionNow } from './positions.server.ts';

export type SpaceRules = { id: string; slug: string; title: string; rules: Rules; may_set: boolean };
export type RulesChange = Rules & { by: string | null; at: Date; reason: string };

/** What merging in a space asks for, and whether I may set it; nothing when it is not mine to read. */
export async function findRules(tx: Tx, slug: string): Promise<SpaceRules | undefined> {
  const { rows } = await sql<SpaceRules>`
    select s.id, s.slug, s.title, app.may_set_rules(s.id) as may_set, coalesce((select to_jsonb(r) - '{id,space_id,audience_id,reason,byline_id,changed_at}'::text[] from app.space_rules r
      where r.space_id = s.id order by r.changed_at desc, r.id desc limit 1), '{"preset":"none","approvals":0,"approvers":["editor"],"up_to_date":false,"last_call_days":7,"consultation_days":28,"position_days":14}') as rules
    from app.spaces s where s.slug = ${slug}`.execute(tx);
  return rows[0];
}

/** How the rules of a space came to be, the latest first. */
export async function listRulesChanges(tx: Tx, spaceId: string): Promise<RulesChange[]> {
  const { rows } = await sql<RulesChange>`
    select r.preset, r.approvals, r.approvers, r.up_to_date, r.last_call_days, r.consultation_days, r.position_days, r.reason, r.changed_at as at, b.name as by
    from app.space_rules r left join app.bylines b on b.id = r.byline_id where r.space_id = ${spaceId} order by r.changed_at desc, r.id desc limit 50`.execute(
    tx,
  );
  return rows;
}

export type Deciding = {
  nature: Nature;
  missing: Missing[];
  procedure: Procedure | null;
  may_approve: boolean;
  may_decide: boolean;
  /** My approval of the present wording, or of one before. */
  approved: 'now' | 'before' | null;
  positions: PositionNow[];
  /** For whom I speak. */
  mine: MyJurisdiction[];
  approvals: { by: string | null; role: string; at: Date; words: string }[];
};

/** Where the decision on a request stands: what is missing, the clock, who approved, what I may do. */
export async function findDeciding(tx: Tx, id: string): Promise<Deciding | undefined> {
  const { rows } = await sql<Deciding>`
    select c.nature, app.missing_of(c.id) as missing, app.may_approve(c.id) as may_approve, app.may_decide(c.id) as may_decide,
      (select case when app.approval_counts(a.id) then 'now' else 'before' end from app.approvals a where a.change_request_id = c.id and a.taken_back_at is null and a.byline_id in (select app.my_bylines())) as approved
    from app.change_requests c where c.id = ${id}`.execute(tx);
  const found = rows[0];
  if (!found) return undefined;
  const procedure = await sql<Procedure>`
    select p.id, p.kind, p.phase, p.opened_at, case p.phase when 'comments' then p.comments_until when 'positions' then p.positions_until end as until
    from app.procedures p where p.change_request_id = ${id} order by p.opened_at desc, p.id desc limit 1`.execute(tx);
  const approvals = await sql<Deciding['approvals'][number]>`
    select b.name as by, a.role, a.at, a.words from app.approvals a left join app.bylines b on b.id = a.byline_id
    where a.change_request_id = ${id} and a.taken_back_at is null and app.approval_counts(a.id) order by a.at, a.id`.execute(tx);
  return { ...found, procedure: procedure.rows[0] ?? null, approvals: approvals.rows, ...(await listPositions(tx, id)) };
}

/** What the rules still ask of an open request. */
export async function findMissing(tx: Tx, id: string): Promise<Missing[]> {
  const { rows } = await sql<{ missing: Missing[] }>`select app.missing_of(${id}) as missing`.execute(tx);
  return rows[0]?.missing ?? [];
}

/** Every step of the procedure of a request, in order, with names and reasons. */
export async function listSteps(tx: Tx, id: string): Promise<Step[]> {
  const { rows } = await sql<Step>`
    select s.kind, s.at, b.name as by, f.name as for, s.words, s.data from app.request_steps s left join app.bylines b on b.id = s.byline_id left join app.bylines f on f.id = s.for_byline
    where s.change_request_id = ${id} order by s.place limit 500`.execute(tx);
  return rows;
}
